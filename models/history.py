"""What earlier nights have shown: the rows of figures that changed, each with the days it was so."""

from __future__ import annotations

from copy import copy
from typing import Final

import dataframely as dy

from models.columns import date, key_date, text
from models.figures import WorkItem, WorkItemPeriod
from models.table import History, Memory, Table

FROM: Final = "valid_from"
TO: Final = "valid_to"
WORDS: Final = ("key", "reference", "choice")
"""Kinds of columns that are mere text once the night is over: what they name may be gone by now."""


def columns_as_shown(figures: type[Table]) -> dict[str, dy.Column]:
    """The columns of a table as history keeps them: nothing is asked of old rows that later models ask of new ones.

    A column that is added later is empty in the rows of earlier nights, so only the key may not be empty.
    """
    return {name: _as_shown(column) for name, column in figures.columns().items()}


def _as_shown(column: dy.Column) -> dy.Column:
    shown, facts = copy(column), column.metadata or {}
    shown.nullable = not column.primary_key
    shown.metadata = {fact: facts[fact] for fact in ("kind", "unit", "sign") if fact in facts}
    shown.metadata |= {"kind": "text"} if facts["kind"] in WORDS else {}
    return shown


class Validity(dy.Schema):
    """From which night to which a row was so."""

    valid_from = key_date("The first night (as_of) in which the row was so.")
    valid_to = date("The first night in which it was no longer so; empty = it still is.")


class WorkItemHistoryColumns(dy.Schema):
    """The columns of mart.work_item."""

    vars().update(columns_as_shown(WorkItem))


class WorkItemHistory(WorkItemHistoryColumns, Validity, History):
    """One row of mart.work_item, and the nights that showed it."""

    named = "work_item"
    hazard = "Holds every night: choose one, or the rows without valid_to."


class RememberedWorkItemHistory(WorkItemHistoryColumns, Validity, Memory):
    """One row of the history of work items, as the last published night has left it."""

    state = WorkItemHistory


class WorkItemPeriodHistoryColumns(dy.Schema):
    """The columns of mart.work_item_period."""

    vars().update(columns_as_shown(WorkItemPeriod))


class WorkItemPeriodHistory(WorkItemPeriodHistoryColumns, Validity, History):
    """One row of mart.work_item_period, and the nights that showed it."""

    named = "work_item_period"
    hazard = "Holds every night: choose one, or the rows without valid_to."


class RememberedWorkItemPeriodHistory(WorkItemPeriodHistoryColumns, Validity, Memory):
    """One row of the history of base periods, as the last published night has left it."""

    state = WorkItemPeriodHistory


class NightColumns(dy.Schema):
    """A night."""

    as_of = key_date("The day its figures are seen from.")
    currency = text("Functional currency of its amounts; empty = none was named.")


class NightHistory(NightColumns, History):
    """One night that can be read again."""

    named = "night"


class RememberedNight(NightColumns, Memory):
    """One night that could be read again when the last one was published."""

    reach = "shared"

    state = NightHistory
