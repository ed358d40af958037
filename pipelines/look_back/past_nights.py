"""The nights that a warehouse remembers: which there were, and what each has shown, in the words of DuckDB."""

# ruff: noqa: S608 -- names of tables come from the models, and what people give is quoted

from __future__ import annotations

import datetime as dt
from pathlib import Path

from models.catalogue import HISTORIES
from models.history import FROM, TO, NightHistory
from models.table import History
from pipelines.published_file import query
from pipelines.statements import qualified


class HistoryError(Exception):
    """What history can't answer, and why."""


def file_with_history(warehouse: Path) -> Path:
    """The version that a warehouse is a link to now: one question is put to one version, whatever is published.

    Raises HistoryError.
    """
    if not warehouse.exists():
        raise HistoryError(f"There is no file {warehouse}. Publish one with `tieout run`, or name it with --warehouse.")
    file = warehouse.resolve()
    held = {name for (name,) in query(file, "SELECT schema_name || '.\"' || table_name || '\"' FROM duckdb_tables()")}
    if not {qualified(table) for table in HISTORIES.values()} <= held:
        raise HistoryError(f"{warehouse} has no history. It begins with the next `tieout run`.")
    return file


def night_up_to(file: Path, day: dt.date) -> dt.date:
    """The last night up to a day. Raises HistoryError where there is none."""
    statement = f"SELECT min(as_of), max(as_of) FILTER (as_of <= DATE '{day}') FROM {qualified(NightHistory)}"
    ((first, night),) = query(file, statement)
    if night is None:
        raise HistoryError(f"{day} is before the first night in history, which is that of {first}.")
    found: dt.date = night
    return found


def night_currency(file: Path, night: dt.date) -> str | None:
    """The functional currency of a night; none where none was named."""
    ((currency,),) = query(file, f"SELECT currency FROM {qualified(NightHistory)} WHERE as_of = DATE '{night}'")
    return None if currency is None else str(currency)


def shown_by(history: type[History], night: dt.date) -> str:
    """The rows that a night has shown, as a query in brackets."""
    return f"(SELECT * FROM {qualified(history)} WHERE {is_shown_by(night)})"


def is_shown_by(night: dt.date) -> str:
    """The condition that a row of history was so in a night."""
    return f"({FROM} <= DATE '{night}' AND ({TO} IS NULL OR {TO} > DATE '{night}'))"
