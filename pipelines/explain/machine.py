"""An explanation for machines: everything that the page shows, amounts as text, so that they stay exact."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from decimal import Decimal
from typing import Any

from pipelines.explain.page import Explanation


def as_json(explanation: Explanation) -> str:
    """The explanation as a JSON object."""
    return json.dumps(_plain(explanation), ensure_ascii=False, indent=2)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {part.name: _plain(getattr(value, part.name)) for part in dataclasses.fields(value)}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, dt.date) else value
