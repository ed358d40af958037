"""Amounts of the platform's own baselines in the functional currency, at the rates of their day."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from transforms.conversion import Exchange, at_rate, code, converted, with_currency, with_period_rate_date, with_rate


def exchanged(
    rows: pl.LazyFrame,
    amounts: Sequence[str],
    periods: pl.LazyFrame,
    subject: pl.LazyFrame,
    exchange: Exchange,
    plan_rate_date: str,
) -> pl.LazyFrame:
    """Copies with the amounts converted: at the rate that a copy carries, else at the one that its baseline could know.

    That is the latest one valid on the rate date of the period, or on the baseline's day where that is earlier. The
    rate date stays that of the period, for which later rates may come. The currency is the copy's own, else its plan's
    (`plan_currency`), else that of its work item today.
    """
    functional = exchange.functional_currency
    if functional is None:
        return converted(rows.with_columns(rate_date=pl.lit(None, pl.Date)), amounts, exchange)
    given = pl.when(pl.col("exchange_rate") > 0).then("exchange_rate")
    dated = (
        rows.with_columns(currency=pl.coalesce(code("currency"), code("plan_currency")), given_rate=given)
        .drop("exchange_rate")
        .pipe(with_currency, subject, functional)
        .pipe(with_period_rate_date, periods, functional, plan_rate_date)
        .with_columns(counting_date="rate_date", rate_date=pl.min_horizontal("rate_date", "created_on"))
    )
    rated = with_rate(dated, exchange.fx_rate, pl.lit(functional)).with_columns(
        rate=pl.coalesce("given_rate", "rate"), rate_date="counting_date"
    )
    return at_rate(rated, amounts, exchange.missing_exchange_rate)
