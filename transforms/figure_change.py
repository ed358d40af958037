"""What moves between two nights over the same input: the figures of work items, programs and portfolios, side by side.

The sides are called A and B. Amounts are told as exact text beside figures that are words or rates.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from models.columns import MONEY_PRECISION, MONEY_SCALE
from models.figures import (
    PortfolioFigures,
    PortfolioIdentity,
    ProgramFigures,
    ProgramIdentity,
    WorkItem,
    WorkItemIdentity,
)
from models.table import Table

COMPARED: Final[dict[type[Table], list[str]]] = {
    WorkItem: WorkItemIdentity.column_names(),
    ProgramFigures: ProgramIdentity.column_names(),
    PortfolioFigures: PortfolioIdentity.column_names(),
}
"""The tables whose figures are compared, and the columns of each that only say what a row is about."""
NAMES: Final = ("number", "name")
B: Final = "_b"
"""What marks a column of side B."""
ABSENT: Final = "(not there)"
ZERO: Final = r"^0(\.0+)?$"
FIGURES: Final = pl.Enum(list(dict.fromkeys(name for table in COMPARED for name in table.columns())))
LEVELS: Final = pl.Enum([table.table_name() for table in COMPARED])
MONEY: Final = pl.Decimal(MONEY_PRECISION, MONEY_SCALE)


def figures(table: type[Table]) -> list[str]:
    """The figures of a compared table, in its order."""
    return [column for column in table.columns() if column not in COMPARED[table]]


def figure_changes(a: pl.LazyFrame, b: pl.LazyFrame, table: type[Table]) -> pl.LazyFrame:
    """One row for each figure of a row of the table that is another one in B than in A.

    `difference` = B - A, of amounts that both sides know; empty for all else. `size` is how far an amount has moved:
    its difference without sign, else what the side that knows it says. A row that only one side has is `(not there)`
    on the other, and its empty and zero figures say no more than that.
    """
    (key,) = table.primary_key()
    sides = [side.with_columns(is_there=True) for side in (a, b)]
    both = (
        sides[0]
        .join(sides[1], on=key, how="full", coalesce=True, suffix=B)
        .with_columns(pl.coalesce(name, f"{name}{B}") for name in NAMES)
    )
    return pl.concat([_moved(both, table, figure) for figure in figures(table)])


def _moved(both: pl.LazyFrame, table: type[Table], figure: str) -> pl.LazyFrame:
    in_a, in_b = pl.col(figure), pl.col(f"{figure}{B}")
    is_money = figure in table.columns_of_kind("money")
    difference = (in_b - in_a).cast(MONEY) if is_money else pl.lit(None, MONEY)
    known = [in_a.abs().cast(MONEY), in_b.abs().cast(MONEY)] if is_money else []
    return both.filter(in_a.ne_missing(in_b), ~_is_mere_absence(in_a, in_b)).select(
        level=pl.lit(table.table_name()),
        id=table.primary_key()[0],
        **{name: name for name in NAMES},
        figure=pl.lit(figure),
        a=_told(in_a, "is_there"),
        b=_told(in_b, f"is_there{B}"),
        difference=difference,
        size=pl.coalesce(difference.abs(), *known),
    )


def _is_mere_absence(in_a: pl.Expr, in_b: pl.Expr) -> pl.Expr:
    is_on_one_side = pl.any_horizontal(pl.col("is_there", f"is_there{B}").is_null())
    says = pl.coalesce(in_a, in_b).cast(pl.String)
    return is_on_one_side & (says.is_null() | says.str.contains(ZERO))


def _told(figure: pl.Expr, is_there: str) -> pl.Expr:
    return pl.when(pl.col(is_there)).then(figure.cast(pl.String)).otherwise(pl.lit(ABSENT))


def change_totals(changes: pl.LazyFrame) -> pl.LazyFrame:
    """Per choice, level and figure: how many rows move, and the sum of their differences.

    `unknown_on_one_side` of them have no difference because one side does not know the amount, or has no such row. The
    sum is empty where no moved row has a difference: rates and words are counted only.
    """
    told = pl.col("difference").count() > 0
    totals = changes.group_by("choice", "level", "figure").agg(
        moved=pl.len(),
        difference=pl.when(told).then(pl.col("difference").sum()),
        unknown_on_one_side=(pl.any_horizontal(pl.col("a", "b").is_null() | (pl.col("a", "b") == ABSENT))).sum(),
    )
    return totals.with_columns(pl.col("difference").cast(MONEY))


def largest_movements(changes: pl.LazyFrame) -> pl.LazyFrame:
    """One row for each choice and row of a table that it moves: the largest movement, and the names of the others.

    The largest come first, of equal ones the first figure of the table; those that move by no amount come last.
    """
    return (
        changes.sort(pl.col("size").neg(), pl.col("figure").cast(FIGURES), nulls_last=True)
        .group_by("choice", "level", "id")
        .agg(pl.exclude("choice", "level", "id").first(), others=pl.col("figure").slice(1))
        .sort(pl.col("size").neg(), "level", "id", nulls_last=True)
    )
