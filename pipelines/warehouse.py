"""DuckDB: the workspace that holds a run's tables, and the file that is published.

Trap: a DuckDB file that this process holds open must not be opened, copied or hashed a second time by it, or its lock
is lost. Every function here closes what it opens before it returns.
"""

# ruff: noqa: S608 -- DuckDB takes no parameters for the names of tables; ours come from the models

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl

from models.audit import Admission, Run
from models.catalogue import AUDITS, KEPT, MARTS, SOURCES, VIEWS
from models.table import Table, View
from pipelines.contribution_view import view_query
from pipelines.published_file import WarehouseError, opened, reading, told

STORAGE_VERSION: Final = "v1.2.0"
"""The oldest file format with all we need: most BI tools embed a DuckDB 1.x, which can't open that of 2.x."""
IN_MEMORY: Final = Path(":memory:")
PUBLISHED: Final = "published"
"""What the new file is called while it is written."""
REGISTERED: Final = "rows_in_memory"
TYPES: Final[dict[type[pl.DataType], str]] = {
    pl.String: "VARCHAR",
    pl.Date: "DATE",
    pl.Datetime: "TIMESTAMP",
    pl.Boolean: "BOOLEAN",
    pl.Float64: "DOUBLE",
    pl.Int64: "BIGINT",
}


class Workspace:
    """The tables of a run: in memory, and, if it is kept, in a private DuckDB file with one schema for each layer.

    Tables that an earlier process wrote are read from that file. A workspace for a single run needs none: its tables
    are written once, to the file that is published.
    """

    def __init__(self, kept: Path | None = None) -> None:
        self._connection = opened(kept or IN_MEMORY, read_only=False)
        self._is_kept = kept is not None
        self._frames: dict[type[Table], pl.DataFrame] = {}

    def write(self, table: type[Table], frame: pl.LazyFrame) -> pl.DataFrame:
        """Compute and keep a table; the computed rows are returned."""
        rows = frame.collect(engine="streaming")
        _check_columns(table, rows)
        self._frames[table] = rows
        if self._is_kept:
            self._store(table, rows)
        return rows

    def _store(self, table: type[Table], rows: pl.DataFrame) -> None:
        with told(f"{qualified(table)} can't be stored"):
            self._connection.execute(f"CREATE SCHEMA IF NOT EXISTS {table.layer}")
            with self._registered(rows) as view:
                self._connection.execute(f"CREATE OR REPLACE TABLE {qualified(table)} AS SELECT * FROM {view}")

    @contextmanager
    def _registered(self, rows: pl.DataFrame) -> Iterator[str]:
        """The name under which DuckDB sees the rows for a while."""
        self._connection.register(REGISTERED, rows)
        try:
            yield REGISTERED
        finally:
            self._connection.unregister(REGISTERED)

    def read(self, table: type[Table]) -> pl.LazyFrame:
        """The rows of a table; none where it is not in the export or has not been computed yet."""
        if table in self._frames:
            return self._frames[table].lazy()
        if self.has(table):
            rows: pl.DataFrame = self._connection.table(qualified(table)).pl()
            _check_columns(table, rows)
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
        """Write everything that is to be published to a new DuckDB file, checkpointed and closed.

        One transaction waits for the disk once, not for each of some hundred comments. Raises WarehouseError.
        """
        with told(f"{path} can't be written"):
            self._connection.execute(f"ATTACH {_text(str(path))} AS {PUBLISHED} (STORAGE_VERSION '{STORAGE_VERSION}')")
            with self._detached_at_the_end():
                self._connection.begin()
                for table in self._published():
                    self._write_published(table)
                for view in published_views():
                    self._write_view(view)
                self._connection.commit()
                self._connection.execute(f"CHECKPOINT {PUBLISHED}")

    @contextmanager
    def _detached_at_the_end(self) -> Iterator[None]:
        """Close the new file; where writing it has failed, that is told, not what closing it then says."""
        try:
            yield
        except BaseException:
            for statement in ("ROLLBACK", f"DETACH {PUBLISHED}"):
                with suppress(duckdb.Error):
                    self._connection.execute(statement)
            raise
        self._connection.execute(f"DETACH {PUBLISHED}")

    def _write_published(self, table: type[Table]) -> None:
        self._connection.execute(f"CREATE SCHEMA IF NOT EXISTS {PUBLISHED}.{table.layer}")
        for statement in _definition(table):
            self._connection.execute(statement)
        with self._rows_of(table) as rows:
            self._connection.execute(f"INSERT INTO {PUBLISHED}.{qualified(table)} {_ordered(table, rows)}")

    def _write_view(self, view: type[View]) -> None:
        name = f"{PUBLISHED}.{qualified(view)}"
        self._connection.execute(f"CREATE VIEW {name} AS {view_query(view, PUBLISHED)}")
        for statement in _comments(view, "VIEW"):
            self._connection.execute(statement)

    @contextmanager
    def _rows_of(self, table: type[Table]) -> Iterator[str]:
        """Where DuckDB finds the rows of a table."""
        if table not in self._frames:
            yield qualified(table)
            return
        with self._registered(self._frames[table]) as view:
            yield view

    def _published(self) -> list[type[Table]]:
        """Every mart and audit table, and the source tables of this export."""
        present = set(self.read(Admission).select("source_table").collect()["source_table"])
        return [table for table in published_tables() if table.layer != "source" or table.table_name() in present]

    def close(self) -> None:
        """Give the file back."""
        self._frames.clear()
        self._connection.close()


