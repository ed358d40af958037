"""From float64 back to money: the one place where a discounted sum becomes an exact amount again."""

from __future__ import annotations

from typing import Final

import polars as pl

from models.columns import MONEY_PRECISION, MONEY_SCALE

CENTS: Final = 2
READ_SCALE: Final = 20
"""Decimals that the text of a float is read with: all it has, from a tenth of a cent on."""
TOO_SMALL: Final = 1e-3
"""Below it an amount is no cent; its text could have an exponent."""
MONEY_ROOM: Final = 10.0 ** (MONEY_PRECISION - MONEY_SCALE)
"""From here on an amount has more digits than a money column."""
READ_LIMIT: Final = 1e16
"""From here on every float is a whole number."""


def round_money(value: pl.Expr) -> pl.Expr:
    """A Float64 amount as decimal, rounded once to whole cents, half away from zero.

    What is rounded is the shortest decimal that reads back as the float: 10.005 becomes 10.01, although the binary
    number next to it is a little smaller. Null where the amount is no number or has no room in a money column.
    """
    money = pl.Decimal(MONEY_PRECISION, MONEY_SCALE)
    size = value.abs()
    text = pl.when(size < READ_LIMIT).then(pl.when(size < TOO_SMALL).then(0.0).otherwise(value)).cast(pl.String)
    read = text.cast(pl.Decimal(MONEY_PRECISION, READ_SCALE), strict=False).round(CENTS, mode="half_away_from_zero")
    whole = pl.when(size < MONEY_ROOM).then(value).cast(pl.Decimal(MONEY_PRECISION, 0), strict=False)
    rounded = pl.when(size < READ_LIMIT).then(read.cast(money)).otherwise(whole.cast(money, strict=False))
    return rounded.alias(value.meta.output_name())
