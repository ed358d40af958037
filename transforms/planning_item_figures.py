"""The figures of planning items: what the execution side says, and which side counts."""

from __future__ import annotations

from typing import Final

import dataframely as dy
import polars as pl

from models.benefit import BenefitPlan, BenefitRow
from models.cost import PlanClass, Requirement
from models.figures import AvailableStream, WorkItem
from models.investment import EXECUTION, STORED, Investment
from models.planning_item import (
    OFF,
    ON,
    PlanningItem,
    PlanningItemExecution,
    PlanningItemFigures,
    PlanningItemLink,
)
from models.vocabulary import CAPITAL, OPERATING
from models.work_item import TaskOwner
from transforms.available_stream import known
from transforms.investment import execution_figures, stored_figures

PLANNED_COSTS: Final = ("planned_cost", "planned_capital", "planned_operating")
BENEFITS: Final = ("planned_benefit", "actual_benefit")
GROUPS: Final = {
    "planned_cost_source": PLANNED_COSTS,
    "actual_cost_source": ("actual_cost", "actual_capital", "actual_operating"),
    "benefit_source": BENEFITS,
    "budget_source": ("budget_cost",),
}
"""The figures that come from one side together."""


def planning_item_execution(
    planning_item_link: dy.LazyFrame[PlanningItemLink],
    work_item: dy.LazyFrame[WorkItem],
    plan_class: dy.LazyFrame[PlanClass],
    requirement: dy.LazyFrame[Requirement],
    benefit_plan: dy.LazyFrame[BenefitPlan],
    benefit_row: dy.LazyFrame[BenefitRow],
    task_owner: dy.LazyFrame[TaskOwner],
    available_stream: dy.LazyFrame[AvailableStream],
) -> dy.LazyFrame[PlanningItemExecution]:
    """The own figures of each planning item's work item.

    Without a work item, plans on the planning item itself and on its investment are its plans; without such plans, and
    for actual cost and budget, there is no execution side, and the figures are empty.
    """
    cost = _cost_of_holder(plan_class, requirement)
    benefit = _benefit_of_holder(benefit_plan, benefit_row, task_owner)
    frame = (
        planning_item_link.join(execution_figures(work_item), on="work_item", how="left")
        .join(_of_planning_item(planning_item_link, cost), on="planning_item", how="left", suffix="_of_plans")
        .join(_of_planning_item(planning_item_link, benefit), on="planning_item", how="left", suffix="_of_plans")
        .join(available_stream, how="cross")
        .with_columns(pl.col("has_cost_plan", "has_benefit_plan").fill_null(False))
        .with_columns(_else_of_plans(figure, "has_cost_plan", "has_planned_cost") for figure in PLANNED_COSTS)
        .with_columns(_else_of_plans(figure, "has_benefit_plan", "has_planned_benefit") for figure in BENEFITS)
    )
    return PlanningItemExecution.cast(frame)


def _else_of_plans(figure: str, *known_by: str) -> pl.Expr:
    """The work item's figure, else that of the planning item's own plans."""
    return pl.coalesce(figure, known(f"{figure}_of_plans", *known_by)).alias(figure)


def _cost_of_holder(plan_class: pl.LazyFrame, requirement: pl.LazyFrame) -> pl.LazyFrame:
    """Planned cost of all plans that one work item owns, or that stand on one record without an owner."""
    planned, expense_type = pl.col("planned_cost"), pl.col("expense_type")
    plans = plan_class.select("cost_plan", holder=pl.coalesce("work_item", "task"))
    rows = plans.join(requirement.select("cost_plan", "planned_cost", "expense_type"), on="cost_plan", how="left")
    return rows.group_by("holder").agg(
        planned.sum(),
        planned_capital=planned.filter(expense_type == CAPITAL).sum(),
        planned_operating=planned.filter(expense_type == OPERATING).sum(),
        has_cost_plan=pl.lit(True),
    )


def _benefit_of_holder(benefit_plan: pl.LazyFrame, benefit_row: pl.LazyFrame, task_owner: pl.LazyFrame) -> pl.LazyFrame:
    """Benefits of all plans that one work item owns, or that stand on one record without an owner."""
    plans = (
        benefit_plan.select("task", benefit_plan="sys_id")
        .join(task_owner.select("task", "work_item"), on="task", how="left")
        .select("benefit_plan", holder=pl.coalesce("work_item", "task"))
    )
    rows = plans.join(benefit_row.select("benefit_plan", *BENEFITS), on="benefit_plan", how="left")
    return rows.group_by("holder").agg(pl.col(BENEFITS).sum(), has_benefit_plan=pl.lit(True))


def _of_planning_item(planning_item_link: pl.LazyFrame, held: pl.LazyFrame) -> pl.LazyFrame:
    """What is held by the work item of each planning item; without one, by itself and its investment."""
    own = pl.col("work_item").is_null()
    holders = [
        planning_item_link.select("planning_item", holder=pl.coalesce("work_item", "planning_item")),
        planning_item_link.filter(own).select("planning_item", holder="investment"),
    ]
    amounts, flags = pl.selectors.decimal().sum(), pl.selectors.boolean().any()
    return pl.concat(holders).unique().join(held, on="holder").group_by("planning_item").agg(amounts, flags)


def planning_item(
    sn_align_core_planning_item: dy.LazyFrame[PlanningItem],
    planning_item_link: dy.LazyFrame[PlanningItemLink],
    planning_item_execution: dy.LazyFrame[PlanningItemExecution],
    sn_invst_pln_investment: dy.LazyFrame[Investment],
) -> dy.LazyFrame[PlanningItemFigures]:
    """Every planning item with the figures of one side each, so that nothing is taken over twice.

    Integration on: all figures are those of execution. Off: planned figures are those of cost plans, and benefits those
    of benefit plans, where there are any, else the investment's; actual cost and budget are the investment's.
    """
    is_integrated = pl.col("is_integrated")
    frame = (
        sn_align_core_planning_item.select("sys_class_name", "number", planning_item="sys_id")
        .join(both_sides(planning_item_link, planning_item_execution, sn_invst_pln_investment), on="planning_item")
        .with_columns(
            integration=pl.when(is_integrated).then(pl.lit(ON)).otherwise(pl.lit(OFF)),
            planned_cost_source=_side(is_integrated | pl.col("has_cost_plan")),
            actual_cost_source=_side(is_integrated),
            benefit_source=_side(is_integrated | pl.col("has_benefit_plan")),
            budget_source=_side(is_integrated),
        )
        .with_columns(_chosen(figure, source) for source, figures in GROUPS.items() for figure in figures)
    )
    return PlanningItemFigures.cast(frame)


def both_sides(
    planning_item_link: pl.LazyFrame, planning_item_execution: pl.LazyFrame, sn_invst_pln_investment: pl.LazyFrame
) -> pl.LazyFrame:
    """Every planning item with its figures of execution and, as `<figure>_stored`, those of its investment."""
    stored = stored_figures(sn_invst_pln_investment)
    linked = planning_item_link.join(planning_item_execution, on="planning_item")
    return linked.join(stored, on="investment", how="left", suffix="_stored")


def _side(is_execution: pl.Expr) -> pl.Expr:
    return pl.when(is_execution).then(pl.lit(EXECUTION)).otherwise(pl.lit(STORED))


def _chosen(figure: str, source: str) -> pl.Expr:
    return pl.when(pl.col(source) == EXECUTION).then(figure).otherwise(f"{figure}_stored").alias(figure)
