"""The parts of an Excel workbook, which is an archive of XML files: held against limits before a workbook is made."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from string import digits
from typing import Final
from xml.etree.ElementTree import Element
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from defusedxml.ElementTree import fromstring

from pipelines.formats.size_limit import MOST_COLUMNS, check_cells, check_columns, check_unpacked

WORKBOOK: Final = "xl/workbook.xml"
RELATIONS: Final = "xl/_rels/workbook.xml.rels"
LETTERS: Final = 26
ROW: Final = "row"
CELL: Final = "c"


def sheets(path: Path, name: str) -> Iterator[tuple[str, bytes]]:
    """Each sheet and the XML that holds it. Raises SourceError where the workbook is larger than can be right.

    Cells lie on a grid that takes room up to the last cell with anything in it, however few there are.
    """
    cells = 0
    with ZipFile(path) as parts:
        _check_parts(parts, path, name)
        for sheet, part in _sheets(parts):
            content = parts.read(part)
            extent = _extent(content)
            check_columns(name, extent.columns)
            cells += extent.rows * extent.columns
            check_cells(path, name, cells)
            yield sheet, content


def _check_parts(parts: ZipFile, path: Path, name: str) -> None:
    """Hold the archive against what it says of itself: sizes, and a checksum for each part."""
    check_unpacked(path, name, sum(part.file_size for part in parts.infolist()))
    if len(set(parts.namelist())) < len(parts.namelist()):
        raise BadZipFile("the archive has two parts of one name")
    damaged = parts.testzip()
    if damaged is not None:
        raise BadZipFile(f"the part {damaged} is damaged")


def _sheets(parts: ZipFile) -> Iterator[tuple[str, str]]:
    """Each sheet and the part that holds it."""
    targets = {relation.get("Id"): relation.get("Target", "") for relation in fromstring(parts.read(RELATIONS))}
    for sheet in fromstring(parts.read(WORKBOOK)).iterfind(".//{*}sheet"):
        yield sheet.get("name", ""), posixpath.join("/xl", targets[_relation(sheet)]).removeprefix("/")


def _relation(sheet: Element) -> str:
    return next(value for name, value in sheet.items() if name.endswith("}id"))


class Extent:
    """How far the cells of a sheet reach. What does not say its place comes next to the one before."""

    def __init__(self) -> None:
        self.rows = self.columns = 0
        self._row = self._column = 0

    def begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take in the beginning of an element."""
        if tag == CELL or tag.endswith(f":{CELL}"):
            self._begin_cell(attributes.get("r"))
        elif tag == ROW or tag.endswith(f":{ROW}"):
            self._row, self._column = int(attributes.get("r", self._row + 1)), 0

    def _begin_cell(self, place: str | None) -> None:
        if place is None:
            self._column += 1
        else:
            letters = place.rstrip(digits)
            self._row, self._column = int(place[len(letters) :]), column_number(letters)
        self.rows = max(self.rows, self._row)
        self.columns = max(self.columns, self._column)


def _extent(sheet: bytes) -> Extent:
    """How far a sheet reaches; well-formed XML without a document type, or else it is refused."""
    extent, parser = Extent(), expat.ParserCreate()
    parser.StartElementHandler = extent.begin
    parser.StartDoctypeDeclHandler = _refuse_document_type
    try:
        parser.Parse(sheet, True)
    except expat.ExpatError as fault:
        raise BadZipFile(f"a sheet is no XML ({fault})") from fault
    return extent


def _refuse_document_type(*_: object) -> None:
    raise BadZipFile("a sheet has a document type, which no workbook needs")


@lru_cache(maxsize=MOST_COLUMNS)
def column_number(letters: str) -> int:
    """The place of a column, from 1."""
    number = 0
    for letter in letters.upper():
        number = number * LETTERS + ord(letter) - ord("A") + 1
    return number
