"""What net present value and rate of return would be if years were discounted by another rule."""

from __future__ import annotations

import datetime as dt

import polars as pl

from models.drift_cause import COUNTED_FROM_CURRENT_YEAR, FIRST_YEAR_DISCOUNTED, ONE_OF_SEVERAL_RATES, UNDISCOUNTED
from models.vocabulary import MULTIPLE
from transforms.discounting import round_money
from transforms.reconciliation.cached_figure import as_number

SEPARATOR = ";"
"""Between the rates of a work item that has several."""


def other_present_values(
    cash_flow: pl.LazyFrame, subject: pl.LazyFrame, fiscal_span: pl.LazyFrame, *, as_of: dt.date
) -> list[pl.LazyFrame]:
    """The value without discount, with every year discounted once more, and with years that count from this one.

    From this year on: earlier years left out, or all years, the earlier ones growing instead of shrinking.
    """
    current = fiscal_span.filter(pl.col("fiscal_type") == "year", pl.col("start_date") <= as_of).select(
        this_year=pl.col("start_date").max()
    )
    years = fiscal_span.select("fiscal_period", begins="start_date")
    growth = 1 + pl.col("discount_rate").fill_null(0.0) / 100
    flows = (
        cash_flow.join(subject.select("work_item", "discount_rate"), on="work_item")
        .filter(growth > 0)
        .join(years, on="fiscal_period")
        .join(current, how="cross")
        .with_columns(net=pl.col("net").cast(pl.Float64), growth=growth)
        .with_columns(shift=_years_until_this())
    )
    t, from_now = pl.col("t"), pl.col("t") - pl.col("shift")
    begun = flows.drop_nulls("this_year")
    later = pl.col("begins") >= pl.col("this_year")
    return [
        _value(flows, UNDISCOUNTED, pl.col("net")),
        _value(flows, FIRST_YEAR_DISCOUNTED, _discounted(t + 1)),
        _value(begun.filter(later), COUNTED_FROM_CURRENT_YEAR, _discounted(from_now)),
        _value(begun, COUNTED_FROM_CURRENT_YEAR, _discounted(from_now)),
    ]


def _years_until_this() -> pl.Expr:
    """How many years of the vector are before this one: negative where all of it lies ahead."""
    ahead = (pl.col("begins").min().dt.year() - pl.col("this_year").first().dt.year()).over("work_item")
    before = (pl.col("begins") < pl.col("this_year")).sum().over("work_item").cast(pl.Int64)
    return pl.when(ahead > 0).then(-ahead.cast(pl.Int64)).otherwise(before)


def _discounted(years: pl.Expr) -> pl.Expr:
    return pl.col("net") / pl.col("growth").pow(years.cast(pl.Float64))


def _value(flows: pl.LazyFrame, cause: str, value: pl.Expr) -> pl.LazyFrame:
    sums = flows.group_by("work_item").agg(value=pl.when(~pl.col("net").is_null().any()).then(value.sum()))
    return sums.select("work_item", figure=pl.lit("npv"), cause=pl.lit(cause), expected=round_money(pl.col("value")))


def several_rates(work_item: pl.LazyFrame) -> pl.LazyFrame:
    """Each of the rates of work items that have several."""
    several = work_item.filter(pl.col("irr_status") == MULTIPLE)
    roots = several.select("work_item", pl.col("irr_roots_pct").str.split(SEPARATOR)).explode("irr_roots_pct")
    rates = roots.with_columns(pl.col("irr_roots_pct").str.strip_chars().cast(pl.Float64))
    return rates.select(
        "work_item",
        figure=pl.lit("irr_pct"),
        cause=pl.lit(ONE_OF_SEVERAL_RATES),
        expected=as_number("irr_roots_pct", is_rate=True),
    )
