"""The own figures of every work item."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.budget import BudgetSelection
from models.expense import DemandDirectActual
from models.figures import AvailableStream, InternalRateOfReturn, NetPresentValue, WorkItem, WorkItemPeriod
from models.vocabulary import TOO_FEW_YEARS
from models.work_item import Subject
from transforms.available_stream import HAS_BUDGET, known
from transforms.figure import BUDGETS, NEEDED_STREAMS, total, with_derived_figures
from transforms.work_item_period import AMOUNTS


def work_item(
    subject: dy.LazyFrame[Subject],
    work_item_period: dy.LazyFrame[WorkItemPeriod],
    demand_direct_actual: dy.LazyFrame[DemandDirectActual],
    budget_selection: dy.LazyFrame[BudgetSelection],
    net_present_value: dy.LazyFrame[NetPresentValue],
    internal_rate_of_return: dy.LazyFrame[InternalRateOfReturn],
    available_stream: dy.LazyFrame[AvailableStream],
    *,
    planned_return_sign: str,
) -> dy.LazyFrame[WorkItem]:
    """Every work item with its own figures: the sums of its base periods, and what follows from them."""
    frame = (
        subject.join(_sums(work_item_period), on="work_item", how="left")
        .join(demand_direct_actual.with_columns(has_direct=True), on="work_item", how="left")
        .join(budget_selection, on="work_item", how="left")
        .join(available_stream, how="cross")
        .with_columns(known(figure, *streams, rows=_rows_of(figure)) for figure, streams in NEEDED_STREAMS.items())
        .with_columns(known(figure, HAS_BUDGET, rows="has_periods") for figure in BUDGETS)
        .pipe(with_derived_figures, planned_return_sign=planned_return_sign)
        .join(net_present_value, on="work_item", how="left")
        .join(internal_rate_of_return.drop("irr"), on="work_item", how="left")
        .with_columns(npv=_if_plan_is_known(pl.col("npv")), irr_status=_if_plan_is_known(_status_without_plan()))
    )
    return WorkItem.cast(frame)


def _rows_of(figure: str) -> str:
    """The column that says whether a work item has rows of the figure."""
    return "has_direct" if figure == "demand_direct_actual" else "has_periods"


def _sums(work_item_period: pl.LazyFrame) -> pl.LazyFrame:
    """Sums over base periods, the estimate at completion being that of forecast cost over all of them."""
    sums = work_item_period.group_by("work_item").agg(
        *(total(amount) for amount in (*AMOUNTS, "forecast_cost")), has_periods=pl.lit(value=True)
    )
    return sums.rename(
        {
            "planned_cost": "estimated_cost",
            "planned_benefit": "estimated_benefit",
            "forecast_cost": "estimate_at_completion",
        }
    )


def _status_without_plan() -> pl.Expr:
    """No plan at all is a vector of too few years."""
    return pl.col("irr_status").fill_null(TOO_FEW_YEARS)


def _if_plan_is_known(value: pl.Expr) -> pl.Expr:
    return pl.when(pl.all_horizontal(pl.col("estimated_cost", "estimated_benefit").is_not_null())).then(value)
