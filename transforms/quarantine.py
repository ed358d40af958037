"""The rows that were set aside: why, how much money they carry, and what they said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import polars as pl

from models.audit import Quarantine, SetAsideAmount
from models.table import Table
from transforms.cell import as_text
from transforms.defect import INPUT_ROW, Stage
from transforms.export_note import TRUNCATED_EXPORT, is_export_note
from transforms.sentence import sentence
from transforms.typed_table import Part, TypedTable

UNREADABLE_ROW: Final = "unreadable_row"
MESSAGES: Final = {
    UNREADABLE_ROW: "The record can't be read into the columns of its file. Correct it in the export.",
    TRUNCATED_EXPORT: "This is no record but a note: the platform has cut the export off here, and rows are missing. "
    "Export the table again in parts below the limit.",
}
"""What is said of records that are none, by rule."""


def conforming(frame: pl.DataFrame, table: type[Table]) -> pl.DataFrame:
    """Exactly the columns of the table, in its order and types."""
    return frame.select(list(table.columns())).cast(pl.Schema(table.dtypes()))


def quarantine(table: TypedTable) -> pl.DataFrame:
    """One row for each row of a table that was set aside, with its first defect and how many more it has."""
    frames = [pl.DataFrame(schema=Quarantine.dtypes())]
    reasons = first_defects(table)
    for part, start in table.parts_and_starts():
        mine = reasons.filter(pl.col(INPUT_ROW).is_between(start, start + part.rows, closed="left"))
        frames += [_located(table, part, mine, mine[INPUT_ROW] - start)] if len(mine) else []
        frames += [_unreadable_rows(table, part)]
    return pl.concat(frames).sort("source_file", "row_number")


def first_defects(table: TypedTable) -> pl.DataFrame:
    """The reason given for each row set aside: column, rule and message of its first defect, and its key."""
    ordered = table.defects.sort(INPUT_ROW, "stage", "place")
    firsts = ordered.group_by(INPUT_ROW, maintain_order=True).agg(
        pl.col("column", "rule", "message").first(), more=pl.len() - 1
    )
    more = pl.when(pl.col("more") > 0).then(sentence(" And {} more.", "more")).otherwise(pl.lit(""))
    key = table.rows[table.source.primary_key()[0]].gather(firsts[INPUT_ROW]).cast(pl.String)
    return firsts.with_columns(pl.concat_str("message", more), sys_id=key)


def _located(table: TypedTable, part: Part, reasons: pl.DataFrame, positions: pl.Series) -> pl.DataFrame:
    located = reasons.with_columns(
        source_table=pl.lit(table.source.table_name()),
        source_file=pl.lit(part.source_file),
        row_number=part.row_number.gather(positions),
        raw=as_json(part.cells[positions]),
    )
    return conforming(located, Quarantine)


def _unreadable_rows(table: TypedTable, part: Part) -> pl.DataFrame:
    rule = pl.Series(_rules_of_unreadable(part), dtype=pl.String)
    rows = part.unreadable.select(
        "row_number",
        source_table=pl.lit(table.source.table_name()),
        source_file=pl.lit(part.source_file),
        sys_id=pl.lit(None),
        column=pl.lit(None),
        rule=rule,
        message=rule.replace_strict(MESSAGES, return_dtype=pl.String),
        raw=pl.Series([json.dumps(text, ensure_ascii=False) for text in part.unreadable["raw"]], dtype=pl.String),
    )
    return conforming(rows, Quarantine)


def _rules_of_unreadable(part: Part) -> list[str]:
    """Why each record that is none is set aside: the last one of a file may be a note of the platform."""
    cuts = [number == part.records and is_export_note(raw) for number, raw in part.unreadable.rows()]
    return [TRUNCATED_EXPORT if is_cut else UNREADABLE_ROW for is_cut in cuts]


def as_json(cells: pl.DataFrame) -> pl.Series:
    """Each row as a JSON object; whatever JSON has no type for is text."""
    plain = [series if _has_json_type(series) else as_text(series).alias(series.name) for series in cells]
    return pl.DataFrame(plain).select(pl.struct(pl.all()).struct.json_encode()).to_series()


def _has_json_type(series: pl.Series) -> bool:
    exact_float = series.dtype.is_float() and bool(series.is_finite().all())
    return exact_float or series.dtype.is_integer() or series.dtype in (pl.Boolean, pl.String)


def set_aside_amount(table: TypedTable) -> pl.DataFrame:
    """For each money column of the files: what was admitted, what was set aside, and where the amount is unknown."""
    given = [
        column
        for column in table.source.columns_of_kind("money")
        if any(column in part.spelled for part in table.parts)
    ]
    empty = pl.DataFrame(schema=SetAsideAmount.dtypes())
    return pl.concat([empty, *_set_aside(table, given)])


def _set_aside(table: TypedTable, columns: list[str]) -> Iterator[pl.DataFrame]:
    accepted, quarantined = table.sound, table.set_aside
    unreadable = sum(part.unreadable.height for part in table.parts)
    at_fault = table.defects.filter(pl.col("stage") == int(Stage.CELL))
    for column in columns:
        amounts = pl.DataFrame(
            {
                "source_table": table.source.table_name(),
                "column": column,
                "amount_accepted": accepted.select(pl.col(column).sum()).to_series(),
                "amount_quarantined": quarantined.select(pl.col(column).sum()).to_series(),
                "rows_unreadable": unreadable + (at_fault["column"] == column).sum(),
            }
        )
        yield conforming(amounts, SetAsideAmount)
