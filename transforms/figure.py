"""The figures that are made of other figures, one function each, and how figures of several items add up."""

from __future__ import annotations

from typing import Final

import polars as pl

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


def total(figure: str) -> pl.Expr:
    """Sum of a figure over work items; unknown when it is unknown for any of them."""
    return pl.when(~pl.col(figure).is_null().any()).then(pl.col(figure).sum()).alias(figure)


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
