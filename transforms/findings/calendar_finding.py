"""Findings about the fiscal calendar."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.audit import CalendarFinding
from models.fiscal_calendar import BasePeriod
from transforms.findings.finding import found
from transforms.sentence import sentence


def calendar_finding(base_period: dy.LazyFrame[BasePeriod]) -> dy.LazyFrame[CalendarFinding]:
    """No base periods, and base periods without a quarter."""
    return CalendarFinding.cast(pl.concat([no_base_periods(base_period), no_fiscal_quarter(base_period)]))


def no_base_periods(base_period: pl.LazyFrame) -> pl.LazyFrame:
    """The calendar holds no month and no period, so that no money has a place in it."""
    empty = base_period.select(periods=pl.len()).filter(pl.col("periods") == 0)
    message = pl.lit("The fiscal calendar has no month or period: no row of a plan, budget or line can count.")
    return found(empty, "no_base_periods", message, source_table="fiscal_period")


def no_fiscal_quarter(base_period: pl.LazyFrame) -> pl.LazyFrame:
    """A base period lies in no quarter, so that the quarterly forecast lacks it."""
    outside = base_period.filter(pl.col("fiscal_quarter").is_null())
    message = sentence("{} lies in no fiscal quarter: quarterly forecasts leave it out.", "fiscal_period_name")
    return found(outside, "no_fiscal_quarter", message, source_table="fiscal_period", sys_id="fiscal_period")
