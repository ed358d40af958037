"""Whole-cent shares: an amount split so that its parts add up to it."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import polars as pl

from models.columns import MONEY_PRECISION, MONEY_SCALE

UNITS_PER_CENT: Final = 10 ** (MONEY_SCALE - 2)
ONE_UNIT: Final = Decimal(1).scaleb(-MONEY_SCALE)


def equal_share(amount: pl.Expr, *, parts: pl.Expr, position: pl.Expr) -> pl.Expr:
    """The share of part number `position` (from 0) when `amount` is split into `parts` equal shares of whole cents.

    By largest remainder: the earliest parts get the odd cents, and the first also any fraction of a cent. Negative
    amounts mirror positive ones. Exact for every admitted amount: |amount| x 10^4 < 10^18 fits 64 bits.
    """
    units = amount.to_physical().cast(pl.Int64)
    size = units.abs()
    cents, fraction = size // UNITS_PER_CENT, size % UNITS_PER_CENT
    odd = (position < cents % parts).cast(pl.Int64)
    first = pl.when(position == 0).then(fraction).otherwise(0)
    return _as_money(units.sign() * ((cents // parts + odd) * UNITS_PER_CENT + first))


def _as_money(units: pl.Expr) -> pl.Expr:
    return units.cast(pl.Decimal(MONEY_PRECISION, MONEY_SCALE)) * pl.lit(ONE_UNIT)
