"""Warehouses whose every table says which run has written it, so that a mixed one would show."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Final

import duckdb

from pipelines.publication import publish
from pipelines.target import Target, kept_beside

TABLES: Final = ("one", "two", "three")
MARKERS: Final = " UNION ".join(f"SELECT run FROM {table}" for table in TABLES)
"""Finds every run that has written a row."""
DAY: Final = dt.date(2026, 3, 1)


def publish_marked(file: Path, run: str, *, rows: int = 100) -> None:
    """Publish a warehouse of `run`: a few tables that say so in every row."""

    def build(path: Path) -> None:
        with duckdb.connect(str(path)) as connection:
            for table in TABLES:
                connection.execute(f"CREATE TABLE {table} AS SELECT '{run}' AS run, range AS row FROM range({rows})")

    def verify(path: Path) -> None:
        assert marker(path) == run

    publish(file, run_id=run, as_of=DAY, allow_older=False, build=build, verify=verify)


def marker(file: Path) -> str:
    """The run that has written every row of every table."""
    with duckdb.connect(str(file), read_only=True) as connection:
        return only_run(connection, MARKERS)


def only_run(connection: duckdb.DuckDBPyConnection, markers: str) -> str:
    """The one run that a query finds in all tables."""
    runs = [run for (run,) in connection.execute(markers).fetchall()]
    assert len(runs) == 1, f"mixed: {runs}"
    return str(runs[0])


def litter(file: Path) -> list[str]:
    """What is beside FILE and its kept versions and does not belong there."""
    target = Target.at(file, is_folder=file.is_dir())
    kept = {target.file, target.versions, target.lock, *target.all_versions()}
    kept |= {kept_beside(version) for version in target.all_versions()}
    there = {path for folder in (target.file.parent, target.versions) for path in folder.glob("*")}
    return sorted(path.name for path in there - kept)
