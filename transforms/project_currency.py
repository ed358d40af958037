"""Figures in the currency of the project itself: from what was entered, converted once, to the project's currency."""

from __future__ import annotations

import datetime as dt
from typing import Final, NamedTuple

import dataframely as dy
import polars as pl

from models.budget import BudgetRow, BudgetSelection
from models.counted_row import CountedRow
from models.currency import ExchangeRate
from models.figures import AvailableStream
from models.project_currency import WorkItemInProjectCurrency
from models.stream import (
    ACTUAL_BENEFIT,
    ACTUAL_COST,
    BUDGET_COST,
    DIRECT_COST,
    PLANNED_BENEFIT,
    PLANNED_COST,
)
from models.vocabulary import CAPITAL, EXPENSE_CLASSES, OPERATING
from models.work_item import Subject
from transforms.available_stream import HAS_BUDGET, known
from transforms.conversion import Exchange, at_rate, code, with_rate
from transforms.figure import BUDGETS, NEEDED_STREAMS, SUMMED, total, with_derived_figures

PARTS: Final = {
    "estimated_cost": (PLANNED_COST, None),
    "planned_capital": (PLANNED_COST, CAPITAL),
    "planned_operating": (PLANNED_COST, OPERATING),
    "estimated_benefit": (PLANNED_BENEFIT, None),
    "actual_cost": (ACTUAL_COST, None),
    "actual_capital": (ACTUAL_COST, CAPITAL),
    "actual_operating": (ACTUAL_COST, OPERATING),
    "demand_direct_actual": (DIRECT_COST, None),
    "budget_cost": (BUDGET_COST, None),
    "budget_capital": (BUDGET_COST, CAPITAL),
    "budget_operating": (BUDGET_COST, OPERATING),
    "actual_benefit": (ACTUAL_BENEFIT, None),
}
"""The stream and expense type that each figure adds up."""


class Budgets(NamedTuple):
    """Budget amounts before they are split, and the version that counts."""

    budget_row: dy.LazyFrame[BudgetRow]
    budget_selection: dy.LazyFrame[BudgetSelection]


def work_item_in_project_currency(
    subject: dy.LazyFrame[Subject],
    counted_row: dy.LazyFrame[CountedRow],
    budgets: Budgets,
    available_stream: dy.LazyFrame[AvailableStream],
    fx_rate: dy.LazyFrame[ExchangeRate],
    *,
    as_of: dt.date,
    functional_currency: str | None,
    missing_exchange_rate: str,
    planned_return_sign: str,
) -> dy.LazyFrame[WorkItemInProjectCurrency]:
    """The figures of every work item whose currency is not the functional one; none without a functional currency.

    Every row goes from the currency it was entered in straight to the project's, at the rate of its own day, rounded
    once: figures in project currency are no conversion of those in functional currency.
    """
    exchange = Exchange(fx_rate, functional_currency, missing_exchange_rate)
    own = subject.with_columns(currency=code("currency")).filter(
        pl.col("currency") != pl.lit(functional_currency, pl.String)
    )
    entered = pl.concat([_entered(counted_row), _budgeted(budgets)], how="diagonal")
    sums = (
        _in_currency_of(own, entered, exchange).group_by("work_item").agg(_figures(as_of), has_rows=pl.lit(value=True))
    )
    frame = (
        own.join(sums, on="work_item", how="left")
        .join(budgets.budget_selection.select("work_item", "version"), on="work_item")
        .join(available_stream, how="cross")
        .with_columns(known(figure, *streams, rows="has_rows") for figure, streams in NEEDED_STREAMS.items())
        .with_columns(known(figure, HAS_BUDGET, rows="has_rows") for figure in BUDGETS)
        .pipe(with_derived_figures, planned_return_sign=planned_return_sign)
    )
    return WorkItemInProjectCurrency.cast(frame)


def _entered(counted_row: pl.LazyFrame) -> pl.LazyFrame:
    """All rows but shares of budgets: these are converted before they are split."""
    return counted_row.filter(pl.col("stream") != BUDGET_COST).with_columns(amount="entered_amount")


def _budgeted(budgets: Budgets) -> pl.LazyFrame:
    rows = budgets.budget_row.filter(pl.col("entered_amount").is_not_null())
    chosen = rows.join(budgets.budget_selection.select("work_item", "version"), on=["work_item", "version"])
    return chosen.with_columns(stream=pl.lit(BUDGET_COST), amount="entered_amount")


def _in_currency_of(own: pl.LazyFrame, entered: pl.LazyFrame, exchange: Exchange) -> pl.LazyFrame:
    """The rows of these work items, in their currency."""
    of_items = entered.drop("exchange_rate").join(own.select("work_item", target="currency"), on="work_item")
    named = of_items.with_columns(currency=code("currency").fill_null(pl.lit(exchange.functional_currency, pl.String)))
    return at_rate(with_rate(named, exchange.fx_rate, pl.col("target")), ["amount"], exchange.missing_exchange_rate)


def _figures(as_of: dt.date) -> list[pl.Expr]:
    """Every summed figure, that of the estimate being actual cost of past base periods and plan of all others."""
    is_past = pl.col("end_date") < as_of
    in_estimate = pl.when(is_past).then(pl.col("stream") == ACTUAL_COST).otherwise(pl.col("stream") == PLANNED_COST)
    counted = {figure: _is_of(*part) for figure, part in PARTS.items()} | {"estimate_at_completion": in_estimate}
    return [total("amount", counted[figure]).alias(figure) for figure in SUMMED]


def _is_of(stream: str, expense_type: str | None) -> pl.Expr:
    classes = EXPENSE_CLASSES if expense_type is None else (expense_type,)
    return pl.col("stream").eq(stream) & pl.col("expense_type").is_in(classes)
