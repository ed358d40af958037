"""Tables drawn as text: what a test reads is what the rule sees."""

from __future__ import annotations

from typing import TypeVar

import dataframely as dy
import polars as pl

from models.table import Table

T = TypeVar("T", bound=Table)


def drawn(picture: str) -> list[dict[str, str | None]]:
    """The rows of a picture like `a | b` over `1 | 2`; an empty cell or `-` is null."""
    lines = [line.split("|") for line in picture.strip().splitlines() if line.strip()]
    header, *body = [[cell.strip() for cell in line] for line in lines]
    return [dict(zip(header, (None if cell in ("", "-") else cell for cell in line), strict=True)) for line in body]


def rows(table: type[T], picture: str) -> dy.LazyFrame[T]:
    """A typed table from its picture; columns that are not drawn are null."""
    return table.cast(text_frame(table, picture).lazy())


def text_frame(table: type[Table], picture: str) -> pl.DataFrame:
    """The picture with every column of the table, typed."""
    cells = drawn(picture)
    columns = {name: [row.get(name) for row in cells] for name in table.columns()}
    return pl.DataFrame(columns, schema=dict.fromkeys(table.columns(), pl.String)).select(
        _typed(name, dtype) for name, dtype in table.dtypes().items()
    )


def _typed(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if dtype == pl.Boolean:
        return column == "true"
    if dtype == pl.Date:
        return column.str.to_date()
    if isinstance(dtype, pl.Datetime):
        return column.str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us")
    return column.cast(dtype)
