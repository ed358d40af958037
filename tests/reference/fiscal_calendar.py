"""The fiscal calendar: base periods, the quarter and year that hold each of them, and what makes it unusable."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .refusal import ReferenceRefusal
from .rows import Row

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """A fiscal period with its first and last day, both inclusive."""

    sys_id: str
    name: str
    kind: str
    start: dt.date
    end: dt.date

    def contains(self, other: "Period") -> bool:
        """Whether the other period lies wholly inside."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, start: dt.date, end: dt.date) -> bool:
        """Whether any day from start to end, both inclusive, lies inside."""
        return self.start <= end and start <= self.end

    def is_past(self, as_of: dt.date) -> bool:
        """Past: over before as_of."""
        return self.end < as_of


@dataclass(frozen=True)
class Calendar:
    """Base periods, quarters and years, each in order of time."""

    base: tuple[Period, ...]
    quarters: tuple[Period, ...]
    years: tuple[Period, ...]

    def period(self, sys_id: str) -> Period:
        """Any period by its key."""
        return next(period for period in (*self.base, *self.quarters, *self.years) if period.sys_id == sys_id)

    def is_base(self, sys_id: str) -> bool:
        """Whether this is a base period."""
        return any(period.sys_id == sys_id for period in self.base)

    def base_of(self, sys_id: str) -> list[Period]:
        """The base periods of a period, in order of time; a base period is its own only one."""
        outer = self.period(sys_id)
        return [period for period in self.base if outer.contains(period)]

    def holding(self, day: dt.date) -> Period | None:
        """The base period that holds the day."""
        return next((period for period in self.base if period.start <= day <= period.end), None)

    def year_of(self, base_period: str) -> Period:
        """The fiscal year of a base period."""
        return _holders(self.years, self.period(base_period))[0]

    def quarter_of(self, base_period: str) -> Period | None:
        """The fiscal quarter of a base period, if it has one."""
        return next(iter(_holders(self.quarters, self.period(base_period))), None)


def _holders(periods: Iterable[Period], inner: Period) -> list[Period]:
    return [period for period in periods if period.contains(inner)]


def calendar(rows: Sequence[Row]) -> Calendar:
    """Build the calendar from admitted rows. Raises ReferenceRefusal when figures could not be trusted."""
    periods = sorted(map(_period, rows), key=lambda period: (period.start, period.end, period.sys_id))
    built = Calendar(
        tuple(period for period in periods if period.kind in {"month", "period"}),
        tuple(period for period in periods if period.kind == "quarter"),
        tuple(period for period in periods if period.kind == "year"),
    )
    _refuse_overlaps(built)
    _refuse_base_periods_without_year(built)
    _refuse_gaps(built)
    return built


def _period(row: Row) -> Period:
    start, end = row.day("start_date_time"), row.day("end_date_time")
    return Period(row.sys_id, row.word("name"), row.word("fiscal_type"), start, end)


def _refuse_overlaps(calendar: Calendar) -> None:
    for period in calendar.base:
        if period.end < period.start:
            raise ReferenceRefusal(f"{period.name} ends before it starts")
    for earlier, later in pairwise(calendar.base):
        if later.start <= earlier.end:
            raise ReferenceRefusal(f"{earlier.name} and {later.name} overlap")


def _refuse_base_periods_without_year(calendar: Calendar) -> None:
    """A base period lies in exactly one year and in at most one quarter."""
    for period in calendar.base:
        years, quarters = _holders(calendar.years, period), _holders(calendar.quarters, period)
        if len(years) != 1:
            raise ReferenceRefusal(f"{period.name} lies in {len(years)} fiscal years")
        if len(quarters) > 1:
            raise ReferenceRefusal(f"{period.name} lies in {len(quarters)} fiscal quarters")


def _refuse_gaps(calendar: Calendar) -> None:
    """A year with base periods is covered by them from its first day to its last."""
    for year in calendar.years:
        inside = [period for period in calendar.base if year.contains(period)]
        expected = year.start
        for period in inside:
            if period.start != expected:
                raise ReferenceRefusal(f"{year.name} has a gap before {period.name}")
            expected = period.end + DAY
        if inside and expected != year.end + DAY:
            raise ReferenceRefusal(f"{year.name} has a gap at its end")
