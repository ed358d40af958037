"""The sample's records, to be planted with something and written again."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from tests.golden.sample_run import SAMPLE

Record = dict[str, Any]
PLANTED: Final = {"number", "name", "short_description", "code", "request_type", "sys_created_by", "value"}
"""Columns of free text."""
SPARED: Final = {"sys_properties"}
"""Tables in which such a column decides something."""


def sample_files() -> Iterator[Path]:
    """Every file of the sample, by name."""
    yield from sorted(path for path in SAMPLE.rglob("*") if path.is_file())


def table_of(path: Path) -> str:
    """The table that a file of the sample is of."""
    return path.stem if path.parent == SAMPLE else path.parent.name


def with_text(record: Record, table: str, text_of: Callable[[Record, str], str]) -> Record:
    """The record with something before each of its texts."""
    planted = {column for column in PLANTED & record.keys() if record[column] and table not in SPARED}
    return {**record, **{column: f"{text_of(record, column)} {record[column]}" for column in sorted(planted)}}


def records_of(path: Path) -> list[Record]:
    """The records of a file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".csv":
        return list(csv.DictReader(text.splitlines(keepends=True)))
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in text.splitlines() if line]
    document = json.loads(text)
    records: list[Record] = document["result"] if isinstance(document, dict) else document
    return records


def write_records(path: Path, records: list[Record]) -> None:
    """Write records in the format that the name says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written: dict[str, Callable[[], str]] = {
        ".json": lambda: json.dumps(records),
        ".jsonl": lambda: "\n".join(map(json.dumps, records)),
    }
    if path.suffix in written:
        path.write_text(written[path.suffix](), encoding="utf-8")
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(records[0]), quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writeheader()
        writer.writerows(records)
