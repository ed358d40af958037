"""From a folder of export files to admitted source tables: find, read, name, admit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from models.audit import UnusedInput
from models.catalogue import SOURCES
from models.settings import Settings
from models.table import Source, Table
from models.vocabulary import WORK_ITEM_TABLES
from pipelines.aliases import Aliases, Header, load_aliases
from pipelines.export_files import FORMATS, ExportFile, discover, read_with_fingerprint
from pipelines.formats.raw_table import SourceError
from transforms.admission import Admitted, Judge, admitted, together
from transforms.chunk import in_chunks
from transforms.reference import admission_groups, judged_alone
from transforms.typed_table import Part

INDISPENSABLE: Final = (("fiscal_period",), WORK_ITEM_TABLES)
"""Of each of these groups at least one table must be there."""
HandOn = Callable[[type[Table], pl.DataFrame], None]
"""Takes admitted rows of a table."""
CHUNK_ROWS: Final = 1_000_000
"""Rows of a table that are judged at a time, where they can be."""
CURRENCY_WRITTEN: Final = r"([A-Z]{3};|[$€£¥])"
CURRENCY_USED: Final = "that of the column currency, of the plan or of the work item counts; compare the two"


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


@dataclass(frozen=True)
class NamedFile:
    """A file of a known table, as read, with the meaning of its columns."""

    part: Part
    unused: Mapping[str, str]
    """Columns that are not used, and why."""
    currencies: Mapping[str, str]
    """Columns of amounts that are used without the currencies written in them, and what is written."""


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
        for chunk in in_chunks(SOURCES[table], self._read(table), rows=CHUNK_ROWS):
            yield {table: chunk}

    def _read(self, table: str) -> list[Part]:
        files = [_read_file(table, file, self.aliases) for file in self.tables[table]]
        self.progress(f"{table}: {sum(file.part.records for file in files):,} rows read")
        for file in files:
            if file.unused:
                self.progress(f"{file.part.source_file}: not used: {', '.join(file.unused)}")
            self.unused += _unused_columns(file)
        return [file.part for file in files]


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
    parts = [_read_file(table, file, aliases).part for file in files]
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


def _read_file(table: str, file: ExportFile, aliases: Aliases) -> NamedFile:
    raw, fingerprint = read_with_fingerprint(file)
    header = aliases.header(table, raw.cells.columns)
    if raw.cells.columns:
        _check_required(table, file, header, aliases)
    _check_told_apart(file, header, raw.repeated)
    part = Part(file.name, raw.cells, raw.row_number, header.spelled, raw.unreadable, fingerprint)
    return NamedFile(part, {**header.unused, **raw.ignored}, _currencies_written(table, part))


def _currencies_written(table: str, part: Part) -> dict[str, str]:
    """The currencies that stand in the amounts of a file, by column as spelled there."""
    named = {part.spelled[column] for column in SOURCES[table].columns_of_kind("money") if column in part.spelled}
    texts = [part.cells[column] for column in part.cells.columns if column in named]
    found = {cells.name: _written(cells) for cells in texts if cells.dtype == pl.String}
    return {column: currencies for column, currencies in found.items() if currencies}


def _written(cells: pl.Series) -> str:
    """The currencies in the texts of a column; most columns have none, which is soon seen."""
    marked = cells.filter(cells.str.contains(r"[;$€£¥]").fill_null(value=False))
    currencies = marked.str.extract(CURRENCY_WRITTEN).str.strip_suffix(";").drop_nulls().unique().sort()
    return ", ".join(currencies)


def _check_told_apart(file: ExportFile, header: Header, repeated: Collection[str]) -> None:
    twice = sorted(set(header.spelled.values()) & set(repeated))
    if twice:
        raise SourceError(
            f"{file.name} has several columns named {' and several named '.join(twice)}. Which one counts can't be "
            "told: keep one."
        )


def _check_required(table: str, file: ExportFile, header: Header, aliases: Aliases) -> None:
    source = SOURCES[table]
    assert issubclass(source, Source)
    missing = [column for column in source.required_columns() if column not in header.spelled]
    if missing:
        accepted = "; ".join(f"{column}: {', '.join(aliases.spellings(table, column))}" for column in missing)
        raise SourceError(
            f"{file.name} has no column {' and no column '.join(missing)}, which the table {table} must have. "
            f"Accepted spellings, in any case, also with _value at the end: {accepted}. "
            f"The file has: {', '.join([*header.spelled.values(), *header.unused])}."
        )


def _unused_columns(file: NamedFile) -> Iterator[tuple[str, str, str]]:
    """What of a file is not used, and why."""
    name = file.part.source_file
    yield from ((name, column, reason) for column, reason in file.unused.items())
    for column, written in file.currencies.items():
        yield name, column, f"the currency written in amounts ({written}): {CURRENCY_USED}"


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
