"""What a run takes in from outside: the rows of the export, and what earlier nights have left."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path

import polars as pl

from models.catalogue import MEMORIES
from models.table import Table
from pipelines.pieces import Pieces
from pipelines.warehouse import check_columns
from transforms.portion import Ties, highest, own_key, ties

IN_MEMORY_ROWS = 2_000_000
"""Rows that are held in memory before pieces go to files."""
PORTION = "portion of the night"


def is_cut(table: type[Table]) -> bool:
    """Whether a table comes from outside and is taken in portions."""
    return table.reach == "portion" and (table.layer == "source" or table in MEMORIES.values())


class Intake:
    """Rows of work items in pieces that can be cut into portions; all others whole."""

    def __init__(self, folder: Path) -> None:
        self.pieces = Pieces(folder, rows_in_memory=IN_MEMORY_ROWS)
        self.ties = Ties()
        self.frames: dict[type[Table], pl.DataFrame] = {}
        self.rows = 0
        """How many there are of work items."""
        self.has_been_cut = False

    def take_in(self, table: type[Table], rows: pl.DataFrame) -> None:
        """Keep rows; those of one table may come in several times. Raises WarehouseError for other columns."""
        check_columns(table, rows)
        if is_cut(table):
            self.ties.add(table, rows.select(ties(table)), own_key(table))
            self.pieces.add(table, rows)
            self.rows += rows.height
        else:
            self.frames[table] = pl.concat([self.frames[table], rows]) if table in self.frames else rows

    def read(self, table: type[Table]) -> pl.LazyFrame:
        """All rows of a table; none where nothing was taken in."""
        return self.frames[table].lazy() if table in self.frames else self.pieces.scan_all(table)

    def cut(self, rows: int) -> int:
        """Cut what was taken in into portions of about so many rows, and say how many there are."""
        places = self.ties.portions(rows=rows)
        self.begin_to_cut()
        for table in self.pieces.tables():
            for piece, place in self.with_places(table, places):
                self.add(table, piece, place)
        return 1 + max(highest(places.values()), 0)

    def begin_to_cut(self) -> None:
        """Give up the ties of rows, which take as much memory as a portion: their places are known."""
        self.ties = Ties()
        self.has_been_cut = True

    def with_places(
        self, table: type[Table], places: Mapping[Hashable, pl.Series]
    ) -> Iterator[tuple[pl.DataFrame, pl.Series]]:
        """The uncut pieces of a table, each with the places of its rows; they are given up."""
        start = 0
        for rows in self.pieces.take_out(table):
            yield rows, places[table].slice(start, rows.height)
            start += rows.height

    def add(self, table: type[Table], rows: pl.DataFrame, place: pl.Series) -> None:
        """Keep rows in the portions that are their places."""
        parts = rows.with_columns(place.alias(PORTION)).partition_by(PORTION, include_key=False, as_dict=True)
        for (number,), part in parts.items():
            self.pieces.add(table, part, int(str(number)))
