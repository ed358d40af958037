"""Comma-separated text: UTF-8, with or without byte order mark, quoted as in RFC 4180.

Nearly every line is a whole record, which one regular expression tells of all lines at once. Only the others are looked
at one by one: fields that run over several lines, and lines that are broken.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from pipelines.formats.raw_table import (
    RawTable,
    SourceError,
    distinct_names,
    numbered,
    unreadable_records,
    without_rows,
)
from pipelines.formats.size_limit import check_columns

NOT_TEXT: Final = "\0"
"""No text has it: UTF-16 read as UTF-8 does, and so do blocks that a disk lost."""
FIELD: Final = r'(?:[^",\x00]*|"(?:[^"\x00]|"")*")'
WIDEST_PATTERN: Final = 800
"""Columns of a table up to which one pattern for all lines is faster than looking at each."""
BYTE_ORDER_MARK: Final = "\ufeff"
LINE_OF_OURS: Final = b"-\n"
"""Skipped; a text that begins with some other characters would be taken for a compressed one."""
LONGEST_RECORD: Final = 10_000
"""Lines of one record; an open quote that runs further is a broken line."""

csv.field_size_limit(2**31 - 1)


class Records(NamedTuple):
    """The lines of a file below its header, sorted out."""

    texts: pl.Series
    """Well-formed records, in order."""
    broken: dict[int, str]
    """Broken lines, by their place among all records, from 1."""


def read_csv(path: Path, name: str) -> RawTable:
    """The records of a CSV file. A line that is no record, or has too few or too many fields, is unreadable."""
    lines = _lines(path, name)
    if lines.is_empty():
        return without_rows()
    header, height = _header(lines, name)
    check_columns(name, len(header))
    names, repeated = distinct_names(header)
    records = _records(lines.slice(height), len(names))
    cells = _cells(records.texts, names)
    return RawTable(
        cells, numbered(cells, broken=records.broken), unreadable_records(records.broken), repeated=repeated
    )


def _lines(path: Path, name: str) -> pl.Series:
    """All lines, from the first that is not blank."""
    try:
        lines = pl.read_lines(path, glob=False).to_series()
    except (pl.exceptions.ComputeError, UnicodeDecodeError) as fault:
        raise _not_utf8(name) from fault
    first = lines.slice(0, 1).str.strip_prefix(BYTE_ORDER_MARK)
    lines = pl.concat([first, lines.slice(1)])
    filled = _filled(lines).arg_true()
    return lines.slice(filled[0]) if len(filled) else lines.clear()


def _not_utf8(name: str) -> SourceError:
    return SourceError(f"{name} is not UTF-8 text. Export or save it again as UTF-8.")


def _filled(lines: pl.Series) -> pl.Series:
    return lines.str.contains(r"[^\s]")


def _header(lines: pl.Series, name: str) -> tuple[list[str], int]:
    """The column names, and how many lines they take."""
    reader = csv.reader((line + "\n" for line in lines.slice(0, LONGEST_RECORD)), strict=True)
    try:
        names = next(reader)
    except csv.Error as fault:
        raise SourceError(
            f"The header of {name} can't be read ({str(fault).split(' - ')[0]}); it starts: {lines[0][:80]!r}. Export "
            "it again, with commas between fields and quotes only around whole ones."
        ) from fault
    if _has_bytes_of_no_text(names):
        raise _not_utf8(name)
    return names, reader.line_num


def _has_bytes_of_no_text(fields: Sequence[str]) -> bool:
    return any(NOT_TEXT in field for field in fields)


def _records(lines: pl.Series, width: int) -> Records:
    whole = _whole(lines, width)
    filled = _filled(lines)
    if (whole | ~filled).all():
        return Records(lines.filter(filled), {})
    return _sorted_out(lines, whole, filled, width)


def _whole(lines: pl.Series, width: int) -> pl.Series:
    """The lines that are a record each, as far as one pattern can tell."""
    if width > WIDEST_PATTERN:
        return pl.Series([False]).new_from_index(0, len(lines))
    return lines.str.contains(f"^{FIELD}(?:,{FIELD}){{{width - 1}}}$")


def _sorted_out(lines: pl.Series, whole: pl.Series, filled: pl.Series, width: int) -> Records:
    """Join the lines of records that take several, and set aside those that are no record."""
    texts, numbers = lines.to_list(), filled.cast(pl.Int64).cum_sum().to_list()
    kept, absorbed, broken, done = filled.to_list(), 0, {}, 0
    for place in (filled & ~whole).arg_true():
        if place < done:
            continue
        record, taken = _one_record(texts, place, width)
        if record is None:
            broken[numbers[place] - absorbed] = texts[place]
            kept[place] = False
            continue
        texts[place], done = record, place + taken
        absorbed += sum(kept[place + 1 : done])
        kept[place + 1 : done] = [False] * (taken - 1)
    return Records(pl.Series(list(itertools.compress(texts, kept)), dtype=pl.String), broken)


def _one_record(lines: Sequence[str], first: int, width: int) -> tuple[str | None, int]:
    """The record that starts at a line, written anew, and how many lines it takes; None if there is none."""
    last = min(first + LONGEST_RECORD, len(lines))
    reader = csv.reader((lines[place] + "\n" for place in range(first, last)), strict=True)
    try:
        fields = next(reader)
    except csv.Error:
        return None, 1
    if len(fields) != width or _has_bytes_of_no_text(fields):
        return None, 1
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="").writerow(fields)
    return text.getvalue(), reader.line_num


def _cells(records: pl.Series, names: Sequence[str]) -> pl.DataFrame:
    schema = dict.fromkeys(names, pl.String)
    if records.is_empty():
        return pl.DataFrame(schema=schema)
    text = records.str.join("\n").item().encode()
    cells = pl.read_csv(
        io.BytesIO(LINE_OF_OURS + text), has_header=False, skip_lines=1, schema=schema, infer_schema=False
    )
    assert cells.height == len(records), "every record is one row"
    return cells
