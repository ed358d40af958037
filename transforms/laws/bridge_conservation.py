"""Laws about bridges: the parts of every comparison add up to its difference, and moves add up to nothing."""

from __future__ import annotations

from typing import Final

import dataframely as dy
import polars as pl

from models.audit import BridgeConservation
from models.variance_bridge import (
    RECLASSIFICATION,
    TIMING_SHIFT,
    EstimateComparison,
    VarianceBridge,
)
from transforms.laws.conservation import law, number

COMPARISON: Final = ["compared_with", "work_item"]


def bridge_conservation(
    estimate_comparison: dy.LazyFrame[EstimateComparison],
    variance_bridge: dy.LazyFrame[VarianceBridge],
) -> dy.LazyFrame[BridgeConservation]:
    """Parts = difference, comparison by comparison; timing shifts and reclassifications = 0."""
    of_each = variance_bridge.group_by(COMPARISON).agg(parts=pl.col("amount").sum())
    difference = pl.col("estimate_now") - pl.col("estimate_then")
    explained = estimate_comparison.join(of_each, on=COMPARISON, how="left").filter(
        difference == pl.col("parts").fill_null(0)
    )
    laws = [
        law("bridge: comparisons = comparisons whose parts add up", number(estimate_comparison), number(explained)),
        *(_adds_up_to_nothing(variance_bridge, part) for part in (TIMING_SHIFT, RECLASSIFICATION)),
    ]
    return BridgeConservation.cast(pl.concat(laws))


def _adds_up_to_nothing(variance_bridge: pl.LazyFrame, part: str) -> pl.LazyFrame:
    """The law that a part only moves amounts, in every comparison."""
    sums = variance_bridge.filter(pl.col("part") == part).group_by(COMPARISON).agg(pl.col("amount").sum())
    return law(f"bridge: {part} = 0", number(sums), number(sums.filter(pl.col("amount") == 0)))
