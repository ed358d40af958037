"""Which paths are taken as they are written: by DuckDB, by all that wants names to be text, and as paths at all."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

NOT_PLAIN: Final = "a path to a warehouse must be UTF-8 text without a question mark, which DuckDB takes for options"


def is_plain(path: Path) -> bool:
    """Whether a path is taken as it is."""
    try:
        return "?" not in str(path) and bool(str(path).encode())
    except UnicodeEncodeError:
        return False


def is_address(given: str | Path) -> bool:
    """Whether what is given as a path is an address: it may hold a password, and must not be passed on."""
    return re.match(r"[a-z][a-z0-9+.-]+:/", str(given), re.IGNORECASE) is not None
