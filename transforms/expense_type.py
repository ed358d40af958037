"""Capital, operating or unclassified: the expense type and cost type of rows, lines and plans."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.cost import CostPlan, PlanClass, ResourceTypeDefinition
from models.vocabulary import UNCLASSIFIED
from models.work_item import Subject, TaskOwner
from transforms.conversion import with_currency


def plan_class(
    cost_plan: dy.LazyFrame[CostPlan],
    resource_type_definition: dy.LazyFrame[ResourceTypeDefinition],
    task_owner: dy.LazyFrame[TaskOwner],
    subject: dy.LazyFrame[Subject],
    *,
    functional_currency: str | None,
) -> dy.LazyFrame[PlanClass]:
    """Owner, cost type, expense type and currency of every plan.

    Expense type: its own, else that of its cost type. Currency: its own, else that of its work item.
    """
    owner = task_owner.select("task", "work_item", "work_item_table")
    frame = (
        cost_plan.select("name", "task", "resource_type", "expense_type", "currency", cost_plan="sys_id")
        .join(owner, on="task", how="left")
        .pipe(with_currency, subject, functional_currency)
        .pipe(with_cost_type_expense, resource_type_definition)
        .with_columns(expense_type=pl.coalesce("expense_type", "cost_type_expense", pl.lit(UNCLASSIFIED)))
    )
    return PlanClass.cast(frame)


def classified(
    rows: pl.LazyFrame,
    plan_class: dy.LazyFrame[PlanClass],
    resource_type_definition: dy.LazyFrame[ResourceTypeDefinition],
) -> pl.LazyFrame:
    """Rows that may name a plan, with their expense type and cost type settled.

    Expense type: the row's own, else its cost type's, else its plan's, else unclassified. Cost type: the row's own,
    else its plan's. Adds the plan's owner as `plan_owner` and `plan_owner_table`.
    """
    plan = plan_class.select(
        "cost_plan",
        plan_owner="work_item",
        plan_owner_table="work_item_table",
        plan_expense="expense_type",
        plan_cost_type="resource_type",
        plan_currency="currency",
    )
    return (
        rows.join(plan, on="cost_plan", how="left")
        .pipe(with_cost_type_expense, resource_type_definition)
        .with_columns(
            expense_type=pl.coalesce("expense_type", "cost_type_expense", "plan_expense", pl.lit(UNCLASSIFIED)),
            resource_type=pl.coalesce("resource_type", "plan_cost_type"),
        )
    )


def with_cost_type_expense(
    rows: pl.LazyFrame, resource_type_definition: dy.LazyFrame[ResourceTypeDefinition]
) -> pl.LazyFrame:
    """Rows with the expense type of their own cost type as `cost_type_expense`."""
    cost_type = resource_type_definition.select(resource_type="sys_id", cost_type_expense="expense_type")
    return rows.join(cost_type, on="resource_type", how="left")
