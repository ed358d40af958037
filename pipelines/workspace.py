"""Where the tables of a run are while it lasts, when a run keeps them for later ones."""

# ruff: noqa: S608 -- DuckDB takes no parameters for the names of tables; ours come from the models

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from models.audit import Admission
from models.table import Table
from pipelines.new_warehouse import IN_MEMORY, tables_of_export, written
from pipelines.night import Night
from pipelines.published_file import WarehouseError, opened, registered, seal, told
from pipelines.statements import qualified
from pipelines.warehouse import check_columns


class Workspace:
    """The tables of a run: in memory, and, if it is kept, in a private DuckDB file with one schema for each layer.

    Tables that an earlier process wrote are read from that file.
    """

    def __init__(self, kept: Path | None = None) -> None:
        self._connection = opened(kept or IN_MEMORY, read_only=False)
        seal(self._connection)
        self._is_kept = kept is not None
        self._frames: dict[type[Table], pl.DataFrame] = {}

    def write(self, table: type[Table], frame: pl.LazyFrame) -> pl.DataFrame:
        """Compute and keep a table; the computed rows are returned."""
        rows = frame.collect(engine="streaming")
        check_columns(table, rows)
        self._frames[table] = rows
        if self._is_kept:
            self._store(table, rows)
        return rows

    def _store(self, table: type[Table], rows: pl.DataFrame) -> None:
        with told(f"{qualified(table)} can't be stored"):
            self._connection.execute(f"CREATE SCHEMA IF NOT EXISTS {table.layer}")
            with registered(self._connection, rows) as view:
                self._connection.execute(f"CREATE OR REPLACE TABLE {qualified(table)} AS SELECT * FROM {view}")

    def read(self, table: type[Table]) -> pl.LazyFrame:
        """The rows of a table; none where it is not in the export or has not been computed yet."""
        if table in self._frames:
            return self._frames[table].lazy()
        if self.has(table):
            rows: pl.DataFrame = self._connection.table(qualified(table)).pl()
            check_columns(table, rows)
            return rows.lazy()
        return table.create_empty(lazy=True)

    def has(self, table: type[Table]) -> bool:
        """Whether the table has been written, now or by an earlier run in the same file."""
        return table in self._frames or qualified(table) in self._stored()

    def forget(self, table: type[Table]) -> None:
        """Drop a table that the export no longer has."""
        self._frames.pop(table, None)
        self._drop(table)

    def _drop(self, table: type[Table]) -> None:
        if qualified(table) in self._stored():
            self._connection.execute(f"DROP TABLE {qualified(table)}")

    def _stored(self) -> set[str]:
        rows = self._connection.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall()
        return {f'{schema}."{name}"' for schema, name in rows}

    def build(self, path: Path) -> None:
        """Write everything that is to be published to a new DuckDB file. Raises WarehouseError."""
        tables = tables_of_export(self.read(Admission).collect())
        missing = [qualified(table) for table in tables if not self.has(table)]
        if missing:
            raise WarehouseError(f"{path} can't be written: {', '.join(missing)} does not exist. Compute it first.")
        written(path, tables, ((table, self.read(table).collect()) for table in tables))

    def close(self) -> None:
        """Give the file back."""
        self._frames.clear()
        self._connection.close()


@dataclass(frozen=True, kw_only=True)
class KeptNight(Night):
    """A run whose tables are kept for later ones."""

    workspace: Workspace
