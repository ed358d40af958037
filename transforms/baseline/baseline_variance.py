"""Every baseline beside today, in total, and added up per program and portfolio."""

from __future__ import annotations

from typing import Final

import dataframely as dy
import polars as pl

from models.baseline import BaselineHeader
from models.baseline_variance import (
    BaselineVariance,
    BaselineVariancePeriod,
    ComparedAmounts,
    ComparedEstimates,
    PortfolioBaselineVariance,
    ProgramBaselineVariance,
)
from models.budget import BudgetSelection
from models.figures import AvailableStream, WorkItem
from models.work_item import Subject
from transforms.baseline.comparison import AMOUNTS, known_amounts, streams_known, variances
from transforms.figure import total

ESTIMATES: Final = {
    f"forecast_cost_{part}": f"estimate_at_completion_{part}" for part in ("baseline", "current", "variance")
}
TOTALS: Final = (*ComparedAmounts.column_names(), *ComparedEstimates.column_names())


def baseline_variance(
    header: dy.LazyFrame[BaselineHeader],
    baseline_variance_period: dy.LazyFrame[BaselineVariancePeriod],
    subject: dy.LazyFrame[Subject],
    budget_selection: dy.LazyFrame[BudgetSelection],
    available_stream: dy.LazyFrame[AvailableStream],
    work_item: dy.LazyFrame[WorkItem],
    *,
    functional_currency: str | None,
) -> dy.LazyFrame[BaselineVariance]:
    """Sums over base periods; the estimate at completion is that of forecast cost, then as of the baseline's day.

    A baseline without any row is compared as 0, as far as its streams are known.
    """
    sums = baseline_variance_period.group_by("baseline").agg(pl.col(AMOUNTS).sum())
    frame = (
        streams_known(header, budget_selection, available_stream, work_item, functional_currency)
        .join(sums, on="baseline", how="left")
        .with_columns(known_amounts())
        .with_columns(variances())
        .rename(ESTIMATES)
        .join(subject.select("work_item", "program", "portfolio"), on="work_item", how="left")
    )
    return BaselineVariance.cast(frame)


def program_baseline_variance(
    baseline_variance: dy.LazyFrame[BaselineVariance],
) -> dy.LazyFrame[ProgramBaselineVariance]:
    """Sum over the baselines of one name of the work items that each program counts today."""
    return ProgramBaselineVariance.cast(_added_up(baseline_variance, "program"))


def portfolio_baseline_variance(
    baseline_variance: dy.LazyFrame[BaselineVariance],
) -> dy.LazyFrame[PortfolioBaselineVariance]:
    """Sum over the baselines of one name of the work items that each portfolio counts today."""
    return PortfolioBaselineVariance.cast(_added_up(baseline_variance, "portfolio"))


def _added_up(baseline_variance: pl.LazyFrame, group: str) -> pl.LazyFrame:
    members = baseline_variance.filter(pl.col(group).is_not_null())
    return members.group_by(group, "name").agg(*map(total, TOTALS), baseline_count=pl.len())
