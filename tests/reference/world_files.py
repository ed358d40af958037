"""Worlds as export files: plain CSV, or a seeded mixture of formats.

Row numbers stay meaningful: for CSV it is the 1-based data row of the file (the header is not counted), for JSON the
1-based place in the list, for JSON lines the 1-based line; in a folder of part files it starts again with each file.
"""

import csv
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path

from .drawing import Cells, Draw
from .schema import TABLES
from .worlds import World

Placement = dict[str, list[tuple[str, int]]]
"""Per table, for each row in input order: its file, relative to the folder, and its row number in that file."""

REFERENCES = {table: {column.name for column in columns if column.kind == "ref"} for table, columns in TABLES.items()}


def write_csv(world: World, folder: Path) -> Placement:
    """One `<table>.csv` a table, UTF-8 with a header; a table without rows has the header only."""
    placement: Placement = {}
    for table, rows in world.tables.items():
        name = f"{table}.csv"
        _write(folder / name, _csv(table, rows))
        placement[table] = [(name, number) for number in range(1, len(rows) + 1)]
    return placement


def write_mixed(world: World, folder: Path, seed: int) -> Placement:
    """Each table as CSV (with or without byte order mark), JSON list, Table API JSON or JSON lines, whole or in parts.

    References in JSON are plain, `{"link", "value"}` or `{"display_value", "value"}`.
    """
    draw = Draw(seed)
    placement: Placement = {}
    for table, rows in world.tables.items():
        extension, render = draw.pick(_formats(draw))
        if not rows:
            _write(folder / f"{table}.{extension}", _without_rows(draw, extension, render(table, rows)))
        placement[table] = []
        for name, part in _parts(draw, table, extension, rows):
            _write(folder / name, render(table, part))
            placement[table] += [(name, number) for number in range(1, len(part) + 1)]
    return placement


Render = Callable[[str, Sequence[Cells]], str]


def _formats(draw: Draw) -> list[tuple[str, Render]]:
    def with_mark(table: str, rows: Sequence[Cells]) -> str:
        return "\ufeff" + _csv(table, rows)

    def as_list(table: str, rows: Sequence[Cells]) -> str:
        return json.dumps(_objects(draw, table, rows), indent=draw.pick([None, 1]), ensure_ascii=draw.chance(0.5))

    def as_result(table: str, rows: Sequence[Cells]) -> str:
        return json.dumps({"result": _objects(draw, table, rows)})

    def as_lines(table: str, rows: Sequence[Cells]) -> str:
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in _objects(draw, table, rows))

    return [("csv", _csv), ("csv", with_mark), ("json", as_list), ("json", as_result), ("jsonl", as_lines)]


def _parts(draw: Draw, table: str, extension: str, rows: Sequence[Cells]) -> list[tuple[str, Sequence[Cells]]]:
    """The rows in one file, or in up to four files of a folder."""
    if not rows or draw.chance(0.7):
        return [(f"{table}.{extension}", rows)] if rows else []
    size = -(-len(rows) // draw.count(1, 4))
    starts = range(0, len(rows), size)
    return [(f"{table}/part-{start:05d}.{extension}", rows[start : start + size]) for start in starts]


def _without_rows(draw: Draw, extension: str, rendered: str) -> str:
    """An empty list or a header; or no byte at all, or blank lines."""
    return draw.pick([rendered, rendered, ""] if extension == "json" else [rendered, rendered, "", "\n\n"])


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def _columns(table: str, rows: Sequence[Cells]) -> list[str]:
    """Canonical columns that any row uses, and the required ones; all of them when there are no rows."""
    used = {name for row in rows for name in row}
    return [column.name for column in TABLES[table] if not rows or column.required or column.name in used]


def _csv(table: str, rows: Sequence[Cells]) -> str:
    target = io.StringIO()
    writer = csv.DictWriter(target, _columns(table, rows), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue()


def _objects(draw: Draw, table: str, rows: Sequence[Cells]) -> list[dict[str, object]]:
    """Rows as JSON objects, each with every column of the table."""
    columns = _columns(table, rows)
    return [{name: _json_value(draw, table, name, row.get(name)) for name in columns} for row in rows]


def _json_value(draw: Draw, table: str, column: str, value: str | None) -> object:
    if not value:
        return draw.pick([None, ""])
    if column not in REFERENCES[table]:
        return value
    link = f"https://example.service-now.com/api/now/table/{table}/{value}"
    return draw.pick([value, {"link": link, "value": value}, {"display_value": f"Record {value[:4]}", "value": value}])
