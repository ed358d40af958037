"""Few of many rows, for as long as one likes: texts that were chosen from a column keep all of it in memory."""

from __future__ import annotations

from typing import Final

import polars as pl

OF_ITS_OWN: Final = pl.CompatLevel.oldest()
"""A layout in which a column of texts holds its own and no others."""


def copied_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """The same rows, of which no text is in memory that other rows use."""
    texts = [column for column in rows if column.dtype == pl.String]
    return rows.with_columns(pl.Series(text.name, text.to_arrow(compat_level=OF_ITS_OWN)) for text in texts)
