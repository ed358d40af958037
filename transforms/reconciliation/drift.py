"""Which cached figures have drifted from ours."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.drift_cause import ROUNDING_BOUND
from models.reconciliation import CachedFigure, Drift


def drift(cached_figure: dy.LazyFrame[CachedFigure]) -> dy.LazyFrame[Drift]:
    """The cached figures that differ from ours by more than rounding, or that have no known counterpart."""
    rows = cached_figure.filter(pl.col("cached").is_not_null())
    gap = pl.col("cached") - pl.col("computed").fill_null(0)
    drifting = pl.col("computed").is_null() | (pl.col("gap").abs() > ROUNDING_BOUND)
    return Drift.cast(rows.with_columns(gap=gap).filter(drifting))
