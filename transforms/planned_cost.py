"""Stream 1, planned cost: requirement rows, through their plan, to the owner of the plan's task."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.cost import CostPlanBreakdown, PlanClass, PlannedCost, Requirement, ResourceTypeDefinition
from models.vocabulary import REQUIREMENT
from transforms.expense_type import classified


def requirement(
    cost_plan_breakdown: dy.LazyFrame[CostPlanBreakdown],
    plan_class: dy.LazyFrame[PlanClass],
    resource_type_definition: dy.LazyFrame[ResourceTypeDefinition],
) -> dy.LazyFrame[Requirement]:
    """The requirement rows, owned and classified.

    Task, program and portfolio rows repeat the same money and are no requirement.
    """
    frame = (
        cost_plan_breakdown.filter(pl.col("breakdown_type") == REQUIREMENT)
        .select(
            "cost_plan",
            "fiscal_period",
            "expense_type",
            "resource_type",
            "planning_item",
            cost_plan_breakdown="sys_id",
            planned_cost="value",
        )
        .pipe(classified, plan_class, resource_type_definition)
        .rename({"plan_owner": "work_item", "plan_owner_table": "work_item_table"})
    )
    return Requirement.cast(frame)


def planned_cost(requirement: dy.LazyFrame[Requirement]) -> dy.LazyFrame[PlannedCost]:
    """Sum of requirement rows per work item, base period and expense type."""
    frame = (
        requirement.filter(pl.col("work_item").is_not_null())
        .group_by("work_item", "fiscal_period", "expense_type")
        .agg(pl.col("planned_cost").sum())
    )
    return PlannedCost.cast(frame)
