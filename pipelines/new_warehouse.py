"""The file that will be published, while it is written: every table with its comments, and the views on them."""

# ruff: noqa: S608 -- DuckDB takes no parameters for the names of tables; ours come from the models

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from models.catalogue import AUDITS, KEPT, MARTS, SOURCES, VIEWS
from models.table import Table, View
from pipelines.contribution_view import view_query
from pipelines.published_file import opened, registered, seal, told
from pipelines.statements import columns_of, comments, definition, in_order, qualified, quoted

STORAGE_VERSION: Final = "v1.2.0"
"""The oldest file format with all we need: most BI tools embed a DuckDB 1.x, which can't open that of 2.x."""
IN_MEMORY: Final = Path(":memory:")
CATALOG: Final = "published"
"""What the file is called while it is written."""
MANY_TAKEN_OUT = 50_000
"""Rows after which the file is settled: DuckDB keeps in memory whatever it has taken rows out of until then."""


def published_tables() -> list[type[Table]]:
    """Every table that a warehouse can hold, in stable order."""
    return [*SOURCES.values(), *KEPT, *MARTS.values(), *AUDITS.values()]


def tables_of_export(admission: pl.DataFrame) -> list[type[Table]]:
    """Every table of the warehouse of one export: that has no source table which is not in the export."""
    present = set(admission["source_table"])
    return [table for table in published_tables() if table.layer != "source" or table.table_name() in present]


def published_views() -> list[type[View]]:
    """Every table that a warehouse computes when it is read."""
    return [view for view in VIEWS.values() if issubclass(view, View)]


class NewWarehouse:
    """A DuckDB file in the making. Rows of a table may come in several times; nothing is there before `finish`.

    A transaction holds many statements, since each end of one waits for the disk. Raises WarehouseError.
    """

    def __init__(self, path: Path, *, begun: Collection[type[Table]] = ()) -> None:
        """Begin a new file, or go on with the copy of a complete one that has the tables `begun`."""
        self.path = path
        self._defined = set(begun)
        self._has_views = bool(begun)
        self._taken_out = 0
        self._connection = opened(IN_MEMORY, read_only=False)
        with self._told():
            self._connection.execute(f"SET temp_directory = {quoted(f'{path}.spill')}")
            self._connection.execute(f"ATTACH {quoted(str(path))} AS {CATALOG} (STORAGE_VERSION '{STORAGE_VERSION}')")
            seal(self._connection)
            self._connection.begin()

    def add(self, table: type[Table], rows: pl.DataFrame) -> None:
        """Write rows of a table, in the order of its key."""
        with self._told():
            self._define(table)
            if not rows.is_empty():
                self._insert(table, rows)

    def _insert(self, table: type[Table], rows: pl.DataFrame) -> None:
        with registered(self._connection, rows) as view:
            self._connection.execute(f"INSERT INTO {CATALOG}.{qualified(table)} {in_order(table, view)}")

    def read(self, table: type[Table]) -> pl.DataFrame:
        """The rows of a table so far."""
        with self._told():
            query = f"SELECT {columns_of(table)} FROM {CATALOG}.{qualified(table)}"
            rows: pl.DataFrame = self._connection.sql(query).pl()
            return rows

    def replace(self, table: type[Table], rows: pl.DataFrame) -> None:
        """Write rows of a table in the place of all that it has."""
        self.take_out_where(table, "true")
        self.add(table, rows)

    def take_out_where(self, table: type[Table], condition: str) -> None:
        """Take rows out that meet a condition in SQL."""
        with self._told():
            self._define(table)
            self._connection.execute(f"DELETE FROM {CATALOG}.{qualified(table)} WHERE {condition}")

    def take_out(self, table: type[Table], rows: pl.DataFrame) -> int:
        """Take these very rows out, compared in every column; returned is how many there were."""
        same = " AND ".join(f'held."{name}" IS NOT DISTINCT FROM gone."{name}"' for name in table.column_names())
        with self._told(), registered(self._connection, rows) as view:
            self._define(table)
            deleted = f"DELETE FROM {CATALOG}.{qualified(table)} AS held USING {view} AS gone WHERE {same}"
            found = int(self._connection.execute(deleted).fetchall()[0][0])
        self._taken_out += found
        if self._taken_out >= MANY_TAKEN_OUT:
            self.settle()
        return found

    def _define(self, table: type[Table]) -> None:
        if table not in self._defined:
            self._execute(definition(table, CATALOG))
            self._defined.add(table)

    def settle(self) -> None:
        """Bring everything to the disk so far: until then, DuckDB holds it in memory."""
        with self._told():
            self._connection.commit()
            self._connection.execute(f"CHECKPOINT {CATALOG}")
            self._connection.begin()
        self._taken_out = 0

    def finish(self, tables: Iterable[type[Table]], views: Iterable[type[View]] | None = None) -> None:
        """Define what has no rows of `tables`, and the views, by default all; then the file is complete and closed."""
        defined = published_views() if views is None else views
        with self._told():
            for table in tables:
                self._define(table)
            for view in defined if not self._has_views else ():
                self._connection.execute(f"CREATE VIEW {CATALOG}.{qualified(view)} AS {view_query(view, CATALOG)}")
                self._execute(comments(view, "VIEW", CATALOG))
            self._connection.commit()
            self._connection.execute(f"CHECKPOINT {CATALOG}")
            self._connection.execute(f"DETACH {CATALOG}")
        self._connection.close()

    def abandon(self) -> None:
        """Close the file, whatever is in it; where writing it has failed, nothing more is told. May be repeated."""
        for statement in ("ROLLBACK", f"DETACH {CATALOG}"):
            with suppress(duckdb.Error):
                self._connection.execute(statement)
        self._connection.close()

    def _execute(self, statements: Iterable[str]) -> None:
        self._connection.execute("; ".join(statements))

    @contextmanager
    def _told(self) -> Iterator[None]:
        with told(f"{self.path} can't be written"):
            yield


def written(path: Path, tables: Iterable[type[Table]], rows: Iterable[tuple[type[Table], pl.DataFrame]]) -> None:
    """Write a whole file at once: all `tables`, with these rows. Raises WarehouseError."""
    new = NewWarehouse(path)
    try:
        for table, found in rows:
            new.add(table, found)
        new.finish(tables)
    finally:
        new.abandon()
