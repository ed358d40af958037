"""The sample with injections in every name, number and description, in keys, headers, conditions and names of files."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from tests.golden.sample_run import SAMPLE
from tests.promises.planted.injections import CONDITIONS, EVERY, NAMES_OF_FILES, SQL
from tests.promises.planted.sample_records import (
    Record,
    records_of,
    sample_files,
    table_of,
    with_text,
    write_records,
)

HOSTILE_KEYS: Final = ("PRJ0010001", "PRJ0010008", "PRG0001001", "DMND0001003")
"""Records whose sys_id is an injection too, by number."""


class Texts:
    """An injection for each text, in turn; the copies of a record that is there twice have the same."""

    def __init__(self) -> None:
        self._turn = itertools.cycle(EVERY)
        self._given: dict[tuple[str, str], str] = {}

    def of(self, record: Record, column: str) -> str:
        """The one for a column of a record."""
        place = (record["sys_id"], column)
        if place not in self._given:
            self._given[place] = next(self._turn)
        return self._given[place]


def hostile_export(folder: Path) -> Path:
    """The export, written into a folder."""
    keys = _hostile_keys()
    texts = Texts()
    source = folder / 'x"; drop [red]'
    for path in sample_files():
        records = [_planted(record, path, keys, texts) for record in records_of(path)]
        write_records(
            source / path.relative_to(SAMPLE), _with_rules(records) if path.stem == "oversight_rule" else records
        )
    _as_xml(source / "pm_portfolio.csv")
    parts = source / "cost_plan_breakdown"
    for part, name in zip(sorted(parts.iterdir()), NAMES_OF_FILES[::7], strict=False):
        part.rename(parts / f"{name}.csv")
    for name in NAMES_OF_FILES:
        (source / f"{name}.csv").write_text("sys_id\nX\n", encoding="utf-8")
    return source


def _hostile_keys() -> dict[str, str]:
    numbered = {
        record["number"]: record["sys_id"]
        for path in SAMPLE.glob("*")
        if path.is_file()
        for record in records_of(path)
        if "number" in record
    }
    return {numbered[number]: f"{text} {number}" for number, text in zip(HOSTILE_KEYS, SQL, strict=False)}


def _planted(record: Record, path: Path, keys: dict[str, str], texts: Texts) -> Record:
    found = with_text(record, table_of(path), texts.of)
    found = {column: _with_key(value, keys) for column, value in found.items()}
    return {**found, "=cmd|' '!A0": "1", "[red]\x1b[31m\u202e": "x"}


def _with_key(value: Any, keys: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _with_key(part, keys) for name, part in value.items()}
    return keys.get(value, value) if isinstance(value, str) else value


def _with_rules(records: list[Record]) -> list[Record]:
    """Further rules, before all others, with conditions that would do harm if they were run."""
    model = next(record for record in records if record["decision_table"] == "order_line_item")
    hostile = [
        {**model, "sys_id": f"hostile {place}", "order": str(place - 100), "condition": condition}
        for place, condition in enumerate(CONDITIONS)
    ]
    return [*hostile, *records]


def _as_xml(path: Path) -> None:
    """The same table as an unload; XML can't hold controls at all."""
    columns = ("sys_id", "number", "name")
    rows = [
        "".join(f"<{name}>{escape(''.join(filter(str.isprintable, record[name])))}</{name}>" for name in columns)
        for record in records_of(path)
    ]
    listed = "".join(f'<{path.stem} action="INSERT_OR_UPDATE">{row}</{path.stem}>' for row in rows)
    path.with_suffix(".xml").write_text(f"<unload>{listed}</unload>", encoding="utf-8")
    path.unlink()


def settings_of(folder: Path) -> Path:
    """The sample's settings, in a file with a name of its own kind."""
    copy = folder / "settings [red]'; $(touch pwned).toml"
    shutil.copyfile(SAMPLE.with_suffix(".toml"), copy)
    return copy
