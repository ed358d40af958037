"""What exports suffer from: rows that point to nothing, and rows that are there twice."""

from __future__ import annotations

import numpy as np
import polars as pl

from tests.benchmarks.portfolio_world.options import AMOUNTS, UNKNOWN_KEYS, Options

SOUND = ~pl.col("orphan") & ~pl.col("is_copy")
"""The rows as the platform has them."""


def soiled(frame: pl.DataFrame, options: Options, table: str, reference: str, known: int) -> pl.DataFrame:
    """The rows, some of which refer to keys that no row has, and copies of some at the end, a third of which differ."""
    dice = options.dice(f"dirt {table}")
    rows = with_orphans(frame, dice, options.orphans, reference, known).with_columns(is_copy=pl.lit(value=False))
    copied = np.flatnonzero(dice.random(len(frame)) < options.copies)
    differs = pl.Series((dice.random(len(copied)) < 1 / 3).astype(np.int64) * 100)
    amounts = pl.col([name for name in AMOUNTS if name in frame.columns])
    copies = rows[copied].with_columns(amounts + differs, is_copy=pl.lit(value=True))
    return pl.concat([rows, copies])


def with_orphans(
    frame: pl.DataFrame, dice: np.random.Generator, rate: float, reference: str, known: int
) -> pl.DataFrame:
    """The rows, some of which refer to one of the numbers after the known ones; `orphan` says which."""
    orphan = pl.Series(dice.random(len(frame)) < rate)
    nowhere = pl.Series(known + dice.integers(0, UNKNOWN_KEYS, len(frame)))
    return frame.with_columns(pl.when(orphan).then(nowhere).otherwise(reference).alias(reference), orphan=orphan)
