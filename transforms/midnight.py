"""When a day begins: days and moments are compared by it."""

from __future__ import annotations

import datetime as dt
from typing import Final

import polars as pl

MOMENT_TYPE: Final = pl.Datetime("us")


def midnight(day: pl.Expr, zone: str) -> pl.Expr:
    """The moment in UTC at which a day begins in a zone.

    Where the clock goes through it twice, the first time; where it skips the first hour of the day, the end of that.
    """
    start = day.cast(MOMENT_TYPE)
    return pl.coalesce(_in_utc(start, zone), _in_utc(start + dt.timedelta(hours=1), zone))


def _in_utc(local: pl.Expr, zone: str) -> pl.Expr:
    """Local moments in UTC; null for those that the clock skips."""
    zoned = local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return zoned.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
