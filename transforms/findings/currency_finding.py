"""Findings about amounts that can't be converted."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.audit import CurrencyFinding
from models.benefit import BenefitRow
from models.budget import BudgetRow
from models.cost import Requirement
from models.expense import ExpenseFunnel
from models.vocabulary import COUNTED, DEMAND_DIRECT
from transforms.findings.finding import found
from transforms.sentence import sentence

IN_A_FIGURE = pl.col("work_item").is_not_null()


def currency_finding(
    requirement: dy.LazyFrame[Requirement],
    benefit_row: dy.LazyFrame[BenefitRow],
    expense_funnel: dy.LazyFrame[ExpenseFunnel],
    budget_row: dy.LazyFrame[BudgetRow],
    *,
    missing_exchange_rate: str,
) -> dy.LazyFrame[CurrencyFinding]:
    """Amounts of work items for which there is no rate on their day, or none that leaves an amount of possible size."""
    lines = expense_funnel.filter(pl.col("outcome").is_in([COUNTED, DEMAND_DIRECT]))
    budgets = budget_row.filter(pl.col("entered_amount").is_not_null())
    parts = [
        _unconverted(requirement, "cost_plan_breakdown", "cost_plan_breakdown", "entered_cost"),
        _unconverted(benefit_row, "benefit_plan_breakdown", "benefit_plan_breakdown", "entered_planned"),
        _unconverted(lines, "fm_expense_line", "expense_line", "entered_amount"),
        _unconverted(budgets, pl.col("source_table"), "sys_id", "entered_amount"),
    ]
    effect = "it counts at 1" if missing_exchange_rate == "one" else "every figure that needs it is unknown"
    message = sentence(f"{{}} {{}} has no usable exchange rate on its day: {effect}.", "entered", "currency")
    rows = pl.concat(parts)
    columns = {"sys_id": "row", "work_item": "work_item"}
    return CurrencyFinding.cast(found(rows, "missing_exchange_rate", message, source_table=pl.col("table"), **columns))


def _unconverted(rows: pl.LazyFrame, table: str | pl.Expr, key: str, entered: str) -> pl.LazyFrame:
    named = pl.lit(table) if isinstance(table, str) else table
    unknown = rows.filter("is_unconverted", IN_A_FIGURE)
    return unknown.select("work_item", "currency", table=named, row=key, entered=entered)
