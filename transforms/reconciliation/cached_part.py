"""What a derived figure would be if it followed from the other figures that the same record caches."""

from __future__ import annotations

from typing import Final

import polars as pl

from models.drift_cause import FOLLOWS_FROM, ROLLED_UP_FROM, SIGN_TURNED
from transforms.figure import planned_return
from transforms.reconciliation.cached_figure import INVESTMENT_METRICS, WORK_ITEM_METRICS, as_number

PARTS: Final = ("estimated_cost", "estimated_benefit", "actual_cost")


def follow_ups(cached: pl.LazyFrame, work_item: pl.LazyFrame, *, planned_return_sign: str) -> list[pl.LazyFrame]:
    """Return, rate of return, value and estimate as they follow from cached cost and benefit.

    An estimate at completion follows from planned or actual cost, or both, where it is off by what these are off by.
    """
    both = cached.select("work_item", *PARTS).join(work_item, on="work_item", suffix=" ours")
    cost, benefit = pl.col("estimated_cost"), pl.col("estimated_benefit")
    returned = planned_return(planned_return_sign=planned_return_sign)
    roi = pl.when(cost != 0).then((benefit - cost).cast(pl.Float64) / cost.cast(pl.Float64) * 100)
    without_rate = both.filter(pl.col("discount_rate").fill_null(0.0) == 0)
    planned, spent = (pl.col(part) - pl.col(f"{part} ours") for part in ("estimated_cost", "actual_cost"))
    estimate = pl.col("estimate_at_completion")
    return [
        _follows(both, "planned_return", returned, "cost and benefit"),
        _follows(both, "planned_return", -returned, "cost and benefit").with_columns(
            cause=pl.lit(SIGN_TURNED), further_cause=pl.lit(FOLLOWS_FROM)
        ),
        _follows(both.with_columns(roi=roi), "planned_roi_pct", as_number("roi", is_rate=True), "cost and benefit"),
        _follows(without_rate, "npv", benefit - cost, "cost and benefit"),
        _follows(both, "estimate_at_completion", estimate + planned, "planned cost"),
        _follows(both, "estimate_at_completion", estimate + spent, "actual cost"),
        _follows(
            both.filter(planned != 0, spent != 0),
            "estimate_at_completion",
            estimate + planned + spent,
            "planned and actual cost",
        ),
    ]


def _follows(both: pl.LazyFrame, figure: str, expected: pl.Expr, detail: str) -> pl.LazyFrame:
    has_drifted = pl.any_horizontal(pl.col(part) != pl.col(f"{part} ours") for part in PARTS)
    return both.filter(has_drifted).select(
        "work_item",
        expected=expected,
        figure=pl.lit(figure),
        cause=pl.lit(FOLLOWS_FROM),
        detail=pl.lit(detail),
    )


def turned_signs(work_item: pl.LazyFrame) -> list[pl.LazyFrame]:
    """Planned return and return on investment with the opposite sign."""
    roi = as_number("planned_roi_pct", is_rate=True)
    values = {"planned_return": -pl.col("planned_return"), "planned_roi_pct": -roi}
    return [
        work_item.select("work_item", expected=value, figure=pl.lit(figure), cause=pl.lit(SIGN_TURNED))
        for figure, value in values.items()
    ]


def cached_on_work_item(cached: pl.LazyFrame) -> list[pl.LazyFrame]:
    """What an investment would store if it took it over from the cached figures of its work item."""
    metrics = {figure: metric for metric, figure in WORK_ITEM_METRICS.items()}
    return [
        cached.select(
            "work_item",
            expected=metrics[figure],
            figure=pl.lit(figure),
            cause=pl.lit(ROLLED_UP_FROM),
            detail=pl.lit("the work item"),
        )
        for figure in INVESTMENT_METRICS.values()
        if figure in metrics
    ]
