"""Five fiscal years with their quarters and base periods: calendar months, or four, four and five weeks."""

from __future__ import annotations

import datetime as dt
from typing import Final, NamedTuple

import numpy as np
import polars as pl

from tests.benchmarks.portfolio_world.options import WEEKS

YEARS: Final = 5
PERIODS: Final = 12 * YEARS
QUARTERS: Final = 4 * YEARS
FIRST_YEAR: Final = 2023
AS_OF: Final = dt.date(2026, 1, 15)
EPOCH: Final = dt.date(1970, 1, 1)


class Calendar(NamedTuple):
    """First day of each base period, and the day after the last, as days since 1970."""

    starts: np.ndarray

    @property
    def rows(self) -> pl.DataFrame:
        """All periods: base periods first, then quarters, then years; `number` is the place in this order."""
        spans = [(PERIODS, 1, "month"), (QUARTERS, 3, "quarter"), (YEARS, 12, "year")]
        parts = [self._spans(count, width, kind) for count, width, kind in spans]
        return pl.concat(parts).with_row_index("number")

    def _spans(self, count: int, width: int, kind: str) -> pl.DataFrame:
        places = np.arange(count) * width
        year = [f"FY{FIRST_YEAR + place // 12 - 2000}" for place in places]
        part = {"month": 1, "quarter": 3}.get(kind)
        mark = {"month": "M{:02}", "quarter": "Q{}"}.get(kind, "")
        names = [
            f"{name}: {mark.format(place % 12 // part + 1)}" if part else name
            for name, place in zip(year, places, strict=True)
        ]
        second = pl.duration(seconds=1)
        return pl.DataFrame(
            {"name": names, "fiscal_type": kind, "start": self.starts[places], "end": self.starts[places + width]}
        ).with_columns(start=_midnight("start"), end=_midnight("end") - second)

    def period_of(self, days: np.ndarray) -> np.ndarray:
        """The base period that holds each day; -1 or PERIODS outside of the calendar."""
        return np.searchsorted(self.starts, days, side="right") - 1

    @property
    def current(self) -> int:
        """The base period that holds the day the world is seen from."""
        return int(self.period_of(np.array([day_number(AS_OF)]))[0])


def _midnight(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.Int32).cast(pl.Date).cast(pl.Datetime("us"))


def day_number(day: dt.date) -> int:
    """Days since 1970."""
    return (day - EPOCH).days


def calendar(kind: str) -> Calendar:
    """Fiscal years from July on."""
    months = [dt.date(FIRST_YEAR - 1 + (6 + place) // 12, (6 + place) % 12 + 1, 1) for place in range(PERIODS + 1)]
    if kind != WEEKS:
        return Calendar(np.array([day_number(day) for day in months]))
    first_mondays = [day_number(day) - day.weekday() for day in months[::12]]
    weeks = 7 * np.cumsum([0, *[4, 4, 5] * 4])[:12]
    return Calendar(np.array([*(first + week for first in first_mondays[:-1] for week in weeks), first_mondays[-1]]))
