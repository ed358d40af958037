"""Which tieout computes: its version, and a fingerprint of the code that figures depend on."""

from __future__ import annotations

import hashlib
import importlib.metadata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import models
import transforms

SHOWN_DIGITS: Final = 12


@cache
def version() -> str:
    """`0.1.0+` and the fingerprint: figures of the same version, settings and rows are the same."""
    digest = hashlib.sha256()
    for path in _files():
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return f"{importlib.metadata.version('tieout')}+{digest.hexdigest()[:SHOWN_DIGITS]}"


def _files() -> Iterator[Path]:
    """What rules are written in, in a stable order."""
    for package in (models, transforms):
        yield from sorted(Path(package.__path__[0]).rglob("*.py"))
