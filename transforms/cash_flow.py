"""The yearly vector of planned cost and benefit behind net present value and internal rate of return."""

from __future__ import annotations

import datetime as dt

import dataframely as dy
import polars as pl

from models.benefit import PlannedBenefit
from models.cost import PlannedCost
from models.figures import AvailableStream, CashFlow
from models.fiscal_calendar import BasePeriod, FiscalSpan
from models.vocabulary import YEAR
from models.work_item import Subject
from transforms.available_stream import known
from transforms.figure import added_up
from transforms.net_present_value import discount_factor, growth, present_value


def cash_flow(
    planned_cost: dy.LazyFrame[PlannedCost],
    planned_benefit: dy.LazyFrame[PlannedBenefit],
    base_period: dy.LazyFrame[BasePeriod],
    fiscal_span: dy.LazyFrame[FiscalSpan],
    subject: dy.LazyFrame[Subject],
    available_stream: dy.LazyFrame[AvailableStream],
    *,
    npv_first_year: str,
    missing_discount_rate: str,
    as_of: dt.date,
) -> dy.LazyFrame[CashFlow]:
    """Planned cost and benefit of each fiscal year, from the first to the last with any requirement or benefit row.

    Empty years between count. t = 0 is the first planned year, or, with `as_of`, the fiscal year that holds that day:
    earlier years are left out, and those until the first planned one are empty years.
    """
    years = _numbered_years(fiscal_span)
    yearly = growth(missing_discount_rate=missing_discount_rate)
    planned = _planned_years(planned_cost, planned_benefit, base_period).join(years, on="fiscal_period")
    frame = (
        _first_and_last_year(planned)
        .pipe(_counted_from, years, npv_first_year=npv_first_year, as_of=as_of)
        .pipe(_every_year)
        .join(years, on="year_number")
        .join(planned.drop("year_number", "end_date"), on=["work_item", "fiscal_period"], how="left")
        .join(subject.select("work_item", "discount_rate"), on="work_item")
        .join(available_stream, how="cross")
        .with_columns(
            known("cost", "has_planned_cost", rows="has_rows"), known("benefit", "has_planned_benefit", rows="has_rows")
        )
        .with_columns(net=pl.col("benefit") - pl.col("cost"))
        .with_columns(discount_factor=discount_factor(yearly), present_value=present_value(yearly))
    )
    return CashFlow.cast(frame)


def _numbered_years(fiscal_span: pl.LazyFrame) -> pl.LazyFrame:
    """All fiscal years in order, also those without base periods."""
    years = fiscal_span.filter(pl.col("fiscal_type") == YEAR).sort("start_date", "end_date", "fiscal_period")
    return years.select("fiscal_period", "end_date", year_number=pl.int_range(pl.len()))


def _planned_years(
    planned_cost: pl.LazyFrame, planned_benefit: pl.LazyFrame, base_period: pl.LazyFrame
) -> pl.LazyFrame:
    streams = [
        planned_cost.select("work_item", "fiscal_period", cost="planned_cost"),
        planned_benefit.select("work_item", "fiscal_period", benefit="planned_benefit"),
    ]
    years = base_period.select("fiscal_period", "fiscal_year")
    in_years = [stream.join(years, on="fiscal_period").drop("fiscal_period") for stream in streams]
    yearly = [stream.rename({"fiscal_year": "fiscal_period"}) for stream in in_years]
    return added_up(yearly, ["work_item", "fiscal_period"], ["cost", "benefit"]).with_columns(has_rows=True)


def _first_and_last_year(planned: pl.LazyFrame) -> pl.LazyFrame:
    number = pl.col("year_number")
    return planned.group_by("work_item").agg(first_year=number.min(), last_year=number.max())


def _counted_from(spans: pl.LazyFrame, years: pl.LazyFrame, *, npv_first_year: str, as_of: dt.date) -> pl.LazyFrame:
    """The spans with the first year that counts; those that end before it have no year left."""
    if npv_first_year == "first_planned":
        return spans
    current = years.filter(pl.col("end_date") >= as_of).select(current_year=pl.col("year_number").min())
    since = spans.join(current, how="cross").with_columns(first_year="current_year")
    return since.filter(pl.col("first_year") <= pl.col("last_year"))


def _every_year(spans: pl.LazyFrame) -> pl.LazyFrame:
    """Each work item with the number of every year of its span, and t, the years since the first."""
    numbers = pl.int_ranges("first_year", pl.col("last_year") + 1).alias("year_number")
    exploded = spans.with_columns(numbers).explode("year_number")
    return exploded.with_columns(t=pl.col("year_number") - pl.col("first_year"))
