"""Whether a warehouse is as it was published, and whether files are still those that it was made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from pipelines.checksum import Damaged, check_undamaged, fingerprint, kept_checksum
from pipelines.export_files import ExportFile, discover
from pipelines.published_file import WarehouseError, query
from pipelines.warehouse import read_whole
from transforms.fingerprint import Fingerprint

SAME: Final = "same"
CHANGED: Final = "changed"
GROWN: Final = "grown"
CUT: Final = "cut"
GONE: Final = "gone"
NEW: Final = "new"
UNREADABLE: Final = "unreadable"
READ: Final = "SELECT source_file, bytes, sha256 FROM audit.source_file"
UNUSED: Final = "SELECT source_file FROM audit.unused_input WHERE \"column\" = ''"


class Compared(NamedTuple):
    """A file of an export beside what the warehouse knows of it."""

    name: str
    verdict: str
    bytes_then: int | None
    """Empty where the warehouse was not made of it."""
    bytes_now: int | None
    """Empty where it is not there, or can't be read."""

    @property
    def in_words(self) -> str:
        """What has become of it, as a sentence for people."""
        then, now = f"{self.bytes_then or 0:,} bytes", f"{self.bytes_now or 0:,} bytes"
        said = {
            SAME: "is as it was",
            CHANGED: f"has other content, of the same {now}",
            GROWN: f"has grown from {then} to {now}",
            CUT: f"is shorter: {now}, where it had {then}",
            GONE: f"is gone; it had {then}",
            NEW: f"was not there, or not read; it has {now}",
            UNREADABLE: "can't be read",
        }
        return f"{self.name} {said[self.verdict]}."


def checked(warehouse: Path) -> str | None:
    """The checksum that the bytes of a warehouse have and had when it was published.

    None where none was kept: then everything in it has been read, and DuckDB has found no damage. Raises
    WarehouseError where the file is not as it was published.
    """
    if not warehouse.is_file():
        raise WarehouseError(
            f"There is no file {warehouse}. Publish one with `tieout run`, or name it with --warehouse."
        )
    try:
        check_undamaged(warehouse)
        kept = kept_checksum(warehouse.resolve())
    except Damaged as damage:
        raise WarehouseError(str(damage)) from damage
    if kept is None:
        read_whole(warehouse)
    return kept


def compared(warehouse: Path, source: Path) -> list[Compared]:
    """Every file of the export that a warehouse was made of, and every other one that is there, by name.

    Raises SourceError where the folder can't be listed, WarehouseError where the warehouse can't be read.
    """
    then = {name: Fingerprint(size, sha256) for name, size, sha256 in query(warehouse, READ)}
    unused = {name for (name,) in query(warehouse, UNUSED)}
    now = {file.name: file for file in discover(source)}
    return [_compared(name, then.get(name), now) for name in sorted(then.keys() | (now.keys() - unused))]


def _compared(name: str, then: Fingerprint | None, now: Mapping[str, ExportFile]) -> Compared:
    if name not in now:
        return Compared(name, GONE, then.bytes if then else None, None)
    try:
        found = fingerprint(now[name].path)
    except OSError:
        return Compared(name, UNREADABLE, then.bytes if then else None, None)
    if then is None:
        return Compared(name, NEW, None, found.bytes)
    return Compared(name, _verdict(then, found), then.bytes, found.bytes)


def _verdict(then: Fingerprint, now: Fingerprint) -> str:
    if now == then:
        return SAME
    if now.bytes == then.bytes:
        return CHANGED
    return GROWN if now.bytes > then.bytes else CUT


def others(files: Sequence[Compared]) -> list[Compared]:
    """Those that are not the same as then."""
    return [file for file in files if file.verdict != SAME]
