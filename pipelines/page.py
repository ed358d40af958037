"""How answers look on a terminal."""

from __future__ import annotations

from rich.table import Table as Grid
from rich.text import Text


def titled_grid(title: str, *columns: str) -> Grid:
    """A table of left-aligned columns under a title."""
    grid = Grid(title=Text(f"\n{title}"), title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in columns:
        grid.add_column(column, overflow="fold")
    return grid
