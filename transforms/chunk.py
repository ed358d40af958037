"""A large table some rows at a time, cut so that each row comes with all that it is judged by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

import polars as pl

from models.table import Table
from transforms.cell import as_text
from transforms.copied_rows import copied_rows
from transforms.typed_table import Part

KEY = "key"
Read = Callable[[Sequence[str] | None], Iterable[Part]]
"""Reads the files of a table from their begin, in pieces and in their order: these columns, or all of them."""


def in_chunks(source: type[Table], read: Read, *, rows: int) -> Iterator[list[Part]]:
    """The files of a table that is `judged_alone`, about so many rows of them at a time, in their order.

    Rows that share a key with others, and rows that name others of the table or are named, come together at the end.
    The table is read twice, the first time only what tells which these are.
    """
    bound = _bound_to_others(source, read)
    start, chunk, last = 0, list[Part](), list[Part]()
    for piece in read(None):
        mine = bound.slice(start, piece.rows)
        start += piece.rows
        chunk.append(replace(_rows(piece, ~mine), unreadable=piece.unreadable))
        last.append(_copied(_rows(piece, mine)))
        if sum(part.rows for part in chunk) >= rows:
            yield _files(chunk)
            chunk = []
    yield from (_files(parts) for parts in (chunk, last) if parts)


def pieces(part: Part, *, rows: int) -> Iterator[Part]:
    """A file that was read as a whole, not more than so many rows at a time."""
    for start in range(0, max(part.rows, 1), rows):
        cells, numbers = part.cells.slice(start, rows), part.row_number.slice(start, rows)
        unreadable = part.unreadable.clear() if start else part.unreadable
        yield replace(part, cells=cells, row_number=numbers, unreadable=unreadable)


def _rows(piece: Part, which: pl.Series) -> Part:
    cells, numbers = piece.cells.filter(which), piece.row_number.filter(which)
    return replace(piece, cells=cells, row_number=numbers, unreadable=piece.unreadable.clear())


def _copied(piece: Part) -> Part:
    return replace(piece, cells=copied_rows(piece.cells))


def _files(pieces: Iterable[Part]) -> list[Part]:
    """Each file once, with all its rows among the pieces: what is counted of it, such as keys, is of all of them."""
    return [_joined(list(mine)) for _, mine in groupby(pieces, key=lambda piece: piece.source_file)]


def _joined(pieces: Sequence[Part]) -> Part:
    return replace(
        pieces[0],
        cells=pl.concat([piece.cells for piece in pieces]),
        row_number=pl.concat([piece.row_number for piece in pieces]),
        unreadable=pl.concat([piece.unreadable for piece in pieces]),
    )


def _bound_to_others(source: type[Table], read: Read) -> pl.Series:
    """Whether a row shares its key with others, names one, or is named; told by hashes, so now and then too often."""
    key, own = source.primary_key(), _of_itself(source)
    hashes = pl.concat([_hashes(piece, key, own) for piece in read([*key, *own])])
    bound = hashes[KEY].is_duplicated()
    for column in own:
        named = hashes[column]
        is_empty = named == _hash_of_nothing()
        bound = bound | ~is_empty | hashes[KEY].is_in(named.filter(~is_empty).unique().implode())
    return bound


def _of_itself(source: type[Table]) -> list[str]:
    """The columns that name rows of the same table."""
    references = source.columns_of_kind("reference")
    return [column for column in references if source.table_name() in source.metadata_of(column)["tables"]]


def _hashes(piece: Part, key: Sequence[str], own: Sequence[str]) -> pl.DataFrame:
    """Of each row the hash of its key, and that of each column that names a row."""
    named = {KEY: key, **{column: [column] for column in own}}
    return pl.DataFrame(
        {name: _hashed([_texts(piece, column) for column in columns]) for name, columns in named.items()}
    )


def _texts(piece: Part, column: str) -> pl.Series:
    """The trimmed cells of a column; nulls where they are empty, or the file lacks the column."""
    if column not in piece.spelled:
        return pl.Series(column, [None], pl.String).new_from_index(0, piece.rows)
    cells = as_text(piece.cells[piece.spelled[column]]).alias(column).str.strip_chars()
    return cells.set(cells == "", None)


def _hashed(texts: Sequence[pl.Series]) -> pl.Series:
    return pl.DataFrame(texts).select(pl.struct(pl.all()).hash()).to_series()


def _hash_of_nothing() -> int:
    return int(_hashed([pl.Series("nothing", [None], pl.String)])[0])
