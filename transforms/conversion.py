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
UNITS_PER_CENT: Final = 10 ** (MONEY_SCALE + RATE_SCALE - 2)
"""Of the product of an amount and a rate, both in their smallest units."""
ONE_CENT: Final = Decimal("0.01")
LARGEST_PRODUCT: Final = 10.0 ** (MONEY_LIMIT_DIGITS + MONEY_SCALE + RATE_SCALE)
"""In smallest units: what is converted must stay as small as an admitted amount."""


class Exchange(NamedTuple):
    """How amounts become amounts in the functional currency."""

    fx_rate: dy.LazyFrame[ExchangeRate]
    functional_currency: str | None
    """Without one, amounts stay as they are."""
    missing_exchange_rate: str
    """An amount without a rate is unknown (`null`), or taken at 1 (`one`)."""


def converted(
    rows: pl.LazyFrame, amounts: Sequence[str], exchange: Exchange, *, day: str, days: pl.LazyFrame | None = None
) -> pl.LazyFrame:
    """Rows with the amounts in the functional currency, and true as `is_unconverted` where there is no usable rate.

    The rate is the latest one of the row's `currency` that is valid on its `day`; neither inverse nor cross rates are
    used. An empty currency is the functional one, which needs no rate. `days` has the day of each `fiscal_period`, for
    rows that have none of their own.
    """
    if exchange.functional_currency is None:
        return rows.with_columns(is_unconverted=pl.lit(value=False))
    target = exchange.functional_currency.strip().upper()
    own = code("currency").fill_null(target)
    rates = _rates_to(target, exchange.fx_rate)
    dated = rows if days is None else rows.join(days.select("fiscal_period", day), on="fiscal_period", how="left")
    rated = (
        dated.with_columns(own_code=own)
        .sort(day)
        .join_asof(
            rates, left_on=day, right_on="valid_from", by="own_code", strategy="backward", check_sortedness=False
        )
    )
    foreign, rate = pl.col("own_code") != target, pl.col("rate")
    unconverted = foreign & pl.any_horizontal(rate.is_null(), *(_too_large(amount) for amount in amounts))
    marked = rated.with_columns(is_unconverted=unconverted.fill_null(value=True) & foreign)
    return marked.with_columns(_converted(amount, foreign, exchange.missing_exchange_rate) for amount in amounts).drop(
        "own_code", "rate", "valid_from"
    )


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


def _rates_to(target: str, fx_rate: pl.LazyFrame) -> pl.LazyFrame:
    """The usable rates to a currency, the earliest first."""
    usable = fx_rate.filter(code("to_currency") == target, pl.col("rate") > 0)
    return usable.select("valid_from", "rate", own_code=code("from_currency")).sort("valid_from")


def _too_large(amount: str) -> pl.Expr:
    product = _units(amount).cast(pl.Float64) * _units("rate").cast(pl.Float64)
    return (product.abs() >= LARGEST_PRODUCT).fill_null(value=False)


def _units(column: str) -> pl.Expr:
    return pl.col(column).to_physical().cast(pl.Int128)


def _converted(amount: str, foreign: pl.Expr, missing_exchange_rate: str) -> pl.Expr:
    """The amount itself, its product with the rate rounded to cents, or what stands for one without a rate."""
    missing = pl.col(amount) if missing_exchange_rate == "one" else pl.lit(None, MONEY)
    product = pl.when(~pl.col("is_unconverted")).then(_units(amount) * _units("rate"))
    return (
        pl.when(~foreign)
        .then(pl.col(amount))
        .when(pl.col("is_unconverted"))
        .then(missing)
        .otherwise(_as_cents(product))
        .alias(amount)
    )


def _as_cents(product: pl.Expr) -> pl.Expr:
    """Half away from zero, exactly: the product of two whole numbers of smallest units."""
    cents: pl.Expr = product.sign() * ((product.abs() + UNITS_PER_CENT // 2) // UNITS_PER_CENT)
    return cents.cast(pl.Decimal(MONEY_PRECISION, 0)).cast(MONEY) * pl.lit(ONE_CENT, MONEY)
