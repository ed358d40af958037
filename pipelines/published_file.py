"""Questions to a DuckDB file: opened read-only, asked, and closed again before anything else is done with it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import duckdb

from pipelines.checksum import Damaged, check_undamaged
from pipelines.plain_path import NOT_PLAIN, is_plain
from pipelines.target import OUT_OF_ROOM

if TYPE_CHECKING:  # a question does not need Polars, which takes a while to load
    import polars as pl

Connection = duckdb.DuckDBPyConnection
REGISTERED: Final = "rows_in_memory"
MEMORY: Final = "1GB"
"""What DuckDB may take for sorting and keeping blocks; beyond it, it uses the disk."""
NO_ROOM: Final = tuple(os.strerror(number) for number in OUT_OF_ROOM)


class Ask(Protocol):
    """Puts one question to a warehouse."""

    def __call__(self, statement: str, *parameters: object) -> list[dict[str, Any]]:
        """The rows that a statement finds, by column."""


class WarehouseError(Exception):
    """A file that is not, or not rightly, a tieout warehouse."""


class DamagedWarehouse(WarehouseError):  # noqa: N818
    """A warehouse whose bytes are not those that were published, with what to do."""


@contextmanager
def told(what: str) -> Iterator[None]:
    """What DuckDB finds wrong, as the one error that others know. Raises WarehouseError."""
    try:
        yield
    except duckdb.Error as error:
        raise WarehouseError(f"{what}: {_in_words(error)}") from error


def _in_words(error: duckdb.Error) -> str:
    """One paragraph; where there is no room, what DuckDB makes of that does not matter."""
    said = " ".join(str(error).split())
    lacking = next((words for words in NO_ROOM if words in said), None)
    return f"{lacking}. Make room there and run again." if lacking else said


def opened(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    """A connection for which a table is one of the file: DuckDB would take a Python variable of that name otherwise."""
    _check_path(path)
    with told(f"{path} can't be opened as a DuckDB file"):
        connection = duckdb.connect(str(path), read_only=read_only)
        connection.execute("SET python_enable_replacements = false")
        connection.execute("SET enable_progress_bar = false")
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        return connection


def _check_path(path: Path) -> None:
    """Raise WarehouseError for a path that DuckDB would read otherwise than it is written."""
    if not is_plain(path):
        raise WarehouseError(f"{path} can't be opened as a DuckDB file: {NOT_PLAIN}.")


def seal(connection: duckdb.DuckDBPyConnection) -> None:
    """From here on, no statement reaches another file, loads an extension or lifts this, whatever is asked."""
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


@contextmanager
def registered(connection: Connection, rows: pl.DataFrame) -> Iterator[str]:
    """The name under which DuckDB sees rows in memory for a while."""
    connection.register(REGISTERED, rows)
    try:
        yield REGISTERED
    finally:
        with suppress(duckdb.Error):
            connection.unregister(REGISTERED)


@contextmanager
def reading(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to a warehouse. Raises WarehouseError where the file, or what is asked of it, is wrong."""
    _check_undamaged(path)
    connection = opened(path, read_only=True)
    try:
        with told(f"{path} can't be read"):
            seal(connection)
            yield connection
    finally:
        connection.close()


def _check_undamaged(path: Path) -> None:
    """DuckDB looks at a block when it reads it, and at nothing that was written over as it should be."""
    try:
        check_undamaged(path)
    except Damaged as damage:
        raise DamagedWarehouse(str(damage)) from damage
    except OSError as fault:
        raise WarehouseError(f"{path} can't be read: {fault.strerror or fault}.") from fault


@contextmanager
def asking(path: Path) -> Iterator[Ask]:
    """A function that puts questions to a warehouse: a statement and its parameters, to rows by column.

    Raises WarehouseError where the file, or what is asked of it, is wrong.
    """
    with reading(path) as connection:

        def ask(statement: str, *parameters: object) -> list[dict[str, Any]]:
            found = connection.execute(statement, parameters)
            names = [column[0] for column in found.description or ()]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

        yield ask


def query(path: Path, statement: str) -> list[tuple[Any, ...]]:
    """The rows that a statement finds in a warehouse."""
    with reading(path) as connection:
        return connection.execute(statement).fetchall()
