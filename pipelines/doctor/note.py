"""What the doctor says: a line for a person, and what kind of line it is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

UNITS: Final = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"))
SPANS: Final = ((86_400, "days"), (3_600, "h"), (60, "min"))
ENOUGH_OF_ONE: Final = 2
"""How many of a longer unit it takes until the shorter one is no longer used."""


class Kind(StrEnum):
    """What a line is about."""

    WELL = "well"
    AT_WORK = "at work"
    FREED = "freed"
    TO_FREE = "to free"
    LOOK = "look"
    """A person must look at it."""


@dataclass(frozen=True)
class Note:
    """One line."""

    kind: Kind
    text: str

    def __str__(self) -> str:
        return f"{self.kind:<8} {self.text}"


def freed(text: str, *, dry_run: bool) -> Note:
    """What is taken away, or would be."""
    return Note(Kind.TO_FREE if dry_run else Kind.FREED, text)


def bytes_in_words(count: float) -> str:
    """Bytes in the largest unit of which there is one."""
    for unit, name in UNITS:
        if count >= unit:
            return f"{count / unit:.1f} {name}"
    return f"{count:.0f} bytes"


def since(moment: dt.datetime) -> str:
    """How long ago, in words."""
    seconds = max((dt.datetime.now(dt.UTC) - moment).total_seconds(), 0)
    for span, name in SPANS:
        if seconds >= ENOUGH_OF_ONE * span:
            return f"{seconds / span:.0f} {name}"
    return f"{seconds:.0f} s"


def time_of(moment: dt.datetime) -> str:
    """A moment on the clock of this machine."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S}"
