"""Cost plans and benefit plans with their rows per base period."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import polars as pl

from tests.benchmarks.portfolio_world.calendar import PERIODS, Calendar
from tests.benchmarks.portfolio_world.options import UNCLASSIFIED, Options, amounts, drawn, skewed_counts
from tests.benchmarks.portfolio_world.work_items import WorkItems

COST_TYPES: Final = 8
"""The first half of them are capital, the others operating."""
PLANS_PER_ITEM: Final = 1.45
BENEFIT_PLANS_PER_ITEM: Final = 0.45
PERIODS_PER_PLAN: Final = 6.5
LONGEST: Final = 36
TASK_ROWS: Final = 5
"""The platform keeps aggregates of every fifth work item."""


class Plans(NamedTuple):
    """The plans, and their rows."""

    plans: pl.DataFrame
    """`number`, `item`, `record` (what it stands on), `cost_type`, `expense_type`; -1 = none."""
    rows: pl.DataFrame
    """`number`, `plan`, `item`, `period`, `cents`, and what else its kind of row has."""


def cost_plans(options: Options, work: WorkItems) -> Plans:
    """Most plans say what they are by a cost type, and so do some of their rows for themselves."""
    dice = options.dice("cost_plan")
    item = np.repeat(np.arange(options.items), skewed_counts(dice, options.items, PLANS_PER_ITEM))
    plans = _plans(dice, work, item).with_columns(
        cost_type=pl.Series(np.where(dice.random(len(item)) < 0.8, dice.integers(0, COST_TYPES, len(item)), -1)),
        expense_type=pl.Series(drawn(dice, {-1: 0.8, 0: 0.1, 1: 0.1}, len(item))),
    )
    rows = _rows(dice, work, plans, 4_000)
    rows = rows.with_columns(
        expense_type=pl.Series(drawn(dice, {-1: 0.6, 0: 0.2, 1: 0.2}, len(rows))),
        cost_type=pl.Series(np.where(dice.random(len(rows)) < 0.1, dice.integers(0, COST_TYPES, len(rows)), -1)),
    )
    return Plans(plans, rows.with_columns(classified(rows, plans)))


def benefit_plans(options: Options, work: WorkItems, calendar: Calendar) -> Plans:
    """Past periods have realised something, mostly not what was planned."""
    dice = options.dice("benefit_plan")
    item = np.repeat(np.arange(options.items), skewed_counts(dice, options.items, BENEFIT_PLANS_PER_ITEM))
    plans = _plans(dice, work, item)
    rows = _rows(dice, work, plans, 6_000)
    realised = np.round(rows["cents"].to_numpy() * dice.normal(0.9, 0.3, len(rows))).astype(np.int64)
    past = (pl.col("period") < calendar.current) & pl.Series(dice.random(len(rows)) < 0.9)
    return Plans(plans, rows.with_columns(realised=pl.when(past).then(pl.Series(realised))))


def _plans(dice: np.random.Generator, work: WorkItems, item: np.ndarray) -> pl.DataFrame:
    record = work.somewhere_in(dice, item, 0.1)
    return pl.DataFrame({"number": np.arange(len(item)), "item": item, "record": record})


def _rows(dice: np.random.Generator, work: WorkItems, plans: pl.DataFrame, typical: float) -> pl.DataFrame:
    """One row for each of the periods of a plan, which follow each other."""
    length = np.minimum(dice.geometric(1 / PERIODS_PER_PLAN, len(plans)), LONGEST)
    begins = work.items["begins"].to_numpy()[plans["item"].to_numpy()] + dice.integers(0, 12, len(plans))
    begins = np.minimum(begins, PERIODS - length)
    plan = np.repeat(np.arange(len(plans)), length)
    step = np.arange(len(plan)) - np.repeat(np.cumsum(length) - length, length)
    level = amounts(dice, len(plans), typical)[plan]
    return pl.DataFrame(
        {
            "number": np.arange(len(plan)),
            "plan": plan,
            "item": plans["item"].to_numpy()[plan],
            "period": begins[plan] + step,
            "cents": np.where(dice.random(len(plan)) < 0.7, level, amounts(dice, len(plan), typical)),
        }
    )


def class_of_cost_type(cost_type: pl.Expr) -> pl.Expr:
    """The expense type that a cost type belongs to, empty without one."""
    return pl.when(cost_type >= 0).then((cost_type >= COST_TYPES // 2).cast(pl.Int64))


def classified(rows: pl.DataFrame, plans: pl.DataFrame) -> pl.Series:
    """The expense type that counts for each row: its own, its cost type's, its plan's, its plan's cost type's."""
    plan = pl.col("plan")
    theirs = plans.select(
        theirs=pl.coalesce(_said("expense_type"), class_of_cost_type(pl.col("cost_type")), pl.lit(UNCLASSIFIED))
    )["theirs"]
    through_plan = (
        pl.when(plan >= 0).then(theirs.gather(rows["plan"].clip(0, max(len(plans) - 1, 0))))
        if len(plans)
        else pl.lit(None)
    )
    own = pl.coalesce(_said("expense_type"), class_of_cost_type(pl.col("cost_type")))
    return rows.select(expense_class=pl.coalesce(own, through_plan, pl.lit(UNCLASSIFIED)))["expense_class"]


def _said(column: str) -> pl.Expr:
    return pl.when(pl.col(column) >= 0).then(pl.col(column))


def task_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """The platform's aggregates of requirement rows, per work item, base period and expense type."""
    cell = ["item", "period", "expense_class"]
    summed = rows.filter(pl.col("item") % TASK_ROWS == 0).group_by(cell).agg(pl.col("cents").sum()).sort(cell)
    number = (pl.col("item") * PERIODS + pl.col("period")) * 3 + pl.col("expense_class")
    return summed.with_columns(number=number)
