"""What tells whether two files are the same."""

from __future__ import annotations

from typing import NamedTuple


class Fingerprint(NamedTuple):
    """What tells whether two files are the same, byte for byte."""

    bytes: int
    """Size of the file."""
    sha256: str
    """64 hexadecimal digits in lower case."""
