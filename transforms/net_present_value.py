"""Net present value of the planned yearly cash flow, discounted in float64 and rounded once."""

from __future__ import annotations

from typing import Final

import dataframely as dy
import numpy as np
import polars as pl

from models.benefit import PlannedBenefit
from models.columns import MONEY_PRECISION, MONEY_SCALE
from models.cost import PlannedCost
from models.figures import CashFlow, NetPresentValue
from models.work_item import Subject
from transforms.discounting import MONEY_ROOM, round_money
from transforms.yearly_vector import yearly_vectors

LOWEST_RATE: Final = -100
"""Percent; at this rate and below there is no present value."""


def growth(*, missing_discount_rate: str) -> pl.Expr:
    """1 + i, with i = discount rate / 100; a missing rate is 0 or unknown, one of -100 % or less is unusable (null).

    Added up in percent: next to -100 % the other way round would lose digits.
    """
    percent = pl.col("discount_rate").fill_null(0.0) if missing_discount_rate == "zero" else pl.col("discount_rate")
    return pl.when(percent > LOWEST_RATE).then((percent - LOWEST_RATE) / 100)


def discount_factor(growth: pl.Expr) -> pl.Expr:
    """1 / (1 + i)^t."""
    return 1 / growth.pow(pl.col("t"))


def discounted_net(growth: pl.Expr) -> pl.Expr:
    """Net / (1 + i)^t, as a float; nothing is worth nothing, however small the divisor."""
    net = pl.col("net").cast(pl.Float64)
    return pl.when(net == 0).then(growth * 0).otherwise(net / growth.pow(pl.col("t")))


def present_value(growth: pl.Expr) -> pl.Expr:
    """The discounted net, to four decimals; null where it does not fit an amount."""
    value = discounted_net(growth).round(MONEY_SCALE)
    return pl.when(value.abs() < MONEY_ROOM).then(value).cast(pl.Decimal(MONEY_PRECISION, MONEY_SCALE), strict=False)


def net_present_value(
    cash_flow: dy.LazyFrame[CashFlow],
    planned_cost: dy.LazyFrame[PlannedCost],
    planned_benefit: dy.LazyFrame[PlannedBenefit],
    subject: dy.LazyFrame[Subject],
    *,
    missing_discount_rate: str,
) -> dy.LazyFrame[NetPresentValue]:
    """Sum over t of (benefit_t - cost_t) / (1 + i)^t, rounded once to cents, half away from zero.

    Unknown when any year's net is unknown or there is no usable rate. A plan with no year left to count is worth 0.
    """
    yearly = growth(missing_discount_rate=missing_discount_rate)
    rated = cash_flow.join(subject.select("work_item", "discount_rate"), on="work_item")
    discounted = rated.select("work_item", "t", discounted=discounted_net(yearly))
    values = discounted.map_batches(_summed_over_years, schema={"work_item": pl.String, "npv": pl.Float64})
    planned = pl.concat([planned_cost.select("work_item"), planned_benefit.select("work_item")])
    no_year_left = (
        subject.filter(yearly.is_not_null())
        .join(planned, on="work_item", how="semi")
        .join(cash_flow, on="work_item", how="anti")
        .select("work_item", npv=pl.lit(0.0))
    )
    return NetPresentValue.cast(pl.concat([values, no_year_left]).with_columns(round_money(pl.col("npv"))))


def _summed_over_years(discounted: pl.DataFrame) -> pl.DataFrame:
    """Sums from the first year to the last, one year after the other: the same floats at every run."""
    vectors = yearly_vectors(discounted, "discounted")
    npv = np.zeros(len(vectors.work_item))
    for year in vectors.values.T:
        npv += year
    return pl.DataFrame({"work_item": vectors.work_item, "npv": npv})
