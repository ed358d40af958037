"""From a folder of export files to admitted source tables: find, read, name, admit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Final

import polars as pl

from models.audit import UnusedInput
from models.catalogue import SOURCES
from models.settings import Settings
from models.table import Table
from models.vocabulary import WORK_ITEM_TABLES
from pipelines.aliases import Aliases, load_aliases
from pipelines.export_files import FORMATS, ExportFile, FileInPieces, discover, rows_told
from pipelines.formats.raw_table import SourceError
from pipelines.named_file import NamedFile, read_named, read_named_pieces
from transforms.admission import Admitted, Judge, admitted, together
from transforms.chunk import in_chunks, pieces
from transforms.reference import admission_groups, judged_alone
from transforms.typed_table import Part

INDISPENSABLE: Final = (("fiscal_period",), WORK_ITEM_TABLES)
"""Of each of these groups at least one table must be there."""
HandOn = Callable[[type[Table], pl.DataFrame], None]
"""Takes admitted rows of a table."""
CHUNK_ROWS: Final = 1_000_000
"""Rows of a table that are judged at a time, where they can be."""


@dataclass(frozen=True)
class Ingested:
    """Everything that an export folder holds: admitted, set aside, or not used."""

    tables: dict[str, pl.DataFrame]
    """The admitted rows of every source table that is there, by canonical name; all columns of its schema.

    None where they were handed on as soon as they were judged.
    """
    admission: pl.DataFrame
    source_file: pl.DataFrame
    source_file_amount: pl.DataFrame
    quarantine: pl.DataFrame
    set_aside_amount: pl.DataFrame
    unknown_reference: pl.DataFrame
    unused_input: pl.DataFrame


def ingest(
    source: Path,
    settings: Settings,
    progress: Callable[[str], None] = lambda _line: None,
    *,
    indispensable: Sequence[Sequence[str]] = INDISPENSABLE,
    only: Collection[str] = SOURCES.keys(),
    hand_on: HandOn | None = None,
) -> Ingested:
    """Read and admit every table in the folder, or `only` some; `progress` gets a line for each table.

    Large exports need not fit into memory at once: with `hand_on`, admitted rows are given to it, those of one table in
    one or several times, and not kept here. Raises SourceError where the folder, a file, a table or a required column
    stands in the way: of each group of `indispensable` tables at least one must be there.
    """
    aliases = load_aliases(settings.alias_file)
    found = discover(source)
    tables = files_by_table(found, aliases)
    _check_indispensable(indispensable, tables, found, source, aliases)
    reading = Reading(tables, aliases, progress, only)
    judge = Judge(settings.instance_time_zone)
    outcome = together(_outcomes(judge, reading, hand_on))
    return Ingested(*outcome, unused_input=_unused_input(found, tables, reading.unused))


def _outcomes(judge: Judge, reading: Reading, hand_on: HandOn | None) -> Iterator[Admitted]:
    """What becomes of each group of tables; one is given up before the next is read."""
    for parts in reading.in_turn():
        outcome = _handed_on(judge.admit(parts), hand_on)
        del parts
        yield outcome


def _handed_on(outcome: Admitted, hand_on: HandOn | None) -> Admitted:
    """The outcome, without the rows where there is someone who takes them."""
    if hand_on is None:
        return outcome
    for table, rows in outcome.tables.items():
        hand_on(SOURCES[table], rows)
    return outcome._replace(tables={})


@dataclass
class Reading:
    """Reads the files of an export as they are needed, and remembers what of them is not used."""

    tables: Mapping[str, Sequence[ExportFile]]
    aliases: Aliases
    progress: Callable[[str], None]
    only: Collection[str]
    unused: list[tuple[str, str, str]] = field(default_factory=list)
    """File, column and reason."""

    def in_turn(self) -> Iterator[dict[str, list[Part]]]:
        """The tables that are judged together, and of a large one so many rows at a time."""
        for group in admission_groups(SOURCES):
            tables = [table for table in group if table in self.tables and table in self.only]
            if tables and judged_alone(group[0], SOURCES):
                yield from self._in_chunks(group[0])
            elif tables:
                yield {table: self._read(table) for table in tables}

    def _in_chunks(self, table: str) -> Iterator[dict[str, list[Part]]]:
        """A large table some rows at a time; where its files can be read in pieces, no more of it is in memory."""
        files = self.tables[table]
        rows = sum(map(rows_told, files)) if all(file.in_pieces for file in files) else 0
        if rows > CHUNK_ROWS:
            self.progress(f"{table}: {rows:,} rows to read")
            read = partial(self._pieces, table, [FileInPieces.of(file) for file in files])
        else:
            parts = self._read(table)
            if sum(part.rows for part in parts) <= CHUNK_ROWS:
                yield {table: parts}
                return
            read = partial(_cut, parts)
        for chunk in in_chunks(SOURCES[table], read, rows=CHUNK_ROWS):
            yield {table: chunk}

    def _pieces(self, table: str, files: Sequence[FileInPieces], columns: Sequence[str] | None) -> Iterator[Part]:
        """The files of a table in pieces; when they have been read with all columns, it is told what is not used."""
        for file in files:
            seen: NamedFile | None = None
            for piece in read_named_pieces(table, file, self.aliases, columns):
                seen = piece.with_currencies_of(seen)
                yield piece.part
            if columns is None and seen is not None:
                self.progress(f"{table}: {file.content.rows:,} rows of {file.file.name} read")
                self._tell_unused(seen)

    def _read(self, table: str) -> list[Part]:
        files = [read_named(table, file, self.aliases) for file in self.tables[table]]
        self.progress(f"{table}: {sum(file.part.records for file in files):,} rows read")
        for file in files:
            self._tell_unused(file)
        return [file.part for file in files]

    def _tell_unused(self, file: NamedFile) -> None:
        if file.unused:
            self.progress(f"{file.part.source_file}: not used: {', '.join(file.unused)}")
        self.unused += file.told_unused()


def _cut(parts: Sequence[Part], _columns: Sequence[str] | None) -> Iterator[Part]:
    """Files that were read as a whole, in pieces."""
    return chain.from_iterable(pieces(part, rows=CHUNK_ROWS) for part in parts)


def admit_table(table: str, path: Path, settings: Settings) -> Admitted:
    """Read and admit one table alone, from a file of any name or a folder that has the table. Raises SourceError."""
    if not path.exists():
        raise SourceError(f"{path} does not exist: name a file with the rows of {table}, or a folder with one.")
    aliases = load_aliases(settings.alias_file)
    files = (
        files_by_table(discover(path), aliases).get(table, [])
        if path.is_dir()
        else [ExportFile(path, path.name, table)]
    )
    unreadable = [file.name for file in files if not file.readable]
    if not files or unreadable:
        raise SourceError(f"{path} is no {table}: name a file that ends in {', '.join(FORMATS)}, or a folder with one.")
    parts = [read_named(table, file, aliases).part for file in files]
    return admitted({table: parts}, instance_time_zone=settings.instance_time_zone)


def files_by_table(found: Sequence[ExportFile], aliases: Aliases) -> dict[str, list[ExportFile]]:
    """The files of each known table, by canonical name. Raises SourceError where a table is there under two names."""
    tables: dict[str, list[ExportFile]] = {table: [] for table in SOURCES}
    for file in found:
        table = aliases.table(file.table)
        if table is not None and file.readable:
            tables[table].append(file)
    for table, files in tables.items():
        _check_one_name(table, files)
    return {table: files for table, files in tables.items() if files}


def _check_one_name(table: str, files: Sequence[ExportFile]) -> None:
    names = sorted({Path(file.name).parts[0] for file in files})
    if len(names) > 1:
        raise SourceError(
            f"The table {table} is there more than once: as {' and as '.join(names)}. Which one counts can't be told, "
            "and reading both could count money twice: keep one."
        )


def _check_indispensable(
    indispensable: Sequence[Sequence[str]],
    tables: Iterable[str],
    found: Sequence[ExportFile],
    source: Path,
    aliases: Aliases,
) -> None:
    for group in indispensable:
        if not set(group) & set(tables):
            accepted = [spelling for table in group for spelling in aliases.table_spellings(table)]
            there = ", ".join(sorted(file.name for file in found)) or "no export file at all"
            raise SourceError(
                f"{source} has no table {' or '.join(group)}, without which there is nothing to compute. "
                f"Looked for a file or folder named {' or '.join(accepted)}; found {there}."
            )


def _unused_input(
    found: Sequence[ExportFile], tables: Mapping[str, Sequence[ExportFile]], columns: Sequence[tuple[str, str, str]]
) -> pl.DataFrame:
    known = {file.name for mine in tables.values() for file in mine}
    whole = [(file.name, "", _why_unused(file)) for file in found if file.name not in known]
    return pl.DataFrame([*whole, *columns], schema=UnusedInput.dtypes(), orient="row")


def _why_unused(file: ExportFile) -> str:
    if not file.readable:
        return f"its name ends in none of {', '.join(FORMATS)}"
    return f"no table is named {file.table}"
