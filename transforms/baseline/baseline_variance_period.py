"""Every baseline beside today, period by period."""

from __future__ import annotations

from typing import Final

import dataframely as dy
import polars as pl

from models.baseline import BaselineActual, BaselineBenefit, BaselineBudget, BaselineCost, BaselineHeader
from models.baseline_variance import BaselineVariancePeriod
from models.budget import BudgetSelection
from models.figures import AvailableStream, WorkItem, WorkItemPeriod
from models.vocabulary import CAPITAL, OPERATING
from transforms.baseline.comparison import SHOWN, known_amounts, streams_known, variances

CELL: Final = ["baseline", "fiscal_period"]


def baseline_variance_period(
    header: dy.LazyFrame[BaselineHeader],
    cost_plan_breakdown: dy.LazyFrame[BaselineCost],
    benefit_plan_breakdown: dy.LazyFrame[BaselineBenefit],
    budget: dy.LazyFrame[BaselineBudget],
    actual_cost: dy.LazyFrame[BaselineActual],
    work_item_period: dy.LazyFrame[WorkItemPeriod],
    budget_selection: dy.LazyFrame[BudgetSelection],
    available_stream: dy.LazyFrame[AvailableStream],
    work_item: dy.LazyFrame[WorkItem],
    *,
    functional_currency: str | None,
) -> dy.LazyFrame[BaselineVariancePeriod]:
    """Amounts of the baseline and of today, wherever either has a row; what only one side has is 0 on the other.

    Variance = current - baseline.
    """
    streams = [
        _costs(cost_plan_breakdown),
        benefit_plan_breakdown.select(*CELL, "end_date", planned_benefit_baseline="planned_benefit"),
        budget.select(*CELL, "end_date", budget_cost_baseline="budget_cost"),
        actual_cost.select(*CELL, "end_date", actual_cost_baseline="actual_cost"),
    ]
    rows = pl.concat([*streams, _now(work_item_period, header)], how="diagonal")
    cells = rows.group_by(CELL).agg(pl.col("end_date").max(), pl.exclude(*CELL, "end_date").sum())
    known = streams_known(header, budget_selection, available_stream, work_item, functional_currency)
    frame = cells.join(known, on="baseline").with_columns(forecast_cost_baseline=_forecast_then())
    return BaselineVariancePeriod.cast(frame.with_columns(known_amounts()).with_columns(variances()))


def _costs(cost_plan_breakdown: pl.LazyFrame) -> pl.LazyFrame:
    amount, expense_type = pl.col("planned_cost"), pl.col("expense_type")
    return cost_plan_breakdown.select(
        *CELL,
        "end_date",
        planned_cost_baseline=amount,
        planned_capital_baseline=pl.when(expense_type == CAPITAL).then(amount),
        planned_operating_baseline=pl.when(expense_type == OPERATING).then(amount),
    )


def _forecast_then() -> pl.Expr:
    """The forecast cost of a baseline: actuals of periods that were past on its day, else plan."""
    was_past = pl.col("end_date") < pl.col("created_on")
    return pl.when(was_past).then("actual_cost_baseline").otherwise("planned_cost_baseline")


def _now(work_item_period: pl.LazyFrame, header: pl.LazyFrame) -> pl.LazyFrame:
    today = work_item_period.select(
        "work_item", "fiscal_period", *(pl.col(amount).alias(f"{amount}_current") for amount in SHOWN)
    )
    return header.select("baseline", "work_item").join(today, on="work_item").drop("work_item")
