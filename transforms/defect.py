"""Why rows are set aside: one record per defect, with the words a person reads."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Final

import polars as pl

from models.table import Table
from transforms.sentence import sentence

INPUT_ROW: Final = "input_row"
"""Position of a row among the readable rows of its table, over all its files."""

DEFECT: Final = pl.Schema(
    {
        INPUT_ROW: pl.UInt32(),
        "stage": pl.UInt8(),
        "place": pl.UInt16(),
        "column": pl.String(),
        "rule": pl.String(),
        "message": pl.String(),
    }
)
LONGEST_SHOWN_VALUE: Final = 80


class Stage(IntEnum):
    """The order in which defects are looked for: the first one found is the reason given."""

    CELL = 1
    COPY = 2
    REFERENCE = 3


def defects(
    rows: pl.DataFrame, table: type[Table], column: str, stage: Stage, *, rule: pl.Expr, message: pl.Expr
) -> pl.DataFrame:
    """One defect in `column` for each of the rows."""
    place = list(table.columns()).index(column)
    found = rows.select(
        INPUT_ROW, stage=pl.lit(int(stage)), place=pl.lit(place), column=pl.lit(column), rule=rule, message=message
    )
    return found.cast(DEFECT)


def all_defects(found: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """The defects of several searches."""
    return pl.concat([pl.DataFrame(schema=DEFECT), *found])


def shown(text: pl.Expr) -> pl.Expr:
    """A value in quotes, shortened."""
    head = text.str.slice(0, LONGEST_SHOWN_VALUE)
    return pl.concat_str(pl.lit('"'), head, pl.when(head == text).then(pl.lit('"')).otherwise(pl.lit('…"')))


def cell_message(table: type[Table], column: str) -> pl.Expr:
    """Words for a `cell` (text) that breaks a `rule`: what it says and what would be accepted."""
    explanation = pl.col("rule").replace_strict(_explanations(table, column), return_dtype=pl.String)
    return sentence(f"{column} {{}} {{}}", shown(pl.col("cell")), explanation)


def _explanations(table: type[Table], column: str) -> dict[str, str]:
    facts = table.metadata_of(column)
    day = "is not a day of the calendar. Accepted: YYYY-MM-DD, or a moment in UTC as YYYY-MM-DD HH:MM:SS."
    moment = "is not a moment. Accepted, in UTC: YYYY-MM-DD HH:MM:SS or YYYYMMDDTHHMMSS."
    decimals = getattr(table.columns()[column], "scale", 0)
    return {
        "unreadable_number": "is not a number. Accepted for example: 1234.5, 1,234.50, $1,234.50, USD;1234.5.",
        "not_finite": "is not a finite number. Correct it, or leave it empty where it is unknown.",
        "out_of_range": "is 100,000,000,000,000 or more in size: too large to be right.",
        "too_many_decimals": f"has more than {decimals} decimals, and numbers are never rounded. Export it with fewer.",
        "unreadable_date": day if facts["kind"] == "date" else moment,
        "unreadable_boolean": "is neither true nor false. Accepted: true, false, 1, 0.",
        "unknown_choice": f"is none of the accepted words: {', '.join(facts.get('words', ()))}.",
    }
