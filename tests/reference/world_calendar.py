"""Fiscal calendars: any first month, 4-4-5 weeks, short transition years, years without periods, many time zones."""

import datetime as dt
from dataclasses import dataclass, field
from itertools import pairwise
from zoneinfo import ZoneInfo

from .drawing import Cells, Draw

ZONES = ("UTC", "Europe/Berlin", "America/Los_Angeles", "America/New_York", "Asia/Kolkata", "Australia/Sydney")
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """A period of a generated calendar."""

    sys_id: str
    name: str
    kind: str
    start: dt.date
    end: dt.date


@dataclass
class WorldCalendar:
    """The spans of a world, by kind, and the zone their bounds are local to."""

    zone: str
    base: list[Span] = field(default_factory=list)
    quarters: list[Span] = field(default_factory=list)
    years: list[Span] = field(default_factory=list)
    empty: list[Span] = field(default_factory=list)

    @property
    def first(self) -> dt.date:
        """First day of all years."""
        return min(span.start for span in (*self.years, *self.empty))

    @property
    def last(self) -> dt.date:
        """Last day of all years."""
        return max(span.end for span in (*self.years, *self.empty))

    def base_by_year(self) -> list[list[Span]]:
        """Base periods of each year that has any."""
        return [[span for span in self.base if year.start <= span.start <= year.end] for year in self.years]


def draw_calendar(draw: Draw) -> WorldCalendar:
    """Three to seven years, of which one may be a transition year of three months and one may have no periods."""
    calendar = WorldCalendar(draw.pick(ZONES))
    weekly = draw.chance(0.2)
    start = dt.date(draw.count(2022, 2024), 1 if weekly else draw.pick([1, 2, 4, 7, 10, 11]), 1)
    with_quarters = draw.chance(0.85)
    count = draw.pick([3, 3, 3, 4, 4, 6])
    short = draw.count(1, count - 1) if not weekly and draw.chance(0.3) else None
    empty = draw.count(0, count) if draw.chance(0.4) else None
    for place in range(count + 1):
        name = f"FY{start.year % 100 + 1}{'T' if place == short else ''}"
        lengths = _week_lengths(draw) if weekly else _month_lengths(start, 3 if place == short else 12)
        if place == empty:
            start = _add_empty_year(draw, calendar, name, start, lengths)
        elif place < count or empty is not None:
            start = _add_year(draw, calendar, name, start, lengths, "period" if weekly else "month")
    if not with_quarters:
        calendar.quarters, calendar.empty = [], [span for span in calendar.empty if span.kind == "year"]
    return calendar


def _month_lengths(start: dt.date, months: int) -> list[int]:
    firsts = [_month_later(start, place) for place in range(months + 1)]
    return [(later - earlier).days for earlier, later in pairwise(firsts)]


def _month_later(start: dt.date, months: int) -> dt.date:
    years, month = divmod(start.month - 1 + months, 12)
    return dt.date(start.year + years, month + 1, 1)


def _week_lengths(draw: Draw) -> list[int]:
    weeks = [4, 4, 5] * 4
    weeks[-1] += draw.chance(0.3)
    return [7 * count for count in weeks]


def _add_year(draw: Draw, calendar: WorldCalendar, name: str, start: dt.date, lengths: list[int], kind: str) -> dt.date:
    """Add a year with base periods and quarters; returns the first day after it."""
    day = start
    spans = []
    for place, length in enumerate(lengths, start=1):
        end = day + length * DAY - DAY
        spans.append(Span(draw.key(), f"{name}: M{place:02d}", kind, day, end))
        day = end + DAY
    calendar.base += spans
    for place in range(0, len(spans), 3):
        three = spans[place : place + 3]
        calendar.quarters.append(
            Span(draw.key(), f"{name}: Q{place // 3 + 1}", "quarter", three[0].start, three[-1].end)
        )
    calendar.years.append(Span(draw.key(), name, "year", start, day - DAY))
    return day


def _add_empty_year(draw: Draw, calendar: WorldCalendar, name: str, start: dt.date, lengths: list[int]) -> dt.date:
    """Add a year and its first quarter that have no base periods."""
    after = start + sum(lengths) * DAY
    calendar.empty.append(Span(draw.key(), name, "year", start, after - DAY))
    calendar.empty.append(Span(draw.key(), f"{name}: Q1", "quarter", start, start + sum(lengths[:3]) * DAY - DAY))
    return after


def fiscal_period_rows(draw: Draw, calendar: WorldCalendar) -> list[Cells]:
    """The spans as the platform exports them: bounds as UTC date-times, some ends at exactly midnight."""
    rows = [_row(draw, calendar.zone, span) for span in (*calendar.base, *calendar.quarters, *calendar.years)]
    rows += [_row(draw, calendar.zone, span) for span in calendar.empty]
    draw.random.shuffle(rows)
    return rows


def _row(draw: Draw, zone: str, span: Span) -> Cells:
    start = dt.datetime.combine(span.start, dt.time(), ZoneInfo(zone))
    last_second = dt.datetime.combine(span.end, dt.time(23, 59, 59), ZoneInfo(zone))
    midnight = dt.datetime.combine(span.end + DAY, dt.time(), ZoneInfo(zone))
    return {
        "sys_id": span.sys_id,
        "name": span.name,
        "fiscal_type": draw.spelled(span.kind),
        "start_date_time": _utc(draw, start),
        "end_date_time": _utc(draw, midnight if draw.chance(0.3) else last_second),
    }


def _utc(draw: Draw, moment: dt.datetime) -> str:
    shape = draw.pick(["%Y-%m-%d %H:%M:%S"] * 4 + ["%Y%m%dT%H%M%SZ", "%Y%m%dT%H%M%S"])
    return moment.astimezone(dt.UTC).strftime(shape)
