"""Laws about files: what the files of a table hold is what the table holds, in rows and in money."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import dataframely as dy
import polars as pl

from models.audit import Admission, ExportConservation, SetAsideAmount, SourceFile, SourceFileAmount
from transforms.laws.conservation import MONEY
from transforms.sentence import sentence

TABLE: Final = ("source_table",)
COLUMN: Final = ("source_table", "column")


def export_conservation(
    admission: dy.LazyFrame[Admission],
    set_aside_amount: dy.LazyFrame[SetAsideAmount],
    source_file: dy.LazyFrame[SourceFile],
    source_file_amount: dy.LazyFrame[SourceFileAmount],
) -> dy.LazyFrame[ExportConservation]:
    """A law for each table and each kind of row, and for each money column: files = table."""
    rows = [
        _law(f"files: rows {what} of {{}}", admission, source_file, TABLE, f"rows_{what}")
        for what in ("read", "accepted", "quarantined")
    ]
    money = [
        _law(f"files: amount {what} of {{}}.{{}}", set_aside_amount, source_file_amount, COLUMN, f"amount_{what}")
        for what in ("accepted", "quarantined")
    ]
    return ExportConservation.cast(pl.concat([*rows, *money]))


def _law(name: str, tables: pl.LazyFrame, files: pl.LazyFrame, key: Sequence[str], amount: str) -> pl.LazyFrame:
    """The law that the amounts of files add up to that of their table, for each key that either side has."""
    expected = tables.select(*key, expected=pl.col(amount).cast(MONEY))
    found = files.group_by(key).agg(found=pl.col(amount).cast(MONEY).sum())
    sides = expected.join(found, on=key, how="full", coalesce=True)
    known = sides.with_columns(pl.col("expected", "found").fill_null(0), law=sentence(name, *key))
    difference = pl.col("found") - pl.col("expected")
    return known.select("expected", "found", "law", difference=difference, holds=difference == 0)
