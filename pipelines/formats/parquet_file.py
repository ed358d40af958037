"""Parquet: typed columns, read as they are."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pipelines.formats.raw_table import RawTable, SourceError, distinct_names, numbered, unreadable_records

REFERENCE_VALUE = "value"


def read_parquet(path: Path, name: str) -> RawTable:
    """The rows of a Parquet file; of a reference kept as a structure, its `value`."""
    try:
        rows = pl.read_parquet(path, hive_partitioning=False, glob=False)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as fault:
        raise SourceError(f"{name} can't be read as Parquet: {_first_line(fault)}. Export it again.") from fault
    names, repeated = distinct_names(rows.columns)
    cells = pl.DataFrame([_flat(column).alias(name) for column, name in zip(rows, names, strict=True)])
    return RawTable(cells, numbered(cells), unreadable_records({}), repeated=repeated)


def _first_line(fault: BaseException) -> str:
    return (str(fault) or type(fault).__name__).splitlines()[0]


def _flat(column: pl.Series) -> pl.Series:
    is_reference = isinstance(column.dtype, pl.Struct) and REFERENCE_VALUE in column.struct.fields
    return column.struct.field(REFERENCE_VALUE) if is_reference else column
