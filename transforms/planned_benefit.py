"""Stream 2, planned benefit: benefit rows, through their plan, to the owner of the plan's task."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.benefit import BenefitPlan, BenefitPlanBreakdown, BenefitPlanFigures, BenefitRow, PlannedBenefit
from models.counted_row import CountedRow
from models.currency import ExchangeRate
from models.figures import AvailableStream
from models.fiscal_calendar import BasePeriod
from models.stream import PLANNED_BENEFIT
from models.work_item import Subject, TaskOwner
from transforms.available_stream import known
from transforms.conversion import Exchange, converted, with_currency, with_period_rate_date
from transforms.counted_row import of_stream
from transforms.figure import total


def benefit_row(
    benefit_plan_breakdown: dy.LazyFrame[BenefitPlanBreakdown],
    benefit_plan: dy.LazyFrame[BenefitPlan],
    task_owner: dy.LazyFrame[TaskOwner],
    subject: dy.LazyFrame[Subject],
    base_period: dy.LazyFrame[BasePeriod],
    fx_rate: dy.LazyFrame[ExchangeRate],
    *,
    functional_currency: str | None,
    missing_exchange_rate: str,
    plan_rate_date: str,
) -> dy.LazyFrame[BenefitRow]:
    """Every benefit row with the owner of its plan's task, converted at the rate of its period."""
    exchange = Exchange(fx_rate, functional_currency, missing_exchange_rate)
    owner = task_owner.select("task", "work_item")
    plan = benefit_plan.select("task", "currency", benefit_plan="sys_id").join(owner, on="task", how="left")
    actual = pl.col("actual_benefit").fill_null(0)
    frame = (
        benefit_plan_breakdown.select(
            "benefit_plan",
            "fiscal_period",
            benefit_plan_breakdown="sys_id",
            entered_planned="value",
            entered_actual=actual,
            planned_benefit="value",
            actual_benefit=actual,
        )
        .join(plan.pipe(with_currency, subject, functional_currency), on="benefit_plan", how="left")
        .pipe(with_period_rate_date, base_period, functional_currency, plan_rate_date)
        .pipe(converted, ["planned_benefit", "actual_benefit"], exchange)
    )
    return BenefitRow.cast(frame)


def planned_benefit(counted_row: dy.LazyFrame[CountedRow]) -> dy.LazyFrame[PlannedBenefit]:
    """Sum of planned amounts per work item and base period; unknown where one of them is."""
    rows = of_stream(counted_row, PLANNED_BENEFIT)
    return PlannedBenefit.cast(rows.group_by("work_item", "fiscal_period").agg(total(PLANNED_BENEFIT)))


def benefit_plan(
    benefit_plan: dy.LazyFrame[BenefitPlan],
    task_owner: dy.LazyFrame[TaskOwner],
    benefit_row: dy.LazyFrame[BenefitRow],
    available_stream: dy.LazyFrame[AvailableStream],
) -> dy.LazyFrame[BenefitPlanFigures]:
    """Every benefit plan with the sums of its rows."""
    totals = benefit_row.group_by("benefit_plan").agg(
        total("planned_benefit").alias("total_planned_benefit"),
        total("actual_benefit").alias("total_actual_benefit"),
        has_rows=pl.lit(value=True),
    )
    frame = (
        benefit_plan.select("name", "task", benefit_plan="sys_id")
        .join(task_owner.select("task", "work_item"), on="task", how="left")
        .join(totals, on="benefit_plan", how="left")
        .join(available_stream, how="cross")
        .with_columns(
            known("total_planned_benefit", "has_planned_benefit", rows="has_rows"),
            known("total_actual_benefit", "has_actual_benefit", rows="has_rows"),
        )
    )
    return BenefitPlanFigures.cast(frame)
