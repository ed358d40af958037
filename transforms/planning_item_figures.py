"""The figures of planning items: what the execution side says, and which side counts."""

from __future__ import annotations

from collections.abc import Sequence
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
from transforms.figure import total
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
    """The own figures of each planning item's work item, unknown where they are unknown.

    Without a work item, plans on the planning item itself and on its investment are its plans; without such plans, and
    for actual cost and budget, there is no execution side, and the figures are empty.
    """
    owned = benefit_plan.select("task", plan="sys_id").join(
        task_owner.select("task", "work_item"), on="task", how="left"
    )
    cost_plans = _plans_of(planning_item_link, plan_class.select("task", "work_item", plan="cost_plan"))
    benefit_plans = _plans_of(planning_item_link, owned)
    cost = _beside_work_items(cost_plans, cost_rows(requirement), PLANNED_COSTS, "cost")
    benefit = _beside_work_items(benefit_plans, benefit_row.rename({"benefit_plan": "plan"}), BENEFITS, "benefit")
    frame = (
        planning_item_link.join(execution_figures(work_item), on="work_item", how="left")
        .join(cost, on="planning_item", how="left", suffix="_of_plans")
        .join(benefit, on="planning_item", how="left", suffix="_of_plans")
        .join(available_stream, how="cross")
        .with_columns(pl.col("has_cost_plan", "has_benefit_plan").fill_null(False))
        .with_columns(_executed(figure, "cost") for figure in PLANNED_COSTS)
        .with_columns(_executed(figure, "benefit") for figure in BENEFITS)
    )
    return PlanningItemExecution.cast(frame)


def _plans_of(planning_item_link: pl.LazyFrame, plans: pl.LazyFrame) -> pl.LazyFrame:
    """Each planning item with the plans its work item owns; without one, with those on itself and its investment."""
    alone = planning_item_link.filter(pl.col("work_item").is_null())
    holders = [
        planning_item_link.select("planning_item", "work_item", holder=pl.coalesce("work_item", "planning_item")),
        alone.select("planning_item", "work_item", holder="investment"),
    ]
    held = plans.select("plan", holder=pl.coalesce("work_item", "task"))
    return pl.concat(holders).unique().join(held, on="holder")


def cost_rows(requirement: pl.LazyFrame) -> pl.LazyFrame:
    """Requirement rows of plans, with 0 where an amount is of another expense type."""
    of_type = {"planned_capital": CAPITAL, "planned_operating": OPERATING}
    amounts = {
        figure: pl.when(pl.col("expense_type") == kind).then("planned_cost").otherwise(0)
        for figure, kind in of_type.items()
    }
    return requirement.select("planned_cost", plan="cost_plan", **amounts)


def _beside_work_items(plans: pl.LazyFrame, rows: pl.LazyFrame, figures: Sequence[str], kind: str) -> pl.LazyFrame:
    """Planning items that have plans; those without a work item with the sums of their plans, where there are rows."""
    alone = plans.filter(pl.col("work_item").is_null()).select("planning_item", "plan")
    sums = (
        alone.join(rows, on="plan")
        .group_by("planning_item")
        .agg(*map(total, figures), pl.lit(True).alias(f"has_{kind}_row"))
    )
    planned = plans.group_by("planning_item").agg(pl.lit(True).alias(f"has_{kind}_plan"))
    return planned.join(sums, on="planning_item", how="left")


def _executed(figure: str, kind: str) -> pl.Expr:
    """The work item's figure; without one, that of the planning item's own plans."""
    of_plans = known(f"{figure}_of_plans", f"has_{kind}_plan", f"has_planned_{kind}", rows=f"has_{kind}_row")
    return pl.when(pl.col("work_item").is_null()).then(of_plans).otherwise(figure).alias(figure)


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
