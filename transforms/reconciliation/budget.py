"""What the budget would be if other rows counted than those of the chosen version."""

from __future__ import annotations

from typing import NamedTuple

import dataframely as dy
import polars as pl

from models.budget import BudgetRow, BudgetSelection, InvestmentBudget, ProjectFunding
from models.drift_cause import (
    NOT_CONVERTED,
    ONE_INVESTMENT_COUNTED,
    ROLLED_UP_FROM,
    TASK_BUDGETS_COUNTED,
    TOTAL_BUDGET_COUNTED,
    V1_AND_V2_SUMMED,
    WRONG_BUDGET_VERSION,
)
from models.vocabulary import NO_BUDGET, V1, V2
from transforms.reconciliation.tested_row import BUDGETED, under


class BudgetTables(NamedTuple):
    """Budget rows of both versions, and which version counts."""

    budget_row: dy.LazyFrame[BudgetRow]
    budget_selection: dy.LazyFrame[BudgetSelection]
    project_funding: dy.LazyFrame[ProjectFunding]
    sn_invst_pln_invst_budget: dy.LazyFrame[InvestmentBudget]


def budget_amounts(budgets: BudgetTables) -> pl.LazyFrame:
    """Budget amounts of work items, and whether their version counts."""
    chosen = budgets.budget_selection.select("work_item", "budget_source", chosen="version")
    rows = budgets.budget_row.filter(pl.col("entered_amount").is_not_null()).join(chosen, on="work_item")
    return rows.with_columns(counts=pl.col("version") == pl.col("chosen"))


def more_budget_rows(amounts: pl.LazyFrame, budgets: BudgetTables, task_owner: pl.LazyFrame) -> list[pl.LazyFrame]:
    """Rows that would count in addition: of the other version, of tasks, and totals that differ from their parts."""
    in_v1 = budgets.budget_selection.filter(pl.col("version") == V1).select("work_item")
    funding = budgets.project_funding.join(task_owner.select("task", "work_item"), on="task").join(
        in_v1, on="work_item"
    )
    on_task = pl.col("task") != pl.col("work_item")
    split = pl.col("capex_budget").fill_null(0) + pl.col("opex_budget").fill_null(0)
    is_split = pl.any_horizontal(pl.col("capex_budget", "opex_budget").is_not_null())
    budget = pl.when(is_split).then(split).otherwise("total_budget")
    with_total = funding.filter(~on_task, is_split, pl.col("total_budget").is_not_null())
    has_both = ~pl.col("counts") & (pl.col("budget_source") != NO_BUDGET)
    return [
        under(amounts.filter(has_both), BUDGETED, V1_AND_V2_SUMMED, "amount"),
        under(funding.filter(on_task), BUDGETED, TASK_BUDGETS_COUNTED, budget),
        under(with_total, BUDGETED, TOTAL_BUDGET_COUNTED, pl.col("total_budget") - split),
    ]


def other_budget_rows(amounts: pl.LazyFrame, budgets: BudgetTables, task_rows: pl.LazyFrame) -> list[pl.LazyFrame]:
    """Rows that would count instead: the other version, one investment, as entered, or as cached on task rows."""
    counting = amounts.filter("counts")
    investment = budgets.sn_invst_pln_invst_budget.select("sys_id", "investment")
    by_investment = counting.filter(pl.col("version") == V2).join(investment, on="sys_id")
    rows = task_rows.drop_nulls("budget").with_columns(detail=pl.lit("task rows"))
    return [
        under(amounts.filter(~pl.col("counts")), BUDGETED, WRONG_BUDGET_VERSION, "amount"),
        under(by_investment, BUDGETED, ONE_INVESTMENT_COUNTED, "amount", detail="investment"),
        under(counting, BUDGETED, NOT_CONVERTED, "entered_amount"),
        under(rows, BUDGETED, ROLLED_UP_FROM, "budget", detail="detail"),
    ]
