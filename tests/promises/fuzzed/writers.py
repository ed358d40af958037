"""Rows as files of every format, in the ways that exports write them and in some that they should not."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

import polars as pl
import pyarrow as pa
import xlsxwriter
from pyarrow import parquet

Header = list[str]
Lines = Sequence[Sequence[str]]
NO_XML: Final = dict.fromkeys((*range(9), 11, 12, *range(14, 32)))
NUMBER: Final = re.compile(r"-?[0-9]{1,15}(\.[0-9]+)?")
ENCODINGS: Final = ("utf-8",) * 12 + (
    "utf-8-sig",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "latin-1",
    "cp1252",
    "utf-32",
    "utf-7",
)


def as_csv(draw: Random, _table: str, header: Header, lines: Lines) -> bytes:
    """Comma-separated; the delimiter, quotes, ends of lines and encoding vary."""
    text = io.StringIO()
    quoting = draw.choice((csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL))
    delimiter = draw.choice(",,,,,,,,;\t")
    writer = csv.writer(
        text, delimiter=delimiter, quoting=quoting, lineterminator=draw.choice(("\n", "\n", "\r\n", "\r"))
    )
    writer.writerows([header, *map(tuple, lines)])
    return text.getvalue().encode(draw.choice(ENCODINGS), errors="replace")


def _record(draw: Random, table: str, header: Header, line: Sequence[str]) -> dict[str, Any]:
    return {name: _value(draw, table, name, cell) for name, cell in zip(header, line, strict=False)}


def _value(draw: Random, table: str, name: str, cell: str) -> Any:
    """A cell as text, as a reference, or as what a careless export makes of it."""
    kinds: list[Callable[[], Any]] = [lambda: cell] * 30
    kinds += [lambda: {"value": cell, "link": f"https://example.org/{table}/{cell}"}] * 4
    kinds += [lambda: {"display_value": "shown", "value": cell}, lambda: {"display_value": cell}, lambda: [cell]]
    kinds += [lambda: {"value": {"value": cell}}, dict, lambda: None, lambda: True, lambda: 12345678901234567890]
    return draw.choice(kinds)() if name != "sys_id" else draw.choice((cell, cell, cell, {"value": cell, "link": ""}))


def as_json(draw: Random, table: str, header: Header, lines: Lines) -> bytes:
    """A list, or the answer of a Table API in one of its shapes."""
    records: list[Any] = [_record(draw, table, header, line) for line in lines]
    for stranger in draw.choices((None, 7, "text", [], {}, [[]], True), k=draw.choice((0, 0, 0, 1, 2))):
        records.insert(draw.randint(0, len(records)), stranger)
    shapes: list[Any] = [records] * 4 + [{"result": records}] * 4
    shapes += [
        {"result": records, "more": True},
        {"Result": records},
        {"result": {"records": records}},
        {"records": records},
    ]
    shapes += [
        {"result": records, "error": {"message": "Transaction cancelled"}},
        [records],
        records[0] if records else {},
    ]
    text = json.dumps(draw.choice(shapes), ensure_ascii=draw.random() < 0.5, indent=draw.choice((None, 1)))
    return text.encode(draw.choice(ENCODINGS), errors="replace")


def as_json_lines(draw: Random, table: str, header: Header, lines: Lines) -> bytes:
    """One object a line, with blank lines and other values between them."""
    records = [json.dumps(_record(draw, table, header, line), ensure_ascii=draw.random() < 0.5) for line in lines]
    for stranger in draw.choices(
        ("", "  ", "null", "7", '"text"', "[1]", "{}", "{", "}{", "//"), k=draw.choice((0, 0, 1, 2))
    ):
        records.insert(draw.randint(0, len(records)), stranger)
    return draw.choice(("\n", "\n", "\r\n")).join(records).encode(draw.choice(ENCODINGS), errors="replace")


def as_xml(draw: Random, table: str, header: Header, lines: Lines) -> bytes:
    """An unload; records of other tables, deletions and columns given twice are among them now and then."""
    records = [_element(draw, draw.choice([table] * 30 + ["sys_audit"]), header, line) for line in lines]
    encoding = draw.choice((*ENCODINGS, "iso-8859-1", "koi8-r"))
    declaration = draw.choice(("", f'<?xml version="1.0" encoding="{encoding}"?>'))
    namespace = draw.choice(("", "", ' xmlns="urn:x"'))
    text = f"{declaration}<unload{namespace}>{''.join(records)}</unload>"
    return text.encode(encoding, errors="xmlcharrefreplace")


def _element(draw: Random, tag: str, header: Header, line: Sequence[str]) -> str:
    cells = [
        (name.translate(NO_XML).strip() or "empty", cell.translate(NO_XML))
        for name, cell in zip(header, line, strict=False)
    ]
    columns = [_column(draw, name, cell) for name, cell in cells]
    action = draw.choice([""] * 20 + [' action="DELETE"', f" action={quoteattr('INSERT_OR_UPDATE')}"])
    return f"<{tag}{action}>{''.join(columns)}</{tag}>"


def _column(draw: Random, name: str, cell: str) -> str:
    shapes = [f"<{name}>{escape(cell)}</{name}>"] * 20
    shapes += [
        f"<{name}><![CDATA[{cell.replace(']]>', '')}]]></{name}>",
        f"<{name}><value>{escape(cell)}</value></{name}>",
    ]
    return draw.choice(shapes)


def as_workbook(draw: Random, _table: str, header: Header, lines: Lines) -> bytes:
    """A workbook; cells of numbers as numbers where that is drawn, on one sheet or over two."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        cut = draw.choice((len(lines), len(lines), len(lines) // 2))
        for part in (lines[:cut], lines[cut:]) if cut < len(lines) else (lines,):
            sheet = workbook.add_worksheet()
            for number, line in enumerate([header, *part]):
                for place, cell in enumerate(line):
                    _write_cell(draw, sheet, number, place, cell.translate(NO_XML))
    return file.getvalue()


