"""A file of a known table: its columns under their canonical names, and what of it is not used."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

from models.catalogue import SOURCES
from models.table import Source
from pipelines.aliases import Aliases, Header
from pipelines.export_files import ExportFile, FileInPieces, read_with_fingerprint
from pipelines.formats.raw_table import RawTable, SourceError
from transforms.fingerprint import Fingerprint
from transforms.typed_table import Part

CURRENCY_WRITTEN: Final = r"([A-Z]{3};|[$€£¥])"
CURRENCY_USED: Final = "that of the column currency, of the plan or of the work item counts; compare the two"


@dataclass(frozen=True)
class NamedFile:
    """A file of a known table, or a piece of one, as read, with the meaning of its columns."""

    part: Part
    unused: Mapping[str, str]
    """Columns that are not used, and why."""
    currencies: Mapping[str, frozenset[str]]
    """Columns of amounts that are used without the currencies written in them, and what is written."""

    def told_unused(self) -> Iterator[tuple[str, str, str]]:
        """What of the file is not used: file, column and reason."""
        name = self.part.source_file
        yield from ((name, column, reason) for column, reason in self.unused.items())
        for column, written in self.currencies.items():
            yield name, column, f"the currency written in amounts ({', '.join(sorted(written))}): {CURRENCY_USED}"

    def with_currencies_of(self, other: NamedFile | None) -> NamedFile:
        """The same, with what is written in another piece of the file besides."""
        if other is None:
            return self
        both = {
            column: self.currencies.get(column, frozenset()) | other.currencies.get(column, frozenset())
            for column in [*self.currencies, *other.currencies]
        }
        return replace(self, currencies=both)


def read_named(table: str, file: ExportFile, aliases: Aliases) -> NamedFile:
    """A file as a whole. Raises SourceError where it can't be read, or lacks a column that the table must have."""
    raw, fingerprint = read_with_fingerprint(file)
    header = _header(table, file, raw.cells.columns, raw.repeated, aliases)
    return _named(table, file, raw, header, fingerprint)


def read_named_pieces(
    table: str, file: FileInPieces, aliases: Aliases, columns: Sequence[str] | None
) -> Iterator[NamedFile]:
    """The same piece by piece; with `columns`, these are enough, by their canonical names."""
    header = _header(table, file.file, file.content.columns, file.content.repeated, aliases)
    spelled = None if columns is None else [header.spelled[column] for column in columns if column in header.spelled]
    for raw in file.read(spelled):
        yield _named(table, file.file, raw, header, file.fingerprint)


def _named(table: str, file: ExportFile, raw: RawTable, header: Header, fingerprint: Fingerprint) -> NamedFile:
    part = Part(file.name, raw.cells, raw.row_number, header.spelled, raw.unreadable, fingerprint)
    return NamedFile(part, {**header.unused, **raw.ignored}, _currencies_written(table, part))


def _header(
    table: str, file: ExportFile, columns: Sequence[str], repeated: Collection[str], aliases: Aliases
) -> Header:
    """What the columns of a file mean. Raises SourceError."""
    header = aliases.header(table, columns)
    if columns:
        _check_required(table, file, header, aliases)
    _check_told_apart(file, header, repeated)
    return header


def _currencies_written(table: str, part: Part) -> dict[str, frozenset[str]]:
    """The currencies that stand in the amounts of a file, by column as spelled there."""
    named = {part.spelled[column] for column in SOURCES[table].columns_of_kind("money") if column in part.spelled}
    texts = [part.cells[column] for column in part.cells.columns if column in named]
    found = {cells.name: frozenset(_written(cells)) for cells in texts if cells.dtype == pl.String}
    return {column: currencies for column, currencies in found.items() if currencies}


def _written(cells: pl.Series) -> Iterable[str]:
    """The currencies in the texts of a column; most columns have none, which is soon seen."""
    marked = cells.filter(cells.str.contains(r"[;$€£¥]").fill_null(value=False))
    return marked.str.extract(CURRENCY_WRITTEN).str.strip_suffix(";").drop_nulls().unique()


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
