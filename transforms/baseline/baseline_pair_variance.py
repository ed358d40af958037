"""Any two baselines of a work item against each other."""

from __future__ import annotations

from typing import Final

import dataframely as dy
import polars as pl

from models.baseline_variance import BaselinePairVariance, BaselineVariance

COMPARED: Final = (
    "planned_cost",
    "planned_capital",
    "planned_operating",
    "planned_benefit",
    "budget_cost",
    "actual_cost",
    "estimate_at_completion",
)


def baseline_pair_variance(baseline_variance: dy.LazyFrame[BaselineVariance]) -> dy.LazyFrame[BaselinePairVariance]:
    """Later - earlier, for every two baselines of a work item; null where either does not know an amount."""
    amounts = [pl.col(f"{amount}_baseline").alias(amount) for amount in COMPARED]
    then = baseline_variance.select("baseline", "work_item", "created_on", *amounts)
    pairs = then.join(then, on="work_item", suffix="_later").filter(_is_later())
    grown = [(pl.col(f"{amount}_later") - pl.col(amount)).alias(f"{amount}_variance") for amount in COMPARED]
    return BaselinePairVariance.cast(pairs.with_columns(*grown, later_baseline="baseline_later"))


def _is_later() -> pl.Expr:
    """By day; of two of one day the one with the higher key."""
    same_day = pl.col("created_on_later") == pl.col("created_on")
    higher = pl.col("baseline_later") > pl.col("baseline")
    return (pl.col("created_on_later") > pl.col("created_on")) | (same_day & higher)
