"""Forecast cost per fiscal quarter and year."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.figures import Forecast, WorkItemPeriod
from models.fiscal_calendar import BasePeriod
from models.vocabulary import DURATIONS
from transforms.figure import total


def forecast(
    work_item_period: dy.LazyFrame[WorkItemPeriod], base_period: dy.LazyFrame[BasePeriod]
) -> dy.LazyFrame[Forecast]:
    """Sum of forecast cost per work item and fiscal quarter, and per work item and fiscal year.

    Base periods that lie in no quarter are in the years only.
    """
    cells = work_item_period.select("work_item", "fiscal_period", "forecast_cost").join(
        base_period.select("fiscal_period", "fiscal_quarter", "fiscal_year"), on="fiscal_period"
    )
    return Forecast.cast(pl.concat([_per(cells, duration) for duration in DURATIONS]))


def _per(cells: pl.LazyFrame, duration: str) -> pl.LazyFrame:
    span = pl.col(f"fiscal_{duration}")
    sums = cells.filter(span.is_not_null()).group_by("work_item", fiscal_period=span).agg(total("forecast_cost"))
    return sums.with_columns(duration=pl.lit(duration))
