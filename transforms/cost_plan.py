"""Cost plans with their totals, and their breakdown: requirement rows with actuals, and regenerated task rows."""

from __future__ import annotations

from typing import Final

import dataframely as dy
import polars as pl

from models.budget import BudgetSelection, BudgetShare
from models.columns import MONEY_PRECISION, MONEY_SCALE
from models.cost import (
    BreakdownFigures,
    CostPlanFigures,
    PlanClass,
    Requirement,
    ResourceTypeDefinition,
    TaskRow,
)
from models.expense import ExpenseFunnel, RequirementActual
from models.figures import AvailableStream
from models.planning_item import IntegratedPlanningItem, SystemProperty
from models.vocabulary import COST_TYPE, COST_TYPE_PROPERTY, COUNTED, PROJECT_TABLE, REQUIREMENT, TASK
from models.work_item import Subject
from transforms.available_stream import HAS_BUDGET, known
from transforms.expense_type import with_cost_type_expense
from transforms.figure import added_up, total
from transforms.planning_item import with_planning_item

AMOUNTS: Final = ("planned_cost", "actual_cost", "budget_cost")
CELL: Final = ["work_item", "fiscal_period", "expense_type", "resource_type"]


def cost_plan(
    plan_class: dy.LazyFrame[PlanClass],
    requirement: dy.LazyFrame[Requirement],
    requirement_actual: dy.LazyFrame[RequirementActual],
    available_stream: dy.LazyFrame[AvailableStream],
) -> dy.LazyFrame[CostPlanFigures]:
    """Every cost plan with the sums of its requirement rows: what they plan, and what they received."""
    totals = (
        received(requirement, requirement_actual)
        .group_by("cost_plan")
        .agg(
            total("planned_cost").alias("total_planned_cost"),
            total("actual_cost").alias("total_actual_cost"),
            has_rows=pl.lit(value=True),
        )
    )
    frame = (
        plan_class.join(totals, on="cost_plan", how="left")
        .join(available_stream, how="cross")
        .with_columns(
            known("total_planned_cost", "has_planned_cost", rows="has_rows"),
            known("total_actual_cost", "has_planned_cost", "has_actual_cost", rows="has_rows"),
        )
    )
    return CostPlanFigures.cast(frame)


def received(requirement: pl.LazyFrame, requirement_actual: pl.LazyFrame) -> pl.LazyFrame:
    """Requirement rows with what they received: 0 where no line found them, unknown where one has no exchange rate."""
    found = requirement_actual.with_columns(has_received=pl.lit(value=True))
    joined = requirement.join(found, on="cost_plan_breakdown", how="left")
    nothing = pl.lit(0).cast(pl.Decimal(MONEY_PRECISION, MONEY_SCALE))
    return joined.with_columns(actual_cost=pl.when("has_received").then("actual_cost").otherwise(nothing))


def task_row(
    requirement: dy.LazyFrame[Requirement],
    expense_funnel: dy.LazyFrame[ExpenseFunnel],
    budget_share: dy.LazyFrame[BudgetShare],
    resource_type_definition: dy.LazyFrame[ResourceTypeDefinition],
    sys_properties: dy.LazyFrame[SystemProperty],
    budget_selection: dy.LazyFrame[BudgetSelection],
    subject: dy.LazyFrame[Subject],
    available_stream: dy.LazyFrame[AvailableStream],
) -> dy.LazyFrame[TaskRow]:
    """Plan, actual and budget of each work item, base period and dimension that has any of them.

    The dimension is the expense type, or the cost type where the property says so; then amounts without a cost type
    form one row per expense type. Actuals of demands have no dimension: they make no row and are null.
    """
    owned = requirement.filter(pl.col("work_item").is_not_null())
    counted = expense_funnel.filter(pl.col("outcome") == COUNTED, pl.col("work_item_table") == PROJECT_TABLE)
    amounts = [
        owned.select(*CELL, "planned_cost"),
        counted.select(*CELL, actual_cost="amount"),
        budget_share.select(*CELL, "budget_cost"),
    ]
    actual = pl.when(pl.col("work_item_table") == PROJECT_TABLE).then(
        known("actual_cost", "has_actual_cost", rows="work_item")
    )
    frame = (
        added_up([by_dimension(part, sys_properties, resource_type_definition) for part in amounts], CELL, AMOUNTS)
        .join(budget_selection.select("work_item", "version"), on="work_item")
        .join(subject.select("work_item", "work_item_table"), on="work_item")
        .join(available_stream, how="cross")
        .with_columns(
            known("planned_cost", "has_planned_cost", rows="work_item"),
            known("budget_cost", HAS_BUDGET, rows="work_item"),
            actual_cost=actual,
        )
    )
    return TaskRow.cast(frame)


def by_dimension(
    amounts: pl.LazyFrame, sys_properties: pl.LazyFrame, resource_type_definition: dy.LazyFrame[ResourceTypeDefinition]
) -> pl.LazyFrame:
    """Amounts with the cost type emptied, or, by cost type, with the expense type that the cost type belongs to."""
    chosen = (pl.col("name") == COST_TYPE_PROPERTY) & (
        pl.col("value").str.strip_chars().str.to_lowercase() == COST_TYPE
    )
    property_set = sys_properties.select(by_cost_type=chosen.any())
    return (
        amounts.join(property_set, how="cross")
        .with_columns(resource_type=pl.when("by_cost_type").then("resource_type"))
        .pipe(with_cost_type_expense, resource_type_definition)
        .with_columns(expense_type=pl.coalesce("cost_type_expense", "expense_type"))
    )


def cost_plan_breakdown(
    requirement: dy.LazyFrame[Requirement],
    requirement_actual: dy.LazyFrame[RequirementActual],
    task_row: dy.LazyFrame[TaskRow],
    integrated_planning_item: dy.LazyFrame[IntegratedPlanningItem],
    available_stream: dy.LazyFrame[AvailableStream],
) -> dy.LazyFrame[BreakdownFigures]:
    """Requirement rows with the actuals they received, then task rows with plan, actual and budget."""
    rows = (
        received(requirement, requirement_actual)
        .join(available_stream, how="cross")
        .with_columns(
            known("actual_cost", "has_actual_cost", rows="cost_plan_breakdown"), breakdown_type=pl.lit(REQUIREMENT)
        )
        .drop("^has_.*$")
    )
    tasks = task_row.with_columns(breakdown_type=pl.lit(TASK))
    frame = pl.concat([rows, tasks], how="diagonal").pipe(with_planning_item, integrated_planning_item)
    return BreakdownFigures.cast(frame)
