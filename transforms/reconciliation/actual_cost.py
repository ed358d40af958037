"""What actual cost would be if lines counted that do not, or did not count that do."""

from __future__ import annotations

from typing import Final, NamedTuple

import dataframely as dy
import polars as pl

from models.drift_cause import (
    DEMAND_DIRECT_COUNTED,
    DEMAND_DIRECT_LEFT_OUT,
    NOT_CONVERTED,
    OUTSIDE_CALENDAR_COUNTED,
    ROLLED_UP_FROM,
    STALE,
    TASKS_LEFT_OUT,
    TOP_TASK_COPIES_COUNTED,
    UNPROCESSED_COUNTED,
)
from models.expense import ExpenseFunnel, ExpenseLine
from models.vocabulary import (
    CAPITAL,
    COUNTED,
    DEMAND_DIRECT,
    NO_FISCAL_PERIOD,
    NOT_PROCESSED,
    OPERATING,
    TOP_TASK_COPY,
)
from transforms.figure import total
from transforms.reconciliation.tested_row import ACTUAL, under

BY_OUTCOME: Final = {
    UNPROCESSED_COUNTED: NOT_PROCESSED,
    TOP_TASK_COPIES_COUNTED: TOP_TASK_COPY,
    DEMAND_DIRECT_COUNTED: DEMAND_DIRECT,
    OUTSIDE_CALENDAR_COUNTED: NO_FISCAL_PERIOD,
}
"""The outcome of the lines that each cause would count."""
OTHERWISE_COUNTED: Final = "that nothing else keeps out"


class LineTables(NamedTuple):
    """Expense lines, and what became of each."""

    expense_funnel: dy.LazyFrame[ExpenseFunnel]
    fm_expense_line: dy.LazyFrame[ExpenseLine]


def placed_lines(expense_funnel: pl.LazyFrame, fm_expense_line: pl.LazyFrame) -> pl.LazyFrame:
    """Lines with their outcome, their day, and whether they stand on a task of the work item or repeat a base line."""
    on, base = pl.coalesce("task", "source_id"), pl.col("base_expense")
    lines = fm_expense_line.select("date", on=on, expense_line="sys_id", is_copy=base != pl.col("sys_id"))
    return expense_funnel.join(lines, on="expense_line").with_columns(
        pl.col("is_copy").fill_null(value=False), on_task=pl.col("on") != pl.col("work_item")
    )


def more_lines(lines: pl.LazyFrame) -> list[pl.LazyFrame]:
    """Lines that would count in addition, by the reason that keeps them out.

    Unprocessed lines are tested twice: all of them, and those that nothing else keeps out.
    """
    by_cause = [
        under(lines.filter(pl.col("outcome") == outcome), ACTUAL, cause, "amount")
        for cause, outcome in BY_OUTCOME.items()
    ]
    waiting = pl.col("outcome") == NOT_PROCESSED
    in_calendar = pl.col("fiscal_period").is_not_null()
    ready = lines.filter(waiting, in_calendar, ~pl.col("is_copy"), ~pl.col("on_demand")).with_columns(
        detail=pl.lit(OTHERWISE_COUNTED)
    )
    return [*by_cause, under(ready, ACTUAL, UNPROCESSED_COUNTED, "amount", detail="detail")]


def fewer_lines(lines: pl.LazyFrame) -> list[pl.LazyFrame]:
    """Lines that would not count: those on tasks, and those on demands themselves."""
    counted, less = lines.filter(pl.col("outcome") == COUNTED), -pl.col("amount")
    return [
        under(counted.filter("on_task"), ACTUAL, TASKS_LEFT_OUT, less),
        under(counted.filter("on_demand"), ACTUAL, DEMAND_DIRECT_LEFT_OUT, less),
    ]


def other_lines(lines: pl.LazyFrame, task_rows: pl.LazyFrame, requirement_rows: pl.LazyFrame) -> list[pl.LazyFrame]:
    """What would count instead: amounts as entered, or the actual amounts cached on breakdown rows."""
    counted = lines.filter(pl.col("outcome") == COUNTED)
    named = {"task rows": task_rows, "requirement rows": requirement_rows}
    cached = [rows.drop_nulls("actual").with_columns(detail=pl.lit(name)) for name, rows in named.items()]
    return [
        under(counted, ACTUAL, NOT_CONVERTED, "entered_amount"),
        *(under(rows, ACTUAL, ROLLED_UP_FROM, "actual", "detail") for rows in cached),
    ]


def without_later_lines(lines: pl.LazyFrame) -> pl.LazyFrame:
    """For every day with a counted line but the last: what is missing if that was the last day to be counted."""
    counted = lines.filter(pl.col("outcome") == COUNTED)
    kinds = {"actual_cost": (CAPITAL, OPERATING, None), "actual_capital": (CAPITAL,), "actual_operating": (OPERATING,)}
    parts = [
        (counted if None in kind else counted.filter(pl.col("expense_type").is_in(kind))).with_columns(
            figure=pl.lit(figure)
        )
        for figure, kind in kinds.items()
    ]
    daily = pl.concat(parts).group_by("work_item", "figure", "date").agg(total("amount"), rows=pl.len().cast(pl.Int64))
    item = ["work_item", "figure"]
    missing = [pl.col(c).cum_sum().over(item, order_by="date") - pl.col(c).sum().over(item) for c in ("amount", "rows")]
    later = daily.with_columns(missing).filter(pl.col("rows") < 0)
    return later.select(*item, "amount", rows=-pl.col("rows"), day="date", cause=pl.lit(STALE))
