"""Cells as exported become typed values: one rule per kind of column.

Text and typed cells (Parquet, spreadsheets) give the same values. Nothing is guessed or rounded: a cell that can't be
read exactly becomes null and names the rule it breaks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import polars as pl

from models.table import Table
from transforms.amounts import parsed_count, parsed_decimal, parsed_ratio
from transforms.cell import Parsed, as_text, only_where, parsed_by, parsed_without_defect, stripped
from transforms.moments import parsed_date, parsed_date_time, parsed_moment_or_day

CELL: Final = pl.col("cell")
FLAGS: Final = {"true": True, "1": True, "false": False, "0": False}


def parsed(cells: pl.Series, table: type[Table], column: str, *, instance_time_zone: str) -> Parsed:
    """The cells read as a column of the table. Raises KeyError for a kind of column that exports don't have."""
    facts, dtype = table.metadata_of(column), table.columns()[column].dtype
    if isinstance(dtype, pl.Decimal):
        return parsed_decimal(cells, dtype)
    if facts["kind"] == "choice":
        return parsed_choice(cells, facts["words"])
    if facts["kind"] == "date":
        return parsed_date(cells, instance_time_zone=instance_time_zone)
    if facts.get("accepts_day"):
        return parsed_moment_or_day(cells, instance_time_zone=instance_time_zone)
    return PARSERS["key" if column in table.primary_key() else facts["kind"]](cells)


def parsed_text(cells: pl.Series) -> Parsed:
    """Free text as it is; blank text is null."""
    text = as_text(cells)
    return parsed_without_defect(only_where(text.str.strip_chars() != "", text))


def parsed_key(cells: pl.Series) -> Parsed:
    """Text without blanks around it; blank text is null."""
    return parsed_without_defect(stripped(cells))


def parsed_choice(cells: pl.Series, words: tuple[str, ...]) -> Parsed:
    """A word of a closed list in lower case, whatever its case and the blanks around it."""
    word = CELL.str.to_lowercase()
    unknown = ~word.is_in(words)
    return parsed_by(stripped(cells), pl.when(~unknown).then(word), pl.when(unknown).then(pl.lit("unknown_choice")))


def parsed_flag(cells: pl.Series) -> Parsed:
    """`true` or `1`, `false` or `0`, whatever the case and the blanks around it."""
    word = CELL.str.to_lowercase()
    values = word.replace_strict(FLAGS, default=None, return_dtype=pl.Boolean)
    unreadable = CELL.is_not_null() & values.is_null()
    return parsed_by(stripped(cells), values, pl.when(unreadable).then(pl.lit("unreadable_boolean")))


PARSERS: Final[dict[str, Callable[[pl.Series], Parsed]]] = {
    "key": parsed_key,
    "reference": parsed_key,
    "text": parsed_text,
    "flag": parsed_flag,
    "ratio": parsed_ratio,
    "count": parsed_count,
    "date_time": parsed_date_time,
}
