"""With what today's estimates at completion are compared: every baseline, and the last night before this one."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import dataframely as dy
import polars as pl

from models.baseline_variance import BaselineVariance
from models.figures import WorkItem
from models.history import RememberedNight, RememberedWorkItemHistory
from models.variance_bridge import NIGHT, EstimateComparison
from transforms.history import rows_shown

ESTIMATE = "estimate_at_completion"


class EarlierNights(NamedTuple):
    """What earlier nights have shown of work items."""

    remembered_night: dy.LazyFrame[RememberedNight]
    remembered_work_item_history: dy.LazyFrame[RememberedWorkItemHistory]


def estimate_comparison(
    baseline_variance: dy.LazyFrame[BaselineVariance],
    earlier: EarlierNights,
    work_item: dy.LazyFrame[WorkItem],
    *,
    as_of: dt.date,
    functional_currency: str | None,
) -> dy.LazyFrame[EstimateComparison]:
    """Work items with their estimate then and now, where both are known; one that is missing on a side has 0 there.

    Amounts of a night in another functional currency than today's can't be compared.
    """
    nights = earlier.remembered_night.filter(pl.col("as_of") < as_of)
    last = nights.filter(pl.col("as_of") == pl.col("as_of").max(), _is_in(functional_currency)).select(day="as_of")
    with_night = compared_with_night(last, earlier.remembered_work_item_history, work_item)
    return EstimateComparison.cast(pl.concat([_with_baselines(baseline_variance), with_night]))


def _is_in(functional_currency: str | None) -> pl.Expr:
    return pl.col("currency").eq_missing(pl.lit(functional_currency, pl.String))


def _with_baselines(baseline_variance: pl.LazyFrame) -> pl.LazyFrame:
    known = baseline_variance.drop_nulls(f"{ESTIMATE}_variance")
    named = known.with_columns(
        compared_with="baseline",
        day="created_on",
        estimate_then=f"{ESTIMATE}_baseline",
        estimate_now=f"{ESTIMATE}_current",
    )
    return named.select(EstimateComparison.column_names())


def compared_with_night(night: pl.LazyFrame, history: pl.LazyFrame, work_item: pl.LazyFrame) -> pl.LazyFrame:
    """Every work item, then or now, beside what one night has shown of it."""
    groups = ("program", "portfolio")
    now = work_item.select("work_item", *groups, estimate_now=ESTIMATE, is_now=pl.lit(value=True))
    then = rows_shown(history, night).select("work_item", *groups, estimate_then=ESTIMATE, was_then=pl.lit(value=True))
    both = now.join(then, on="work_item", how="full", coalesce=True, suffix="_then").join(night, how="cross")
    sides = both.with_columns(
        *(pl.when("is_now").then(group).otherwise(f"{group}_then").alias(group) for group in groups),
        estimate_now=pl.when("is_now").then("estimate_now").otherwise(0),
        estimate_then=pl.when("was_then").then("estimate_then").otherwise(0),
        name=pl.lit(f"{NIGHT} ") + pl.col("day").dt.to_string("%Y-%m-%d"),
        kind=pl.lit(NIGHT),
    )
    known = sides.drop_nulls(["estimate_then", "estimate_now"])
    return known.with_columns(compared_with="name").select(EstimateComparison.column_names())
