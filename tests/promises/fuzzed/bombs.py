"""Small files made to exhaust whoever reads them, or to read something else: none may be more than refused."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Callable, Iterable
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile

import pyarrow as pa
import xlsxwriter
from pyarrow import parquet

MANY: Final = 300 * 2**20
"""Bytes to which some unpack, of a few hundred thousand."""
SHEET: Final = "xl/worksheets/sheet1.xml"
SHEET_BEGIN: Final = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
SHEET_END: Final = b"</sheetData></worksheet>"
ROW_1: Final = b'<row r="1"><c r="A1" t="inlineStr"><is><t>sys_id</t></is></c></row>'
LOGIN_PAGE: Final = b"<!DOCTYPE html><html><head><title>Log in</title></head><body><form></form></body></html>"


def workbook(parts: dict[str, Iterable[bytes]]) -> bytes:
    """A workbook with some of its parts replaced."""
    plain, file = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(plain) as written:
        written.add_worksheet().write_row(0, 0, ["sys_id", "amount"])
    with ZipFile(plain) as whole, ZipFile(file, "w", ZIP_DEFLATED, compresslevel=1) as changed:
        for name in whole.namelist():
            with changed.open(name, "w") as part:
                part.writelines(parts.get(name, [whole.read(name)]))
    return file.getvalue()


def sheet(*content: bytes) -> bytes:
    return workbook({SHEET: [SHEET_BEGIN, *content, SHEET_END]})


def with_doubled_part() -> bytes:
    """An archive in which a sheet is there twice: readers may differ on which one counts."""
    file = io.BytesIO(sheet(ROW_1))
    with ZipFile(file, "a") as parts:
        parts._didModify = True
        parts.NameToInfo.pop(SHEET)
        parts.writestr(SHEET, SHEET_BEGIN + SHEET_END)
    return file.getvalue()


def table(**columns: pa.Array) -> bytes:
    file = io.BytesIO()
    parquet.write_table(pa.table(columns), file, compression="zstd")
    return file.getvalue()


def nested(depth: int) -> bytes:
    kind: pa.DataType = pa.string()
    for _ in range(depth):
        kind = pa.list_(kind)
    return table(sys_id=pa.nulls(2, kind))


def lying(number: bytes) -> bytes:
    """5,000 rows, of which the end of the file says another number."""
    whole = table(sys_id=pa.array([f"X{row}" for row in range(5000)]))
    footer = len(whole) - 8 - int.from_bytes(whole[-8:-4], "little")
    return whole[:footer] + whole[footer:].replace(b"\x90\x4e", number)


def entities(levels: int) -> bytes:
    """The laughs: each entity is ten of the one before."""
    defined = "".join(f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">' for level in range(1, levels))
    return f'<!DOCTYPE u [<!ENTITY a0 "lol">{defined}]><u><t><sys_id>&a{levels - 1};</sys_id></t></u>'.encode()


def record(cells: str) -> bytes:
    return f"<u><fm_expense_line>{cells}</fm_expense_line></u>".encode()


def zeros(start: bytes) -> bytes:
    packed = zlib.compressobj(1, wbits=31)
    return packed.compress(start) + b"".join(packed.compress(bytes(2**20)) for _ in range(300)) + packed.flush()


def wide(number: int) -> list[dict[str, int]]:
    return [{f"c{place}": 1} for place in range(number)]


BOMBS: Final[dict[str, Callable[[], bytes]]] = {
    "a far cell.xlsx": lambda: sheet(ROW_1, b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    "a far cell in quotes of the other kind.xlsx": lambda: sheet(ROW_1, b"<row><c r = 'XFD1048576'><v>1</v></c></row>"),
    "cells without places.xlsx": lambda: sheet(b"<row>" + b"<c><v>1</v></c>" * 20_000 + b"</row>"),
    "a sheet of blanks.xlsx": lambda: sheet(ROW_1, *[b" " * 2**20] * 300),
    "a long text.xlsx": lambda: workbook(
        {"xl/sharedStrings.xml": [b"<sst><si><t>", *[b"a" * 2**20] * 300, b"</t></si></sst>"]}
    ),
    "a theme of blanks.xlsx": lambda: workbook({"xl/theme/theme1.xml": [b" " * 2**20] * 300}),
    "an entity.xlsx": lambda: workbook({SHEET: [b'<!DOCTYPE x [<!ENTITY a "b">]>', SHEET_BEGIN, SHEET_END]}),
    "an entity in a list.xlsx": lambda: workbook({"xl/workbook.xml": [entities(9)]}),
    "two parts of one name.xlsx": with_doubled_part,
    "open tags.xlsx": lambda: sheet(b"<c " * 100_000),
    "gzip.csv": lambda: zeros(b"sys_id,amount\n"),
    "gzip.json": lambda: zeros(b"["),
    "gzip.jsonl": lambda: zeros(b"{"),
    "gzip.xml": lambda: zeros(b"<u>"),
    "gzip.parquet": lambda: zeros(b"PAR1"),
    "gzip.xlsx": lambda: zeros(b"PK\x03\x04"),
    "zlib.csv": lambda: zlib.compress(bytes(MANY), 1),
    "a small gzip.csv": lambda: gzip.compress(b"sys_id,state,date,amount,task\nX1,processed,2026-01-05,1,P1\n"),
    "laughs.xml": lambda: entities(10),
    "one long entity.xml": lambda: b'<!DOCTYPE u [<!ENTITY a "' + b"a" * 10**5 + b'">]>' + record("&a;" * 10**5),
    "a file of this machine.xml": lambda: (
        b'<!DOCTYPE u [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + record("<sys_id>&x;</sys_id>")
    ),
    "a document type from elsewhere.xml": lambda: (
        b'<!DOCTYPE u SYSTEM "http://127.0.0.1:9/x.dtd">' + record("<sys_id>1</sys_id>")
    ),
    "a parameter.xml": lambda: b'<!DOCTYPE u [<!ENTITY % p SYSTEM "file:///etc/passwd">%p;]><u/>',
    "an inclusion.xml": lambda: record(
        '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'
    ),
    "deep.xml": lambda: b"<a>" * 10**6,
    "columns of their own.xml": lambda: (
        b"<u>" + b"".join(b"<fm_expense_line><c%d>1</c%d></fm_expense_line>" % (n, n) for n in range(20_000)) + b"</u>"
    ),
    "many attributes.xml": lambda: (
        b"<u><fm_expense_line " + b" ".join(b'a%d="1"' % n for n in range(30_000)) + b"/></u>"
    ),
    "columns of their own.json": lambda: json.dumps(wide(20_000)).encode(),
    "mostly empty columns.json": lambda: json.dumps([*wide(5_000), *[{"c0": 1}] * 40_000]).encode(),
    "columns of their own.jsonl": lambda: "\n".join(map(json.dumps, wide(20_000))).encode(),
    "deep lists.json": lambda: b"[" * 10**6,
    "deep objects.json": lambda: b'{"a":' * 10**6,
    "deep lists in a line.jsonl": lambda: b'{"sys_id": "1"}\n' + b"[" * 10**6,
    "a deep cell.json": lambda: b'[{"sys_id":"1","amount":' + b"[" * 900 + b"]" * 900 + b"}]",
    "empty objects.json": lambda: b"[" + b"{}," * 50_000 + b"{}]",
    "a long number.json": lambda: (
        b'[{"sys_id":"1","state":"a","date":"2026-01-05","task":"P1","amount":' + b"9" * 5 * 10**6 + b"}]"
    ),
    "a large exponent.json": lambda: (
        b'[{"sys_id":"1","state":"a","date":"2026-01-05","task":"P1","amount":1e999999999}]'
    ),
    "a wide header.csv": lambda: b",".join(b"c%d" % n for n in range(10**6)),
    "a wide row.csv": lambda: b"sys_id,state,date,amount,task\n" + b"," * 3 * 10**6,
    "a long field.csv": lambda: b"sys_id,state,date,amount,task\n" + b"A" * 5 * 10**6 + b",processed,2026-01-05,1,P1\n",
    "an open quote.csv": lambda: b'sys_id,state,date,amount,task\n"' + b"B,processed,2026-01-05,1,P1\n" * 10**5,
    "quotes.csv": lambda: b"sys_id,state,date,amount,task\n" + b'"' * 5 * 10**6,
    "lines of quotes.csv": lambda: b"sys_id,state,date,amount,task\n" + b'a,"b""\n' * 10**5,
    "nothing but zeros.csv": lambda: bytes(5 * 10**6),
    "blank lines.csv": lambda: b"\n" * 10**6,
    "returns.csv": lambda: b"sys_id,state,date,amount,task\r" + b"a,processed,2026-01-05,1,P1\r" * 10**5,
    "many nulls.parquet": lambda: table(sys_id=pa.nulls(20_000_000, pa.string())),
    "one text many times.parquet": lambda: table(sys_id=pa.array(["a" * 40] * 11_000_000)),
    "long texts.parquet": lambda: table(sys_id=pa.array(["a" * MANY])),
    "deep lists.parquet": lambda: nested(1000),
    "wide.parquet": lambda: table(**{f"c{place}": pa.nulls(1, pa.string()) for place in range(20_000)}),
    "more rows than there are.parquet": lambda: lying(b"\xfe\x7f"),
    "fewer rows than there are.parquet": lambda: lying(b"\x82\x00"),
    "fewer rows than none.parquet": lambda: lying(b"\x91\x4e"),
    **{f"a login page.{kind}": lambda: LOGIN_PAGE for kind in ("csv", "json", "jsonl", "xml", "xlsx", "parquet")},
}
"""By name, whose ending is the format that they pretend to be."""
TAKEN_IN: Final = frozenset(
    {"a wide row.csv", "an open quote.csv", "quotes.csv", "lines of quotes.csv", "blank lines.csv", "a long field.csv"}
    | {"a login page.jsonl", "empty objects.json", "a long number.json", "a large exponent.json", "many attributes.xml"}
)
"""Those of which each record is accepted or set aside; all others are refused as a whole."""


LARGE: Final = frozenset(
    {"gzip.json", "gzip.jsonl", "gzip.xml", "gzip.parquet", "gzip.xlsx", "zlib.csv"}
    | {"a long text.xlsx", "a theme of blanks.xlsx", "one text many times.parquet", "long texts.parquet"}
    | {
        "many attributes.xml",
        "wide.parquet",
        "lines of quotes.csv",
        "an open quote.csv",
        "returns.csv",
        "a wide row.csv",
    }
)
"""Those that take a while to make, or to take in."""
