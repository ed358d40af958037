from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.moments import parsed_date, parsed_date_time

LONDON = "Europe/London"
NEW_YORK = "America/New_York"


def day_of(cell: object, zone: str = LONDON) -> object:
    read = parsed_date(pl.Series([cell]), instance_time_zone=zone)
    return read.rules[0] or read.values[0]


def moment_of(cell: object) -> object:
    read = parsed_date_time(pl.Series([cell]))
    return read.rules[0] or read.values[0]


@pytest.mark.parametrize(
    "text",
    [
        *("2026-06-30 23:30:00", "2026-06-30T23:30:00", "2026-06-30 23:30:00Z", "2026-06-30T23:30:00.000Z"),
        *("20260630T233000", "20260630T233000Z", " 2026-06-30 23:30:00 "),
    ],
)
def test_moments_are_utc_and_become_the_day_in_the_instance_time_zone(text: str) -> None:
    assert moment_of(text) == dt.datetime(2026, 6, 30, 23, 30)  # noqa: DTZ001
    assert day_of(text, "UTC") == dt.date(2026, 6, 30)
    assert day_of(text, LONDON) == dt.date(2026, 7, 1)


def test_a_plain_day_is_that_day_everywhere() -> None:
    for zone in ("UTC", LONDON, NEW_YORK, "Asia/Tokyo"):
        assert day_of("2026-06-30", zone) == dt.date(2026, 6, 30)
    assert day_of(" 9999-12-31 ") == dt.date(9999, 12, 31)


def test_a_plain_day_is_no_moment_since_its_zone_is_unknown() -> None:
    assert moment_of("2026-06-30") == "unreadable_date"
    assert moment_of(dt.date(2026, 6, 30)) == "unreadable_date"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2026-02-30",
            "2026-13-01",
            "2026-1-5",
            "0000-01-01",
            "30/06/2026",
            "20260630",
            "2026-06-30x",
            "yesterday",
            "45000",
        ),
        *("2026-06-30 24:00:00", "2026-06-30 23:60:00", "2026-06-30 23:30:60", "2026-06-30 23:30"),
        *("2026-06-30 23:30:00+02:00", "20261330T000000", "20260630T250000", "٢٠٢٦-٠٦-٣٠"),
    ],
)
def test_what_is_no_day_of_the_calendar_is_unreadable(text: str) -> None:
    assert day_of(text) == "unreadable_date"
    assert moment_of(text) == "unreadable_date"


@pytest.mark.parametrize("cell", [None, "", "  "])
def test_an_empty_cell_is_null_and_breaks_no_rule(cell: str | None) -> None:
    assert day_of(cell) is None
    assert moment_of(cell) is None


def test_typed_days_and_moments_are_read_as_their_text_is() -> None:
    late = dt.datetime(2026, 6, 30, 23, 30)  # noqa: DTZ001
    there = dt.datetime(2026, 6, 30, 19, 30, tzinfo=ZoneInfo(NEW_YORK))

    assert day_of(dt.date(2026, 6, 30)) == dt.date(2026, 6, 30)
    assert day_of(late) == dt.date(2026, 7, 1)
    assert (day_of(there), moment_of(there)) == (dt.date(2026, 7, 1), late)
    assert moment_of(late) == late


def test_a_typed_column_of_midnights_holds_days() -> None:
    """pandas has no days: it writes them as midnights, which are no moments of any zone."""
    midnights = pl.Series([dt.datetime(2026, 6, 30), None])  # noqa: DTZ001
    mixed = pl.Series([dt.datetime(2026, 6, 30), dt.datetime(2026, 6, 30, 12)])  # noqa: DTZ001

    assert parsed_date(midnights, instance_time_zone=NEW_YORK).values.to_list() == [dt.date(2026, 6, 30), None]
    assert parsed_date(mixed, instance_time_zone=NEW_YORK).values.to_list() == [
        dt.date(2026, 6, 29),
        dt.date(2026, 6, 30),
    ]


def test_a_number_is_no_day() -> None:
    assert day_of(20260630) == "unreadable_date"
    assert moment_of(45000.5) == "unreadable_date"


moments = st.datetimes(min_value=dt.datetime(1950, 1, 1), max_value=dt.datetime(2099, 12, 31))  # noqa: DTZ001
"""From 2100 on Polars knows no summer time, where Python goes on with the last known rule."""


@given(moments, st.sampled_from(["UTC", LONDON, NEW_YORK]))
def test_days_agree_with_the_time_zones_of_python(moment: dt.datetime, zone: str) -> None:
    text = moment.strftime("%Y-%m-%d %H:%M:%S.%f")

    assert moment_of(text) == moment
    assert day_of(text, zone) == moment.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone)).date()


SHAPES = {
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}": "%Y-%m-%d",
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}": "%Y-%m-%d %H:%M:%S",
    r"[0-9]{8}T[0-9]{6}": "%Y%m%dT%H%M%S",
}


def expected_day(text: str) -> object:
    """The rule for days in plain Python, where the instance is in UTC."""
    bare = text.strip()
    for shape, form in SHAPES.items():
        if re.fullmatch(shape, bare):
            spaced = bare.replace("T", " ") if form.count(" ") else bare
            try:
                return dt.datetime.strptime(spaced, form).replace(tzinfo=dt.UTC).date()
            except ValueError:
                return "unreadable_date"
    return "unreadable_date" if bare else None


date_like = st.from_regex(r"20[0-9]{2}-[01][0-9]-[0-3][0-9]([T ][0-2][0-9]:[0-6][0-9]:[0-6][0-9])?", fullmatch=True)
compact = st.from_regex(r"20[0-9]{2}[01][0-9][0-3][0-9]T[0-2][0-9][0-6][0-9][0-6][0-9]", fullmatch=True)


@given(st.one_of(date_like, compact, st.text(alphabet="0123456789-T: ", max_size=19)))
def test_every_text_is_a_day_of_the_calendar_or_unreadable(text: str) -> None:
    assert day_of(text, "UTC") == expected_day(text)
