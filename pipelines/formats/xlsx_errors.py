"""Error cells of Excel workbooks, such as `#N/A`: calamine reads them as empty, though their value is unknown."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from defusedxml.ElementTree import fromstring

ERROR_CELL: Final = re.compile(
    rb'<(?:\w+:)?c(?=\s[^>]*\bt="e")\s[^>]*\br="(?P<column>[A-Z]+)(?P<row>[0-9]+)"[^>]*>'
    rb"(?:<(?:\w+:)?f[^>]*(?:/>|>[^<]*</(?:\w+:)?f>))?<(?:\w+:)?v>(?P<error>[^<]*)<"
)
WORKBOOK: Final = "xl/workbook.xml"
RELATIONS: Final = "xl/_rels/workbook.xml.rels"
LETTERS: Final = 26

Place = tuple[int, int]


def error_cells(path: Path) -> dict[str, dict[Place, str]]:
    """The error in each cell that has one, by sheet and by row and column, from 0."""
    with ZipFile(path) as parts:
        return {sheet: dict(_errors(parts.read(part))) for sheet, part in _sheets(parts)}


def _sheets(parts: ZipFile) -> Iterator[tuple[str, str]]:
    """Each sheet and the part that holds it."""
    targets = {relation.get("Id"): relation.get("Target", "") for relation in fromstring(parts.read(RELATIONS))}
    for sheet in fromstring(parts.read(WORKBOOK)).iterfind(".//{*}sheet"):
        yield sheet.get("name", ""), posixpath.join("/xl", targets[_relation(sheet)]).removeprefix("/")


def _relation(sheet: Element) -> str:
    return next(value for name, value in sheet.items() if name.endswith("}id"))


def _errors(sheet: bytes) -> Iterator[tuple[Place, str]]:
    for cell in ERROR_CELL.finditer(sheet):
        column = 0
        for letter in cell["column"]:
            column = column * LETTERS + letter - ord("A") + 1
        yield (int(cell["row"]) - 1, column - 1), cell["error"].decode()
