"""Planned days: so many days after a start."""

from __future__ import annotations

import datetime as dt
from typing import Final

import polars as pl

MOST_DAYS: Final = 1_000_000


def days_after(start: pl.Expr, days: pl.Expr) -> pl.Expr:
    """The day so many days after a start; null where the calendar has no such day."""
    counted = pl.when(days.is_between(-MOST_DAYS, MOST_DAYS)).then(days)
    day = start + pl.duration(days=counted)
    return pl.when(day.dt.year().is_between(dt.MINYEAR, dt.MAXYEAR)).then(day)


def offset_days() -> pl.Expr:
    """How long after the start of the project a planned task begins; empty = at once."""
    return pl.col("start_offset_days").fill_null(0)


def last_offset_days() -> pl.Expr:
    """How long after the start of the project a planned task has its last day: it takes at least one."""
    duration = pl.col("duration_days").fill_null(1).clip(1, MOST_DAYS)
    return offset_days().clip(-MOST_DAYS, MOST_DAYS) + duration - 1
