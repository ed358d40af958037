"""From float64 back to money: the one place where a discounted sum becomes an exact amount again."""

from __future__ import annotations

from typing import Final

import polars as pl

from models.columns import MONEY_PRECISION, MONEY_SCALE

CENTS: Final = 2
READ_SCALE: Final = 20
"""Decimals that the text of a float is read with: all it has, from a tenth of a cent on."""
READ_LIMIT: Final = 1e16
"""From here on every float is a whole number."""


def round_money(value: pl.Expr) -> pl.Expr:
    """A Float64 amount as decimal, rounded once to whole cents, half away from zero.

    What is rounded is the shortest decimal that reads back as the float: 10.005 becomes 10.01, although the binary number
    next to it is a little smaller. Null where the amount is no number or has no room in a money column.
    """
    money = pl.Decimal(MONEY_PRECISION, MONEY_SCALE)
    text = pl.when(value.abs() < READ_LIMIT).then(pl.when(value.abs() < 0.001).then(0.0).otherwise(value)).cast(pl.String)
    exact = text.cast(pl.Decimal(MONEY_PRECISION, READ_SCALE), strict=False).round(CENTS, mode="half_away_from_zero")
    whole = value.cast(pl.Decimal(MONEY_PRECISION, 0), strict=False)
    rounded = pl.when(value.abs() < READ_LIMIT).then(exact.cast(money)).otherwise(whole.cast(money, strict=False))
    return rounded.alias(value.meta.output_name())
