"""Budgets of both versions, investments, and the records that say which version counts."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import polars as pl

from tests.benchmarks.portfolio_world.calendar import PERIODS, QUARTERS, YEARS
from tests.benchmarks.portfolio_world.options import UNCLASSIFIED, Options, amounts, drawn, skewed_counts
from tests.benchmarks.portfolio_world.plans import COST_TYPES, class_of_cost_type
from tests.benchmarks.portfolio_world.work_items import WorkItems

V1_ROWS: Final = 1.7
V2_ROWS: Final = 5.9
BOTH: Final = 0.05
"""Share of the work items that have rows of the version that does not count, too."""


class Budgets(NamedTuple):
    """Funding rows, budget rows of investments, the investments, and the migration records."""

    funding: pl.DataFrame
    """`number`, `item`, `period` (a year), `capital`, `operating`, `total` in cents, `cents`: what counts."""
    rows: pl.DataFrame
    """`number`, `item` (through its investment), `period`, `cents`, `expense_type`, `cost_type`."""
    migrated: np.ndarray
    """Per work item: v2 counts."""
    has_investment: np.ndarray
    recorded: np.ndarray
    """Per work item: it has a migration record."""


def budgets(options: Options, work: WorkItems) -> Budgets:
    """Half of the work items have moved to v2."""
    dice, count = options.dice("budget"), options.items
    migrated, both = dice.random(count) < 0.5, dice.random(count) < BOTH
    has_investment = migrated | both
    recorded = migrated | (dice.random(count) < 0.2)
    funding = _funding(dice, work, ~migrated | both)
    return Budgets(funding, _rows(dice, has_investment), migrated, has_investment, recorded)


def _funding(dice: np.random.Generator, work: WorkItems, funded: np.ndarray) -> pl.DataFrame:
    """Yearly budgets from the year in which the work item begins; one in ten is not split."""
    items = np.flatnonzero(funded)
    item = np.repeat(items, 1 + dice.poisson(V1_ROWS - 1, len(items)))
    first = work.items["begins"].to_numpy()[item] // 12
    place = np.arange(len(item)) - np.searchsorted(item, item)
    capital, operating = amounts(dice, len(item), 40_000), amounts(dice, len(item), 20_000)
    frame = pl.DataFrame(
        {
            "number": np.arange(len(item)),
            "item": item,
            "period": PERIODS + QUARTERS + (first + place) % YEARS,
            "capital": capital,
            "operating": operating,
            "split": dice.random(len(item)) < 0.9,
        }
    )
    whole = pl.col("capital") + pl.col("operating")
    split = [pl.when("split").then(name).alias(name) for name in ("capital", "operating")]
    return frame.with_columns(*split, total=whole, cents=whole)


def _rows(dice: np.random.Generator, has_investment: np.ndarray) -> pl.DataFrame:
    """Mostly on base periods, some on quarters and years."""
    items = np.flatnonzero(has_investment)
    item = np.repeat(items, skewed_counts(dice, len(items), V2_ROWS))
    count = len(item)
    kind = drawn(dice, {0: 0.75, 1: 0.15, 2: 0.1}, count)
    period = np.where(
        kind == 0,
        dice.integers(0, PERIODS, count),
        np.where(
            kind == 1, PERIODS + dice.integers(0, QUARTERS, count), PERIODS + QUARTERS + dice.integers(0, YEARS, count)
        ),
    )
    frame = pl.DataFrame(
        {
            "number": np.arange(count),
            "item": item,
            "period": period,
            "cents": amounts(dice, count, 15_000),
            "expense_type": drawn(dice, {-1: 0.3, 0: 0.4, 1: 0.3}, count),
            "cost_type": np.where(dice.random(count) < 0.2, dice.integers(0, COST_TYPES, count), -1),
        }
    )
    own = pl.when(pl.col("expense_type") >= 0).then("expense_type")
    return frame.with_columns(
        expense_class=pl.coalesce(own, class_of_cost_type(pl.col("cost_type")), pl.lit(UNCLASSIFIED))
    )
