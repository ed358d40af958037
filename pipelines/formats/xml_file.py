"""XML unloads: one element for each record, one child element for each of its columns.

Document types and entities are refused: an export has none, and they can make a small file huge or read other files.
A namespace is no part of a name. A record without columns, or with one of them twice, is unreadable.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element, ParseError, tostring

import polars as pl
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from pipelines.formats.raw_table import (
    RawTable,
    SourceError,
    distinct_names,
    numbered,
    unreadable_records,
    without_rows,
)
from pipelines.formats.size_limit import check_cells, check_columns

DELETION: Final = "DELETE"
RECORD_DEPTH: Final = 2
DEEPEST: Final = 100
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
REFERENCE_VALUE: Final = "value"


def read_xml(path: Path, name: str) -> RawTable:
    """The records of an unload. Records of other tables are ignored, deletions are unreadable: they are no rows."""
    try:
        records = list(_records(path, name))
    except DefusedXmlException as fault:
        raise SourceError(f"{name} has a document type or entities, which no export needs: it is not read.") from fault
    except (LookupError, ValueError) as fault:
        raise SourceError(f"{name} is in an encoding that is not read ({fault}). Export it as UTF-8.") from fault
    except ParseError as fault:
        if not path.read_bytes().removeprefix(BYTE_ORDER_MARK).strip():
            return without_rows()
        raise SourceError(f"{name} is not valid XML ({fault}): it may be cut off. Export it again.") from fault
    table = _table_of(records, path, name)
    ignored = {tag: f"records of {tag}, not of {table}" for tag in {record.tag for record in records} - {table}}
    return _table([record for record in records if record.tag == table], ignored, path, name)


def _records(path: Path, name: str) -> Iterator[Element]:
    depth = 0
    for event, element in iterparse(path, events=("start", "end"), forbid_dtd=True):
        depth += 1 if event == "start" else -1
        if depth > DEEPEST:
            raise SourceError(f"{name} is nested more deeply than any export. Export it again.")
        element.tag = element.tag.rpartition("}")[2]
        if event == "end" and depth == RECORD_DEPTH - 1:
            yield element


def _table_of(records: list[Element], path: Path, name: str) -> str:
    """The tag of the table's records: the name of the file or folder, or the only one there is."""
    tags = Counter(record.tag for record in records)
    named = [tag for tag in tags if tag in (path.stem, path.parent.name)]
    if named or len(tags) <= 1:
        return next(iter(named or tags), path.stem)
    raise SourceError(f"{name} holds records of {', '.join(sorted(tags))}; name it after the one it is for.")


def _table(records: list[Element], ignored: dict[str, str], path: Path, name: str) -> RawTable:
    broken = {n: _raw(record) for n, record in enumerate(records, start=1) if not _is_row(record)}
    rows = [_cells(record) for record in records if _is_row(record)]
    columns = list(dict.fromkeys(column for row in rows for column in row))
    check_columns(name, len(columns))
    check_cells(path, name, len(rows) * len(columns))
    names, repeated = distinct_names(columns)
    cells = pl.DataFrame(
        [
            pl.Series(one, [row.get(column) for row in rows], pl.String)
            for one, column in zip(names, columns, strict=True)
        ]
    )
    numbers = numbered(cells, broken=broken)
    return RawTable(cells, numbers, unreadable_records(broken), repeated=repeated, ignored=ignored)


def _is_row(record: Element) -> bool:
    columns = {column.tag for column in record}
    return 0 < len(columns) == len(record) and record.get("action", "").upper() != DELETION


def _cells(record: Element) -> dict[str, str]:
    return {column.tag: _text(column) for column in record}


def _text(column: Element) -> str:
    """The text of a column; that of a reference is its `value`."""
    value = column.find(REFERENCE_VALUE)
    return "".join((column if value is None else value).itertext())


def _raw(record: Element) -> str:
    return tostring(record, encoding="unicode").strip()
