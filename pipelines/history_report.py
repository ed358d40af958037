"""Questions to the history of a warehouse: what a night has shown, and what has changed between two nights."""

# ruff: noqa: S608 -- names of tables and columns come from the models, and what people give is quoted

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from models.figures import WorkItemIdentity
from models.history import FROM, TO, NightHistory, WorkItemHistory, WorkItemPeriodHistory
from models.table import History
from pipelines.warehouse import qualified, query

IDENTITY: Final = WorkItemIdentity.column_names()
FIGURES: Final = [name for name in WorkItemHistory.column_names() if name not in (*IDENTITY, FROM, TO)]
PERIOD_FIGURES: Final = WorkItemPeriodHistory.columns_of_kind("money", "ratio")
EMPTY: Final = "(empty)"
ABSENT: Final = "(not there)"
NOTHING: Final = (None, 0)
PERIOD: Final = ("start_date", "fiscal_period_name", "work_item")
CENTS: Final = Decimal("0.01")
Nights = tuple[dt.date, dt.date]
"""The earlier and the later one."""


class HistoryError(Exception):
    """What history can't answer, and why."""


class Shown(NamedTuple):
    """The figures of one work item as a night has shown them."""

    night: dt.date
    name: str
    since: dt.date
    until: dt.date | None
    """The first night that showed another row; none = it is so still."""
    figures: dict[str, Any]


class Moved(NamedTuple):
    """One figure that is not what it was."""

    item: str
    """The number of the work item, else its sys_id."""
    period: str
    """The name of the base period; empty for the whole work item."""
    figure: str
    before: Any
    after: Any


class Changes(NamedTuple):
    """Everything that has moved between two nights."""

    since: dt.date
    until: dt.date
    moved: list[Moved]


def as_shown(warehouse: Path, day: dt.date, given: str) -> Shown:
    """The figures of a work item, given by sys_id or number, as the last night up to a day has shown them.

    Raises HistoryError.
    """
    file = _file(warehouse)
    night = _night(file, day)
    item = _work_item(file, night, given)
    columns = _listed(WorkItemHistory.column_names())
    statement = f"SELECT {columns} FROM {_at(WorkItemHistory, night)} WHERE work_item = {_quoted(item)}"
    (values,) = query(file, statement)
    row = dict(zip(WorkItemHistory.column_names(), values, strict=True))
    name = " ".join(part for part in (row["number"] or item, row["name"]) if part)
    return Shown(night, name, row[FROM], row[TO], {figure: row[figure] for figure in FIGURES})


def changes(warehouse: Path, since: dt.date, until: dt.date | None) -> Changes:
    """What has moved from the last night up to `since` to the last one up to `until`, by default the last of all.

    Raises HistoryError.
    """
    file = _file(warehouse)
    if until and until < since:
        raise HistoryError(f"{until} is before {since}: give the earlier day with --since, the later one with --until.")
    nights = (_night(file, since), _night(file, until or dt.date.max))
    names = _names(file, nights)
    return Changes(*nights, sorted(_all_moved(file, nights, names), key=_item))


def _all_moved(file: Path, nights: Nights, names: dict[str, str]) -> Iterator[Moved]:
    """Figures of whole work items, then those of their base periods in the order of time."""
    for (item,), *moved in _moved(file, WorkItemHistory, ("work_item",), FIGURES, nights):
        yield Moved(names[item], "", *moved)
    for (_, period, item), *moved in _moved(file, WorkItemPeriodHistory, PERIOD, PERIOD_FIGURES, nights):
        yield Moved(names[item], period, *moved)


def _item(moved: Moved) -> str:
    return moved.item


def _moved(
    file: Path, history: type[History], named: Sequence[str], figures: Sequence[str], nights: Nights
) -> Iterator[tuple[tuple[Any, ...], str, Any, Any]]:
    """What names a row, a figure of it that moved, and its values in both nights."""
    for row in query(file, _both_nights(history, named, figures, nights)):
        was_there, is_there, *values = row[len(named) :]
        for figure, held, holds in zip(figures, values[::2], values[1::2], strict=True):
            before, after = held if was_there else ABSENT, holds if is_there else ABSENT
            if _is_moved(before, after):
                yield row[: len(named)], figure, before, after


def _is_moved(before: object, after: object) -> bool:
    """Whether a figure is another one; where one night has no such row at all, nothing and zero say no more than it."""
    is_mere_absence = ABSENT in (before, after) and (before in NOTHING or after in NOTHING)
    return before != after and not is_mere_absence


def _both_nights(history: type[History], named: Sequence[str], figures: Sequence[str], nights: Nights) -> str:
    """A query for the rows that are not the same in both nights: names, who was there, and figures before and after."""
    names = ", ".join(f"coalesce(after.{column}, before.{column})" for column in named)
    values = ", ".join(f"before.{figure}, after.{figure}" for figure in figures)
    key = " AND ".join(f"before.{column} = after.{column}" for column in history.primary_key() if column != FROM)
    return f"""
        SELECT {names}, before.{FROM} IS NOT NULL, after.{FROM} IS NOT NULL, {values}
          FROM {_at(history, nights[0])} AS before FULL JOIN {_at(history, nights[1])} AS after ON {key}
         WHERE before.{FROM} IS DISTINCT FROM after.{FROM}
         ORDER BY {", ".join(map(str, range(1, len(named) + 1)))}
    """


