"""What can be said about a world, and the few numbers that all its tables share."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from tests.benchmarks.portfolio_world.keys import scattered

SEED: Final = 20260115
NATURAL: Final = "natural"
SHUFFLED: Final = "shuffled"
MONTHS: Final = "months"
WEEKS: Final = "weeks"
CAPITAL, OPERATING, UNCLASSIFIED = 0, 1, 2
"""Expense types as numbers."""
AMOUNTS: Final = ("cents", "capital", "total", "realised")
"""The columns that change when a row is edited, and differ where copies do."""
ALIKE: Final = 0.6
"""Share of the rows that are spread evenly; a few records have most of the others."""
UNKNOWN_KEYS: Final = 1000
"""So many keys of each kind are referred to although no row has them."""


@dataclass(frozen=True)
class Options:
    """A world in words; the same words make the same bytes."""

    items: int
    seed: int = SEED
    order: str = NATURAL
    calendar: str = MONTHS
    foreign: float = 0.0
    """Share of the work items in another currency."""
    orphans: float = 1e-4
    """Share of the rows that point to nothing."""
    copies: float = 1e-4
    """Share of the rows that are there twice; for a third of them the copies differ."""
    drift: float = 0.005
    """Share of the work items whose cached figures are stale."""
    changed: float = 0.0
    """Share of the work items that have changed since the night before."""

    def dice(self, table: str) -> np.random.Generator:
        """Chance of its own for every table, so that one can change without the others."""
        return np.random.default_rng([self.seed, zlib.crc32(table.encode())])

    def arranged(self, frame: pl.DataFrame, table: str) -> pl.DataFrame:
        """The rows as they lie in the file: by work item, or without any order."""
        if self.order == NATURAL:
            return frame
        place = scattered(f"{table} {self.seed}", frame["number"].to_numpy())
        return frame.select(pl.all().sort_by(pl.Series(place), maintain_order=True))


def skewed_counts(dice: np.random.Generator, records: int, mean: float, *, tail: float = 1.25) -> np.ndarray:
    """How many rows each record has: most few, a few very many."""
    weight = (1 - dice.random(records)) ** (-1 / tail)
    return dice.poisson(mean * (ALIKE + (1 - ALIKE) * weight / weight.mean()))


def amounts(dice: np.random.Generator, count: int, typical: float) -> np.ndarray:
    """Amounts in cents: most of them round, some large, one in a hundred a credit."""
    size = np.exp(dice.normal(np.log(typical), 1.1, count)) * 100
    whole = np.where(dice.random(count) < 0.6, np.round(size, -4) + 10_000, np.round(size))
    return (whole * np.where(dice.random(count) < 0.01, -1, 1)).astype(np.int64)


def drawn(dice: np.random.Generator, choices: dict[int, float], count: int) -> np.ndarray:
    """Numbers drawn with these chances."""
    steps = np.cumsum(list(choices.values()))
    found = np.searchsorted(steps, dice.random(count) * steps[-1], side="right")
    return np.array(list(choices), dtype=np.int64)[np.minimum(found, len(steps) - 1)]
