"""What has changed between two nights: the figures that moved, the base periods, and the rows that moved them."""

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

from models.counted_row import CountedRowHistory
from models.figures import WorkItemIdentity
from models.fiscal_calendar import BasePeriod
from models.history import FROM, TO, WorkItemHistory, WorkItemPeriodHistory
from models.table import History
from pipelines.figure_text import difference_text, value_text
from pipelines.look_back.past_nights import HistoryError, file_with_history, night_currency, night_up_to, shown_by
from pipelines.page import titled_grid
from pipelines.published_file import query
from pipelines.statements import qualified

IDENTITY: Final = WorkItemIdentity.column_names()
FIGURES: Final = [name for name in WorkItemHistory.column_names() if name not in (*IDENTITY, FROM, TO)]
PERIOD_FIGURES: Final = WorkItemPeriodHistory.columns_of_kind("money", "ratio")
ABSENT: Final = "(not there)"
NOTHING: Final = (None, 0)
PERIOD: Final = ("start_date", "fiscal_period_name", "work_item")
ROWS_SHOWN: Final = 10
"""Rows of each work item, unless every one is asked for."""
Nights = tuple[dt.date, dt.date]
"""The earlier and the later one."""


class Moved(NamedTuple):
    """One figure that is not what it was."""

    item: str
    """The number of the work item, else its sys_id."""
    period: str
    """The name of the base period; empty for the whole work item."""
    figure: str
    before: Any
    after: Any


class MovedRow(NamedTuple):
    """One row that adds another amount to a figure of a work item than it did."""

    item: str
    figure: str
    period: str
    row: str
    """Its table and sys_id."""
    before: Any
    after: Any

    @property
    def size(self) -> Decimal:
        """By how much it moved the figure, whatever the sign."""
        return abs(_amount(self.after) - _amount(self.before))

    def place(self) -> tuple[Decimal, str, str, str, bool]:
        """Its place in a list: the largest move first; of one row, what goes before what comes."""
        return -self.size, self.figure, self.period, self.row, self.before == ABSENT


class Changes(NamedTuple):
    """Everything that has moved between two nights."""

    since: dt.date
    until: dt.date
    moved: list[Moved]
    rows: dict[str, list[MovedRow]]
    """By work item, the rows that moved it most first."""
    currencies: tuple[str | None, str | None]
    """The functional currency of each night."""


def changes(warehouse: Path, since: dt.date, until: dt.date | None) -> Changes:
    """What has moved from the last night up to `since` to the last one up to `until`, by default the last of all.

    Raises HistoryError.
    """
    file = file_with_history(warehouse)
    if until and until < since:
        raise HistoryError(f"{until} is before {since}: give the earlier day with --since, the later one with --until.")
    nights = (night_up_to(file, since), night_up_to(file, until or dt.date.max))
    names = _names(file, nights)
    moved = sorted(_all_moved(file, nights, names), key=_item)
    rows: dict[str, list[MovedRow]] = {item: [] for item in dict.fromkeys(map(_item, moved))}
    for row in sorted(_moved_rows(file, nights, names), key=MovedRow.place):
        rows.setdefault(row.item, []).append(row)
    return Changes(*nights, moved, rows, (night_currency(file, nights[0]), night_currency(file, nights[1])))


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
          FROM {shown_by(history, nights[0])} AS before FULL JOIN {shown_by(history, nights[1])} AS after ON {key}
         WHERE before.{FROM} IS DISTINCT FROM after.{FROM}
         ORDER BY {", ".join(map(str, range(1, len(named) + 1)))}
    """


def _moved_rows(file: Path, nights: Nights, names: dict[str, str]) -> Iterator[MovedRow]:
    """The rows that add another amount; one that went to another work item left one and came to the other."""
    for figure, period, table, sys_id, *sides in query(file, _rows_of_both_nights(nights)):
        item_before, before, item_after, after = sides
        row = (figure, period, f"{table} {sys_id}")
        if item_before == item_after and before != after:
            yield MovedRow(names[item_after], *row, before, after)
        if item_before != item_after and item_before is not None:
            yield MovedRow(names[item_before], *row, before, ABSENT)
        if item_before != item_after and item_after is not None:
            yield MovedRow(names[item_after], *row, ABSENT, after)


def _rows_of_both_nights(nights: Nights) -> str:
    """A query for the counted rows that are not the same in both nights."""
    key = [column for column in CountedRowHistory.primary_key() if column != FROM]
    shown = [shown_by(CountedRowHistory, night) for night in nights]
    return f"""
        SELECT stream, coalesce(fiscal_period_name, fiscal_period), source_table, sys_id,
               before.work_item, before.amount, after.work_item, after.amount
          FROM {shown[0]} AS before FULL JOIN {shown[1]} AS after USING ({", ".join(key)})
          LEFT JOIN {qualified(BasePeriod)} USING (fiscal_period)
         WHERE before.{FROM} IS DISTINCT FROM after.{FROM}
    """


def _amount(of: object) -> Decimal:
    """An amount; 0 where there is none."""
    return of if isinstance(of, Decimal) else Decimal(0)


def _names(file: Path, nights: Nights) -> dict[str, str]:
    """What people call the work items of two nights: by number, as the later one has it, else by sys_id."""
    found: dict[str, str] = {}
    for night in nights:
        found |= dict(
            query(file, f"SELECT work_item, coalesce(number, work_item) FROM {shown_by(WorkItemHistory, night)}")
        )
    return found


def show_changes(found: Changes, console: Console, *, every_row: bool = False) -> None:
    """Print every figure that moved, with its values in both nights, then the rows that moved each work item."""
    nights = f"from the night of {found.since} to that of {found.until}"
    if not found.moved:
        console.print(Text(f"No figure of any work item has moved {nights}."))
        return
    grid = _compared(f"What has moved {nights}", "work item", "period", "figure")
    for moved in found.moved:
        grid.add_row(*map(Text, (moved.item, moved.period, moved.figure, *_sides(moved))), style=_style(moved))
    console.print(grid)
    _show_rows(found, console, every_row=every_row)
    console.print(Text(f"\n{len({moved.item for moved in found.moved}):,} work items have moved."))
    before, after = (currency or "no named currency" for currency in found.currencies)
    if before != after:
        console.print(Text(f"Beware: amounts before are in {before}, amounts after in {after}."))


def _show_rows(found: Changes, console: Console, *, every_row: bool) -> None:
    grid = _compared("The rows that moved them", "work item", "period", "figure", "row")
    for item, rows in found.rows.items():
        shown = rows if every_row else rows[:ROWS_SHOWN]
        for row in shown:
            grid.add_row(*map(Text, (item, row.period, row.figure, row.row, *_sides(row))))
        if len(rows) > len(shown):
            grid.add_row(item, "", "", f"and {len(rows) - len(shown):,} more: --all shows them")
    if grid.row_count:
        console.print(grid)
    unchanged = [item for item, rows in found.rows.items() if not rows]
    if unchanged:
        why = "a period has closed, or a setting, date or exchange rate is another"
        console.print(Text(f"\nNo row of {', '.join(unchanged)} has changed: {why}."))


def _compared(title: str, *columns: str) -> Grid:
    grid = titled_grid(title, *columns)
    for column in ("before", "after", "difference"):
        grid.add_column(column, justify="right", overflow="fold")
    return grid


def _style(moved: Moved) -> str | None:
    return None if moved.period else "bold"


def _sides(moved: Moved | MovedRow) -> tuple[str, str, str]:
    return value_text(moved.before), value_text(moved.after), difference_text(moved.before, moved.after)
