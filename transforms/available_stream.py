"""Null is not zero: which streams this export can tell anything about."""

from __future__ import annotations

from typing import Final

import dataframely as dy
import polars as pl

from models.audit import Admission
from models.figures import AvailableStream

NEEDS: Final = {
    "has_planned_cost": ("cost_plan", "cost_plan_breakdown"),
    "has_planned_benefit": ("benefit_plan", "benefit_plan_breakdown"),
    "has_actual_cost": ("fm_expense_line",),
    "has_actual_benefit": ("benefit_plan", "benefit_plan_breakdown"),
    "has_budget_v1": ("project_funding",),
    "has_budget_v2": ("sn_invst_pln_investment", "sn_invst_pln_invst_budget"),
}
"""The source tables without which a stream is unknown."""

HAS_BUDGET: Final = (
    pl.when(pl.col("version") == "v2").then("has_budget_v2").when(pl.col("version") == "v1").then("has_budget_v1")
)
"""Whether the tables of the budget version that counts are there."""


def available_stream(admission: dy.LazyFrame[Admission]) -> dy.LazyFrame[AvailableStream]:
    """A stream is available when all tables it needs are in the export, however few rows they have."""
    present = pl.col("source_table")
    frame = admission.select(
        present.filter(present.is_in(tables)).n_unique().eq(len(tables)).alias(stream)
        for stream, tables in NEEDS.items()
    )
    return AvailableStream.cast(frame)


def known(amount: str, *streams: str | pl.Expr, rows: str | None = None) -> pl.Expr:
    """The amount, 0 where there are no rows for it; null where a stream it needs is not available.

    `rows` is a column that says, by being filled, that there are rows: then an empty amount is unknown, not 0.
    """
    has_no_rows = pl.col(amount if rows is None else rows).is_null()
    value = pl.when(has_no_rows).then(pl.lit(0, pl.Int64)).otherwise(pl.col(amount))
    return pl.when(pl.all_horizontal(*streams)).then(value).alias(amount)
