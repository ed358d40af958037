"""JSON: a list of records, the Table API's `{"result": [...]}`, or one record a line.

Numbers are kept as they are written, so that amounts stay exact. A reference is a plain value, `{"link", "value"}` or
`{"display_value", "value"}`. An object that names a key twice is none: which value counts can't be told.
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
from pipelines.formats.size_limit import check_cells, check_columns

TOO_DEEP: Final = "(nested too deeply)"
FLAGS: Final = {True: "true", False: "false"}


def read_json(path: Path, name: str) -> RawTable:
    """The records of one JSON document. Raises SourceError for any other document, and for broken ones."""
    text = _text(path, name)
    if not text.strip():
        return without_rows()
    try:
        document = _loaded(text)
    except (json.JSONDecodeError, RecursionError) as fault:
        raise SourceError(f"{name} is not valid JSON ({fault}): it may be cut off. Export it again.") from fault
    return _table(_listed(document, name), path, name)


def read_json_lines(path: Path, name: str) -> RawTable:
    """The records of a file with one JSON object a line; other lines are unreadable, blank ones are nothing."""
    return _table([_line(line) for line in _text(path, name).split("\n") if line.strip()], path, name)


def _text(path: Path, name: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        raise SourceError(f"{name} is not UTF-8 text ({fault.reason}). Export or save it again as UTF-8.") from fault


def _listed(document: object, name: str) -> Sequence[object]:
    """The records of a document. With an error beside them, those that the platform had no time for are missing."""
    if isinstance(document, dict) and document.get("error"):
        raise SourceError(
            f"{name} holds an error of the platform, not all records: {_json(document['error'])[:200]}. Export it "
            "again, in smaller parts if that was too much."
        )
    records = document.get("result") if isinstance(document, dict) else document
    if isinstance(records, list):
        return records
    raise SourceError(f'{name} holds no records: a list, or {{"result": [...]}} with a list, is expected.')


def _line(line: str) -> object:
    """The object of a line, or the line itself where it is none."""
    try:
        record = _loaded(line)
    except (json.JSONDecodeError, RecursionError):
        return line
    return record if isinstance(record, dict) else line


def _table(records: Sequence[object], path: Path, name: str) -> RawTable:
    """A table from records; whatever is no object, or an empty one, is unreadable."""
    objects = {n: record for n, record in enumerate(records, start=1) if isinstance(record, dict) and record}
    broken = {n: _raw(record) for n, record in enumerate(records, start=1) if n not in objects}
    columns = list(dict.fromkeys(column for record in objects.values() for column in record))
    check_columns(name, len(columns))
    check_cells(path, name, len(objects) * len(columns))
    names, repeated = distinct_names([_characters(column) for column in columns])
    cells = pl.DataFrame(
        [pl.Series(one, _values(objects.values(), column)) for one, column in zip(names, columns, strict=True)]
    )
    numbers = pl.Series("row_number", list(objects), pl.Int64)
    return RawTable(cells, numbers, unreadable_records(broken), repeated=repeated)


def _raw(record: object) -> str:
    return _characters(record) if isinstance(record, str) else _json(record)


def _values(objects: Iterable[Mapping[str, object]], column: str) -> pl.Series:
    return pl.Series([_cell(record.get(column)) for record in objects], dtype=pl.String)


def _cell(value: object) -> str | None:
    """The text of a value; that of a reference is its `value`."""
    if isinstance(value, str):
        return _characters(value)
    if value is None:
        return None
    if isinstance(value, bool):
        return FLAGS[value]
    if isinstance(value, dict) and "value" in value and not isinstance(value["value"], dict | list):
        return _cell(value["value"])
    return _json(value)


def _json(value: object) -> str:
    try:
        return _characters(json.dumps(value, ensure_ascii=False))
    except RecursionError:
        return TOO_DEEP


def _characters(text: str) -> str:
    """The text; half of a character, which JSON can hold where something cut its text, becomes `?`."""
    return text if text.isascii() else text.encode(errors="replace").decode()


def _loaded(text: str) -> object:
    return json.loads(text, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_object)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any] | str:
    """An object, or the text of what is none."""
    members = dict(pairs)
    return members if len(members) == len(pairs) else _json(pairs)
