"""Where the five streams meet: one work item in one base period."""

from __future__ import annotations

import datetime as dt
from typing import Final

import dataframely as dy
import polars as pl

from models.benefit import ActualBenefit, PlannedBenefit
from models.budget import Budget, BudgetSelection
from models.columns import MONEY_PRECISION, MONEY_SCALE
from models.cost import PlannedCost
from models.expense import ActualCost
from models.figures import AvailableStream, WorkItemPeriod
from models.fiscal_calendar import BasePeriod
from models.vocabulary import CAPITAL, OPERATING
from transforms.available_stream import HAS_BUDGET, known
from transforms.figure import added_up

MONEY: Final = pl.Decimal(MONEY_PRECISION, MONEY_SCALE)
CELL: Final = ["work_item", "fiscal_period"]
PARTS: Final = ("cost", "capital", "operating")
AMOUNTS: Final = (
    *(f"{stream}_{part}" for stream in ("planned", "actual", "budget") for part in PARTS),
    "planned_benefit",
    "actual_benefit",
)


def work_item_period(
    planned_cost: dy.LazyFrame[PlannedCost],
    planned_benefit: dy.LazyFrame[PlannedBenefit],
    actual_cost: dy.LazyFrame[ActualCost],
    actual_benefit: dy.LazyFrame[ActualBenefit],
    budget: dy.LazyFrame[Budget],
    budget_selection: dy.LazyFrame[BudgetSelection],
    base_period: dy.LazyFrame[BasePeriod],
    available_stream: dy.LazyFrame[AvailableStream],
    *,
    as_of: dt.date,
) -> dy.LazyFrame[WorkItemPeriod]:
    """All streams of a work item in a base period, wherever any of them has a row, even one of amount 0."""
    streams = [
        _by_expense_type(planned_cost, "planned_cost", "planned_capital", "planned_operating"),
        _by_expense_type(actual_cost, "actual_cost", "actual_capital", "actual_operating"),
        _by_expense_type(budget, "budget_cost", "budget_capital", "budget_operating"),
        planned_benefit,
        actual_benefit,
    ]
    needs = budget_selection.select("work_item", "version").join(available_stream, how="cross")
    frame = (
        added_up(streams, CELL, AMOUNTS)
        .join(base_period.drop("fiscal_quarter", "fiscal_year"), on="fiscal_period")
        .join(needs, on="work_item")
        .with_columns(_known_amounts())
        .with_columns(forecast_cost=forecast_cost(as_of=as_of))
    )
    return WorkItemPeriod.cast(frame)


def _by_expense_type(stream: pl.LazyFrame, cost: str, capital: str, operating: str) -> pl.LazyFrame:
    """The amounts of a stream, and beside them those of either expense type: 0 where they are of another one."""
    nothing = pl.lit(0).cast(MONEY)
    of_type = {
        name: pl.when(pl.col("expense_type") == expense_type).then(cost).otherwise(nothing)
        for name, expense_type in {capital: CAPITAL, operating: OPERATING}.items()
    }
    return stream.select(*CELL, cost, **of_type)


def _known_amounts() -> list[pl.Expr]:
    """Every amount, unless a table that its stream needs is missing; each row has amounts of all streams."""
    needs: dict[str, str | pl.Expr] = {"planned": "has_planned_cost", "actual": "has_actual_cost", "budget": HAS_BUDGET}
    parts = [known(f"{stream}_{part}", need, rows="work_item") for stream, need in needs.items() for part in PARTS]
    benefits = [
        known(f"{stream}_benefit", f"has_{stream}_benefit", rows="work_item") for stream in ("planned", "actual")
    ]
    return parts + benefits


def forecast_cost(*, as_of: dt.date) -> pl.Expr:
    """Actual cost of a past base period, planned cost of the current and later ones.

    A period is past when its last day is before `as_of`. The current period counts as planned even where it already has
    actuals: it is not over yet.
    """
    return pl.when(pl.col("end_date") < as_of).then("actual_cost").otherwise("planned_cost")
