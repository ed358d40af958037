"""Rows under a cause: which amounts a figure would hold, more, less or instead of ours, if the cause were true."""

from __future__ import annotations

import datetime as dt
from typing import Final

import polars as pl

from models.vocabulary import CAPITAL, OPERATING
from transforms.figure import total

PLANNED: Final = "planned"
ACTUAL: Final = "actual"
BUDGETED: Final = "budget"
PLANNED_BENEFIT: Final = "planned_benefit"
ACTUAL_BENEFIT: Final = "actual_benefit"
FIGURES: Final = {
    f"{PLANNED} cost": "estimated_cost",
    f"{PLANNED} capital": "planned_capital",
    f"{PLANNED} operating": "planned_operating",
    f"{PLANNED} forecast": "estimate_at_completion",
    f"{ACTUAL} cost": "actual_cost",
    f"{ACTUAL} capital": "actual_capital",
    f"{ACTUAL} operating": "actual_operating",
    f"{ACTUAL} forecast": "estimate_at_completion",
    f"{BUDGETED} cost": "budget_cost",
    f"{PLANNED_BENEFIT} cost": "estimated_benefit",
    f"{ACTUAL_BENEFIT} cost": "actual_benefit",
}
"""The figure that each part of a stream is."""
PARTS: Final = ("cost", "capital", "operating", "forecast")
TESTED: Final = ["work_item", "stream", "cause", "detail"]
COLUMNS: Final = (*TESTED, "expense_type", "fiscal_period", "amount")


def under(
    rows: pl.LazyFrame, stream: str, cause: str, amount: str | pl.Expr, detail: str | None = None
) -> pl.LazyFrame:
    """Rows of work items as rows of a cause; those that lack an expense type or a period stay without."""
    held = rows.collect_schema().names()
    nothing = pl.lit(None, pl.String)
    return rows.filter(pl.col("work_item").is_not_null()).select(
        "work_item",
        stream=pl.lit(stream),
        cause=pl.lit(cause),
        detail=nothing if detail is None else pl.col(detail),
        expense_type="expense_type" if "expense_type" in held else nothing,
        fiscal_period="fiscal_period" if "fiscal_period" in held else nothing,
        amount=pl.col(amount) if isinstance(amount, str) else amount,
    )


def amounts_of(rows: list[pl.LazyFrame], base_period: pl.LazyFrame, *, as_of: dt.date) -> pl.LazyFrame:
    """The sum of rows for each work item, figure and cause; none where an amount is unknown.

    Of the estimate at completion, actual rows of past periods and planned rows of the others are part.
    """
    dated = pl.concat(rows).join(base_period.select("fiscal_period", "end_date"), on="fiscal_period", how="left")
    is_past, stream = pl.col("end_date") < as_of, pl.col("stream")
    in_forecast = (is_past & (stream == ACTUAL)) | (~is_past & (stream == PLANNED))
    expense_type = pl.col("expense_type")
    sums = dated.group_by(TESTED).agg(
        total("amount").alias("cost"),
        total("amount", expense_type == CAPITAL).alias("capital"),
        total("amount", expense_type == OPERATING).alias("operating"),
        total("amount", in_forecast.fill_null(value=False)).alias("forecast"),
        rows=pl.len().cast(pl.Int64),
    )
    named = (pl.col("stream") + pl.lit(" ") + pl.col("part")).replace_strict(FIGURES, default=None)
    parts = sums.unpivot(on=PARTS, index=[*TESTED, "rows"], variable_name="part", value_name="amount")
    return (
        parts.with_columns(figure=named, rows=pl.when(pl.col("part") == "cost").then("rows"))
        .drop_nulls(["figure", "amount"])
        .group_by("work_item", "figure", "cause", "detail")
        .agg(pl.col("amount").sum(), pl.col("rows").first())
    )
