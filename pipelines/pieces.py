"""Rows of a run in pieces: in memory while they are few, else in files of a folder that lasts as long as the run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from models.table import Table

UNCUT: Final = -1
"""The portion of rows that have not been cut into portions yet."""


class Pieces:
    """Pieces of tables, by table and portion."""

    def __init__(self, folder: Path, *, rows_in_memory: int) -> None:
        self._folder = folder
        self._room = rows_in_memory
        self._held: dict[tuple[type[Table], int], list[pl.DataFrame | Path]] = defaultdict(list)
        self._written = 0

    def add(self, table: type[Table], rows: pl.DataFrame, portion: int = UNCUT) -> None:
        """Keep a piece. When there is no more room in memory, it and all later ones go to files."""
        self._room -= rows.height
        self._held[table, portion].append(rows if self._room >= 0 else self._file_of(rows))

    def _file_of(self, rows: pl.DataFrame) -> Path:
        path = self._folder / f"{self._written}.arrow"
        rows.write_ipc(path, compression="lz4")
        self._written += 1
        return path

    def scan(self, table: type[Table], portion: int) -> pl.LazyFrame:
        """The rows of a portion of a table."""
        return pl.concat([table.create_empty(lazy=True), *map(_lazy, self._held.get((table, portion), []))])

    def scan_all(self, table: type[Table]) -> pl.LazyFrame:
        """The rows of a table, of whatever portion."""
        mine = [piece for (one, _), pieces in self._held.items() if one is table for piece in pieces]
        return pl.concat([table.create_empty(lazy=True), *map(_lazy, mine)])

    def uncut(self, table: type[Table]) -> Iterator[pl.DataFrame]:
        """The uncut pieces of a table, in the order in which they came."""
        for piece in self._held.get((table, UNCUT), []):
            yield _lazy(piece).collect()

    def take_out(self, table: type[Table]) -> Iterator[pl.DataFrame]:
        """The uncut pieces of a table, in the order in which they came; each is given up as soon as it is taken."""
        for piece in self._held.pop((table, UNCUT), []):
            rows = _lazy(piece).collect()
            self._give_up(piece)
            yield rows

    def drop(self, table: type[Table], portion: int) -> None:
        """Give up the rows of a portion."""
        for piece in self._held.pop((table, portion), []):
            self._give_up(piece)

    def _give_up(self, piece: pl.DataFrame | Path) -> None:
        if isinstance(piece, Path):
            piece.unlink()
        else:
            self._room += piece.height

    def tables(self) -> list[type[Table]]:
        """The tables that have pieces."""
        return list(dict.fromkeys(table for table, _ in self._held))


def _lazy(piece: pl.DataFrame | Path) -> pl.LazyFrame:
    return pl.scan_ipc(piece, glob=False, hive_partitioning=False) if isinstance(piece, Path) else piece.lazy()
