"""Rows of a trial or a comparison as a file for people, in the format that its name says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import polars as pl

from pipelines.formats.raw_table import SourceError
from pipelines.spreadsheet_text import without_formulas

WRITERS: Final[dict[str, Callable[[pl.DataFrame, Path], None]]] = {
    ".csv": lambda rows, path: without_formulas(rows).write_csv(path),
    ".json": lambda rows, path: rows.write_json(path),
    ".jsonl": lambda rows, path: rows.write_ndjson(path),
    ".parquet": lambda rows, path: rows.write_parquet(path),
}


def write_changes(changes: pl.DataFrame, path: Path) -> None:
    """Write the changes in the format that the file's ending says. Raises SourceError where that can't be done."""
    check_ending(path)
    try:
        WRITERS[path.suffix.lower()](changes, path)
    except OSError as fault:
        raise SourceError(f"{path} can't be written: {fault.strerror or fault}.") from fault


def check_ending(path: Path) -> None:
    """Raise SourceError for a name whose ending says no format."""
    if path.suffix.lower() not in WRITERS:
        raise SourceError(f"{path} can't be written: its name must end in one of {', '.join(WRITERS)}.")
