"""The rows that are considered for a stream and counted in none of its figures: each with the first reason."""

from __future__ import annotations

from typing import Final

import dataframely as dy
import polars as pl

from models.benefit import BenefitRow
from models.budget import BudgetRow, BudgetSelection
from models.contribution import LeftOutRow
from models.contribution_reason import AGGREGATE, NO_AMOUNT, OTHER_VERSION
from models.cost import CostPlanBreakdown, PlanClass, Requirement, ResourceTypeDefinition
from models.expense import ExpenseFunnel
from models.fiscal_calendar import BasePeriod
from models.stream import ACTUAL_COST, BUDGET_COST, DIRECT_COST, PLANNED_COST
from models.vocabulary import COUNTED, NO_WORK_ITEM, REQUIREMENT
from models.work_item import TaskOwner
from transforms.counted_row import SHARED, benefits, is_direct, lines, planned_costs
from transforms.expense_type import classified

NOBODYS: Final = pl.col("work_item").is_null()


def left_out_row(
    requirement: dy.LazyFrame[Requirement],
    cost_plan_breakdown: dy.LazyFrame[CostPlanBreakdown],
    benefit_row: dy.LazyFrame[BenefitRow],
    expense_funnel: dy.LazyFrame[ExpenseFunnel],
    budget_row: dy.LazyFrame[BudgetRow],
    budget_selection: dy.LazyFrame[BudgetSelection],
    plan_class: dy.LazyFrame[PlanClass],
    resource_type_definition: dy.LazyFrame[ResourceTypeDefinition],
    task_owner: dy.LazyFrame[TaskOwner],
    base_period: dy.LazyFrame[BasePeriod],
) -> dy.LazyFrame[LeftOutRow]:
    """Everything that `counted_row` leaves out of a stream.

    Lines by their outcome, aggregates of requirement rows, plans and budgets that no work item owns, budgets of the
    version that does not count, and budget rows without an amount.
    """
    aggregate = cost_plan_breakdown.filter(pl.col("breakdown_type") != REQUIREMENT)
    nobodys = pl.concat([planned_costs(requirement), *benefits(benefit_row)], how="diagonal").filter(NOBODYS)
    waiting = expense_funnel.filter(pl.col("on_demand") & ~is_direct())
    parts = [
        nobodys.with_columns(reason=pl.lit(NO_WORK_ITEM)),
        _aggregates(classified(aggregate, plan_class, resource_type_definition), task_owner),
        lines(expense_funnel.filter(pl.col("outcome") != COUNTED), ACTUAL_COST).rename({"outcome": "reason"}),
        lines(waiting, DIRECT_COST).rename({"outcome": "reason"}),
        _budgets(budget_row, budget_selection),
    ]
    dated = base_period.select("fiscal_period", "end_date")
    frame = pl.concat(parts, how="diagonal").join(dated, on="fiscal_period", how="left")
    return LeftOutRow.cast(frame)


def _aggregates(rows: pl.LazyFrame, task_owner: pl.LazyFrame) -> pl.LazyFrame:
    """The platform's own sums, as they are: they have no currency, and nothing is converted."""
    owned = rows.join(task_owner.select("task", "work_item"), on="task", how="left")
    return owned.select(
        "work_item",
        "fiscal_period",
        "expense_type",
        "sys_id",
        stream=pl.lit(PLANNED_COST),
        source_table=pl.lit("cost_plan_breakdown"),
        plan="cost_plan",
        amount="value",
        entered_amount="value",
        reason=pl.lit(AGGREGATE),
    )


def _budgets(budget_row: pl.LazyFrame, budget_selection: pl.LazyFrame) -> pl.LazyFrame:
    """Budget amounts, on the period as budgeted, that are not shared out."""
    chosen = budget_selection.select("work_item", chosen="version")
    reason = (
        pl.when(NOBODYS)
        .then(pl.lit(NO_WORK_ITEM))
        .when(pl.col("version") != pl.col("chosen"))
        .then(pl.lit(OTHER_VERSION))
        .when(pl.col("entered_amount").is_null())
        .then(pl.lit(NO_AMOUNT))
    )
    rows = budget_row.join(chosen, on="work_item", how="left").with_columns(reason=reason)
    return rows.filter(pl.col("reason").is_not_null()).select(
        *SHARED,
        "expense_type",
        "source_table",
        "sys_id",
        "amount",
        "entered_amount",
        "reason",
        stream=pl.lit(BUDGET_COST),
    )
