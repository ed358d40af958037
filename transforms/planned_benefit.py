"""Stream 2, planned benefit: benefit rows, through their plan, to the owner of the plan's task."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.benefit import BenefitPlan, BenefitPlanBreakdown, BenefitPlanFigures, BenefitRow, PlannedBenefit
from models.figures import AvailableStream
from models.work_item import TaskOwner
from transforms.available_stream import known


def benefit_row(
    benefit_plan_breakdown: dy.LazyFrame[BenefitPlanBreakdown],
    benefit_plan: dy.LazyFrame[BenefitPlan],
    task_owner: dy.LazyFrame[TaskOwner],
) -> dy.LazyFrame[BenefitRow]:
    """Every benefit row with the owner of its plan's task."""
    plan = benefit_plan.select("task", benefit_plan="sys_id").join(
        task_owner.select("task", "work_item"), on="task", how="left"
    )
    frame = benefit_plan_breakdown.select(
        "benefit_plan", "fiscal_period", "actual_benefit", benefit_plan_breakdown="sys_id", planned_benefit="value"
    ).join(plan, on="benefit_plan", how="left")
    return BenefitRow.cast(frame)


def planned_benefit(benefit_row: dy.LazyFrame[BenefitRow]) -> dy.LazyFrame[PlannedBenefit]:
    """Sum of planned amounts per work item and base period."""
    return PlannedBenefit.cast(per_period(benefit_row, "planned_benefit"))


def per_period(benefit_row: pl.LazyFrame, amount: str) -> pl.LazyFrame:
    """Sum of one amount over the rows that a work item owns, per work item and base period."""
    owned = benefit_row.filter(pl.col("work_item").is_not_null())
    return owned.group_by("work_item", "fiscal_period").agg(pl.col(amount).sum())


def benefit_plan(
    benefit_plan: dy.LazyFrame[BenefitPlan],
    task_owner: dy.LazyFrame[TaskOwner],
    benefit_row: dy.LazyFrame[BenefitRow],
    available_stream: dy.LazyFrame[AvailableStream],
) -> dy.LazyFrame[BenefitPlanFigures]:
    """Every benefit plan with the sums of its rows."""
    totals = benefit_row.group_by("benefit_plan").agg(
        total_planned_benefit=pl.col("planned_benefit").sum(), total_actual_benefit=pl.col("actual_benefit").sum()
    )
    frame = (
        benefit_plan.select("name", "task", benefit_plan="sys_id")
        .join(task_owner.select("task", "work_item"), on="task", how="left")
        .join(totals, on="benefit_plan", how="left")
        .join(available_stream, how="cross")
        .with_columns(
            known("total_planned_benefit", "has_planned_benefit"), known("total_actual_benefit", "has_actual_benefit")
        )
    )
    return BenefitPlanFigures.cast(frame)
