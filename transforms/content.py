"""Whether rows are the same, told by their content."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
import polars as pl

HASHES: Final = ("hash_1", "hash_2")
SEEDS: Final = (2_654_435_769, 40_503)
PLACE: Final = "place"
PART_ROWS = 1_000_000
"""Rows whose hashes are looked at together, about."""


def content(rows: pl.DataFrame) -> pl.DataFrame:
    """Two hashes of 64 bits of each row, over all columns: that two rows differ and both are equal does not happen."""
    return pl.DataFrame([rows.hash_rows(seed).alias(name) for name, seed in zip(HASHES, SEEDS, strict=True)])


def is_among(rows: pl.DataFrame, others: Iterable[pl.DataFrame]) -> pl.Series:
    """Whether each row's content is one of the others'.

    What is alike has the same hashes, so a part of all hashes can be looked at alone: more would take much memory.
    """
    placed, known = rows.lazy().with_row_index(PLACE), pl.concat([rows.clear(), *others])
    parts = 1 + max(rows.height, known.height) // PART_ROWS
    found = np.zeros(rows.height, np.bool_)
    for part in range(parts):
        of_part = pl.col(HASHES[0]) % parts == part
        same = placed.filter(of_part).join(known.lazy().filter(of_part), on=HASHES, how="semi")
        found[same.select(PLACE).collect().to_series().to_numpy()] = True
    return pl.Series(found)
