"""What every night has shown: tonight's rows beside those of earlier nights, each kept once for as long as it is so."""

from __future__ import annotations

import datetime as dt
from typing import Final

import dataframely as dy
import polars as pl

from models.counted_row import CountedRow, CountedRowHistory, RememberedCountedRowHistory
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
from models.table import History

OLD: Final = "remembered row"
NEW: Final = "row of tonight"
"""Numbers of rows, on either side."""


def work_item(
    work_item: dy.LazyFrame[WorkItem],
    remembered_work_item_history: dy.LazyFrame[RememberedWorkItemHistory],
    *,
    as_of: dt.date,
) -> dy.LazyFrame[WorkItemHistory]:
    """The rows of `mart.work_item` of every night, each once for as long as nothing in it changes."""
    return WorkItemHistory.cast(_continued(WorkItemHistory, work_item, remembered_work_item_history, as_of))


def work_item_period(
    work_item_period: dy.LazyFrame[WorkItemPeriod],
    remembered_work_item_period_history: dy.LazyFrame[RememberedWorkItemPeriodHistory],
    *,
    as_of: dt.date,
) -> dy.LazyFrame[WorkItemPeriodHistory]:
    """The rows of `mart.work_item_period` of every night, each once for as long as nothing in it changes."""
    remembered = remembered_work_item_period_history
    return WorkItemPeriodHistory.cast(_continued(WorkItemPeriodHistory, work_item_period, remembered, as_of))


def counted_row(
    counted_row: dy.LazyFrame[CountedRow],
    remembered_counted_row_history: dy.LazyFrame[RememberedCountedRowHistory],
    *,
    as_of: dt.date,
) -> dy.LazyFrame[CountedRowHistory]:
    """The rows that figures were made of in every night, each once for as long as nothing in it changes."""
    return CountedRowHistory.cast(_continued(CountedRowHistory, counted_row, remembered_counted_row_history, as_of))


def night(
    remembered_night: dy.LazyFrame[RememberedNight], *, as_of: dt.date, functional_currency: str | None
) -> dy.LazyFrame[NightHistory]:
    """The nights before this one, and this one: a night that is run again replaces itself and all later ones."""
    tonight = pl.LazyFrame({"as_of": [as_of], "currency": pl.Series([functional_currency], dtype=pl.String)})
    return NightHistory.cast(pl.concat([remembered_night.filter(pl.col("as_of") < as_of), tonight]))


def rows_shown(history: pl.LazyFrame, nights: pl.LazyFrame) -> pl.LazyFrame:
    """The rows that the one night of `nights` (`day`) has shown; none where there is no such night."""
    night = nights.select(pl.col("day").max())
    was_so = (pl.col(FROM) <= pl.col("day")) & (pl.col(TO).is_null() | (pl.col(TO) > pl.col("day")))
    return history.join(night, how="cross").filter(was_so).drop("day")


def _continued(history: type[History], tonight: pl.LazyFrame, remembered: pl.LazyFrame, as_of: dt.date) -> pl.LazyFrame:
    """The history up to the night before, with tonight added to it.

    A row that is no longer so ends tonight; one that was not so the night before begins tonight. Rows are matched by
    their key once, and from then on by number, which is much faster.
    """
    columns = history.column_names()
    key = [column for column in history.primary_key() if column != FROM]
    before = _before(remembered.select(columns).with_row_index(OLD), as_of)
    is_open = pl.col(TO).is_null()
    numbered = tonight.with_row_index(NEW)
    same = (
        before.filter(is_open)
        .join(numbered, on=key, suffix=" tonight")
        .filter(_is_equal(columns, key))
        .select(OLD, NEW)
    )
    lasting = before.filter(is_open).join(same, on=OLD, how="semi")
    ended = before.filter(is_open).join(same, on=OLD, how="anti").with_columns(pl.lit(as_of).alias(TO))
    begun = numbered.join(same, on=NEW, how="anti").with_columns(
        pl.lit(as_of).alias(FROM), pl.lit(None, pl.Date).alias(TO)
    )
    return pl.concat([rows.select(columns) for rows in (before.filter(~is_open), lasting, ended, begun)])


def _before(remembered: pl.LazyFrame, as_of: dt.date) -> pl.LazyFrame:
    """The history as the last night before this one left it: whatever this night or later ones said is taken back."""
    return remembered.filter(pl.col(FROM) < as_of).with_columns(pl.when(pl.col(TO) < as_of).then(TO))


def _is_equal(columns: list[str], key: list[str]) -> pl.Expr:
    """Whether tonight's row is as it was, an empty value being equal to an empty one."""
    compared = [column for column in columns if column not in (*key, FROM, TO)]
    return pl.all_horizontal(pl.col(column).eq_missing(pl.col(f"{column} tonight")) for column in compared)
