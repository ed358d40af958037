"""Expense lines: on work items and tasks, most of them processed, some of them copies on the top task."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from tests.benchmarks.portfolio_world.calendar import AS_OF, Calendar, day_number
from tests.benchmarks.portfolio_world.options import Options, amounts, drawn, skewed_counts
from tests.benchmarks.portfolio_world.plans import COST_TYPES, Plans, classified
from tests.benchmarks.portfolio_world.work_items import WorkItems

LINES_PER_ITEM: Final = 10
STATES: Final = ("processed", "Processed", "pending", "failed")
PROCESSED: Final = 2
"""The states before this one count."""
ON_PROJECT_TASK, ON_DEMAND_TASK = 0.5, 0.9
"""Shares of the lines that stand on a task; on a demand itself they do not count."""
TOP_TASK_COPIES: Final = 0.01
DAYS_BEFORE: Final = 60
"""Some lines are older than the calendar."""


def expense_lines(options: Options, work: WorkItems, plans: Plans, calendar: Calendar) -> pl.DataFrame:
    """All lines, with `period` (-1 = none) and `counted`: whether the line is actual cost of its work item."""
    dice = options.dice("fm_expense_line")
    item = np.repeat(np.arange(options.items), skewed_counts(dice, options.items, LINES_PER_ITEM))
    count = len(item)
    on_task = np.where(work.items["demand"].to_numpy(), ON_DEMAND_TASK, ON_PROJECT_TASK)[item]
    lines = pl.DataFrame(
        {
            "number": np.arange(count),
            "item": item,
            "record": work.somewhere_in(dice, item, on_task),
            "day": _days(dice, work, calendar, item),
            "cents": amounts(dice, count, 900),
            "state": drawn(dice, {0: 0.9, 1: 0.04, 2: 0.05, 3: 0.01}, count),
            "plan": _plan_of(dice, plans.plans, item),
            "cost_type": np.where(dice.random(count) < 0.3, dice.integers(0, COST_TYPES, count), -1),
            "expense_type": drawn(dice, {-1: 0.5, 0: 0.25, 1: 0.25}, count),
            "through_source": dice.random(count) < 0.02,
        }
    )
    lines = lines.with_columns(_copied(dice, lines))
    lines = lines.with_columns(record=pl.when(pl.col("copy_of") >= 0).then("item").otherwise("record"))
    lines = lines.with_columns(
        classified(lines, plans.plans), period=pl.Series(calendar.period_of(lines["day"].to_numpy()))
    )
    return lines.with_columns(counted=_counted(work))


def _days(dice: np.random.Generator, work: WorkItems, calendar: Calendar, item: np.ndarray) -> np.ndarray:
    """Days from the beginning of the work item on, until today; a few before the calendar."""
    first = work.items["first_day"].to_numpy()[item]
    last = day_number(AS_OF) - 1
    first = np.minimum(first, last - 30)
    day = first + (dice.random(len(item)) * np.minimum(last - first, 500)).astype(np.int64)
    return np.where(dice.random(len(item)) < 0.003, calendar.starts[0] - dice.integers(1, DAYS_BEFORE, len(item)), day)


def _plan_of(dice: np.random.Generator, plans: pl.DataFrame, item: np.ndarray) -> np.ndarray:
    """For a fifth of the lines, the first plan of their work item."""
    owner = plans["item"].to_numpy()
    found = np.searchsorted(owner, item)
    known = (
        (found < len(owner)) & (owner[np.minimum(found, max(len(owner) - 1, 0))] == item)
        if len(owner)
        else np.zeros(len(item), bool)
    )
    return np.where(known & (dice.random(len(item)) < 0.2), found, -1)


def _copied(dice: np.random.Generator, lines: pl.DataFrame) -> pl.Series:
    """The line that a line on the top task repeats, if it does: the one before it, of the same work item."""
    item, number = lines["item"].to_numpy(), lines["number"].to_numpy()
    is_copy = (np.roll(item, 1) == item) & (number > 0) & (dice.random(len(item)) < TOP_TASK_COPIES)
    return pl.Series("copy_of", np.where(is_copy & ~np.roll(is_copy, 1), number - 1, -1))


def _counted(work: WorkItems) -> pl.Expr:
    on_demand = work.items["demand"].gather
    stands_on_demand = (pl.col("record") < len(work.items)) & pl.col("item").map_batches(
        on_demand, return_dtype=pl.Boolean
    )
    processed = (pl.col("state") < PROCESSED) & (pl.col("copy_of") < 0)
    return processed & ~stands_on_demand & (pl.col("period") >= 0)
