"""The tables of one run on the command line: each written once, and those of work items taken in portions.

A run that keeps nothing for later ones holds no more than it still needs: rows of one portion at a time, and of the
others what a table over all work items reads in the end.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

import polars as pl

from models.audit import Admission, LawColumns
from models.table import Table
from pipelines.checks import refers_to
from pipelines.intake import Intake, is_cut
from pipelines.new_warehouse import NewWarehouse, published_tables, tables_of_export
from pipelines.pieces import Pieces
from pipelines.returns_check import JUDGED
from pipelines.warehouse import check_columns
from transforms.catalogue import reaches, transforms_that_reach
from transforms.portion import added_up

PUBLISHED: Final = frozenset(published_tables())
READ_IN_THE_END: Final = frozenset(
    table
    for transform in transforms_that_reach("whole")
    for table in (*transform.inputs.values(), *refers_to(transform.table))
)
"""What tables over all work items are made from, and held against."""
REFERRED_TO: Final = frozenset(
    table for transform in transforms_that_reach("portion") for table in refers_to(transform.table)
)
"""What tables of portions are held against."""


class NightTables:
    """Shared tables and those over all work items; `portion` has the others."""

    def __init__(self, intake: Intake, new: NewWarehouse) -> None:
        self._intake = intake
        self._frames = dict(intake.frames)
        self._new = new

    def publish_taken_in(self) -> dict[type[Table], pl.DataFrame]:
        """Write what came from outside and is not cut to the file that will be published; those rows are returned."""
        for table, rows in self._intake.frames.items():
            self.publish(table, rows)
        return dict(self._intake.frames)

    def write(self, table: type[Table], frame: pl.LazyFrame) -> pl.DataFrame:
        """Compute and keep a table; the computed rows are returned."""
        rows = frame.collect(engine="streaming")
        check_columns(table, rows)
        self._frames[table] = rows
        self.publish(table, rows)
        return rows

    def publish(self, table: type[Table], rows: pl.DataFrame) -> None:
        """Write rows to the file that will be published, where it has their table."""
        if table in PUBLISHED:
            self._new.add(table, rows)

    def publish_portion(self, table: type[Table], rows: pl.DataFrame) -> None:
        """The same for rows of a portion."""
        self.publish(table, rows)

    def settle(self) -> None:
        """Bring what is published so far to the disk."""
        self._new.settle()

    def read(self, table: type[Table]) -> pl.LazyFrame:
        """The rows of a table; none where it is not in the export or has not been computed yet."""
        if table in self._frames:
            return self._frames[table].lazy()
        rows = self._intake.read(table)
        return added_up(rows) if issubclass(table, LawColumns) else rows

    def forget(self, table: type[Table]) -> None:
        """Drop a table."""
        self._frames.pop(table, None)

    def give_up_unread(self, tables: Collection[type[Table]]) -> None:
        """Keep everything all the same: what all portions share, and what is over all work items, is small."""

    def portion(self, number: int) -> Portion:
        """The tables of one portion."""
        return Portion(self, self._intake.pieces, number)

    def build(self, path: Path) -> None:
        """Complete the file to be published, and move it to its place. Raises WarehouseError."""
        self._new.finish(tables_of_export(self.read(Admission).collect()))
        self._new.path.rename(path)

    def close(self) -> None:
        """Give everything up."""
        self._frames.clear()
        self._new.abandon()


class SomeWorkItems:
    """The tables of some work items beside those that all share."""

    def __init__(self, night: NightTables, frames: Mapping[type[Table], pl.DataFrame]) -> None:
        self._night = night
        self._frames = dict(frames)

    def read(self, table: type[Table]) -> pl.LazyFrame:
        """Their rows of a table, or all of a shared one."""
        if table in self._frames:
            return self._frames[table].lazy()
        if is_cut(table) or reaches().get(table) == "portion":
            return table.create_empty(lazy=True)
        return self._night.read(table)


class Portion(SomeWorkItems):
    """The tables of a portion while they are computed."""

    def __init__(self, night: NightTables, pieces: Pieces, number: int) -> None:
        super().__init__(
            night, {table: pieces.scan(table, number).collect() for table in pieces.tables() if is_cut(table)}
        )
        self._pieces = pieces
        self._number = number

    def write(self, table: type[Table], frame: pl.LazyFrame) -> pl.DataFrame:
        """Compute a table of the portion, keep it, and publish it; the computed rows are returned."""
        rows = frame.collect(engine="streaming")
        check_columns(table, rows)
        self._frames[table] = rows
        self._night.publish_portion(table, rows)
        if table in READ_IN_THE_END:
            self._pieces.add(table, rows, self._number)
        return rows

    def publish_taken_in(self) -> dict[type[Table], pl.DataFrame]:
        """Write what came from outside to the file that will be published; those rows are returned."""
        taken_in = dict(self._frames)
        for table, rows in taken_in.items():
            self._night.publish_portion(table, rows)
        return taken_in

    def give_up_unread(self, tables: Collection[type[Table]]) -> None:
        """Give up tables that no later table is made from, except what checks read."""
        for table in set(tables) - REFERRED_TO - set(JUDGED):
            self._frames.pop(table, None)

    def close(self) -> None:
        """Give everything up but what is read in the end."""
        self._frames.clear()
        self._night.settle()
        for table in self._pieces.tables():
            if is_cut(table) and table not in READ_IN_THE_END:
                self._pieces.drop(table, self._number)
