"""What is measured: a case is one way to do one thing, in a process of its own.

The one that starts the processes imports this module and those that list cases, so they load nothing large: what a case
needs is loaded in its own process.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
FIRST, NEXT = "first", "next"
"""The nights of a world."""


@dataclass(frozen=True)
class Place:
    """Where a case finds its world, and where it may write."""

    worlds: Path
    items: int
    scratch: Path
    """Empty when the case begins."""

    def world(self, night: str = FIRST) -> Path:
        """The folder of Parquet files."""
        return self.worlds / f"{self.items}-{night}"

    @property
    def first_night(self) -> Path:
        """The folder with the warehouse that the first night has published."""
        return self.worlds / f"{self.items}-published"

    @property
    def figures(self) -> Path:
        """A DuckDB file with the figures of the first night, once they are needed."""
        return self.worlds / f"{self.items}-figures.duckdb"

    @property
    def result(self) -> Path:
        """The DuckDB file for the figures of a rollup."""
        return self.scratch / "result.duckdb"

    def words(self) -> list[str]:
        """The place as arguments of a command."""
        return [str(self.worlds), str(self.items), str(self.scratch)]


Timed = Callable[[], object]
"""The part that is timed; what it returns is checked afterwards."""


@dataclass(frozen=True)
class Case:
    """One way to do something.

    `function` is "module:function". In a fresh process it is called with the Place, prepares, and returns the part that
    is timed. `check`, also "module:function", makes of the Place and what that part returned one short text; cases with
    the same `agrees_on` must come to the same.
    """

    name: str
    group: str
    """The table it is shown in; the first case of a group is what the others are compared with."""
    meaning: str
    function: str = ""
    check: str = ""
    agrees_on: str = ""
    largest: int | None = None
    """Larger worlds take it too long, or too much memory: it is measured on so many items, and scaled."""
    needs: Sequence[str] = ()
    """Packages without which it is left out."""
    command: Callable[[Place], list[str]] | None = None
    """A command of its own instead of `function`: the whole process counts, with its start and imports."""
    before: Callable[[Place], None] | None = None
    """What the process finds, made by the one that starts it: not timed, and light, or in a process of its own."""

    def items(self, asked: int) -> int:
        """How many items it is measured on."""
        return min(asked, self.largest or asked)

    def arguments(self, place: Place) -> list[str]:
        """The command of its process."""
        if self.command is not None:
            return self.command(place)
        return [sys.executable, "-m", "tests.benchmarks.fresh", "measure", self.name, *place.words()]
