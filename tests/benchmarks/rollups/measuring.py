"""The floor and the rollups as cases: what each prepares, and what is timed."""

from __future__ import annotations

import importlib

import duckdb

from tests.benchmarks.case import Place, Timed
from tests.benchmarks.rollups.floor import scan as scanned
from tests.benchmarks.rollups.result import TABLES, checksum


def scan(place: Place) -> Timed:
    """Time the scan alone."""
    return lambda: scanned(place.world())


def write(place: Place) -> Timed:
    """The figures are in memory; time writing them."""
    with duckdb.connect(str(place.figures), read_only=True) as connection:
        tables = {name: connection.sql(f"SELECT * FROM {name}").to_arrow_table() for name in TABLES}

    def written() -> None:
        with duckdb.connect(str(place.result)) as connection:
            for name, rows in tables.items():
                connection.register("rows_in_memory", rows)
                connection.execute(f"CREATE TABLE {name} AS SELECT * FROM rows_in_memory")

    return written


def _rollup(name: str, place: Place) -> Timed:
    module = importlib.import_module(f"tests.benchmarks.rollups.{name}")
    return lambda: module.rollup(place.world(), place.result)


def duckdb_sql(place: Place) -> Timed:
    """Time reading, adding up and writing."""
    return _rollup("duckdb_sql", place)


def polars_strings(place: Place) -> Timed:
    """Time reading, adding up and writing."""
    return _rollup("polars_strings", place)


def pandas_strings(place: Place) -> Timed:
    """Time reading, adding up and writing."""
    return _rollup("pandas_strings", place)


def plain_python(place: Place) -> Timed:
    """Time reading, adding up and writing."""
    return _rollup("plain_python", place)


def figures(place: Place, _outcome: object) -> str:
    """The checksum of the figures that a rollup has written."""
    return checksum(place.result)
