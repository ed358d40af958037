"""What planned cost would be if rows counted that do not, or did not count that do."""

from __future__ import annotations

from typing import NamedTuple

import dataframely as dy
import polars as pl

from models.cost import PlanClass, Requirement
from models.drift_cause import (
    NOT_CONVERTED,
    PLAN_LEFT_OUT,
    PLAN_TYPE_USED,
    ROLLED_UP_FROM,
    TASK_ROWS_COUNTED,
    TASKS_LEFT_OUT,
    UNCLASSIFIED_COUNTED,
    UNCLASSIFIED_LEFT_OUT,
)
from models.vocabulary import CAPITAL, OPERATING, UNCLASSIFIED
from transforms.reconciliation.tested_row import PLANNED, under


class PlanTables(NamedTuple):
    """Requirement rows and their plans."""

    requirement: dy.LazyFrame[Requirement]
    plan_class: dy.LazyFrame[PlanClass]


def more_planned_rows(requirement: pl.LazyFrame, task_rows: pl.LazyFrame) -> list[pl.LazyFrame]:
    """Rows that would count in addition: task rows, and unclassified cost as capital or operating."""
    unclassified = requirement.filter(pl.col("expense_type") == UNCLASSIFIED)
    as_other = [unclassified.with_columns(expense_type=pl.lit(kind)) for kind in (CAPITAL, OPERATING)]
    return [
        under(task_rows, PLANNED, TASK_ROWS_COUNTED, "value"),
        *(under(rows, PLANNED, UNCLASSIFIED_COUNTED, "planned_cost") for rows in as_other),
    ]


def fewer_planned_rows(requirement: pl.LazyFrame, plan_class: pl.LazyFrame) -> list[pl.LazyFrame]:
    """Rows that would not count: unclassified ones, those of plans on tasks, and those of one plan."""
    plan = plan_class.select("cost_plan", "task", plan_name=plan_name("cost_plan"))
    rows = requirement.join(plan, on="cost_plan")
    less = -pl.col("planned_cost")
    return [
        under(rows.filter(pl.col("expense_type") == UNCLASSIFIED), PLANNED, UNCLASSIFIED_LEFT_OUT, less),
        under(rows.filter(pl.col("task") != pl.col("work_item")), PLANNED, TASKS_LEFT_OUT, less),
        under(rows, PLANNED, PLAN_LEFT_OUT, less, detail="plan_name"),
    ]


def plan_name(key: str) -> pl.Expr:
    """A plan's name with its key, since several may have one name."""
    return pl.concat_str("name", key, separator=", ", ignore_nulls=True)


def other_planned_rows(
    requirement: pl.LazyFrame, plan_class: pl.LazyFrame, cached_plan: pl.LazyFrame, task_rows: pl.LazyFrame
) -> list[pl.LazyFrame]:
    """Rows that would count instead: as entered, under the type of their plan, or as cached on plans or task rows."""
    types = plan_class.select("cost_plan", plan_type="expense_type")
    by_plan = requirement.join(types, on="cost_plan").with_columns(expense_type="plan_type")
    plans = plan_class.join(cached_plan, on="cost_plan").with_columns(detail=pl.lit("cost plans"))
    rows = task_rows.with_columns(detail=pl.lit("task rows"))
    return [
        under(requirement, PLANNED, NOT_CONVERTED, "entered_cost"),
        under(by_plan, PLANNED, PLAN_TYPE_USED, "planned_cost"),
        under(plans, PLANNED, ROLLED_UP_FROM, "total_planned_cost", detail="detail"),
        under(rows, PLANNED, ROLLED_UP_FROM, "value", detail="detail"),
    ]
