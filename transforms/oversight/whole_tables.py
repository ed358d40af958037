"""Tables that can only be computed from whole tables at once.

A condition becomes an expression only when the rules are known, which they are not before the night runs. Such a table
is one deferred node of the query: it collects what it needs itself, when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from models.table import Table


def from_whole_tables(table: type[Table], compute: Callable[..., pl.DataFrame], *inputs: pl.LazyFrame) -> pl.LazyFrame:
    """The table as `compute` makes it of the rows of all inputs, when it is asked for."""

    def computed() -> pl.DataFrame:
        rows = compute(*pl.collect_all(inputs, engine="streaming"))
        return rows.select(list(table.columns())).cast(pl.Schema(table.dtypes()))

    return pl.defer(computed, schema=table.dtypes())
