"""What the figures were in earlier nights, and what they are with all projects below."""

from __future__ import annotations

import datetime as dt

import polars as pl

from models.drift_cause import STALE, SUB_PROJECTS_COUNTED
from models.history import FROM
from transforms.figure import SUMMED
from transforms.reconciliation.cached_figure import RATES, WORK_ITEM_METRICS, as_number

FIGURES = tuple(dict.fromkeys((*WORK_ITEM_METRICS.values(), *SUMMED)))


def earlier_figures(
    nights: pl.LazyFrame, history: pl.LazyFrame, *, as_of: dt.date, functional_currency: str | None
) -> pl.LazyFrame:
    """Every figure as an earlier night in today's currency has shown it, with the first night that did."""
    in_currency = pl.col("currency").eq_missing(pl.lit(functional_currency, pl.String))
    comparable = nights.filter(in_currency, pl.col("as_of") < as_of).select(pl.col("as_of").alias(FROM))
    shown = history.join(comparable, on=FROM, how="semi")
    return long(shown, FIGURES, "expected", FROM).rename({FROM: "day"}).with_columns(cause=pl.lit(STALE))


def with_sub_projects(work_item_rollup: pl.LazyFrame) -> pl.LazyFrame:
    """Every figure with those of all projects below."""
    figures = (*SUMMED, "planned_return", "planned_roi_pct")
    return long(work_item_rollup, figures, "expected").with_columns(cause=pl.lit(SUB_PROJECTS_COUNTED))


def long(rows: pl.LazyFrame, figures: tuple[str, ...], value: str, *index: str) -> pl.LazyFrame:
    """One row for each known figure of the rows."""
    numbers = [as_number(figure, is_rate=figure in RATES).alias(figure) for figure in figures]
    wide = rows.select("work_item", *index, *numbers)
    unpivoted = wide.unpivot(on=figures, index=["work_item", *index], variable_name="figure", value_name=value)
    return unpivoted.drop_nulls(value)
