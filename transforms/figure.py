"""The figures that are made of other figures, one function each, and how figures of several items add up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from models.columns import MONEY_PRECISION, MONEY_SCALE

SUMMED: Final = (
    "estimated_cost",
    "planned_capital",
    "planned_operating",
    "estimated_benefit",
    "actual_cost",
    "actual_capital",
    "actual_operating",
    "demand_direct_actual",
    "budget_cost",
    "budget_capital",
    "budget_operating",
    "actual_benefit",
    "estimate_at_completion",
)
"""The figures that add up over work items; all others follow from them."""

NEEDED_STREAMS: Final = {
    "estimated_cost": ("has_planned_cost",),
    "planned_capital": ("has_planned_cost",),
    "planned_operating": ("has_planned_cost",),
    "estimated_benefit": ("has_planned_benefit",),
    "actual_cost": ("has_actual_cost",),
    "actual_capital": ("has_actual_cost",),
    "actual_operating": ("has_actual_cost",),
    "demand_direct_actual": ("has_actual_cost",),
    "actual_benefit": ("has_actual_benefit",),
    "estimate_at_completion": ("has_planned_cost", "has_actual_cost"),
}
"""The streams that each summed figure needs; budgets need the tables of the version that counts instead."""

BUDGETS: Final = ("budget_cost", "budget_capital", "budget_operating")


def total(figure: str, counted: pl.Expr | None = None) -> pl.Expr:
    """Sum of a figure over the rows, or the `counted` ones; unknown when it is unknown for any of them."""
    amount = pl.col(figure) if counted is None else pl.col(figure).filter(counted)
    return pl.when(~amount.is_null().any()).then(amount.sum()).alias(figure)


def added_up(parts: Sequence[pl.LazyFrame], key: Sequence[str], amounts: Sequence[str]) -> pl.LazyFrame:
    """Sums of amounts over the rows of several tables, by key; unknown where one that a table has is unknown.

    An amount that a table does not have is 0 in it.
    """
    complete = [_with_zeros(part, key, amounts) for part in parts]
    return pl.concat(complete).group_by(key).agg(map(total, amounts))


def _with_zeros(part: pl.LazyFrame, key: Sequence[str], amounts: Sequence[str]) -> pl.LazyFrame:
    held = part.collect_schema().names()
    zero = pl.lit(0).cast(pl.Decimal(MONEY_PRECISION, MONEY_SCALE))
    columns = [pl.col(amount) if amount in held else zero.alias(amount) for amount in amounts]
    return part.select(*key, *columns)


def planned_return(*, planned_return_sign: str) -> pl.Expr:
    """Planned cost - planned benefit: positive = loss; turned round by `benefit_minus_cost`."""
    loss = pl.col("estimated_cost") - pl.col("estimated_benefit")
    return loss if planned_return_sign == "cost_minus_benefit" else -loss


def net_benefit() -> pl.Expr:
    """Planned benefit - planned cost: positive = gain, under every setting."""
    return pl.col("estimated_benefit") - pl.col("estimated_cost")


def planned_roi_pct() -> pl.Expr:
    """(Planned benefit - planned cost) / planned cost x 100; null when the cost is 0 or null."""
    cost = pl.col("estimated_cost").cast(pl.Float64)
    return pl.when(cost != 0).then(net_benefit().cast(pl.Float64) / cost * 100)


def budget_variance() -> pl.Expr:
    """Budget - estimate at completion: negative = overrun."""
    return pl.col("budget_cost") - pl.col("estimate_at_completion")


def with_derived_figures(frame: pl.LazyFrame, *, planned_return_sign: str) -> pl.LazyFrame:
    """Rows with the summed figures, plus those that follow from them."""
    return frame.with_columns(
        planned_return=planned_return(planned_return_sign=planned_return_sign),
        net_benefit=net_benefit(),
        planned_roi_pct=planned_roi_pct(),
        budget_variance=budget_variance(),
    )
