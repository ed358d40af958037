"""Parquet: typed columns, read as they are.

Read by Arrow, one group of rows after the other: on some damaged files Polars' own reader ends the process. What the
file says of itself is checked before anything is read, and what is read, before anything is made of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pyarrow as pa
from pyarrow import parquet

from pipelines.formats.raw_table import RawTable, SourceError, distinct_names, numbered, unreadable_records
from pipelines.formats.size_limit import check_cells, check_columns, check_unpacked

REFERENCE_VALUE = "value"


def read_parquet(path: Path, name: str) -> RawTable:
    """The rows of a Parquet file; of a reference kept as a structure, its `value`."""
    pieces = ParquetPieces(path, name)
    with _told(name):
        cells = pl.concat([piece.cells for piece, _ in pieces.read()])
    return RawTable(cells, numbered(cells), unreadable_records({}), repeated=pieces.repeated)


class ParquetPieces:
    """A Parquet file, of which not more than one group of rows is in memory."""

    def __init__(self, path: Path, name: str) -> None:
        """Look at what the file says of itself. Raises SourceError."""
        self._path, self._name = path, name
        with _told(name), _opened(path) as file:
            _check_size(file.metadata, path, name)
            self._names = file.schema_arrow.names
            self.columns, self.repeated = distinct_names(self._names)
            self.rows: int = file.metadata.num_rows

    def read(self, columns: Collection[str] | None = None) -> Iterator[tuple[RawTable, bool]]:
        """One group of rows after the other, and whether it is the last; the last one has more than `columns`.

        Raises SourceError.
        """
        asked = None if columns is None else self._chosen(columns)
        start = cells = 0
        with _told(self._name), _opened(self._path) as file:
            for place in range(max(file.num_row_groups, 1)):
                is_last = place >= file.num_row_groups - 1
                rows = _frame(self._group(file, place, None if is_last else asked))
                cells += rows.height * len(self.columns)
                check_cells(self._path, self._name, cells)
                if is_last and start + rows.height != self.rows:
                    raise pa.ArrowInvalid(f"it should have {self.rows} rows, but has {start + rows.height}")
                yield self._piece(rows, start), is_last
                start += rows.height

    def _chosen(self, columns: Collection[str]) -> list[str] | None:
        """The columns by their names in the file; None where these are not clear: of several one, or parts of one."""
        chosen = [given for given, name in zip(self._names, self.columns, strict=True) if name in columns]
        return None if self.repeated or any("." in given for given in self._names) else chosen or None

    def _group(self, file: parquet.ParquetFile, place: int, columns: list[str] | None) -> pa.Table:
        if not file.num_row_groups:
            return file.schema_arrow.empty_table().rename_columns(self.columns)
        if columns is None:
            return file.read_row_group(place).rename_columns(self.columns)
        group = file.read_row_group(place, columns=columns)
        names = dict(zip(self._names, self.columns, strict=True))
        return group.rename_columns([names[given] for given in group.column_names])

    def _piece(self, rows: pl.DataFrame, start: int) -> RawTable:
        cells = pl.DataFrame([_flat(column).alias(column.name) for column in rows])
        numbers = pl.int_range(start + 1, start + rows.height + 1, dtype=pl.Int64, eager=True).alias("row_number")
        return RawTable(cells, numbers, unreadable_records({}), repeated=self.repeated)


def _opened(path: Path) -> parquet.ParquetFile:
    """The file; a page that has a checksum is held against it."""
    return parquet.ParquetFile(path, memory_map=False, page_checksum_verification=True)


def _check_size(told: parquet.FileMetaData, path: Path, name: str) -> None:
    check_columns(name, told.num_columns)
    check_cells(path, name, told.num_rows * told.num_columns)
    check_unpacked(path, name, sum(told.row_group(place).total_byte_size for place in range(told.num_row_groups)))


def _frame(group: pa.Table) -> pl.DataFrame:
    group.validate(full=True)
    frame = pl.from_arrow(_with_wide_numbers_as_text(group))
    assert isinstance(frame, pl.DataFrame)
    return frame


def _with_wide_numbers_as_text(piece: pa.Table) -> pa.Table:
    """Polars has no type for numbers of more than 38 digits."""
    for place, column in enumerate(piece.schema):
        if pa.types.is_decimal256(column.type):
            piece = piece.set_column(place, column.name, piece.column(place).cast(pa.string()))
    return piece


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Turn whatever a reader says of a damaged file into a SourceError."""
    try:
        yield
    except (pa.ArrowException, pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as fault:
        raise SourceError(f"{name} can't be read as Parquet: {_first_line(fault)}. Export it again.") from fault


def _first_line(fault: BaseException) -> str:
    return (str(fault).strip() or type(fault).__name__).splitlines()[0].rstrip(".")


def _flat(column: pl.Series) -> pl.Series:
    is_reference = isinstance(column.dtype, pl.Struct) and REFERENCE_VALUE in column.dtype.to_schema()
    return column.struct.field(REFERENCE_VALUE) if is_reference else column
