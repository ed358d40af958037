"""The same rows as another export: in another order, in other files and other formats."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Final
from xml.sax.saxutils import escape

import polars as pl
import xlsxwriter

from tests.reference import World
from tests.reference.drawing import Cells
from tests.reference.schema import TABLES

Header = Sequence[str]
Rows = Sequence[Cells]
MOST_PARTS: Final = 4


def in_csv(_table: str, header: Header, rows: Rows) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([header, *([row.get(column) or "" for column in header] for row in rows)])
    return text.getvalue().encode()


def in_json(_table: str, header: Header, rows: Rows) -> bytes:
    return json.dumps({"result": _objects(header, rows)}).encode()


def in_json_lines(_table: str, header: Header, rows: Rows) -> bytes:
    return "".join(f"{json.dumps(row)}\n" for row in _objects(header, rows)).encode()


def _objects(header: Header, rows: Rows) -> list[dict[str, str | None]]:
    return [{column: row.get(column) for column in header} for row in rows]


def in_xml(table: str, header: Header, rows: Rows) -> bytes:
    records = ("".join(f"<{column}>{escape(row.get(column) or '')}</{column}>" for column in header) for row in rows)
    return f"<unload>{''.join(f'<{table}>{record}</{table}>' for record in records)}</unload>".encode()


def in_parquet(_table: str, header: Header, rows: Rows) -> bytes:
    file = io.BytesIO()
    pl.DataFrame(_objects(header, rows), schema=dict.fromkeys(header, pl.String)).write_parquet(file)
    return file.getvalue()


def in_workbook(_table: str, header: Header, rows: Rows) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        for number, line in enumerate([header, *([row.get(column) for column in header] for row in rows)]):
            for place, cell in enumerate(line):
                if cell:
                    sheet.write_string(number, place, cell)
    return file.getvalue()


WRITERS: Final[dict[str, Callable[[str, Header, Rows], bytes]]] = {
    "csv": in_csv,
    "json": in_json,
    "jsonl": in_json_lines,
    "xml": in_xml,
    "parquet": in_parquet,
    "xlsx": in_workbook,
}


def spread(drawn: World, folder: Path, seed: int) -> None:
    """Write the world's rows, shuffled, into up to four files for each table, each in a format of its own."""
    draw = Random(seed)
    for table, rows in drawn.tables.items():
        header = _header(table, rows)
        draw.shuffle(header)
        parts = _parts(draw, rows)
        for place, part in enumerate(parts):
            kind = draw.choice(sorted(WRITERS.keys() - ({"xlsx"} if _has_blanks_around(part) else set())))
            name = f"{table}.{kind}" if len(parts) == 1 else f"{table}/{draw.randrange(100)}-{place}.{kind}"
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(WRITERS[kind](table, header, part))


def _header(table: str, rows: Rows) -> list[str]:
    """Every column that a row uses, and those that the table must have."""
    used = dict.fromkeys(column for row in rows for column in row)
    required = [column.name for column in TABLES[table] if column.required or not rows]
    return list(dict.fromkeys([*used, *required]))


def _has_blanks_around(rows: Rows) -> bool:
    """Whether a cell has blanks around it, which a workbook does not keep."""
    return any(cell is not None and cell != cell.strip() for row in rows for cell in row.values())


def _parts(draw: Random, rows: Rows) -> list[Rows]:
    """The rows in another order, cut at any places; no part is without rows, unless there are none."""
    shuffled = draw.sample(list(rows), len(rows))
    cuts = sorted(draw.sample(range(1, len(rows)), min(draw.randrange(MOST_PARTS), len(rows) - 1))) if rows else []
    return [shuffled[begin:end] for begin, end in pairwise([0, *cuts, len(rows)])]
