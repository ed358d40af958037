"""What reading a file gives, whatever its format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from transforms.export_note import note_in


class SourceError(Exception):
    """An export that no figures can be computed from: what is wrong, where, and what to do."""


UNREADABLE = pl.Schema({"row_number": pl.Int64(), "raw": pl.String()})


@dataclass(frozen=True)
class RawTable:
    """The records of a file, as cells under the file's own column names."""

    cells: pl.DataFrame
    row_number: pl.Series
    """Place of each row of `cells` among the records of the file, from 1."""
    unreadable: pl.DataFrame
    """Records that are none: `row_number` and `raw` text."""
    repeated: frozenset[str] = field(default_factory=frozenset)
    """Columns of which the file has several under one name; the first one is kept."""
    ignored: Mapping[str, str] = field(default_factory=dict)
    """Parts of the file that hold no records of the table, such as further sheets, and why."""


def without_rows() -> RawTable:
    """A file with nothing in it: a table without rows."""
    return RawTable(pl.DataFrame(), pl.Series("row_number", [], pl.Int64), unreadable_records({}))


def unreadable_records(raw: Mapping[int, str]) -> pl.DataFrame:
    """Texts that are no records, by row number."""
    return pl.DataFrame({"row_number": list(raw), "raw": list(raw.values())}, schema=UNREADABLE)


def numbered(cells: pl.DataFrame, *, broken: Iterable[int] = ()) -> pl.Series:
    """Row numbers of the cells, when the records with the numbers of `broken` are none of them."""
    numbers = pl.Series("row_number", range(1, cells.height + 1 + len(set(broken))), pl.Int64)
    return numbers.filter(~numbers.is_in(pl.Series(list(broken), dtype=pl.Int64).implode()))


def with_note_apart(table: RawTable) -> RawTable:
    """The same table; the note that an export was cut off, where its last record is one, is among the unreadable."""
    if table.cells.is_empty() or table.row_number[-1] <= (table.unreadable["row_number"].max() or 0):
        return table
    note = note_in(table.cells.row(-1))
    if note is None:
        return table
    noted = unreadable_records({table.row_number[-1]: note})
    rest = table.cells.height - 1
    return replace(
        table,
        cells=table.cells.head(rest),
        row_number=table.row_number.head(rest),
        unreadable=pl.concat([table.unreadable, noted]),
    )


def distinct_names(names: Sequence[str]) -> tuple[list[str], frozenset[str]]:
    """The names such that none comes twice or is empty, and those that were there several times."""
    given = [name.strip() or f"(column {place})" for place, name in enumerate(names, start=1)]
    repeated = frozenset(name for name, times in Counter(given).items() if times > 1)
    return list(_told_apart(given)), repeated


def _told_apart(names: Iterable[str]) -> Iterator[str]:
    taken: set[str] = set()
    for name in names:
        free, copy = name, 1
        while free in taken:
            copy += 1
            free = f"{name} ({copy})"
        taken.add(free)
        yield free
