"""A comparison of settings on one page for people, as JSON, and as rows for a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import polars as pl
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from models.figures import PortfolioFigures, ProgramFigures, WorkItem
from models.table import Table
from pipelines.figure_text import signed_text, value_text
from pipelines.trials.settings_comparison import ALL, Comparison
from transforms.figure_change import ABSENT, COMPARED, figures, largest_movements

SHOWN: Final = 20
AMOUNTS: Final = {name for table in COMPARED for name in figures(table) if name in table.columns_of_kind("money")}
SHOWN_LEVELS: Final[dict[type[Table], str]] = {
    WorkItem: "work item",
    ProgramFigures: "program",
    PortfolioFigures: "portfolio",
}


def rows(found: Comparison) -> pl.DataFrame:
    """One row for each choice and figure that moves: choice, what it is a figure of, figure, A, B, difference."""
    return found.changes.drop("size")


def show_comparison(found: Comparison, console: Console, *, lists_all: bool) -> None:
    """Print what each choice moves, by figure and by work item, and what all move together."""
    if not found.choices:
        console.print(Text("Both settings make the same choices: nothing can come out otherwise."))
        return
    console.print(_overview(found))
    for part in found.parts:
        for grid in _section(found, part, lists_all=lists_all):
            console.print(grid)
    console.print(Text(f"\n{_verdict(found)}"))


def _overview(found: Comparison) -> Grid:
    grid = _grid(f"Choices that differ, seen from {found.as_of}", "setting", "A", "B")
    _numbers(grid, *(f"{level}s" for level in SHOWN_LEVELS.values()), "decisions of oversight")
    for choice in found.choices:
        grid.add_row(*map(Text, (choice.name, choice.a, choice.b)), *_counts(found, choice.name))
    if ALL in found.parts:
        grid.add_row("all together", "", "", *_counts(found, ALL), style="bold")
    return grid


def _counts(found: Comparison, part: str) -> Iterator[str]:
    yield from (f"{found.moved(part, table):,}" for table in SHOWN_LEVELS)
    yield f"{found.decisions[part]:,}"


def _section(found: Comparison, part: str, *, lists_all: bool) -> Iterator[Grid | Text]:
    """The figures that a choice moves, then whose; of all choices together the figures only."""
    if found.changes.filter(choice=part).is_empty():
        return
    yield _figures(found, part)
    for table in SHOWN_LEVELS if lists_all else (WorkItem,):
        if part != ALL:
            yield from _movements(found, part, table, lists_all=lists_all)


def _figures(found: Comparison, part: str) -> Grid:
    totals = found.totals.filter(choice=part)
    grid = _grid(f"What {_name(part)} moves", "figure")
    _numbers(grid, "work items", "sum of differences", "unknown on one side", "programs", "portfolios")
    for figure in totals["figure"].unique(maintain_order=True):
        by_level = {row["level"]: row for row in totals.filter(figure=figure).iter_rows(named=True)}
        own = by_level.get(WorkItem.table_name(), {"moved": 0, "difference": None, "unknown_on_one_side": 0})
        groups = [
            by_level.get(table.table_name(), {"moved": 0})["moved"] for table in COMPARED if table is not WorkItem
        ]
        counts = (f"{number:,}" for number in (own["unknown_on_one_side"], *groups))
        grid.add_row(figure, f"{own['moved']:,}", _difference(own["difference"]), *counts)
    return grid


def _movements(found: Comparison, part: str, table: type[Table], *, lists_all: bool) -> Iterator[Grid | Text]:
    """The largest movement of each work item, and which other figures of it move."""
    moved = largest_movements(found.changes.lazy().filter(choice=part, level=table.table_name())).collect()
    shown = moved if lists_all else moved.head(SHOWN)
    if shown.is_empty():
        return
    named = SHOWN_LEVELS[table]
    grid = _grid(f"The {named}s that {part} moves most", named, "name", "figure")
    _numbers(grid, "A", "B", "difference")
    grid.add_column("and also", overflow="fold")
    for row in shown.iter_rows(named=True):
        values = (_value(row["figure"], row[side]) for side in ("a", "b"))
        others = ", ".join(row["others"])
        cells = (row["number"] or row["id"], row["name"] or "", row["figure"], *values, _difference(row["difference"]))
        grid.add_row(*map(Text, (*cells, others)))
    yield grid
    if len(moved) > len(shown):
        yield Text(f"… and {len(moved) - len(shown):,} more: --all lists every one.")


def _verdict(found: Comparison) -> str:
    moved, decisions = found.moved(found.parts[-1]), found.decisions[found.parts[-1]]
    said = [
        f"{moved:,} of {found.work_items:,} work items have other figures under B."
        if moved
        else f"No figure of any of {found.work_items:,} work items depends on these choices.",
        f"{decisions:,} decisions of oversight come out otherwise." if decisions else "",
        *(f"{choice.name} has no part in what is compared here." for choice in found.choices if not choice.is_read),
    ]
    return " ".join(filter(None, said))


def _name(part: str) -> str:
    return "all together" if part == ALL else part


def as_document(found: Comparison) -> str:
    """Everything in one document; amounts are text, so that no reader makes floats of them."""
    parts = [_as_record(found, part) for part in found.parts]
    choices = [{"choice": choice.name, "a": choice.a, "b": choice.b} for choice in found.choices]
    told = {"as_of": found.as_of, "work_items": found.work_items, "choices": choices, "moves": parts}
    return json.dumps({**told, "changes": rows(found).to_dicts()}, default=str, indent=2)


def _as_record(found: Comparison, part: str) -> dict[str, Any]:
    return {
        "choice": part,
        **{f"{level.replace(' ', '_')}s": found.moved(part, table) for table, level in SHOWN_LEVELS.items()},
        "decisions": found.decisions[part],
        "figures": found.totals.filter(choice=part).drop("choice").to_dicts(),
    }


def _grid(title: str, *columns: str) -> Grid:
    grid = Grid(title=Text(f"\n{title}"), title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in columns:
        grid.add_column(column, overflow="fold")
    return grid


def _numbers(grid: Grid, *columns: str) -> None:
    for column in columns:
        grid.add_column(column, justify="right", overflow="fold")


def _value(figure: str, told: str | None) -> str:
    """What a side says of a figure."""
    return value_text(Decimal(told) if told and figure in AMOUNTS and told != ABSENT else told)


def _difference(difference: Decimal | None) -> str:
    return "" if difference is None else signed_text(difference)
