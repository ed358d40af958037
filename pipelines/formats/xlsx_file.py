"""Excel workbooks: the first sheet, and every further sheet with the same header.

Each cell has its own type. A column of numbers or of moments only becomes a typed column; any other becomes text.
Errors such as `#N/A` are text, which no number is read from. The note of an export that was cut off is no cell of a
column: it would make text of its numbers and moments.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

import polars as pl
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from pipelines.formats.raw_table import (
    RawTable,
    SourceError,
    distinct_names,
    numbered,
    unreadable_records,
    without_rows,
)
from pipelines.formats.xlsx_errors import Place, error_cells
from pipelines.formats.xlsx_parts import sheets as sheets_of
from transforms.export_note import note_in

SIGNIFICANT_DIGITS: Final = ".15g"
FAULTS: Final = (
    *(CalamineError, BadZipFile, zlib.error, EOFError, OSError),
    *(ValueError, LookupError, SyntaxError, RuntimeError),
)
"""What a damaged workbook is told by."""
Row = list[Any]


def read_xlsx(path: Path, name: str) -> RawTable:
    """The rows below the header of the first sheet. Sheets with another header are ignored, and said to be."""
    header, rows, ignored = _sheets(path, name)
    if not header:
        return without_rows()
    names, repeated = distinct_names([_text(cell) or "" for cell in header])
    note = note_in(rows[-1]) if rows else None
    unreadable = {} if note is None else {len(rows): note}
    cells = _cells(rows[: len(rows) - len(unreadable)], names)
    return RawTable(cells, numbered(cells), unreadable_records(unreadable), repeated=repeated, ignored=ignored)


def _cells(rows: Sequence[Row], names: Sequence[str]) -> pl.DataFrame:
    columns = zip(*rows, strict=True) if rows else [()] * len(names)
    return pl.DataFrame([_column(values).alias(name) for name, values in zip(names, columns, strict=True)])


def _sheets(path: Path, name: str) -> tuple[Row, list[Row], dict[str, str]]:
    """The header, the rows of all sheets that have it, and the sheets that have another."""
    try:
        errors = {sheet: dict(error_cells(content)) for sheet, content in sheets_of(path, name)}
        workbook = CalamineWorkbook.from_path(path)
        cells = {sheet: workbook.get_sheet_by_name(sheet) for sheet in workbook.sheet_names}
        sheets = {sheet: _filled(_rows(cells[sheet], errors[sheet])) for sheet in cells}
    except FAULTS as fault:
        raise SourceError(f"{name} can't be read as an Excel workbook: {fault}. Save it again as .xlsx.") from fault
    header: Row = next((rows[0] for rows in sheets.values() if rows), [])
    same = [rows[1:] for rows in sheets.values() if rows and rows[0] == header]
    others = [sheet for sheet, rows in sheets.items() if rows and rows[0] != header]
    why = "a sheet with other columns than the first one"
    return header, [row for rows in same for row in rows], dict.fromkeys(others, why)


def _rows(sheet: CalamineSheet, errors: Mapping[Place, str]) -> list[Row]:
    rows: list[Row] = sheet.to_python()
    top, left = sheet.start or (0, 0)
    for (row, column), error in errors.items():
        rows[row - top][column - left] = error
    return rows


def _filled(rows: Sequence[Row]) -> list[Row]:
    """The rows with anything in them."""
    return [row for row in rows if any(_text(cell) for cell in row)]


def _column(values: Sequence[Any]) -> pl.Series:
    filled = [value for value in values if value != ""]
    if filled and all(isinstance(value, float | int) and not isinstance(value, bool) for value in filled):
        return pl.Series([None if value == "" else float(value) for value in values], dtype=pl.Float64)
    if filled and all(isinstance(value, dt.date) for value in filled):
        return pl.Series([None if value == "" else _moment(value) for value in values], dtype=pl.Datetime("us"))
    return pl.Series([_text(value) for value in values], dtype=pl.String)


def _moment(value: dt.date) -> dt.datetime:
    return value if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time())


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | int):
        return format(Decimal(format(value, SIGNIFICANT_DIGITS)), "f")
    return str(value).strip() or None
