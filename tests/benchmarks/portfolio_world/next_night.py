"""What has happened since the night before: a few work items have edited, lost and gained rows, all else is the same."""

from __future__ import annotations

import numpy as np
import polars as pl

from tests.benchmarks.portfolio_world.options import AMOUNTS, Options

EDITED, REMOVED = 0.3, 0.05


def changed_items(options: Options) -> np.ndarray:
    """For each work item, whether it has changed."""
    return options.dice("changed items").random(options.items) < options.changed


def a_night_later(frame: pl.DataFrame, options: Options, table: str) -> pl.DataFrame:
    """The rows a night later: of each changed work item a third is edited, some are gone, and one is new."""
    if not options.changed:
        return frame
    dice = options.dice(f"changed {table}")
    touched = (
        changed_items(options)[frame["item"].to_numpy()] & ~frame["is_copy"].to_numpy() & ~frame["orphan"].to_numpy()
    )
    luck = dice.random(len(frame))
    edited, removed = touched & (luck < EDITED), touched & (luck > 1 - REMOVED)
    more = pl.Series(np.where(edited, 12_300, 0))
    rows = frame.with_columns(_amounts(frame) + more).filter(~pl.Series(removed))
    return pl.concat([rows, _added(frame.filter(pl.Series(touched)), len(frame))])


def _amounts(frame: pl.DataFrame) -> pl.Expr:
    return pl.col([name for name in AMOUNTS if name in frame.columns])


def _added(rows: pl.DataFrame, known: int) -> pl.DataFrame:
    """One row more of each work item, like its first one."""
    first = rows.unique("item", keep="first", maintain_order=True)
    return first.with_columns(_amounts(first) + 4_500, number=pl.int_range(known, known + len(first), dtype=pl.Int64))
