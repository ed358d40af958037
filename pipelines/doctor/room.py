"""Whether there is room for the next night."""

from __future__ import annotations

from typing import Final

from pipelines.doctor.note import Kind, Note, bytes_in_words
from pipelines.on_disk import room, size
from pipelines.target import Target

TIMES_THE_LAST: Final = 2
"""Room that a night takes, in sizes of the last version: the new one, and what it is made of."""


def enough_room(target: Target) -> Note | None:
    """The free room beside what a night needs, as far as the last one tells."""
    version = target.published()
    if version is None or not version.exists():
        return None
    free, needed = room(target.versions), TIMES_THE_LAST * size(version)
    told = f"{bytes_in_words(free)} are free in {target.versions}; a night needs about {bytes_in_words(needed)}"
    return Note(Kind.WELL, told) if free >= needed else Note(Kind.LOOK, f"{told}: make room")
