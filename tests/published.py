"""Published warehouses as tests read them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import polars as pl


def rows(warehouse: Path, query: str) -> list[tuple[Any, ...]]:
    """What a query finds in a published file."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(query).fetchall()


def table(warehouse: Path, name: str) -> pl.DataFrame:
    """All rows of a table, in the order of the file."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.sql(f"SELECT * FROM {name}").pl()


def tables(warehouse: Path) -> list[str]:
    """The qualified names of all tables."""
    query = "SELECT schema_name || '.' || table_name FROM duckdb_tables() ORDER BY 1"
    return [name for (name,) in rows(warehouse, query)]
