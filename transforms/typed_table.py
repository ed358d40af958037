"""A source table before it is judged: cells read as the types of their columns, with the defects of single cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate

import polars as pl

from models.table import Table
from transforms.cell import Parsed, as_text, nulls, parsed_without_defect
from transforms.defect import DEFECT, INPUT_ROW, Stage, all_defects, cell_message, defects
from transforms.fingerprint import Fingerprint
from transforms.parsing import parsed
from transforms.row_rule import EVERY_ROW, NEEDED_ONLY_BY


@dataclass(frozen=True)
class Part:
    """One file of a table, as read."""

    source_file: str
    cells: pl.DataFrame
    """The columns of the file, as spelled there."""
    row_number: pl.Series
    """The record in the file, from 1."""
    spelled: Mapping[str, str]
    """Canonical column name: its name in `cells`."""
    unreadable: pl.DataFrame
    """Records that could not be read into columns: `row_number` and `raw` text."""
    fingerprint: Fingerprint
    """Of the file as it lies on disk."""

    @property
    def rows(self) -> int:
        """The rows that could be read into columns."""
        return len(self.row_number)

    @property
    def records(self) -> int:
        """All records of the file."""
        return self.rows + self.unreadable.height


@dataclass(frozen=True)
class TypedTable:
    """The readable rows of a table, typed, and what is wrong with them so far."""

    source: type[Table]
    parts: Sequence[Part]
    rows: pl.DataFrame
    """The table's columns and `input_row`."""
    defects: pl.DataFrame

    @cached_property
    def sound(self) -> pl.DataFrame:
        """The rows without a defect."""
        return self.rows.filter(self.is_sound) if len(self.defects) else self.rows

    @cached_property
    def set_aside(self) -> pl.DataFrame:
        """The rows with a defect."""
        return self.rows.filter(~self.is_sound)

    @cached_property
    def is_sound(self) -> pl.Series:
        """Whether a row has no defect, for every row."""
        every_row = pl.Series([True]).new_from_index(0, self.rows.height)
        return every_row.scatter(self.defects[INPUT_ROW].unique(), values=False)

    @cached_property
    def has_copies(self) -> bool:
        """Whether any row shares its key with another one, as far as has been looked for."""
        return bool((self.defects["stage"] == int(Stage.COPY)).any())

    def parts_and_starts(self) -> Iterator[tuple[Part, int]]:
        """Each file with the `input_row` of its first row."""
        return zip(self.parts, accumulate((part.rows for part in self.parts), initial=0), strict=False)

    def with_defects(self, *found: pl.DataFrame) -> TypedTable:
        """The same rows with further defects."""
        return replace(self, defects=pl.concat([self.defects, *found]))


def typed_table(source: type[Table], parts: Sequence[Part], *, instance_time_zone: str) -> TypedTable:
    """All files of a table, in the order of their names, whatever the order in which they come."""
    table = TypedTable(source, sorted(parts, key=lambda part: part.source_file), _no_rows(source), all_defects([]))
    typed = [_typed_part(source, part, start, instance_time_zone) for part, start in table.parts_and_starts()]
    rows = pl.concat([table.rows, *(rows for rows, _ in typed)])
    return replace(table, rows=rows, defects=all_defects(found for _, found in typed))


def _no_rows(source: type[Table]) -> pl.DataFrame:
    return pl.DataFrame(schema={**source.dtypes(), INPUT_ROW: DEFECT[INPUT_ROW]})


def _typed_part(source: type[Table], part: Part, first: int, zone: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    read = {column: _parsed_column(source, part, column, zone) for column in source.columns()}
    columns = [values.alias(column) for column, (values, _) in read.items()]
    rows = pl.DataFrame(columns, schema=source.dtypes())
    numbered = rows.with_columns(pl.int_range(first, first + pl.len(), dtype=pl.UInt32).alias(INPUT_ROW))
    return numbered, all_defects(_cell_defects(source, part, numbered, read))


def _parsed_column(source: type[Table], part: Part, column: str, zone: str) -> Parsed:
    if column not in part.spelled:
        return parsed_without_defect(nulls(source.columns()[column].dtype, len(part.row_number)))
    return parsed(part.cells[part.spelled[column]], source, column, instance_time_zone=zone)


def _cell_defects(
    source: type[Table], part: Part, rows: pl.DataFrame, read: Mapping[str, Parsed]
) -> Iterator[pl.DataFrame]:
    for column, (_, rules) in read.items():
        at_fault = rules.is_not_null().arg_true()
        if len(at_fault):
            cells = as_text(part.cells[part.spelled[column]].gather(at_fault))
            faulty = rows[at_fault].select(INPUT_ROW, cell=cells, rule=rules.gather(at_fault))
            yield defects(faulty, source, column, Stage.CELL, rule=pl.col("rule"), message=cell_message(source, column))
        yield _missing_values(source, column, rows, rules.is_null())


def _missing_values(source: type[Table], column: str, rows: pl.DataFrame, readable: pl.Series) -> pl.DataFrame:
    """Empty cells of a column that must not be empty."""
    needed_by = NEEDED_ONLY_BY.get((source.table_name(), column), EVERY_ROW)
    if source.columns()[column].nullable and needed_by is EVERY_ROW:
        return pl.DataFrame(schema=DEFECT)
    empty = rows.filter(pl.col(column).is_null() & needed_by.rows & readable)
    message = pl.lit(f"{column} is empty, but every {needed_by.named} of {source.table_name()} needs it.")
    rule = pl.lit("missing_key" if column in source.primary_key() else "missing_value")
    return defects(empty, source, column, Stage.CELL, rule=rule, message=message)
