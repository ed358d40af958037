"""Net present value of the planned yearly cash flow, discounted in float64 and rounded once."""

from __future__ import annotations

from typing import Final

import dataframely as dy
import polars as pl

from models.columns import MONEY_PRECISION, MONEY_SCALE
from models.figures import CashFlow, NetPresentValue
from transforms.discounting import round_money

LOWEST_RATE: Final = -100
"""Percent; at this rate and below there is no present value."""


def discount_rate(*, missing_discount_rate: str) -> pl.Expr:
    """The rate i = discount rate / 100; a missing one is 0 or unknown, one of -100 % or less is unusable (null)."""
    percent = pl.col("discount_rate").fill_null(0.0) if missing_discount_rate == "zero" else pl.col("discount_rate")
    return pl.when(percent > LOWEST_RATE).then(percent / 100)


def discount_factor(rate: pl.Expr) -> pl.Expr:
    """1 / (1 + i)^t."""
    return 1 / (1 + rate).pow(pl.col("t"))


def present_value() -> pl.Expr:
    """Net times discount factor, to four decimals; null where it does not fit an amount."""
    return _discounted_net().round(MONEY_SCALE).cast(pl.Decimal(MONEY_PRECISION, MONEY_SCALE), strict=False)


def _discounted_net() -> pl.Expr:
    return pl.col("net").cast(pl.Float64) * pl.col("discount_factor")


def net_present_value(cash_flow: dy.LazyFrame[CashFlow]) -> dy.LazyFrame[NetPresentValue]:
    """Sum over t of (benefit_t - cost_t) / (1 + i)^t, rounded once to cents, half away from zero.

    Unknown when any year's net is unknown or there is no usable rate.
    """
    discounted = _discounted_net()
    value = pl.when(~discounted.is_null().any()).then(discounted.sum())
    return NetPresentValue.cast(cash_flow.group_by("work_item").agg(npv=value).with_columns(round_money(pl.col("npv"))))