def published_tables() -> list[type[Table]]:
    """Every table that a warehouse can hold, in stable order."""
    return [*SOURCES.values(), *KEPT, *MARTS.values(), *AUDITS.values()]


def published_views() -> list[type[View]]:
    """Every table that a warehouse computes when it is read."""
    return [view for view in VIEWS.values() if issubclass(view, View)]


def qualified(table: type[Table]) -> str:
    """The table's name in DuckDB."""
    return f'{table.layer}."{table.table_name()}"'


def column_type(dtype: pl.DataType) -> str:
    """The plain DuckDB type of a column: one that every reader knows."""
    if isinstance(dtype, pl.Decimal):
        return f"DECIMAL({dtype.precision},{dtype.scale})"
    return TYPES[type(dtype)]


def _check_columns(table: type[Table], rows: pl.DataFrame) -> None:
    expected = pl.Schema(table.dtypes())
    if rows.schema != expected:
        raise WarehouseError(f"{qualified(table)} should have the columns {expected}, but was given {rows.schema}.")


def _ordered(table: type[Table], rows: str) -> str:
    """A query for the rows: computed ones in the order of their key, source rows in the order of the export."""
    columns = ", ".join(f'"{name}"' for name in table.column_names())
    order = "" if table.layer == "source" else " ORDER BY " + ", ".join(_key(table))
    return f"SELECT {columns} FROM {rows}{order}"


def _key(table: type[Table]) -> list[str]:
    return [f'"{name}"' for name in table.primary_key() or table.column_names()]


def _definition(table: type[Table]) -> Iterator[str]:
    """The statements that create a table in the published file, with a comment on it and on each column."""
    columns = ", ".join(f'"{column}" {column_type(dtype)}' for column, dtype in table.dtypes().items())
    yield f"CREATE TABLE {PUBLISHED}.{qualified(table)} ({columns})"
    yield from _comments(table, "TABLE")


def _comments(table: type[Table], kind: str) -> Iterator[str]:
    name = f"{PUBLISHED}.{qualified(table)}"
    yield f"COMMENT ON {kind} {name} IS {_text(table.meaning())}"
    for column in table.columns():
        yield f'COMMENT ON COLUMN {name}."{column}" IS {_text(table.column_meaning(column))}'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def verify(path: Path) -> None:
    """Reopen a built file, read all of it and hold it against the models.

    Raises WarehouseError where anything is missing, damaged or wrong.
    """
    with reading(path) as connection:
        definitions = _definitions(connection)
        admission = f"SELECT source_table, rows_accepted FROM {qualified(Admission)}"
        admitted = dict(connection.execute(admission).fetchall())
        for table in published_tables():
            if table.layer != "source" or table.table_name() in admitted:
                _check_definition(table, definitions.get(qualified(table), []))
                rows = _rows_read(connection, table)
                _check_rows(table, rows, admitted[table.table_name()] if table.layer == "source" else rows)
        for view in published_views():
            _check_definition(view, definitions.get(qualified(view), []))
            connection.execute(f"SELECT * FROM {qualified(view)} LIMIT 1").fetchall()


