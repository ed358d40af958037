"""The SQL that published tables are made with: their names, types, definitions and comments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from models.table import History, Table

TYPES: Final[dict[type[pl.DataType], str]] = {
    pl.String: "VARCHAR",
    pl.Date: "DATE",
    pl.Datetime: "TIMESTAMP",
    pl.Boolean: "BOOLEAN",
    pl.Float64: "DOUBLE",
    pl.Int64: "BIGINT",
}


def qualified(table: type[Table]) -> str:
    """The table's name in DuckDB."""
    return f'{table.layer}."{table.table_name()}"'


def column_type(dtype: pl.DataType) -> str:
    """The plain DuckDB type of a column: one that every reader knows."""
    if isinstance(dtype, pl.Decimal):
        return f"DECIMAL({dtype.precision},{dtype.scale})"
    return TYPES[type(dtype)]


def definition(table: type[Table], catalog: str) -> Iterator[str]:
    """The statements that create a table in a database, with a comment on it and on each column."""
    columns = ", ".join(f'"{column}" {column_type(dtype)}' for column, dtype in table.dtypes().items())
    yield f"CREATE SCHEMA IF NOT EXISTS {catalog}.{table.layer}"
    yield f"CREATE TABLE {catalog}.{qualified(table)} ({columns})"
    yield from comments(table, "TABLE", catalog)


def comments(table: type[Table], kind: str, catalog: str) -> Iterator[str]:
    """The statements that say what a table or view, and each of its columns, means."""
    name = f"{catalog}.{qualified(table)}"
    yield f"COMMENT ON {kind} {name} IS {quoted(table.meaning())}"
    for column in table.columns():
        yield f'COMMENT ON COLUMN {name}."{column}" IS {quoted(table.column_meaning(column))}'


def in_order(table: type[Table], rows: str) -> str:
    """A query for the rows: computed ones in the order of their key, source rows in the order of the export.

    Of history, which is large and read by work item, rows of a work item lie together.
    """
    order = "" if table.layer == "source" else f" ORDER BY {', '.join(_order(table))}"
    return f"SELECT {columns_of(table)} FROM {rows}{order}"  # noqa: S608 -- names of tables and columns come from the models


def columns_of(table: type[Table]) -> str:
    """The columns of a table, in its order."""
    return ", ".join(f'"{name}"' for name in table.column_names())


def _order(table: type[Table]) -> list[str]:
    first = ["work_item"] if issubclass(table, History) and "work_item" in table.column_names() else []
    return [f'"{name}"' for name in dict.fromkeys([*first, *(table.primary_key() or table.column_names())])]


def quoted(text: str) -> str:
    """A text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"
