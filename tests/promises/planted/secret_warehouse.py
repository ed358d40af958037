"""A published warehouse with every table there can be, each with a secret in every text of its rows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl

from models.access import AccessControl
from models.audit import Admission, Run
from models.catalogue import SOURCES
from models.oversight_rule import Plugin
from models.settings import Settings
from models.table import Table
from pipelines.new_warehouse import NewWarehouse, published_tables
from pipelines.target import Target
from transforms.oversight.access_control import access_control

DAY: Final = dt.date(2026, 1, 15)
COPIES: Final = 40
"""Rows of each table."""


def secret_of(table: type[Table]) -> str:
    """What stands in the texts of a table and nowhere else."""
    return f"SECRET<{table.layer}.{table.table_name()}>"


def secret_warehouse(
    file: Path,
    *,
    access: pl.DataFrame | None = None,
    plugins: dict[str, str] | None = None,
    day: dt.date = DAY,
    only: Sequence[type[Table]] = (),
) -> Path:
    """The warehouse, with all tables or `only` some besides those that say what is in it and who may read it."""
    target = Target.at(file)
    version = target.version(day, f"night-{day}")
    target.versions.mkdir(parents=True, exist_ok=True)
    told: dict[type[Table], pl.DataFrame] = {
        AccessControl: access_control().collect() if access is None else access,
        Admission: _admission(),
        Plugin: _plugins(plugins or {}),
        Run: pl.DataFrame({"as_of": [day], "settings": [secret_settings()], "version": [secret_of(Run)]}),
    }
    tables = [*told, *(only or [table for table in published_tables() if table not in told])]
    version.unlink(missing_ok=True)
    new = NewWarehouse(version)
    for table in tables:
        new.add(table, told[table] if table in told else _secrets(table))
    new.finish(tables, views=() if only else None)
    file.unlink(missing_ok=True)
    file.symlink_to(version.relative_to(file.parent))
    return file


def secrets_in(content: bytes) -> set[str]:
    """The tables whose secret stands in some bytes, in UTF-8 or either UTF-16."""
    found = re.findall(rb"SECRET<([a-z0-9_.]+)>", content)
    wide = re.findall(rb"S\0E\0C\0R\0E\0T\0<\0((?:[a-z0-9_.]\0)+)>", content)
    return {name.replace(b"\0", b"").decode() for name in (*found, *wide)}


def secret_settings() -> str:
    """Settings that name a secret folder."""
    return Settings(alias_file=Path("/home") / secret_of(Run)).model_dump_json()


def _admission() -> pl.DataFrame:
    names = list(SOURCES)
    counts = dict.fromkeys(("rows_read", "rows_accepted", "rows_quarantined"), [COPIES] * len(names))
    return pl.DataFrame({"source_table": names, **counts}, schema=Admission.dtypes())


def _plugins(given: dict[str, str]) -> pl.DataFrame:
    secrets = _secrets(Plugin)
    rows = pl.DataFrame({"id": list(given), "active": list(given.values())}, schema=Plugin.dtypes())
    return pl.concat([secrets, rows])


def _secrets(table: type[Table]) -> pl.DataFrame:
    """Rows with the secret in every text, each time another one."""
    columns = [pl.Series(name, _values(table, name, dtype), dtype) for name, dtype in table.dtypes().items()]
    return pl.DataFrame(columns)


def _values(table: type[Table], column: str, dtype: pl.DataType) -> list[Any]:
    is_text = dtype == pl.String
    return [f"{secret_of(table)} {column} {place} é" if is_text else None for place in range(COPIES)]


def text_in(file: Path) -> str:
    """Everything that can be asked of a file: rows, names, comments, statistics and settings."""
    asked = (
        "duckdb_tables()",
        "duckdb_columns()",
        "duckdb_views() WHERE NOT internal",
        "duckdb_constraints()",
        "duckdb_indexes()",
        "duckdb_sequences()",
        "duckdb_types() WHERE NOT internal",
        "duckdb_schemas() WHERE NOT internal",
    )
    with duckdb.connect(str(file), read_only=True) as connection:
        found = [connection.execute(f"SELECT * FROM {one}").fetchall() for one in asked]
        tables = connection.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall()
        for schema, name in tables:
            found.append(connection.execute(f'SELECT * FROM "{schema}"."{name}"').fetchall())
            found.append(connection.execute(f"FROM pragma_storage_info('{schema}.{name}')").fetchall())
    return repr(found)
