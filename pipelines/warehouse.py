"""Published warehouses: held against the models, and read.

Trap: a DuckDB file that this process holds open must not be opened, copied or hashed a second time by it, or its lock
is lost. Every function here closes what it opens before it returns.
"""

# ruff: noqa: S608 -- DuckDB takes no parameters for the names of tables; ours come from the models

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl

from models.audit import Admission, Run
from models.table import Table
from pipelines.new_warehouse import published_tables, published_views
from pipelines.published_file import WarehouseError, reading
from pipelines.statements import column_type, columns_of, qualified

PIECE_ROWS: Final = 1_000_000
Content = tuple[int, int | None]
"""The number of rows of a table, and a checksum over all their columns, whatever their order."""
NAME: Final = "schema_name || '.\"' || table_name || '\"'"
"""The qualified name of a table, in a query on all tables."""


def check_columns(table: type[Table], rows: pl.DataFrame) -> None:
    """Raise WarehouseError where rows have other columns than their table."""
    expected = pl.Schema(table.dtypes())
    if rows.schema != expected:
        raise WarehouseError(f"{qualified(table)} should have the columns {expected}, but was given {rows.schema}.")


def verify(path: Path) -> None:
    """Reopen a built file, read all of it and hold it against the models.

    Raises WarehouseError where anything is missing, damaged or wrong.
    """
    verify_definitions(path)
    with reading(path) as connection:
        admission = f"SELECT source_table, rows_accepted FROM {qualified(Admission)}"
        admitted = dict(connection.execute(admission).fetchall())
        for table in published_tables():
            if table.layer != "source" or table.table_name() in admitted:
                rows = _rows_read(connection, qualified(table))
                _check_rows(table, rows, admitted[table.table_name()] if table.layer == "source" else rows)
        for view in published_views():
            connection.execute(f"SELECT * FROM {qualified(view)} LIMIT 1").fetchall()


def read_whole(path: Path) -> None:
    """Read every value of every table of a warehouse, of whatever version. Raises WarehouseError where that fails."""
    with reading(path) as connection:
        for (table,) in connection.execute(f"SELECT {NAME} FROM duckdb_tables()").fetchall():
            _rows_read(connection, table)


def verify_definitions(path: Path) -> None:
    """Hold every table and view of a file against the models. Raises WarehouseError where one is missing or other."""
    with reading(path) as connection:
        held = _definitions(connection)
        admitted = {
            name for (name,) in connection.execute(f"SELECT source_table FROM {qualified(Admission)}").fetchall()
        }
    for table in (*published_tables(), *published_views()):
        if table.layer != "source" or table.table_name() in admitted:
            _check_definition(table, held.get(qualified(table), []))


def _definitions(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    """The comment of every table and view in a file, then the name, type and comment of each of its columns."""
    held = "SELECT schema_name, table_name, comment FROM duckdb_tables()"
    held += " UNION ALL SELECT schema_name, view_name, comment FROM duckdb_views() WHERE NOT internal"
    tables = connection.execute(f"SELECT {NAME}, comment FROM ({held})").fetchall()
    found: dict[str, list[tuple[Any, ...]]] = {table: [(comment,)] for table, comment in tables}
    columns = f"SELECT {NAME}, column_name, data_type, comment FROM duckdb_columns() ORDER BY column_index"
    for table, *column in connection.execute(columns).fetchall():
        found.get(table, []).append(tuple(column))
    return found


def _check_definition(table: type[Table], held: list[tuple[Any, ...]]) -> None:
    columns = [(name, column_type(dtype), table.column_meaning(name)) for name, dtype in table.dtypes().items()]
    expected = [(table.meaning(),), *columns]
    if held != expected:
        wrong = [fact for fact in expected if fact not in held] or held
        raise WarehouseError(f"{qualified(table)} is not as its model says: {wrong}")


def _rows_read(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    """The number of rows, after reading every value: damage shows only where it is read."""
    statement = f"SELECT count(*), bit_xor(hash(whole_row)) FROM {table} AS whole_row"
    rows, _ = connection.execute(statement).fetchall()[0]
    return int(rows)


def _check_rows(table: type[Table], found: int, expected: int) -> None:
    if found != expected:
        raise WarehouseError(f"{qualified(table)} should hold {expected} admitted rows, but holds {found}.")


def contents(path: Path, tables: Iterable[type[Table]]) -> dict[type[Table], Content]:
    """The contents of tables, after reading every value. Raises WarehouseError."""
    with reading(path) as connection:
        return {table: _content(connection, table) for table in tables}


def _content(connection: duckdb.DuckDBPyConnection, table: type[Table]) -> Content:
    whole_rows = f"(SELECT {columns_of(table)} FROM {qualified(table)}) AS whole_row"
    rows, checksum = connection.execute(f"SELECT count(*), sum(hash(whole_row)) FROM {whole_rows}").fetchall()[0]
    return int(rows), checksum


def verify_only(path: Path, expected: Mapping[type[Table], Content]) -> None:
    """Hold a file against the only tables that it may have, and their contents. Raises WarehouseError."""
    with reading(path) as connection:
        held = _definitions(connection)
        others = sorted(held.keys() - set(map(qualified, expected)))
        if others:
            raise WarehouseError(f"{path} holds what it must not: {', '.join(others)}.")
        for table, content in expected.items():
            _check_definition(table, held.get(qualified(table), []))
            if _content(connection, table) != content:
                raise WarehouseError(f"{qualified(table)} of {path} is not that of the warehouse.")


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


def stored_in_pieces(path: Path, tables: Iterable[type[Table]]) -> Iterator[tuple[type[Table], pl.DataFrame]]:
    """The same as `stored`, at most so many rows of a table at a time."""
    with reading(path) as connection:
        held = _definitions(connection)
        for table in (table for table in tables if qualified(table) in held):
            last = connection.execute(f"SELECT coalesce(max(rowid), -1) FROM {qualified(table)}").fetchall()[0][0]
            for start in range(0, int(last) + 1, PIECE_ROWS):
                piece = f"rowid >= {start} AND rowid < {start + PIECE_ROWS}"
                found = connection.sql(f"SELECT * FROM {qualified(table)} WHERE {piece}").pl()
                yield table, _completed(table, found)


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
    check_columns(table, found)
    return found