def _definitions(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    """The comment of every table and view in a file, then the name, type and comment of each of its columns."""
    name = "schema_name || '.\"' || table_name || '\"'"
    held = "SELECT schema_name, table_name, comment FROM duckdb_tables()"
    held += " UNION ALL SELECT schema_name, view_name, comment FROM duckdb_views() WHERE NOT internal"
    tables = connection.execute(f"SELECT {name}, comment FROM ({held})").fetchall()
    found: dict[str, list[tuple[Any, ...]]] = {table: [(comment,)] for table, comment in tables}
    columns = f"SELECT {name}, column_name, data_type, comment FROM duckdb_columns() ORDER BY column_index"
    for table, *column in connection.execute(columns).fetchall():
        found.get(table, []).append(tuple(column))
    return found


def _check_definition(table: type[Table], held: list[tuple[Any, ...]]) -> None:
    columns = [(name, column_type(dtype), table.column_meaning(name)) for name, dtype in table.dtypes().items()]
    expected = [(table.meaning(),), *columns]
    if held != expected:
        wrong = [fact for fact in expected if fact not in held] or held
        raise WarehouseError(f"{qualified(table)} is not as its model says: {wrong}")


def _rows_read(connection: duckdb.DuckDBPyConnection, table: type[Table]) -> int:
    """The number of rows, after reading every value: damage shows only where it is read."""
    statement = f"SELECT count(*), bit_xor(hash(whole_row)) FROM {qualified(table)} AS whole_row"
    rows, _ = connection.execute(statement).fetchall()[0]
    return int(rows)


def _check_rows(table: type[Table], found: int, expected: int) -> None:
    if found != expected:
        raise WarehouseError(f"{qualified(table)} should hold {expected} admitted rows, but holds {found}.")


def published_as_of(path: Path) -> dt.date | None:
    """The day that a published warehouse is seen from; None where there is no file yet.

    Raises WarehouseError where there is a file, but not one of ours.
    """
    if not path.exists():
        return None
    with reading(path) as connection:
        try:
            row = connection.execute(f"SELECT as_of FROM {qualified(Run)}").fetchone()
        except duckdb.CatalogException:
            row = None
    if row is None:
        raise WarehouseError(f"{path} is a DuckDB file, but not a tieout warehouse (it has no run in audit.run).")
    as_of: dt.date = row[0]
    return as_of


def stored(path: Path, tables: Iterable[type[Table]]) -> dict[type[Table], pl.DataFrame]:
    """The rows of those of the tables that a warehouse has; columns that it does not have yet are empty.

    Raises WarehouseError where a column is there, but not of the table's type.
    """
    with reading(path) as connection:
        held = _definitions(connection)
        return {table: _stored_rows(connection, table) for table in tables if qualified(table) in held}


def stored_where(path: Path, table: type[Table], condition: str = "true") -> pl.DataFrame:
    """The rows of a table that meet a condition in SQL; none where the warehouse has no such table."""
    with reading(path) as connection:
        if qualified(table) not in _definitions(connection):
            return table.create_empty()
        rows: pl.DataFrame = connection.sql(f"SELECT * FROM {qualified(table)} WHERE {condition}").pl()
        return _completed(table, rows)


def _stored_rows(connection: duckdb.DuckDBPyConnection, table: type[Table]) -> pl.DataFrame:
    rows: pl.DataFrame = connection.table(qualified(table)).pl()
    return _completed(table, rows)


def _completed(table: type[Table], rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with every column of the table."""
    missing = {name: dtype for name, dtype in table.dtypes().items() if name not in rows.columns}
    complete = rows.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in missing.items())
    found = complete.select(table.column_names())
    _check_columns(table, found)
    return found
