"""JSON: a list of records, the Table API's `{"result": [...]}`, or one record a line.

Numbers are kept as they are written, so that amounts stay exact. A reference is a plain value, `{"link", "value"}` or
`{"display_value", "value"}`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import polars as pl

from pipelines.formats.raw_table import (
    RawTable,
    SourceError,
    distinct_names,
    unreadable_records,
    without_rows,
)

AS_WRITTEN: Final[dict[str, Any]] = {"parse_float": str, "parse_int": str, "parse_constant": str}
FLAGS: Final = {True: "true", False: "false"}


def read_json(path: Path, name: str) -> RawTable:
    """The records of one JSON document. Raises SourceError for any other document, and for broken ones."""
    text = _text(path, name)
    if not text.strip():
        return without_rows()
    try:
        document = json.loads(text, **AS_WRITTEN)
    except (json.JSONDecodeError, RecursionError) as fault:
        raise SourceError(f"{name} is not valid JSON ({fault}): it may be cut off. Export it again.") from fault
    return _table(list(enumerate(_listed(document, name), start=1)))


def read_json_lines(path: Path, name: str) -> RawTable:
    """The records of a file with one JSON object a line; other lines are unreadable, blank ones are nothing."""
    lines = _text(path, name).split("\n")
    return _table([(number, _line(line)) for number, line in enumerate(lines, start=1) if line.strip()])


def _text(path: Path, name: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        raise SourceError(f"{name} is not UTF-8 text ({fault.reason}). Export or save it again as UTF-8.") from fault


def _listed(document: object, name: str) -> Sequence[object]:
    records = document.get("result") if isinstance(document, dict) else document
    if isinstance(records, list):
        return records
    if isinstance(document, dict) and "error" in document:
        raise SourceError(f"{name} holds an error of the platform, not records: {json.dumps(document['error'])[:200]}")
    raise SourceError(f'{name} holds no records: a list, or {{"result": [...]}} with a list, is expected.')


def _line(line: str) -> object:
    """The object of a line, or the line itself where it is none."""
    try:
        return json.loads(line, **AS_WRITTEN)
    except (json.JSONDecodeError, RecursionError):
        return line


def _table(records: Sequence[tuple[int, object]]) -> RawTable:
    """A table from numbered records; whatever is no object is unreadable."""
    objects = [(number, record) for number, record in records if isinstance(record, dict)]
    broken = {number: _raw(record) for number, record in records if not isinstance(record, dict)}
    columns = list(dict.fromkeys(name for _, record in objects for name in record))
    names, repeated = distinct_names(columns)
    cells = pl.DataFrame(
        [pl.Series(name, _values((o for _, o in objects), column)) for name, column in zip(names, columns, strict=True)]
    )
    numbers = pl.Series("row_number", [number for number, _ in objects], pl.Int64)
    return RawTable(cells, numbers, unreadable_records(broken), repeated=repeated)


def _raw(record: object) -> str:
    return record if isinstance(record, str) else json.dumps(record, ensure_ascii=False)


def _values(objects: Iterable[Mapping[str, object]], column: str) -> pl.Series:
    return pl.Series([_cell(record.get(column)) for record in objects], dtype=pl.String)


def _cell(value: object) -> str | None:
    """The text of a value; that of a reference is its `value`."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return FLAGS[value]
    if isinstance(value, dict) and "value" in value and not isinstance(value["value"], dict | list):
        return _cell(value["value"])
    return json.dumps(value, ensure_ascii=False)
