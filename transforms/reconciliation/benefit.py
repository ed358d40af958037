"""What benefits would be if rows did not count that do, or counted as entered."""

from __future__ import annotations

from typing import Final, NamedTuple

import dataframely as dy
import polars as pl

from models.benefit import BenefitPlan, BenefitRow
from models.drift_cause import NOT_CONVERTED, PLAN_LEFT_OUT, TASKS_LEFT_OUT
from transforms.reconciliation.planned_cost import plan_name
from transforms.reconciliation.tested_row import ACTUAL_BENEFIT, PLANNED_BENEFIT, under

AMOUNTS: Final = {
    PLANNED_BENEFIT: ("planned_benefit", "entered_planned"),
    ACTUAL_BENEFIT: ("actual_benefit", "entered_actual"),
}
"""The amount of each stream: as it counts, and as entered."""


class BenefitTables(NamedTuple):
    """Benefit rows and their plans."""

    benefit_row: dy.LazyFrame[BenefitRow]
    benefit_plan: dy.LazyFrame[BenefitPlan]


def fewer_benefit_rows(benefit_row: pl.LazyFrame, benefit_plan: pl.LazyFrame) -> list[pl.LazyFrame]:
    """Rows that would not count: those of plans on tasks, and those of one plan."""
    plan = benefit_plan.select("task", benefit_plan="sys_id", plan_name=plan_name("sys_id"))
    rows = benefit_row.join(plan, on="benefit_plan")
    on_task = rows.filter(pl.col("task") != pl.col("work_item"))
    return [
        part
        for stream, (amount, _) in AMOUNTS.items()
        for part in (
            under(on_task, stream, TASKS_LEFT_OUT, -pl.col(amount)),
            under(rows, stream, PLAN_LEFT_OUT, -pl.col(amount), detail="plan_name"),
        )
    ]


def other_benefit_rows(benefit_row: pl.LazyFrame) -> list[pl.LazyFrame]:
    """Rows that would count instead: amounts as entered."""
    return [under(benefit_row, stream, NOT_CONVERTED, entered) for stream, (_, entered) in AMOUNTS.items()]
