"""Damage to a file that lies on a disk: bits turned, bytes lost or added. Nothing of it is told to those who read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Final

KINDS: Final = (
    "one bit",
    "one bit",
    "one bit of the beginning",
    "a block of zeros",
    "cut off",
    "cut off by one",
    "longer",
)
BEGINNING: Final = 12_288
"""Bytes in which DuckDB keeps what it needs to open a file."""
BLOCK: Final = 4096


def damaged(content: bytes, kind: str, draw: Random) -> bytes:
    """The content after damage of a kind, which is never without effect."""
    place = draw.randrange(min(len(content), BEGINNING) if kind == "one bit of the beginning" else len(content))
    match kind:
        case "a block of zeros":
            changed = content[:place] + bytes(min(BLOCK, len(content) - place)) + content[place + BLOCK :]
            return changed if changed != content else damaged(content, "one bit", draw)
        case "cut off":
            return content[:place]
        case "cut off by one":
            return content[:-1]
        case "longer":
            return content + draw.randbytes(draw.randint(1, BLOCK))
    return content[:place] + bytes([content[place] ^ (1 << draw.randrange(8))]) + content[place + 1 :]


@contextmanager
def damage(file: Path, kind: str, draw: Random) -> Iterator[None]:
    """Damage a file for a while; its times are as they were, as those of a file that its disk has damaged."""
    content, before = file.read_bytes(), file.stat()
    _replace(file, damaged(content, kind, draw), before)
    try:
        yield
    finally:
        _replace(file, content, before)


def _replace(file: Path, content: bytes, like: os.stat_result) -> None:
    mode = like.st_mode & 0o777
    file.chmod(0o644)
    file.write_bytes(content)
    file.chmod(mode)
    os.utime(file, ns=(like.st_atime_ns, like.st_mtime_ns))
