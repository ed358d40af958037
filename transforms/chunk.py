"""A large table some rows at a time, cut so that each row comes with all that it is judged by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import polars as pl

from models.table import Table
from transforms.cell import as_text
from transforms.typed_table import Part

SLICE: Final = 500_000
"""Rows whose texts are held at a time while they are hashed."""


def in_chunks(source: type[Table], parts: Sequence[Part], *, rows: int) -> Iterator[list[Part]]:
    """The files of a table that is `judged_alone`, about so many rows of them at a time, in their order.

    Rows that share a key with others, and rows that name others of the table or are named, are all in the first chunk.
    """
    count = sum(part.rows for part in parts)
    if count <= rows:
        yield list(parts)
        return
    chunk = pl.select(pl.int_range(count, dtype=pl.UInt32) // rows).to_series()
    bound = _bound_to_others(source, parts)
    chunk = chunk.set(bound, 0)
    for number in range(count // rows + 1):
        yield list(_with_rows(parts, chunk == number, has_unreadable=number == 0))


def _with_rows(parts: Sequence[Part], mask: pl.Series, *, has_unreadable: bool) -> Iterator[Part]:
    start = 0
    for part in parts:
        mine = mask.slice(start, part.rows)
        unreadable = part.unreadable if has_unreadable else part.unreadable.clear()
        cells, numbers = part.cells.filter(mine), part.row_number.filter(mine)
        yield replace(part, cells=cells, row_number=numbers, unreadable=unreadable)
        start += part.rows


def _bound_to_others(source: type[Table], parts: Sequence[Part]) -> pl.Series:
    """Whether a row shares its key with others, names one, or is named; told by hashes, so now and then too often."""
    key = _hashes(parts, source.primary_key())
    bound = key.is_duplicated()
    for column in _of_itself(source):
        named = _hashes(parts, [column])
        is_empty = named == _hash_of_nothing()
        bound = bound | ~is_empty | key.is_in(named.filter(~is_empty).unique().implode())
    return bound


def _of_itself(source: type[Table]) -> list[str]:
    """The columns that name rows of the same table."""
    references = source.columns_of_kind("reference")
    return [column for column in references if source.table_name() in source.metadata_of(column)["tables"]]


def _hashes(parts: Sequence[Part], columns: Sequence[str]) -> pl.Series:
    slices = [(part, start) for part in parts for start in range(0, part.rows, SLICE)]
    return pl.concat([_hashed([_texts(part, start, column) for column in columns]) for part, start in slices])


def _texts(part: Part, start: int, column: str) -> pl.Series:
    """Some trimmed cells of a column; nulls where they are empty, or the file lacks the column."""
    if column not in part.spelled:
        return pl.Series(column, [None], pl.String).new_from_index(0, min(SLICE, part.rows - start))
    cells = as_text(part.cells[part.spelled[column]].slice(start, SLICE)).alias(column).str.strip_chars()
    return cells.set(cells == "", None)


def _hashed(texts: Sequence[pl.Series]) -> pl.Series:
    return pl.DataFrame(texts).select(pl.struct(pl.all()).hash()).to_series()


def _hash_of_nothing() -> int:
    return int(_hashed([pl.Series("nothing", [None], pl.String)])[0])
