"""Days and moments as exported: moments are UTC and become days in the instance time zone."""

from __future__ import annotations

import datetime as dt
from typing import Final

import polars as pl

from transforms.cell import Parsed, as_text, nulls, only_where, parsed_usually, stripped
from transforms.midnight import MOMENT_TYPE, midnight

DAY: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
CLOCK: Final = "(?:[01][0-9]|2[0-3])(?:{0}[0-5][0-9]){{2}}"
MOMENT: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T]" + CLOCK.format(":") + r"(?:\.[0-9]{1,9})?Z?$"
COMPACT_MOMENT: Final = r"^[0-9]{8}T" + CLOCK.format("") + "Z?$"


def parsed_date(cells: pl.Series, *, instance_time_zone: str) -> Parsed:
    """A calendar day: `YYYY-MM-DD`, or a moment, which becomes the day it is in the instance time zone.

    A typed column of moments without zone, all of them midnight, holds days: its tool has no type for them.
    """
    if cells.dtype == pl.Date:
        return _typed(cells, cells)
    if isinstance(cells.dtype, pl.Datetime):
        return _typed(_day_of_typed_moment(cells, instance_time_zone), cells)
    text = as_text(cells)
    return parsed_usually(_day(text), text, lambda rest: _day_from_text(stripped(rest), instance_time_zone))


def parsed_date_time(cells: pl.Series) -> Parsed:
    """A moment in UTC, stored without zone: `YYYY-MM-DD HH:MM:SS` or `YYYYMMDDTHHMMSS`. A bare day is none."""
    if isinstance(cells.dtype, pl.Datetime):
        return _typed(_utc(cells), cells)
    text = stripped(cells)
    return parsed_usually(_moment(text), text, lambda rest: _unreadable(rest, MOMENT_TYPE))


def parsed_moment_or_day(cells: pl.Series, *, instance_time_zone: str) -> Parsed:
    """A moment as above, or a bare day: its midnight in the instance time zone."""
    if cells.dtype == pl.Date:
        return _typed(_midnight(cells, instance_time_zone), cells)
    read = parsed_date_time(cells)
    if not read.rules.is_not_null().any():
        return read
    midnight = _midnight(_day(stripped(cells)), instance_time_zone)
    return Parsed(read.values.zip_with(midnight.is_null(), midnight), only_where(midnight.is_null(), read.rules))


def _midnight(days: pl.Series, zone: str) -> pl.Series:
    return days.alias("day").to_frame().select(midnight(pl.col("day"), zone)).to_series()


def _day_from_text(text: pl.Series, zone: str) -> Parsed:
    day = _day(text)
    return parsed_usually(
        day.zip_with(day.is_not_null(), _local_day(_moment(text), zone)),
        text,
        lambda rest: _unreadable(rest, pl.Date()),
    )


def _day(text: pl.Series) -> pl.Series:
    day = only_where(text.str.contains(DAY), text).str.to_date("%Y-%m-%d", strict=False)
    return _in_calendar(day)


def _moment(text: pl.Series) -> pl.Series:
    spaced = only_where(text.str.contains(MOMENT), text).str.replace("T", " ", literal=True).str.strip_suffix("Z")
    moment = spaced.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False)
    compact = only_where(text.str.contains(COMPACT_MOMENT), text).str.strip_suffix("Z")
    moment = moment.zip_with(
        moment.is_not_null(), compact.str.to_datetime("%Y%m%dT%H%M%S", time_unit="us", strict=False)
    )
    return _in_calendar(moment)


def _in_calendar(values: pl.Series) -> pl.Series:
    """Days and moments of the years 1 to 9999."""
    return only_where(values.dt.year().is_between(dt.MINYEAR, dt.MAXYEAR), values)


def _utc(moments: pl.Series) -> pl.Series:
    zoned = isinstance(moments.dtype, pl.Datetime) and moments.dtype.time_zone is not None
    utc = moments.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if zoned else moments
    return utc.dt.cast_time_unit("us")


def _local_day(moments: pl.Series, zone: str) -> pl.Series:
    return moments.dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.date()


def _day_of_typed_moment(moments: pl.Series, zone: str) -> pl.Series:
    utc = _utc(moments)
    zoned = isinstance(moments.dtype, pl.Datetime) and moments.dtype.time_zone is not None
    holds_days = not zoned and bool((utc.dt.time() == dt.time(0)).all())
    return utc.dt.date() if holds_days else _local_day(utc, zone)


def _typed(values: pl.Series, cells: pl.Series) -> Parsed:
    return parsed_usually(_in_calendar(values), cells, lambda rest: _unreadable(rest, values.dtype))


def _unreadable(cells: pl.Series, dtype: pl.DataType) -> Parsed:
    return Parsed(nulls(dtype, len(cells)), nulls(pl.String(), len(cells)).fill_null("unreadable_date"))
