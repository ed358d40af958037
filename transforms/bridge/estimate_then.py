"""The other side of the bridge: the amounts of which an estimate at completion was made."""

from __future__ import annotations

from typing import NamedTuple

import dataframely as dy
import polars as pl

from models.baseline import BaselineActual, BaselineCost
from models.cost import Requirement
from models.counted_row import RememberedCountedRowHistory
from models.stream import ACTUAL_COST, PLANNED_COST
from models.variance_bridge import NIGHT, EstimateComparison, EstimateThen
from transforms.history import rows_shown


class BaselineEstimate(NamedTuple):
    """Plan and actual cost in baselines."""

    cost_plan_breakdown: dy.LazyFrame[BaselineCost]
    actual_cost: dy.LazyFrame[BaselineActual]


def estimate_then(
    estimate_comparison: dy.LazyFrame[EstimateComparison],
    baselines: BaselineEstimate,
    remembered_counted_row_history: dy.LazyFrame[RememberedCountedRowHistory],
    requirement: dy.LazyFrame[Requirement],
) -> dy.LazyFrame[EstimateThen]:
    """Every plan and actual amount of the baselines, and of the night, that today is compared with.

    A row of the platform's that names no plan belongs to that of the live row it is a copy of.
    """
    compared = estimate_comparison.select("compared_with", "work_item", "kind", "day")
    plan_today = requirement.select("cost_plan_breakdown", plan_today="cost_plan")
    plans = baselines.cost_plan_breakdown.join(plan_today, on="cost_plan_breakdown", how="left").with_columns(
        cost_plan=pl.coalesce("cost_plan", "plan_today"), amount="planned_cost", is_plan=pl.lit(value=True)
    )
    actuals = baselines.actual_cost.with_columns(
        cost_plan=pl.lit(None, pl.String), amount="actual_cost", is_plan=pl.lit(value=False)
    )
    of_night = compared.filter(pl.col("kind") == NIGHT)
    parts = [
        plans.join(compared, left_on="baseline", right_on="compared_with").with_columns(compared_with="baseline"),
        actuals.join(compared, left_on="baseline", right_on="compared_with").with_columns(compared_with="baseline"),
        estimate_rows(rows_shown(remembered_counted_row_history, of_night)).join(of_night, on="work_item"),
    ]
    return EstimateThen.cast(pl.concat([part.select(EstimateThen.column_names()) for part in parts]))


def estimate_rows(counted_row: pl.LazyFrame) -> pl.LazyFrame:
    """The counted rows of which estimates are made: plan with its plan, and actual cost with none.

    Those without an exchange rate too: they are in no estimate that is known, but their plan is there.
    """
    is_plan = pl.col("stream") == PLANNED_COST
    rows = counted_row.filter(pl.col("stream").is_in([PLANNED_COST, ACTUAL_COST]))
    return rows.with_columns(is_plan=is_plan, cost_plan=pl.when(is_plan).then("plan"))
