"""The bridge itself: per work item, and added up per program and portfolio."""

from __future__ import annotations

import datetime as dt
from typing import Final

import dataframely as dy
import polars as pl

from models.counted_row import CountedRow
from models.currency import ExchangeRate
from models.fiscal_calendar import BasePeriod
from models.variance_bridge import (
    EstimateComparison,
    EstimateThen,
    PortfolioVarianceBridge,
    ProgramVarianceBridge,
    VarianceBridge,
)
from transforms.bridge.estimate_then import estimate_rows
from transforms.bridge.part import in_parts
from transforms.conversion import Exchange, converted

ITEM: Final = ["compared_with", "work_item"]
AMOUNTS: Final = ("kept", "restated", "now")


def variance_bridge(
    estimate_comparison: dy.LazyFrame[EstimateComparison],
    estimate_then: dy.LazyFrame[EstimateThen],
    counted_row: dy.LazyFrame[CountedRow],
    base_period: dy.LazyFrame[BasePeriod],
    fx_rate: dy.LazyFrame[ExchangeRate],
    *,
    as_of: dt.date,
    functional_currency: str | None,
    missing_exchange_rate: str,
) -> dy.LazyFrame[VarianceBridge]:
    """The parts of every comparison.

    A period is closed when its last day is before the day of its side: then its actual cost is in the estimate, else
    its plan. The calendar of each side says which its last day is; of a period that a side does not have, the other's.
    """
    exchange = Exchange(fx_rate, functional_currency, missing_exchange_rate)
    compared = estimate_comparison.select(*ITEM, "day")
    now = (
        estimate_rows(counted_row).with_columns(is_now=pl.lit(value=True), now="amount").join(compared, on="work_item")
    )
    then = _restated(estimate_then, exchange).with_columns(is_now=pl.lit(value=False)).join(compared, on=ITEM)
    held = [*ITEM, "day", "is_now", "is_plan", "cost_plan", "fiscal_period", "expense_type"]
    sides = pl.concat([now.select(*held, "now"), then.select(*held, "kept", "restated")], how="diagonal")
    rows = sides.with_columns(pl.col("cost_plan").fill_null("")).pipe(_with_ends, estimate_then, base_period, as_of)
    parts = in_parts(_differences(rows).join(_plans(rows), on=[*ITEM, "cost_plan"], how="left"))
    return VarianceBridge.cast(parts.join(estimate_comparison, on=ITEM))


def _restated(estimate_then: pl.LazyFrame, exchange: Exchange) -> pl.LazyFrame:
    """Amounts of then as they counted (`kept`), and at today's rates of the same days, as far as there are any.

    At a rate that is still the same, an amount stays as it is: of several lines each was rounded, not their sum.
    """
    rows = estimate_then.with_columns(kept="amount", restated="entered_amount", kept_rate="exchange_rate")
    has_moved = (pl.col("exchange_rate") != pl.col("kept_rate")).fill_null(pl.col("exchange_rate").is_not_null())
    return converted(rows, ["restated"], exchange).with_columns(
        restated=pl.when(has_moved).then("restated").otherwise("kept")
    )


def _with_ends(
    rows: pl.LazyFrame, estimate_then: pl.LazyFrame, base_period: pl.LazyFrame, as_of: dt.date
) -> pl.LazyFrame:
    """Rows with the last day of their period, and whether it was closed then and is closed now."""
    then = estimate_then.group_by("compared_with", "fiscal_period").agg(end_then=pl.col("end_date").max())
    now = base_period.select("fiscal_period", end_now="end_date")
    ended = rows.join(then, on=["compared_with", "fiscal_period"], how="left").join(now, on="fiscal_period", how="left")
    return ended.with_columns(
        end_date=pl.coalesce("end_now", "end_then"),
        closed_then=pl.coalesce("end_then", "end_now") < pl.col("day"),
        closed_now=pl.coalesce("end_now", "end_then") < as_of,
    )


def _differences(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The amounts in the estimates of both sides: plan of periods that are open there, actual cost of closed ones.

    Per plan in periods that were and are open; elsewhere plans and actual cost of a period are taken together. Where
    nothing has moved, which is nearly everywhere, there is nothing to part.
    """
    closed_there = pl.when("is_now").then("closed_now").otherwise("closed_then")
    without_plan = pl.col("closed_then") | pl.col("closed_now")
    counted = rows.filter(pl.col("is_plan") != closed_there).with_columns(
        cost_plan=pl.when(without_plan).then(pl.lit("")).otherwise("cost_plan")
    )
    cell = [*ITEM, "cost_plan", "fiscal_period", "end_date", "closed_then", "closed_now", "expense_type"]
    has_moved = (pl.col("now") != pl.col("restated")) | (pl.col("restated") != pl.col("kept"))
    return counted.group_by(cell).agg(pl.col(AMOUNTS).sum()).filter(has_moved)


def _plans(rows: pl.LazyFrame) -> pl.LazyFrame:
    """On which side each plan has rows, of whatever period."""
    is_now = pl.col("is_now")
    plans = rows.filter("is_plan").group_by(*ITEM, "cost_plan")
    return plans.agg(planned_now=is_now.any(), planned_then=(~is_now).any())


def program_variance_bridge(variance_bridge: dy.LazyFrame[VarianceBridge]) -> dy.LazyFrame[ProgramVarianceBridge]:
    """Sum of each part over the work items that a program counts, for each name of baselines, and for the night."""
    return ProgramVarianceBridge.cast(_added_up(variance_bridge, "program"))


def portfolio_variance_bridge(variance_bridge: dy.LazyFrame[VarianceBridge]) -> dy.LazyFrame[PortfolioVarianceBridge]:
    """Sum of each part over the work items that a portfolio counts, for each name of baselines, and for the night."""
    return PortfolioVarianceBridge.cast(_added_up(variance_bridge, "portfolio"))


def _added_up(variance_bridge: pl.LazyFrame, group: str) -> pl.LazyFrame:
    members = variance_bridge.filter(pl.col(group).is_not_null())
    return members.group_by(group, "name", "part").agg(pl.col("amount").sum())
