"""The laws of conservation: every cent that goes in comes out, or is set aside for a reason that can be read."""

from __future__ import annotations

from typing import Final

import dataframely as dy
import polars as pl

from models.audit import (
    ActualConservation,
    BaselineConservation,
    BridgeConservation,
    BudgetConservation,
    Conservation,
    ExportConservation,
    FigureConservation,
    GroupConservation,
    InvestmentConservation,
    OversightConservation,
    PlannedConservation,
)
from models.columns import MONEY_PRECISION, MONEY_SCALE
from models.contribution import ContributionConservation

MONEY: Final = pl.Decimal(MONEY_PRECISION, MONEY_SCALE)


def conservation(
    export_conservation: dy.LazyFrame[ExportConservation],
    planned_conservation: dy.LazyFrame[PlannedConservation],
    actual_conservation: dy.LazyFrame[ActualConservation],
    budget_conservation: dy.LazyFrame[BudgetConservation],
    figure_conservation: dy.LazyFrame[FigureConservation],
    group_conservation: dy.LazyFrame[GroupConservation],
    investment_conservation: dy.LazyFrame[InvestmentConservation],
    oversight_conservation: dy.LazyFrame[OversightConservation],
    baseline_conservation: dy.LazyFrame[BaselineConservation],
    bridge_conservation: dy.LazyFrame[BridgeConservation],
    contribution_conservation: dy.LazyFrame[ContributionConservation],
) -> dy.LazyFrame[Conservation]:
    """All laws of the run."""
    laws = [
        export_conservation,
        planned_conservation,
        actual_conservation,
        budget_conservation,
        figure_conservation,
        group_conservation,
        investment_conservation,
        oversight_conservation,
        baseline_conservation,
        bridge_conservation,
        contribution_conservation,
    ]
    return Conservation.cast(pl.concat(laws))


def amount(rows: pl.LazyFrame, column: str | pl.Expr) -> pl.LazyFrame:
    """The sum of a column, as one row; 0 without rows."""
    value = pl.col(column) if isinstance(column, str) else column
    return rows.select(amount=value.cast(MONEY).sum())


def amount_if_known(rows: pl.LazyFrame, column: str) -> pl.LazyFrame:
    """The sum of a column where it is known throughout, else 0: what is unknown on one side is unknown on the other."""
    value = pl.col(column)
    return rows.select(amount=pl.when(~value.is_null().any()).then(value.cast(MONEY).sum()).otherwise(0))


def with_known(rows: pl.LazyFrame, holders: pl.LazyFrame, holder: str, figure: str) -> pl.LazyFrame:
    """The rows of those whose figure is known: an amount without an exchange rate makes all of its holder unknown."""
    unknown = holders.filter(pl.col(figure).is_null()).select(holder)
    return rows.join(unknown, on=holder, how="anti")


def number(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The number of rows, as one row."""
    return rows.select(amount=pl.len().cast(MONEY))


def law(name: str, expected: pl.LazyFrame, *found: pl.LazyFrame) -> pl.LazyFrame:
    """The law that the amounts of `found` add up to `expected`."""
    outcome = pl.concat(found).select(found=pl.col("amount").sum())
    return compared(expected.rename({"amount": "expected"}).join(outcome, how="cross"), pl.lit(name))


def compared(sides: pl.LazyFrame, name: pl.Expr) -> pl.LazyFrame:
    """A law from each row that has both sides, `expected` and `found`."""
    difference = pl.col("found") - pl.col("expected")
    return sides.select("expected", "found", law=name, difference=difference, holds=difference == 0)
