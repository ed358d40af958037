"""How answers look on a terminal."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from rich.table import Table as Grid
from rich.text import Text

EMPTY: Final = "(empty)"
CENTS: Final = Decimal("0.01")


def titled_grid(title: str, *columns: str) -> Grid:
    """A table of left-aligned columns under a title."""
    grid = Grid(title=Text(f"\n{title}"), title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in columns:
        grid.add_column(column, overflow="fold")
    return grid


def written(value: object) -> str:
    """A value for people: exact, an amount with at least its cents."""
    if isinstance(value, Decimal):
        cents = value.quantize(CENTS)
        return f"{cents if cents == value else value.normalize():,f}"
    return EMPTY if value is None else str(value)
