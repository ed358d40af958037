"""Amounts in the functional currency: each converted and rounded once, at the latest rate valid on its day."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final, NamedTuple

import dataframely as dy
import polars as pl

from models.columns import MONEY_LIMIT_DIGITS, MONEY_PRECISION, MONEY_SCALE
from models.currency import ExchangeRate

RATE_SCALE: Final = 12
MONEY: Final = pl.Decimal(MONEY_PRECISION, MONEY_SCALE)
PERIOD_DAYS: Final = {"period_start": "start_date", "period_end": "end_date"}
"""Which day of a fiscal period each choice of a rate date is."""
UNITS_PER_CENT: Final = 10 ** (MONEY_SCALE + RATE_SCALE - 2)
"""Of the product of an amount and a rate, both in their smallest units."""
ONE_CENT: Final = Decimal("0.01")
TOO_MANY_CENTS: Final = 10 ** (MONEY_LIMIT_DIGITS + 2)
"""What is converted must stay as small as an admitted amount."""
ROOM: Final = 1e37
"""For products in their smallest units: 128 bits hold somewhat more."""


class Exchange(NamedTuple):
    """How amounts become amounts in the functional currency."""

    fx_rate: dy.LazyFrame[ExchangeRate]
    functional_currency: str | None
    """Without one, amounts stay as they are."""
    missing_exchange_rate: str
    """An amount without a rate is unknown (`null`), or taken at 1 (`one`)."""


def converted(rows: pl.LazyFrame, amounts: Sequence[str], exchange: Exchange) -> pl.LazyFrame:
    """Rows with the amounts in the functional currency, the `exchange_rate` used, and whether there was none.

    The rate is the latest one of the row's `currency` that is valid on its `rate_date`; neither inverse nor cross rates
    are used. An empty currency is the functional one, which needs no rate. True as `is_unconverted` = no usable rate.
    """
    if exchange.functional_currency is None:
        none = pl.lit(None, pl.Decimal(MONEY_PRECISION, RATE_SCALE))
        return rows.with_columns(is_unconverted=pl.lit(value=False), exchange_rate=none)
    target = pl.lit(exchange.functional_currency)
    return at_rate(with_rate(rows, exchange.fx_rate, target), amounts, exchange.missing_exchange_rate)


def with_rate(rows: pl.LazyFrame, fx_rate: pl.LazyFrame, target: pl.Expr) -> pl.LazyFrame:
    """Rows with the currency of their amounts, the one to convert to, and the `rate` between the two on their day."""
    coded = rows.with_columns(target_code=target)
    own = code("currency").fill_null(pl.col("target_code"))
    return (
        coded.with_columns(own_code=own)
        .sort("rate_date")
        .join_asof(
            _rates(fx_rate),
            left_on="rate_date",
            right_on="valid_from",
            by=["own_code", "target_code"],
            strategy="backward",
            check_sortedness=False,
        )
    )


def at_rate(rows: pl.LazyFrame, amounts: Sequence[str], missing_exchange_rate: str) -> pl.LazyFrame:
    """Rows that have a rate, or none, with the amounts converted at it, each by itself."""
    foreign, rate = pl.col("own_code") != pl.col("target_code"), pl.col("rate")
    too_large = [_is_too_large(amount) for amount in amounts]
    unconverted = foreign & (rate.is_null() | pl.any_horizontal(too_large))
    values = [_converted(amount, foreign, missing_exchange_rate) for amount in amounts]
    used = pl.when(foreign & ~pl.all_horizontal(too_large)).then("rate").alias("exchange_rate")
    marked = rows.with_columns(*values, used, is_unconverted=unconverted.fill_null(value=True) & foreign)
    return marked.drop("own_code", "target_code", "rate", "valid_from")


def with_period_rate_date(
    rows: pl.LazyFrame, periods: pl.LazyFrame, functional_currency: str | None, rate_date: str
) -> pl.LazyFrame:
    """Rows with the first or last day of their fiscal period as `rate_date`; empty without a functional currency."""
    if functional_currency is None:
        return rows.with_columns(rate_date=pl.lit(None, pl.Date))
    return rows.join(periods.select("fiscal_period", rate_date=PERIOD_DAYS[rate_date]), on="fiscal_period", how="left")


def with_currency(rows: pl.LazyFrame, subject: pl.LazyFrame, functional_currency: str | None) -> pl.LazyFrame:
    """Rows of work items with their `currency`: their own, else that of the work item.

    Without a functional currency nothing is converted, and the rows stay as they are.
    """
    if functional_currency is None:
        return rows
    of_item = subject.select("work_item", item_currency="currency")
    joined = rows.join(of_item, on="work_item", how="left")
    return joined.with_columns(currency=pl.coalesce(code("currency"), code("item_currency"))).drop("item_currency")


def code(column: str) -> pl.Expr:
    """A currency code as it is compared: trimmed, in upper case; empty where there is none."""
    text = pl.col(column).str.strip_chars().str.to_uppercase()
    return pl.when(text != "").then(text)


def _rates(fx_rate: pl.LazyFrame) -> pl.LazyFrame:
    """The usable rates, the earliest first."""
    codes = {"own_code": code("from_currency"), "target_code": code("to_currency")}
    return fx_rate.filter(pl.col("rate") > 0).select("valid_from", "rate", **codes).sort("valid_from")


def _is_too_large(amount: str) -> pl.Expr:
    """Whether there is a rate, but what it makes of the amount is no possible one."""
    has_both = pl.col(amount).is_not_null() & pl.col("rate").is_not_null()
    return has_both & _cents(amount).is_null()


def _units(column: str) -> pl.Expr:
    return pl.col(column).to_physical().cast(pl.Int128)


def _cents(amount: str) -> pl.Expr:
    """The product with the rate in cents, half away from zero; empty where that is too large, or one is missing."""
    size = _units(amount).cast(pl.Float64) * _units("rate").cast(pl.Float64)
    product = pl.when(size.abs() < ROOM).then(_units(amount) * _units("rate"))
    cents: pl.Expr = product.sign() * ((product.abs() + UNITS_PER_CENT // 2) // UNITS_PER_CENT)
    return pl.when(cents.abs() < TOO_MANY_CENTS).then(cents)


def _converted(amount: str, foreign: pl.Expr, missing_exchange_rate: str) -> pl.Expr:
    """The amount itself, its product with the rate rounded to cents, or what stands for one without a rate."""
    missing = pl.col(amount) if missing_exchange_rate == "one" else pl.lit(None, MONEY)
    in_cents = _cents(amount).cast(pl.Decimal(MONEY_PRECISION, 0)).cast(MONEY) * pl.lit(ONE_CENT, MONEY)
    converted = pl.coalesce(in_cents, missing)
    return pl.when(~foreign).then(pl.col(amount)).when(foreign).then(converted).alias(amount)
