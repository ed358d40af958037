"""How a difference between two estimates falls into parts: one rule for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from models.columns import MONEY_PRECISION, MONEY_SCALE
from models.variance_bridge import (
    ACTUAL_AGAINST_PLAN,
    EXCHANGE_RATE,
    LATE_ACTUAL,
    RECLASSIFICATION,
    REFORECAST,
    SCOPE_ADDED,
    SCOPE_REMOVED,
    TIMING_SHIFT,
)

NOTHING: Final = pl.lit(0).cast(pl.Decimal(MONEY_PRECISION, MONEY_SCALE))
ITEM: Final = ["compared_with", "work_item"]
IS_OPEN: Final = ~pl.col("closed_then") & ~pl.col("closed_now")
IS_SCOPE: Final = IS_OPEN & (pl.col("planned_then") != pl.col("planned_now"))
CELL: Final = [*ITEM, "is_open", "cost_plan", "fiscal_period"]
COURSE: Final = [*ITEM, "is_open", "cost_plan", "expense_type"]


def in_parts(differences: pl.LazyFrame) -> pl.LazyFrame:
    """Differences (`kept`, `restated`, `now`) as rows of `part` and `amount`; they add up to now - kept.

    Exchange rate: restated - kept. All else is now - restated. In open periods a plan that is on one side only is scope
    added or removed; of any other, what its expense types cancel out in a period is reclassification, then what its
    periods cancel out in an expense type is a timing shift, and the rest is reforecast. A period that has closed since,
    or was closed, has no plans: what its expense types do not cancel out is actual against plan, or late actual.
    """
    moved = differences.filter(pl.col("now") != pl.col("restated")).with_columns(
        is_open=IS_OPEN, difference=pl.col("now") - pl.col("restated")
    )
    scope = moved.filter(IS_SCOPE).with_columns(part=_scope(), amount="difference")
    others = moved.filter(~IS_SCOPE)
    reclassified = others.with_columns(amount=cancelled("difference", CELL, "expense_type"))
    left = reclassified.with_columns(left=pl.col("difference") - pl.col("amount"))
    moved_on = pl.when("is_open").then(cancelled("left", COURSE, "end_date", "fiscal_period")).otherwise(NOTHING)
    shifted = left.with_columns(amount=moved_on)
    parts = [
        differences.with_columns(part=pl.lit(EXCHANGE_RATE), amount=pl.col("restated") - pl.col("kept")),
        scope,
        reclassified.with_columns(part=pl.lit(RECLASSIFICATION)),
        shifted.with_columns(part=pl.lit(TIMING_SHIFT)),
        shifted.with_columns(part=_rest(), amount=pl.col("left") - pl.col("amount")),
    ]
    return pl.concat(parts, how="diagonal").filter(pl.col("amount") != 0)


def _scope() -> pl.Expr:
    return pl.when("planned_now").then(pl.lit(SCOPE_ADDED)).otherwise(pl.lit(SCOPE_REMOVED))


def _rest() -> pl.Expr:
    both_closed = pl.col("closed_then") & pl.col("closed_now")
    return (
        pl.when("is_open")
        .then(pl.lit(REFORECAST))
        .when(both_closed)
        .then(pl.lit(LATE_ACTUAL))
        .otherwise(pl.lit(ACTUAL_AGAINST_PLAN))
    )


def cancelled(difference: str, group: list[str], *order: str) -> pl.Expr:
    """The part of each difference that others of its group cancel out: these parts add up to 0 in each group.

    What came is set against what went, both in order, until one of them is used up.
    """
    came, went = _above_zero(pl.col(difference)), _above_zero(-pl.col(difference))
    pool = _smaller(came.sum(), went.sum()).over(group)
    return _taken(came, pool, group, order) - _taken(went, pool, group, order)


def _taken(amount: pl.Expr, pool: pl.Expr, group: list[str], order: Sequence[str]) -> pl.Expr:
    """How much of each amount the pool still covers, after those before it."""
    before = amount.cum_sum().over(group, order_by=order) - amount
    return _smaller(amount, _above_zero(pool - before))


def _above_zero(amount: pl.Expr) -> pl.Expr:
    return pl.when(amount > 0).then(amount).otherwise(NOTHING)


def _smaller(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    return pl.when(one < other).then(one).otherwise(other)
