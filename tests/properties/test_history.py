"""Any earlier night can be read again, whatever nights there were, in whatever order."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final, NamedTuple

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from models.figures import WorkItem, WorkItemPeriod
from models.history import (
    FROM,
    TO,
    NightHistory,
    RememberedNight,
    RememberedWorkItemHistory,
    RememberedWorkItemPeriodHistory,
    WorkItemHistory,
    WorkItemPeriodHistory,
)
from models.table import Table
from transforms import history

DAY_1: Final = dt.date(2026, 1, 1)
DAYS: Final = 5
AMOUNTS: Final = st.sampled_from([None, Decimal(0), Decimal("0.0001"), Decimal("-7.50")])
RATES: Final = st.sampled_from([None, 0.0, 0.3, 0.1 + 0.2, float("nan")])
NAMES: Final = st.sampled_from([None, "", "Pumps"])
ITEMS: Final = st.sampled_from(["P1", "P2", "P3"])
ITEM_ROWS: Final = st.dictionaries(ITEMS, st.tuples(NAMES, AMOUNTS, RATES))
PERIOD_ROWS: Final = st.dictionaries(st.tuples(ITEMS, st.sampled_from(["M1", "M2"])), AMOUNTS)


class Figures(NamedTuple):
    """What a night computes."""

    work_item: pl.DataFrame
    work_item_period: pl.DataFrame


class Histories(NamedTuple):
    """What it publishes of earlier nights."""

    work_item: pl.DataFrame
    work_item_period: pl.DataFrame
    night: pl.DataFrame


NOTHING: Final = Histories(
    WorkItemHistory.create_empty(), WorkItemPeriodHistory.create_empty(), NightHistory.create_empty()
)


def table(of: type[Table], rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=of.dtypes())


@st.composite
def figures(draw: st.DrawFn) -> Figures:
    items = [
        {"work_item": item, "name": name, "actual_cost": amount, "irr_pct": rate}
        for item, (name, amount, rate) in draw(ITEM_ROWS).items()
    ]
    periods = [
        {"work_item": item, "fiscal_period": period, "planned_cost": amount}
        for (item, period), amount in draw(PERIOD_ROWS).items()
    ]
    return Figures(table(WorkItem, items), table(WorkItemPeriod, periods))


def after(last: Histories, as_of: dt.date, tonight: Figures) -> Histories:
    """What a night publishes after the last one."""
    items = RememberedWorkItemHistory.cast(last.work_item.lazy())
    periods = RememberedWorkItemPeriodHistory.cast(last.work_item_period.lazy())
    return Histories(
        history.work_item(WorkItem.cast(tonight.work_item.lazy()), items, as_of=as_of).collect(),
        history.work_item_period(WorkItemPeriod.cast(tonight.work_item_period.lazy()), periods, as_of=as_of).collect(),
        history.night(RememberedNight.cast(last.night.lazy()), as_of=as_of, functional_currency=None).collect(),
    )


def at(rows: pl.DataFrame, night: dt.date) -> pl.DataFrame:
    """What a night has shown, as history tells it."""
    return rows.filter(pl.col(FROM) <= night, pl.col(TO).is_null() | (pl.col(TO) > night)).drop(FROM, TO)


day = st.integers(0, DAYS - 1).map(lambda n: DAY_1 + dt.timedelta(days=n))
nights = st.lists(st.tuples(day, figures()), min_size=1, max_size=8)


@given(nights)
@settings(max_examples=60, deadline=None)
def test_history_answers_what_each_night_has_shown(runs: list[tuple[dt.date, Figures]]) -> None:
    """A night that is run again shows what the last such run did; one before others takes these back."""
    shown: dict[dt.date, Figures] = {}
    kept = NOTHING
    for as_of, tonight in runs:
        kept = after(kept, as_of, tonight)
        shown = {**{earlier: said for earlier, said in shown.items() if earlier < as_of}, as_of: tonight}

        assert sorted(kept.night["as_of"]) == sorted(shown)
        for night, said in shown.items():
            assert_frame_equal(at(kept.work_item, night), said.work_item, check_row_order=False, check_exact=True)
            in_periods = at(kept.work_item_period, night)
            assert_frame_equal(in_periods, said.work_item_period, check_row_order=False, check_exact=True)


@given(nights)
@settings(max_examples=40, deadline=None)
def test_a_row_is_kept_once_for_as_long_as_it_is_so(runs: list[tuple[dt.date, Figures]]) -> None:
    kept = NOTHING
    for as_of, tonight in runs:
        kept = after(kept, as_of, tonight)

    rows = kept.work_item.sort("work_item", FROM)
    assert rows.filter(pl.col(TO) <= pl.col(FROM)).is_empty()
    assert rows.select("work_item", FROM).is_unique().all()
    for before, later in pairwise(rows.iter_slices(1)):
        if before["work_item"].item() == later["work_item"].item():
            assert before[TO].item() <= later[FROM].item()
            is_continued = before[TO].item() == later[FROM].item()
            assert not (is_continued and before.drop(FROM, TO).equals(later.drop(FROM, TO)))


@given(nights, figures())
@settings(max_examples=30, deadline=None)
def test_running_a_night_twice_is_running_it_once(runs: list[tuple[dt.date, Figures]], other: Figures) -> None:
    kept = NOTHING
    for as_of, tonight in runs:
        before, kept = kept, after(kept, as_of, tonight)
    last_day, last = runs[-1]

    for once, twice in zip(kept, after(after(before, last_day, other), last_day, last), strict=True):
        assert_frame_equal(once, twice, check_row_order=False, check_exact=True)
