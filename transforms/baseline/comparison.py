"""How a baseline and today are set side by side: which amounts are known, and what differs."""

from __future__ import annotations

from typing import Final

import polars as pl

from transforms.available_stream import HAS_BUDGET, known
from transforms.baseline.header import FIGURES, with_unknown_figures

COMPARED: Final = {
    "planned_cost": ("planned_cost",),
    "planned_capital": ("planned_cost",),
    "planned_operating": ("planned_cost",),
    "planned_benefit": ("planned_benefit",),
    "budget_cost": ("budget",),
    "forecast_cost": ("planned_cost", "actual_cost"),
}
"""The amounts whose growth since the baseline is shown, and the streams that each needs."""
SHOWN: Final = {**COMPARED, "actual_cost": ("actual_cost",)}
"""Those that are shown on both sides."""
SIDES: Final = ("baseline", "current")
AMOUNTS: Final = tuple(f"{amount}_{side}" for amount in SHOWN for side in SIDES)


def streams_known(
    header: pl.LazyFrame,
    budget_selection: pl.LazyFrame,
    available_stream: pl.LazyFrame,
    work_item: pl.LazyFrame,
    functional_currency: str | None,
) -> pl.LazyFrame:
    """Every baseline with what is known of each stream, then and today.

    The budget of a work item that is not in this export is known where either version is. Of a baseline in another
    currency than today's, nothing can be compared.
    """
    streams = {flag: f"{flag.removeprefix('has_')}_baseline_known" for flag in FIGURES}
    comparable = is_comparable(functional_currency)
    versions = budget_selection.select("work_item", "version")
    either = pl.any_horizontal("has_budget_v1", "has_budget_v2")
    return (
        header.with_columns(pl.col(FIGURES.keys()) & comparable)
        .rename(streams)
        .join(versions, on="work_item", how="left")
        .join(available_stream, how="cross")
        .with_columns(has_budget=pl.when(pl.col("version").is_null()).then(either).otherwise(HAS_BUDGET))
        .pipe(with_unknown_figures, work_item)
        .rename({flag: f"{flag.removeprefix('has_')}_current_known" for flag in FIGURES})
    )


def is_comparable(functional_currency: str | None) -> pl.Expr:
    """Whether a baseline is in the currency of today's figures: where none is named, amounts are not converted."""
    return pl.col("currency").eq_missing(pl.lit(functional_currency, pl.String))


def known_amounts() -> list[pl.Expr]:
    """Every amount of both sides: 0 without rows, null where a stream that it needs is unknown on its side."""
    return [
        known(f"{amount}_{side}", *(f"{stream}_{side}_known" for stream in streams))
        for amount, streams in SHOWN.items()
        for side in SIDES
    ]


def variances() -> list[pl.Expr]:
    """Current - baseline of every compared amount, and actual cost today - planned cost in the baseline."""
    grown = [_less(f"{amount}_current", f"{amount}_baseline").alias(f"{amount}_variance") for amount in COMPARED]
    return [*grown, _less("actual_cost_current", "planned_cost_baseline").alias("actual_vs_baseline")]


def _less(amount: str, other: str) -> pl.Expr:
    return pl.col(amount) - pl.col(other)
