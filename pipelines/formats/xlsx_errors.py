"""Error cells of Excel workbooks, such as `#N/A`: calamine reads them as empty, though their value is unknown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pipelines.formats.xlsx_parts import column_number

ERROR_CELL: Final = re.compile(
    rb'<(?:\w+:)?c(?=\s[^<>]*\bt="e")\s[^<>]*\br="(?P<column>[A-Z]+)(?P<row>[0-9]+)"[^<>]*>'
    rb"(?:<(?:\w+:)?f[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>))?<(?:\w+:)?v>(?P<error>[^<]*)<"
)

Place = tuple[int, int]


def error_cells(sheet: bytes) -> Iterator[tuple[Place, str]]:
    """The error in each cell of a sheet that has one, by row and column, from 0."""
    for cell in ERROR_CELL.finditer(sheet):
        yield (int(cell["row"]) - 1, column_number(cell["column"].decode()) - 1), cell["error"].decode()
