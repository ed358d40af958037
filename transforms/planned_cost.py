"""Stream 1, planned cost: requirement rows, through their plan, to the owner of the plan's task."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.cost import CostPlanBreakdown, PlanClass, PlannedCost, Requirement, ResourceTypeDefinition
from models.counted_row import CountedRow
from models.currency import ExchangeRate
from models.fiscal_calendar import BasePeriod
from models.stream import PLANNED_COST
from models.vocabulary import REQUIREMENT
from transforms.conversion import Exchange, converted, with_period_rate_date
from transforms.counted_row import of_stream
from transforms.expense_type import classified
from transforms.figure import total


def requirement(
    cost_plan_breakdown: dy.LazyFrame[CostPlanBreakdown],
    plan_class: dy.LazyFrame[PlanClass],
    resource_type_definition: dy.LazyFrame[ResourceTypeDefinition],
    base_period: dy.LazyFrame[BasePeriod],
    fx_rate: dy.LazyFrame[ExchangeRate],
    *,
    functional_currency: str | None,
    missing_exchange_rate: str,
    plan_rate_date: str,
) -> dy.LazyFrame[Requirement]:
    """The requirement rows, owned, classified, and converted at the rate of their period.

    Task, program and portfolio rows repeat the same money and are no requirement.
    """
    exchange = Exchange(fx_rate, functional_currency, missing_exchange_rate)
    frame = (
        cost_plan_breakdown.filter(pl.col("breakdown_type") == REQUIREMENT)
        .select(
            "cost_plan",
            "fiscal_period",
            "expense_type",
            "resource_type",
            "planning_item",
            cost_plan_breakdown="sys_id",
            entered_cost="value",
            planned_cost="value",
        )
        .pipe(classified, plan_class, resource_type_definition)
        .rename({"plan_owner": "work_item", "plan_owner_table": "work_item_table", "plan_currency": "currency"})
        .pipe(with_period_rate_date, base_period, functional_currency, plan_rate_date)
        .pipe(converted, ["planned_cost"], exchange)
    )
    return Requirement.cast(frame)


def planned_cost(counted_row: dy.LazyFrame[CountedRow]) -> dy.LazyFrame[PlannedCost]:
    """Sum of requirement rows per work item, base period and expense type; unknown where one of them is."""
    rows = of_stream(counted_row, PLANNED_COST)
    return PlannedCost.cast(rows.group_by("work_item", "fiscal_period", "expense_type").agg(total(PLANNED_COST)))
