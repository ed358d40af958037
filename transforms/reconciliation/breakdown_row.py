"""What single plans, requirement rows and task rows would hold if other rows reached them."""

from __future__ import annotations

from typing import Final

import dataframely as dy
import polars as pl

from models.cost import PlanClass, Requirement
from models.drift_cause import (
    DUPLICATES_COUNTED,
    NOT_CONVERTED,
    TASK_ROWS_COUNTED,
    TOP_TASK_COPIES_COUNTED,
    UNPROCESSED_COUNTED,
)
from models.expense import ExpenseFunnel
from models.vocabulary import COUNTED, NOT_PROCESSED, PROJECT_TABLE, TASK, TOP_TASK_COPY
from transforms.actual_cost import requirement_actual
from transforms.figure import total
from transforms.reconciliation.cached_figure import COST_PLAN, REQUIREMENT_ROW, TASK_CELL, TASK_ROW, TASK_ROW_METRICS

OUTCOMES: Final = {UNPROCESSED_COUNTED: NOT_PROCESSED, TOP_TASK_COPIES_COUNTED: TOP_TASK_COPY}
"""The outcome of the lines that each cause would count."""


def of_plans(requirement: pl.LazyFrame, cost_plan_breakdown: pl.LazyFrame) -> list[pl.LazyFrame]:
    """The total of a plan with task rows that name it, and as entered."""
    task_rows = cost_plan_breakdown.filter(pl.col("breakdown_type") == TASK).drop_nulls("cost_plan")
    with_tasks = task_rows.group_by(sys_id="cost_plan").agg(amount=pl.col("value").sum(), rows=_number())
    entered = requirement.group_by(sys_id="cost_plan").agg(expected=pl.col("entered_cost").sum())
    metric = pl.lit(f"{COST_PLAN}.total_planned_cost")
    return [
        with_tasks.with_columns(metric=metric, cause=pl.lit(TASK_ROWS_COUNTED)),
        entered.with_columns(metric=metric, cause=pl.lit(NOT_CONVERTED)),
    ]


def of_requirement_rows(
    expense_funnel: dy.LazyFrame[ExpenseFunnel],
    requirement: dy.LazyFrame[Requirement],
    plan_class: dy.LazyFrame[PlanClass],
) -> list[pl.LazyFrame]:
    """Actual cost that rows would receive in addition if lines counted that do not, by the same rule of placing."""
    placed = []
    for cause, outcome in OUTCOMES.items():
        lines = expense_funnel.filter(pl.col("outcome") == outcome, pl.col("fiscal_period").is_not_null())
        as_counted = ExpenseFunnel.cast(lines.with_columns(outcome=pl.lit(COUNTED)))
        received = requirement_actual(as_counted, requirement, plan_class)
        placed.append(received.select(sys_id="cost_plan_breakdown", amount="actual_cost", cause=pl.lit(cause)))
    return [rows.with_columns(metric=pl.lit(f"{REQUIREMENT_ROW}.actual")) for rows in placed]


def of_task_rows(task_rows: pl.LazyFrame, lines: pl.LazyFrame) -> list[pl.LazyFrame]:
    """Task rows with lines of their period and type that do not count, and all but one of several rows of a cell."""
    cells = task_rows.group_by(TASK_CELL).agg(pl.col("sys_id").min())
    causes = {outcome: cause for cause, outcome in OUTCOMES.items()}
    on_projects = lines.filter(pl.col("work_item_table") == PROJECT_TABLE, pl.col("outcome").is_in(list(causes)))
    more = (
        on_projects.group_by(*TASK_CELL, "outcome")
        .agg(total("amount"), rows=_number())
        .join(cells, on=TASK_CELL, nulls_equal=True)
        .select(
            "sys_id", "amount", "rows", cause=pl.col("outcome").replace(causes), metric=pl.lit(f"{TASK_ROW}.actual")
        )
    )
    return [more, *(_without_one(task_rows, metric) for metric in TASK_ROW_METRICS)]


def _without_one(task_rows: pl.LazyFrame, metric: str) -> pl.LazyFrame:
    """For each of several rows of a cell: what the others add to it."""
    amount = pl.col(metric)
    keyed = task_rows.with_columns(first=pl.col("sys_id").min().over(TASK_CELL)).drop_nulls(metric)
    others = keyed.with_columns(amount=amount.sum().over(TASK_CELL) - amount, rows=_number().over(TASK_CELL))
    return others.filter(pl.col("rows") > 1).select(
        "amount",
        rows=pl.col("rows") - 1,
        sys_id="first",
        cause=pl.lit(DUPLICATES_COUNTED),
        metric=pl.lit(f"{TASK_ROW}.{metric}"),
    )


def _number() -> pl.Expr:
    return pl.len().cast(pl.Int64)
