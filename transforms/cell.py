"""What reading a column of cells gives, and cells as text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
import polars as pl

WHOLE_FLOAT_LIMIT: Final = 1e15
"""Below it every whole binary float is exact and has at most 15 digits."""


class Parsed(NamedTuple):
    """A column after reading."""

    values: pl.Series
    """The typed values; null where the cell is empty or can't be read."""
    rules: pl.Series
    """The rule that the cell breaks; null where it breaks none."""


def parsed_without_defect(values: pl.Series) -> Parsed:
    """Values that break no rule."""
    return Parsed(values, nulls(pl.String(), len(values)))


def parsed_by(cells: pl.Series, values: pl.Expr, rules: pl.Expr) -> Parsed:
    """Two expressions over the column `cell`: the values, and the rules they break."""
    frame = cells.alias("cell").to_frame().select(values=values, rules=rules)
    return Parsed(frame["values"], frame["rules"].cast(pl.String))


def parsed_usually(usual: pl.Series, cells: pl.Series, unusual: Callable[[pl.Series], Parsed]) -> Parsed:
    """The `usual` values; cells without one are read by `unusual`, which is complete but slower."""
    positions = (usual.is_null() & cells.is_not_null()).arg_true()
    if positions.is_empty():
        return parsed_without_defect(usual)
    rest = unusual(cells.gather(positions))
    rules = nulls(pl.String(), len(cells)).scatter(positions, rest.rules)
    return Parsed(usual.scatter(positions, rest.values), rules)


def nulls(dtype: pl.DataType, length: int) -> pl.Series:
    """A column of nulls."""
    return pl.Series([None], dtype=dtype).new_from_index(0, length)


def only_where(kept: pl.Series, values: pl.Series) -> pl.Series:
    """The values where `kept` is true, null elsewhere."""
    return (
        values
        if kept.all(ignore_nulls=False)
        else values.zip_with(kept.fill_null(value=False), nulls(values.dtype, len(values)))
    )


def stripped(cells: pl.Series) -> pl.Series:
    """Text without blanks around it; blank text is null."""
    text = as_text(cells).str.strip_chars()
    return only_where(text != "", text)


def as_text(cells: pl.Series) -> pl.Series:
    """Any column as text: whole numbers without a decimal point, binary floats with 15 significant digits."""
    if cells.dtype.is_float():
        return _floats_as_text(cells.cast(pl.Float64))
    if cells.dtype.is_nested():
        return cells.alias("value").to_frame().select(_nested_as_text(pl.col("value"))).to_series()
    if cells.dtype == pl.Binary:
        return _bytes_as_text(cells)
    return (cells.to_physical() if cells.dtype == pl.Duration else cells).cast(pl.String)


def _floats_as_text(floats: pl.Series) -> pl.Series:
    whole = only_where((floats == floats.round()) & (floats.abs() < WHOLE_FLOAT_LIMIT), floats)
    text = whole.cast(pl.Int64).cast(pl.String)
    return parsed_usually(text, floats, lambda rest: parsed_without_defect(shortest_digits(rest))).values


def shortest_digits(floats: pl.Series) -> pl.Series:
    """Binary floats as decimal text of 15 significant digits, with an exponent where C's `%g` writes one."""
    return pl.Series(np.char.mod("%.15g", floats.to_numpy()).tolist(), dtype=pl.String)


def _nested_as_text(column: pl.Expr) -> pl.Expr:
    return pl.when(column.is_not_null()).then(pl.struct(column).struct.json_encode())


def _bytes_as_text(cells: pl.Series) -> pl.Series:
    """Bytes as the text they spell, or in hexadecimal where some of the column spell none."""
    try:
        return cells.cast(pl.String)
    except pl.exceptions.ComputeError:
        return cells.bin.encode("hex")
