"""The files of an export folder: which there are, and the cells of each."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from pipelines.checksum import State, fingerprint, state
from pipelines.formats.csv_file import read_csv
from pipelines.formats.json_file import read_json, read_json_lines
from pipelines.formats.parquet_file import ParquetPieces, read_parquet
from pipelines.formats.raw_table import RawTable, SourceError, with_note_apart, without_rows
from pipelines.formats.xlsx_file import read_xlsx
from pipelines.formats.xml_file import read_xml
from transforms.fingerprint import Fingerprint

FORMATS: Final[dict[str, Callable[[Path, str], RawTable]]] = {
    ".csv": read_csv,
    ".json": read_json,
    ".jsonl": read_json_lines,
    ".parquet": read_parquet,
    ".xlsx": read_xlsx,
    ".xml": read_xml,
}
TEXTS: Final = frozenset({".csv", ".json", ".jsonl", ".xml"})
COMPRESSED: Final = (
    b"\x1f\x8b",
    b"\x28\xb5\x2f\xfd",
    b"PK\x03\x04",
    b"\xfd7zXZ\0",
    b"BZh91AY&SY",
    b"x\x01",
    b"x\x9c",
    b"x\xda",
)
"""How files begin that are compressed by gzip, zstd, zip, xz, bzip2 or zlib: Polars would unpack some to any size."""
HIDDEN: Final = (".", "~$")
"""How names of files begin that operating systems and spreadsheets leave behind."""


class ExportFile(NamedTuple):
    """One file of an export."""

    path: Path
    name: str
    """Relative to the source folder."""
    table: str
    """Its table, as spelled: the name of the file, or of the folder it is in."""

    @property
    def readable(self) -> bool:
        """Whether its ending is that of a format."""
        return self.path.suffix.lower() in FORMATS

    @property
    def in_pieces(self) -> bool:
        """Whether it can be read in pieces, without all of it in memory."""
        return self.path.suffix.lower() == ".parquet"


def discover(source: Path) -> list[ExportFile]:
    """Every file of the folder and of the folders in it, by name. Raises SourceError where there is no such folder."""
    if not source.is_dir():
        what = "is a file, not a folder" if source.exists() else "does not exist"
        raise SourceError(f"The source {source} {what}. Name the folder that holds the exported tables.")
    try:
        return sorted(_files(source.absolute()), key=lambda file: file.name)
    except OSError as fault:
        raise SourceError(f"The source {source} can't be listed: {fault.strerror}.") from fault


def _files(source: Path) -> Iterator[ExportFile]:
    for entry in source.iterdir():
        if entry.name.startswith(HIDDEN):
            continue
        name = _shown(entry, source)
        if entry.is_dir():
            yield from (ExportFile(part, _shown(part, source), name) for part in _parts(entry))
        else:
            yield ExportFile(entry, name, Path(name).stem)


def _parts(folder: Path) -> Iterator[Path]:
    """The files of a folder and of those in it. A link to a folder counts as a file, so that it is not overlooked."""
    for entry in folder.iterdir():
        if not entry.name.startswith(HIDDEN):
            yield from _parts(entry) if entry.is_dir() and not entry.is_symlink() else [entry]


def _shown(path: Path, source: Path) -> str:
    """The name of a file; bytes in it that are no text, as an archive from elsewhere may leave them, become `�`."""
    return os.fsencode(path.relative_to(source).as_posix()).decode(errors="replace")


def read(file: ExportFile) -> RawTable:
    """The cells of a file. Raises SourceError where it can't be read at all."""
    with _told(file):
        if _is_empty(file.path):
            return without_rows()
        _check_not_compressed(file)
        return with_note_apart(FORMATS[file.path.suffix.lower()](file.path, file.name))


def rows_told(file: ExportFile) -> int:
    """The rows that a file which can be read in pieces says it has. Raises SourceError."""
    with _told(file):
        return 0 if _is_empty(file.path) else ParquetPieces(file.path, file.name).rows


@dataclass(frozen=True)
class FileInPieces:
    """A file that is read one piece after the other, as often as asked; it may not change from first to last."""

    file: ExportFile
    content: ParquetPieces
    fingerprint: Fingerprint
    """Of the very bytes that are read."""
    state: State

    @classmethod
    def of(cls, file: ExportFile) -> FileInPieces:
        """A file as it is now. Raises SourceError."""
        with _told(file):
            before = state(file.path)
            found = fingerprint(file.path)
            return cls(file, ParquetPieces(file.path, file.name), found, before)

    def read(self, columns: Collection[str] | None = None) -> Iterator[RawTable]:
        """Its pieces, of which there is at least one; `columns`, or all of them. Raises SourceError."""
        with _told(self.file):
            for piece, is_last in self.content.read(columns):
                yield with_note_apart(piece) if is_last else piece
            _check_unchanged(self.file, self.state)


def read_with_fingerprint(file: ExportFile) -> tuple[RawTable, Fingerprint]:
    """The cells of a file, and the fingerprint of the very bytes they are from.

    Raises SourceError where it can't be read, or is written to meanwhile.
    """
    with _told(file):
        before = state(file.path)
        found = fingerprint(file.path)
        raw = read(file)
        _check_unchanged(file, before)
    return raw, found


def _check_unchanged(file: ExportFile, before: State) -> None:
    if state(file.path) != before:
        raise SourceError(f"{file.name} was changed while it was read. Run again when the export is complete.")


@contextmanager
def _told(file: ExportFile) -> Iterator[None]:
    """Turn what the operating system refuses into a SourceError."""
    try:
        yield
    except UnicodeEncodeError as fault:
        raise SourceError(f"{file.name} can't be read: its name is not UTF-8. Rename it.") from fault
    except OSError as fault:
        raise SourceError(f"{file.name} can't be read: {fault.strerror or fault}.") from fault


def _check_not_compressed(file: ExportFile) -> None:
    """Raise SourceError for text that has been compressed but is called as if it were not."""
    with file.path.open("rb") as content:
        begin = content.read(max(map(len, COMPRESSED)))
    if file.path.suffix.lower() in TEXTS and begin.startswith(COMPRESSED):
        raise SourceError(f"{file.name} is compressed, or no text at all. Unpack it first, or export it again.")


def _is_empty(path: Path) -> bool:
    """Whether a file has no byte. Raises for what not every format refuses: names that are not UTF-8, and folders."""
    str(path).encode()
    with path.open("rb") as content:
        return not content.read(1)