def _write_cell(draw: Random, sheet: Any, number: int, place: int, cell: str) -> None:
    if number and draw.random() < 0.01:
        sheet.write_formula(number, place, "=1/0", value="#DIV/0!")
    elif draw.random() < 0.3 and NUMBER.fullmatch(cell):
        sheet.write_number(number, place, float(cell))
    elif cell:
        sheet.write_string(number, place, cell)


def as_parquet(draw: Random, _table: str, header: Header, lines: Lines) -> bytes:
    """Columns of text, numbers, structures, lists or words of a dictionary, by Arrow or by Polars."""
    columns = [_parquet_column(draw, name, [line[place] for line in lines]) for place, name in enumerate(header)]
    table = pa.Table.from_arrays(columns, names=header)
    file = io.BytesIO()
    parquet.write_table(
        table,
        file,
        compression=draw.choice(("none", "snappy", "zstd", "gzip", "lz4")),
        use_dictionary=draw.random() < 0.5,
        data_page_version=draw.choice(("1.0", "2.0")),
        row_group_size=draw.choice((1, 3, 1000)),
        write_page_checksum=draw.random() < 0.3,
    )
    if draw.random() < 0.3 and len(set(header)) == len(header):
        file = io.BytesIO()
        pl.DataFrame(
            {
                name: column.cast(pa.string()).to_pylist()
                for name, column in zip(header, columns, strict=True)
                if pa.types.is_string(column.type)
            }
        ).write_parquet(file)
    return file.getvalue()


def _parquet_column(draw: Random, name: str, cells: list[str]) -> pa.Array:
    text = pa.array([cell.replace("\0", "") or None for cell in cells], pa.string())
    kinds: list[Callable[[], pa.Array]] = [lambda: text] * 12
    kinds += [lambda: pa.array([{"value": cell, "link": "x"} for cell in cells])] * 2
    kinds += [text.dictionary_encode, lambda: text.cast(pa.binary()), lambda: text.cast(pa.large_string())]
    if name != "sys_id":
        kinds += [lambda: pa.array([[cell] for cell in cells]), lambda: pa.array([[[{"a": cell}]] for cell in cells])]
        kinds += [lambda: pa.array(range(len(cells)), pa.int64()), lambda: pa.array([float("nan")] * len(cells))]
        kinds += [lambda: pa.nulls(len(cells)), lambda: pa.array([b"\xff\xfe"] * len(cells), pa.binary())]
        kinds += [
            lambda: pa.array([2**62] * len(cells), pa.timestamp("ns", "UTC")),
            lambda: pa.array([1] * len(cells), pa.duration("s")),
        ]
        kinds += [lambda: pa.array([[("k", cell)] for cell in cells], pa.map_(pa.string(), pa.string()))]
        kinds += [
            lambda: pa.array([10**37] * len(cells), pa.decimal128(38, 0)),
            lambda: pa.array([10**60] * len(cells), pa.decimal256(76, 10)),
        ]
    return draw.choice(kinds)()


WRITERS: Final[dict[str, Callable[[Random, str, Header, Lines], bytes]]] = {
    "csv": as_csv,
    "json": as_json,
    "jsonl": as_json_lines,
    "xml": as_xml,
    "xlsx": as_workbook,
    "parquet": as_parquet,
}
TEXTS: Final = ("csv", "json", "jsonl", "xml")