def _names(file: Path, nights: Nights) -> dict[str, str]:
    """What people call the work items of two nights: by number, as the later one has it, else by sys_id."""
    found: dict[str, str] = {}
    for night in nights:
        found |= dict(query(file, f"SELECT work_item, coalesce(number, work_item) FROM {_at(WorkItemHistory, night)}"))
    return found


def _file(warehouse: Path) -> Path:
    """The version that a warehouse is a link to now: one question is put to one version, whatever is published."""
    if not warehouse.exists():
        raise HistoryError(f"There is no file {warehouse}. Publish one with `tieout run`, or name it with --warehouse.")
    file = warehouse.resolve()
    held = {name for (name,) in query(file, "SELECT schema_name || '.\"' || table_name || '\"' FROM duckdb_tables()")}
    if not {qualified(table) for table in (NightHistory, WorkItemHistory, WorkItemPeriodHistory)} <= held:
        raise HistoryError(f"{warehouse} has no history. It begins with the next `tieout run`.")
    return file


def _night(file: Path, day: dt.date) -> dt.date:
    """The last night up to a day."""
    statement = f"SELECT min(as_of), max(as_of) FILTER (as_of <= DATE '{day}') FROM {qualified(NightHistory)}"
    ((first, night),) = query(file, statement)
    if night is None:
        raise HistoryError(f"{day} is before the first night in history, which is that of {first}.")
    found: dt.date = night
    return found


def _work_item(file: Path, night: dt.date, given: str) -> str:
    """The key of the work item of a night that has this sys_id or number.

    A sys_id goes before a number, and a number that it had that night before one that it has in others.
    """
    rank = f"CASE WHEN work_item = {_quoted(given)} THEN 1 WHEN {_is_at(night)} THEN 2 ELSE 3 END"
    was_there = f"work_item IN (SELECT work_item FROM {_at(WorkItemHistory, night)})"
    found = query(file, f"SELECT work_item, min({rank}) {_known_as(given)} AND {was_there} GROUP BY work_item")
    best = sorted(item for item, place in found if place == min(place for _, place in found))
    if not best:
        raise HistoryError(_absence(file, night, given))
    if len(best) > 1:
        raise HistoryError(f"{given} is the number of {len(best)} work items. Give a sys_id: {', '.join(best)}.")
    item: str = best[0]
    return item


def _known_as(given: str) -> str:
    return f"FROM {qualified(WorkItemHistory)} WHERE {_quoted(given)} IN (work_item, number)"


def _absence(file: Path, night: dt.date, given: str) -> str:
    """Why a night has no such work item."""
    last = f"max({TO}) FILTER ({TO} <= DATE '{night}')"
    ((first, gone),) = query(file, f"SELECT min({FROM}), {last} {_known_as(given)}")
    if first is None:
        return f"No night has shown a work item with the sys_id or number {given}."
    why = f"it was no longer there from {gone} on" if gone else f"it was first shown by the night of {first}"
    return f"The night of {night} has not shown {given}: {why}."


def _at(history: type[History], night: dt.date) -> str:
    """The rows that a night has shown, as a query in brackets."""
    return f"(SELECT * FROM {qualified(history)} WHERE {_is_at(night)})"


def _is_at(night: dt.date) -> str:
    return f"({FROM} <= DATE '{night}' AND ({TO} IS NULL OR {TO} > DATE '{night}'))"


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def show_night(shown: Shown, console: Console) -> None:
    """Print the figures of a work item, each with its meaning."""
    grid = _grid(f"{shown.name}, as the night of {shown.night} showed it", "figure")
    grid.add_column("value", justify="right", overflow="fold")
    grid.add_column("meaning", overflow="fold")
    for figure, value in shown.figures.items():
        grid.add_row(figure, Text(_value(value)), Text(WorkItemHistory.column_meaning(figure), style="dim"))
    console.print(grid)
    until = f"the night of {shown.until} shows others" if shown.until else "they still are"
    console.print(Text(f"\nSo since the night of {shown.since}; {until}."))


def show_changes(found: Changes, console: Console) -> None:
    """Print every figure that moved, with its values in both nights."""
    nights = f"from the night of {found.since} to that of {found.until}"
    if not found.moved:
        console.print(Text(f"No figure of any work item has moved {nights}."))
        return
    grid = _grid(f"What has moved {nights}", "work item", "period", "figure")
    for column in ("before", "after", "difference"):
        grid.add_column(column, justify="right", overflow="fold")
    for moved in found.moved:
        cells = (moved.item, moved.period, moved.figure, _value(moved.before), _value(moved.after), _difference(moved))
        grid.add_row(*map(Text, cells), style=None if moved.period else "bold")
    console.print(grid)
    console.print(Text(f"\n{len({moved.item for moved in found.moved}):,} work items have moved."))


def _grid(title: str, *columns: str) -> Grid:
    grid = Grid(title=Text(f"\n{title}"), title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in columns:
        grid.add_column(column, overflow="fold")
    return grid


def _difference(moved: Moved) -> str:
    """How much more it is; only amounts have one."""
    if isinstance(moved.before, Decimal) and isinstance(moved.after, Decimal):
        more = moved.after - moved.before
        return f"{'+' if more > 0 else ''}{_value(more)}"
    return ""


def _value(value: object) -> str:
    """A value for people: exact, an amount with at least its cents."""
    if isinstance(value, Decimal):
        cents = value.quantize(CENTS)
        return f"{cents if cents == value else value.normalize():,f}"
    return EMPTY if value is None else str(value)
