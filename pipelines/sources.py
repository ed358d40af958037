"""From a folder of export files to admitted source tables: find, read, name, admit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from models.audit import UnusedInput
from models.catalogue import SOURCES
from models.settings import Settings
from models.table import Source
from models.vocabulary import WORK_ITEM_TABLES
from pipelines.aliases import Aliases, Header, load_aliases
from pipelines.export_files import FORMATS, ExportFile, discover, read_with_fingerprint
from pipelines.formats.raw_table import SourceError
from transforms.admission import Admitted, admitted
from transforms.typed_table import Part

INDISPENSABLE: Final = (("fiscal_period",), WORK_ITEM_TABLES)
"""Of each of these groups at least one table must be there."""
CURRENCY_WRITTEN: Final = r"([A-Z]{3};|[$€£¥])"
CURRENCY_USED: Final = "that of the column currency, of the plan or of the work item counts; compare the two"


@dataclass(frozen=True)
class Ingested:
    """Everything that an export folder holds: admitted, set aside, or not used."""

    tables: dict[str, pl.DataFrame]
    """The admitted rows of every source table that is there, by canonical name; all columns of its schema."""
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
) -> Ingested:
    """Read and admit every table in the folder, or `only` some; `progress` gets a line for each table.

    Raises SourceError where the folder, a file, a table or a required column stands in the way: of each group of
    `indispensable` tables at least one must be there.
    """
    aliases = load_aliases(settings.alias_file)
    found = discover(source)
    tables = files_by_table(found, aliases)
    _check_indispensable(indispensable, tables, found, source, aliases)
    files = {table: _read_table(table, mine, aliases, progress) for table, mine in tables.items() if table in only}
    outcome = admitted(
        {table: [file.part for file in mine] for table, mine in files.items()},
        instance_time_zone=settings.instance_time_zone,
    )
    return Ingested(*outcome, unused_input=_unused_input(found, tables, files))


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


def _read_table(
    table: str, files: Sequence[ExportFile], aliases: Aliases, progress: Callable[[str], None]
) -> list[NamedFile]:
    read_files = [_read_file(table, file, aliases) for file in files]
    rows = sum(file.part.records for file in read_files)
    progress(f"{table}: {rows:,} rows read")
    for file in read_files:
        if file.unused:
            progress(f"{file.part.source_file}: not used: {', '.join(file.unused)}")
    return read_files


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


def _unused_input(
    found: Sequence[ExportFile], tables: Mapping[str, Sequence[ExportFile]], files: Mapping[str, Sequence[NamedFile]]
) -> pl.DataFrame:
    known = {file.name for mine in tables.values() for file in mine}
    whole = [(file.name, "", _why_unused(file)) for file in found if file.name not in known]
    columns = [
        (file.part.source_file, column, reason)
        for mine in files.values()
        for file in mine
        for column, reason in file.unused.items()
    ]
    currencies = [
        (file.part.source_file, column, f"the currency written in amounts ({written}): {CURRENCY_USED}")
        for mine in files.values()
        for file in mine
        for column, written in file.currencies.items()
    ]
    return pl.DataFrame([*whole, *columns, *currencies], schema=UnusedInput.dtypes(), orient="row")


def _why_unused(file: ExportFile) -> str:
    if not file.readable:
        return f"its name ends in none of {', '.join(FORMATS)}"
    return f"no table is named {file.table}"
