"""Parquet: typed columns, read as they are.

Read by Arrow, one group of rows after the other: on some damaged files Polars' own reader ends the process. What the
file says of itself is checked before anything is read, and what is read, before anything is made of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    with _told(name), _opened(path) as file:
        _check_size(file.metadata, path, name)
        names, repeated = distinct_names(file.schema_arrow.names)
        rows = pl.concat(_pieces(file, names, path, name))
        if rows.height != file.metadata.num_rows:
            raise pa.ArrowInvalid(f"it should have {file.metadata.num_rows} rows, but has {rows.height}")
    cells = pl.DataFrame([_flat(column).alias(column.name) for column in rows])
    return RawTable(cells, numbered(cells), unreadable_records({}), repeated=repeated)


def _opened(path: Path) -> parquet.ParquetFile:
    """The file; a page that has a checksum is held against it."""
    return parquet.ParquetFile(path, memory_map=False, page_checksum_verification=True)


def _check_size(told: parquet.FileMetaData, path: Path, name: str) -> None:
    check_columns(name, told.num_columns)
    check_cells(path, name, told.num_rows * told.num_columns)
    check_unpacked(path, name, sum(told.row_group(place).total_byte_size for place in range(told.num_row_groups)))


def _pieces(file: parquet.ParquetFile, names: Sequence[str], path: Path, name: str) -> Iterator[pl.DataFrame]:
    """The rows of one group after the other, as long as they are not too many."""
    yield _frame(file.schema_arrow.empty_table(), names)
    cells = 0
    for place in range(file.num_row_groups):
        piece = _frame(file.read_row_group(place), names)
        cells += piece.height * piece.width
        check_cells(path, name, cells)
        yield piece


def _frame(piece: pa.Table, names: Sequence[str]) -> pl.DataFrame:
    piece.validate(full=True)
    frame = pl.from_arrow(_with_wide_numbers_as_text(piece.rename_columns(names)))
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
