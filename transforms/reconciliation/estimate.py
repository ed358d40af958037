"""What the estimate at completion would be if actual cost and plan met at another day, or were added up."""

from __future__ import annotations

import datetime as dt

import polars as pl

from models.drift_cause import CURRENT_ACTUAL_ADDED, CURRENT_PERIOD_AS_ACTUAL, PLANNED_THROUGHOUT, STALE

ESTIMATE = "estimate_at_completion"


def other_estimates(work_item_period: pl.LazyFrame, *, as_of: dt.date) -> list[pl.LazyFrame]:
    """What would be added: actual cost of open periods, also instead of their plan, or plan in place of actual cost."""
    is_open, begun = pl.col("end_date") >= as_of, pl.col("start_date") <= as_of
    current = work_item_period.filter(is_open, begun)
    actual, more = pl.col("actual_cost"), pl.col("actual_cost") - pl.col("planned_cost")
    return [
        _summed(current, CURRENT_PERIOD_AS_ACTUAL, more),
        _summed(work_item_period.filter(is_open), CURRENT_ACTUAL_ADDED, actual),
        _summed(work_item_period.filter(~is_open), PLANNED_THROUGHOUT, -more),
    ]


def _summed(periods: pl.LazyFrame, cause: str, amount: pl.Expr) -> pl.LazyFrame:
    sums = periods.group_by("work_item").agg(amount=amount.sum())
    return sums.with_columns(figure=pl.lit(ESTIMATE), cause=pl.lit(cause))


def earlier_estimates(work_item_period: pl.LazyFrame, *, as_of: dt.date) -> pl.LazyFrame:
    """For every past period but the first: what is missing if the estimate was made when it had not closed yet."""
    past = work_item_period.filter(pl.col("end_date") < as_of)
    less = pl.col("planned_cost") - pl.col("actual_cost")
    before = less.cum_sum().over("work_item", order_by="start_date") - less
    since = past.with_columns(amount=less.sum().over("work_item") - before)
    later = since.filter(pl.col("start_date") > pl.col("start_date").min().over("work_item"))
    return later.select("work_item", "amount", day="start_date", figure=pl.lit(ESTIMATE), cause=pl.lit(STALE))
