"""Yearly vectors of many work items as one matrix: one row for each item, one column for each year."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]


class YearlyVectors(NamedTuple):
    """The vectors of all items whose every year is known."""

    work_item: pl.Series
    years: npt.NDArray[np.int64]
    """Number of years of each item."""
    values: Floats
    """(items, most years); filled up with zeros after the last year of an item."""


def yearly_vectors(rows: pl.DataFrame, column: str) -> YearlyVectors:
    """Gather a column of rows (work_item, t, column) into vectors, in order of t from each item's first year."""
    known = rows.filter(pl.col(column).is_not_null().all().over("work_item")).sort("work_item", "t")
    items = known.group_by("work_item", maintain_order=True).agg(
        years=pl.len().cast(pl.Int64), year=pl.int_range(pl.len(), dtype=pl.Int64)
    )
    values = np.zeros((items.height, max([0, *items["years"]])))
    places = items.with_row_index("row").explode("year")
    values[places["row"].to_numpy(), places["year"].to_numpy()] = known[column].cast(pl.Float64).to_numpy()
    return YearlyVectors(items["work_item"], items["years"].to_numpy(), values)
