"""Which cached figures have drifted from ours."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.drift_cause import ROUNDING_BOUND
from models.reconciliation import Drift
from transforms.reconciliation.cached_figure import CachedRecords, OwnFigures, cached_figures


def drift(records: CachedRecords, ours: OwnFigures) -> dy.LazyFrame[Drift]:
    """The cached figures that differ from ours by more than rounding, or that have no known counterpart."""
    rows = cached_figures(records, ours).filter(pl.col("cached").is_not_null())
    gap = pl.col("cached") - pl.col("computed").fill_null(0)
    drifting = pl.col("computed").is_null() | (pl.col("gap").abs() > ROUNDING_BOUND)
    return Drift.cast(rows.with_columns(gap=gap).filter(drifting))
