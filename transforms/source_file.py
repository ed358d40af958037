"""What each file of a table holds, and what became of it: for those who must show that a file was used whole."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import polars as pl

from models.audit import SourceFile, SourceFileAmount
from transforms.defect import INPUT_ROW, Stage
from transforms.typed_table import Part, TypedTable


def source_file(table: TypedTable) -> pl.DataFrame:
    """One row for each file of a table: its records, what became of them, and its fingerprint."""
    rows = [_counted(table, part, start) for part, start in table.parts_and_starts()]
    return pl.DataFrame(rows, schema=SourceFile.dtypes())


def _counted(table: TypedTable, part: Part, start: int) -> dict[str, Any]:
    accepted = int(table.is_sound.slice(start, part.rows).sum())
    return {
        "source_table": table.source.table_name(),
        "source_file": part.source_file,
        "rows_read": part.records,
        "rows_accepted": accepted,
        "rows_quarantined": part.records - accepted,
        "distinct_keys": _distinct_keys(table, part, start),
        **part.fingerprint._asdict(),
    }


def _distinct_keys(table: TypedTable, part: Part, start: int) -> int:
    """Different keys on the rows of a file; where admission found no row that shares its key, all are different."""
    keys = pl.DataFrame([table.rows[column].slice(start, part.rows) for column in table.source.primary_key()])
    if table.has_copies:
        return keys.drop_nulls().n_unique()
    return int(keys.select(pl.all_horizontal(pl.all().is_not_null()).sum()).item())


def source_file_amount(table: TypedTable) -> pl.DataFrame:
    """For each file and money column that it has: what was admitted, set aside, and where the amount is unknown."""
    amounts = [row for part, start in table.parts_and_starts() for row in _amounts(table, part, start)]
    return pl.DataFrame(amounts, schema=SourceFileAmount.dtypes())


def _amounts(table: TypedTable, part: Part, start: int) -> Iterator[dict[str, Any]]:
    sound = table.is_sound.slice(start, part.rows)
    mine = pl.col(INPUT_ROW).is_between(start, start + part.rows, closed="left")
    unreadable = table.defects.filter(mine, pl.col("stage") == int(Stage.CELL))["column"]
    for column in table.source.columns_of_kind("money"):
        if column in part.spelled:
            amounts = table.rows[column].slice(start, part.rows)
            yield {
                "source_table": table.source.table_name(),
                "source_file": part.source_file,
                "column": column,
                "amount_accepted": _sum(amounts.filter(sound)),
                "amount_quarantined": _sum(amounts.filter(~sound)),
                "rows_unreadable": part.unreadable.height + int((unreadable == column).sum()),
            }


def _sum(amounts: pl.Series) -> Decimal:
    total = amounts.sum()
    assert isinstance(total, Decimal)
    return total
