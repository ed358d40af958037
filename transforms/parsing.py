"""Cells as exported become typed values: one rule per kind of column.

Text and typed cells (Parquet, spreadsheets) give the same values. Nothing is guessed and nothing is rounded: a cell that
can't be read exactly becomes null and names the rule it breaks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from transforms.amounts import parsed_decimal, parsed_ratio
from transforms.cell import Parsed, as_text, only_where, parsed_by, parsed_without_defect, stripped
from transforms.moments import parsed_date, parsed_date_time

if TYPE_CHECKING:
    from models.table import Table

CELL: Final = pl.col("cell")
FLAGS: Final = {"true": True, "1": True, "false": False, "0": False}


def parsed(cells: pl.Series, table: type[Table], column: str, *, instance_time_zone: str) -> Parsed:
    """The cells read as a column of the table."""
    facts = table.metadata_of(column)
    match facts["kind"]:
        case "money" | "rate":
            return parsed_decimal(cells, table.columns()[column].dtype)
        case "ratio":
            return parsed_ratio(cells)
        case "choice":
            return parsed_choice(cells, facts["words"])
        case "flag":
            return parsed_flag(cells)
        case "date":
            return parsed_date(cells, instance_time_zone=instance_time_zone)
        case "date_time":
            return parsed_date_time(cells)
        case "key" | "reference":
            return parsed_key(cells)
        case "text":
            return parsed_key(cells) if column in table.primary_key() else parsed_text(cells)
        case kind:
            raise TypeError(f"{table.table_name()}.{column}: exports have no columns of kind {kind!r}")


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
