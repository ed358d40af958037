"""What a night has shown of a work item."""

# ruff: noqa: S608 -- names of tables and columns come from the models, and what people give is quoted

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from rich.console import Console
from rich.text import Text

from models.figures import WorkItemIdentity
from models.history import FROM, TO, WorkItemHistory
from pipelines.figure_text import value_text
from pipelines.look_back.past_nights import HistoryError, file_with_history, is_shown_by, night_up_to, shown_by
from pipelines.page import titled_grid
from pipelines.published_file import query
from pipelines.statements import qualified, quoted

IDENTITY: Final = WorkItemIdentity.column_names()
FIGURES: Final = [name for name in WorkItemHistory.column_names() if name not in (*IDENTITY, FROM, TO)]


class Shown(NamedTuple):
    """The figures of one work item as a night has shown them."""

    night: dt.date
    name: str
    since: dt.date
    until: dt.date | None
    """The first night that showed another row; none = it is so still."""
    figures: dict[str, Any]


def as_shown(warehouse: Path, day: dt.date, given: str) -> Shown:
    """The figures of a work item, given by sys_id or number, as the last night up to a day has shown them.

    Raises HistoryError.
    """
    file = file_with_history(warehouse)
    night = night_up_to(file, day)
    item = _work_item(file, night, given)
    columns = _listed(WorkItemHistory.column_names())
    statement = f"SELECT {columns} FROM {shown_by(WorkItemHistory, night)} WHERE work_item = {quoted(item)}"
    (values,) = query(file, statement)
    row = dict(zip(WorkItemHistory.column_names(), values, strict=True))
    name = " ".join(part for part in (row["number"] or item, row["name"]) if part)
    return Shown(night, name, row[FROM], row[TO], {figure: row[figure] for figure in FIGURES})


def _work_item(file: Path, night: dt.date, given: str) -> str:
    """The key of the work item of a night that has this sys_id or number.

    A sys_id goes before a number, and a number that it had that night before one that it has in others.
    """
    rank = f"CASE WHEN work_item = {quoted(given)} THEN 1 WHEN {is_shown_by(night)} THEN 2 ELSE 3 END"
    was_there = f"work_item IN (SELECT work_item FROM {shown_by(WorkItemHistory, night)})"
    found = query(file, f"SELECT work_item, min({rank}) {_known_as(given)} AND {was_there} GROUP BY work_item")
    best = sorted(item for item, place in found if place == min(place for _, place in found))
    if not best:
        raise HistoryError(_absence(file, night, given))
    if len(best) > 1:
        raise HistoryError(f"{given} is the number of {len(best)} work items. Give a sys_id: {', '.join(best)}.")
    item: str = best[0]
    return item


def _known_as(given: str) -> str:
    return f"FROM {qualified(WorkItemHistory)} WHERE {quoted(given)} IN (work_item, number)"


def _absence(file: Path, night: dt.date, given: str) -> str:
    """Why a night has no such work item."""
    last = f"max({TO}) FILTER ({TO} <= DATE '{night}')"
    ((first, gone),) = query(file, f"SELECT min({FROM}), {last} {_known_as(given)}")
    if first is None:
        return f"No night has shown a work item with the sys_id or number {given}."
    why = f"it was no longer there from {gone} on" if gone else f"it was first shown by the night of {first}"
    return f"The night of {night} has not shown {given}: {why}."


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def show_night(shown: Shown, console: Console) -> None:
    """Print the figures of a work item, each with its meaning."""
    grid = titled_grid(f"{shown.name}, as the night of {shown.night} showed it", "figure")
    grid.add_column("value", justify="right", overflow="fold")
    grid.add_column("meaning", overflow="fold")
    for figure, value in shown.figures.items():
        grid.add_row(figure, Text(value_text(value)), Text(WorkItemHistory.column_meaning(figure), style="dim"))
    console.print(grid)
    until = f"the night of {shown.until} shows others" if shown.until else "they still are"
    console.print(Text(f"\nSo since the night of {shown.since}; {until}."))
