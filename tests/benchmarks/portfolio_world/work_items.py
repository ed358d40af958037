"""Portfolios, programs, projects in trees, demands and their tasks."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from tests.benchmarks.portfolio_world.calendar import PERIODS, Calendar
from tests.benchmarks.portfolio_world.options import Options, drawn, skewed_counts

DEMANDS = 0.1
PARTS_OF_PROJECTS = 0.15
TASKS_PER_PROJECT = 0.6
NEAR = 50
"""A project is part of one that lies at most so far before it."""


class WorkItems(NamedTuple):
    """Work items are the first records that money can stand on; tasks follow, so one number names any of them."""

    items: pl.DataFrame
    """`number`, `demand`, `parent`, `program`, `portfolio`, `begins` (a base period), `first_day`, `last_day`, `rate`, `foreign`."""
    tasks: pl.DataFrame
    """`number` (after the work items), `item`, `parent`, `demand`."""
    first_task: np.ndarray
    """Per work item the number of its first task, and how many it has."""
    task_count: np.ndarray
    programs: int
    portfolios: int

    @property
    def records(self) -> int:
        """How many records money can stand on."""
        return len(self.items) + len(self.tasks)

    def somewhere_in(self, dice: np.random.Generator, item: np.ndarray, on_task: float | np.ndarray) -> np.ndarray:
        """For each work item, itself or one of its tasks."""
        count = self.task_count[item]
        chosen = self.first_task[item] + (dice.random(len(item)) * count).astype(np.int64)
        return np.where((dice.random(len(item)) < on_task) & (count > 0), chosen, item)


def work_items(options: Options, calendar: Calendar) -> WorkItems:
    """All of them; one in ten is a demand."""
    dice, count = options.dice("work_item"), options.items
    programs, portfolios = max(3, count // 1000), max(2, count // 20_000)
    demand = dice.random(count) < DEMANDS
    program = dice.integers(0, programs, count)
    begins = dice.integers(0, PERIODS - 12, count)
    ends = np.minimum(begins + dice.integers(3, 30, count), PERIODS - 1)
    items = pl.DataFrame(
        {
            "number": np.arange(count),
            "demand": demand,
            "parent": _parents(dice, demand),
            "program": np.where(dice.random(count) < 0.9, program, -1),
            "portfolio": program % portfolios,
            "begins": begins,
            "first_day": calendar.starts[begins],
            "last_day": calendar.starts[ends + 1] - 1,
            "rate": drawn(dice, {-1: 0.02, 0: 0.03, 5: 0.2, 8: 0.6, 12: 0.15}, count),
            "foreign": dice.random(count) < options.foreign,
            "state": dice.integers(0, 4, count),
        }
    )
    return WorkItems(items, *_tasks(options, items), programs, portfolios)


def _parents(dice: np.random.Generator, demand: np.ndarray) -> np.ndarray:
    """The project above each project that is part of one, else -1: always one before it, so that there are no circles."""
    places = np.arange(len(demand))
    above = places - dice.integers(1, NEAR, len(demand))
    known = (above >= 0) & ~demand & ~demand[np.maximum(above, 0)]
    return np.where(known & (dice.random(len(demand)) < PARTS_OF_PROJECTS), above, -1)


def _tasks(options: Options, items: pl.DataFrame) -> tuple[pl.DataFrame, np.ndarray, np.ndarray]:
    dice, demand = options.dice("task"), items["demand"].to_numpy()
    count = np.where(demand, 1, np.minimum(skewed_counts(dice, len(items), TASKS_PER_PROJECT), 200))
    first = len(items) + np.cumsum(count) - count
    item = np.repeat(np.arange(len(items)), count)
    number = len(items) + np.arange(len(item))
    under_task = (number > first[item]) & (dice.random(len(item)) < 0.3)
    tasks = {"number": number, "item": item, "parent": np.where(under_task, number - 1, item), "demand": demand[item]}
    return pl.DataFrame(tasks), first, count
