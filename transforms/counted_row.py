"""The rows that money figures are made of: the five streams, and direct cost of demands, as rows of one table."""

from __future__ import annotations

from typing import Final

import dataframely as dy
import polars as pl

from models.benefit import BenefitRow
from models.budget import BudgetShare
from models.cost import Requirement
from models.counted_row import (
    ACTUAL_BENEFIT,
    ACTUAL_COST,
    BUDGET_COST,
    DIRECT_COST,
    PLANNED_BENEFIT,
    PLANNED_COST,
    CountedRow,
)
from models.expense import ExpenseFunnel
from models.fiscal_calendar import BasePeriod
from models.vocabulary import COUNTED, UNCLASSIFIED
from transforms.actual_cost import is_direct

SHARED: Final = ("work_item", "fiscal_period", "currency", "rate_date", "exchange_rate")


def counted_row(
    requirement: dy.LazyFrame[Requirement],
    benefit_row: dy.LazyFrame[BenefitRow],
    expense_funnel: dy.LazyFrame[ExpenseFunnel],
    budget_share: dy.LazyFrame[BudgetShare],
    base_period: dy.LazyFrame[BasePeriod],
) -> dy.LazyFrame[CountedRow]:
    """Every row that the figures of a work item add up, under each figure that adds it up, with its base period."""
    streams = [
        _planned_costs(requirement),
        _benefits(benefit_row, PLANNED_BENEFIT, "entered_planned"),
        _benefits(benefit_row.filter(pl.col("entered_actual") != 0), ACTUAL_BENEFIT, "entered_actual"),
        _lines(expense_funnel.filter(pl.col("outcome") == COUNTED), ACTUAL_COST),
        _lines(expense_funnel.filter(is_direct()), DIRECT_COST),
        _budgets(budget_share),
    ]
    owned = pl.concat(streams, how="diagonal").filter(pl.col("work_item").is_not_null())
    dated = owned.join(base_period.select("fiscal_period", "end_date"), on="fiscal_period", how="left")
    return CountedRow.cast(dated.with_columns(pl.col("fiscal_period").fill_null("")))


def _planned_costs(requirement: pl.LazyFrame) -> pl.LazyFrame:
    return requirement.select(
        *SHARED,
        "expense_type",
        stream=pl.lit(PLANNED_COST),
        source_table=pl.lit("cost_plan_breakdown"),
        sys_id="cost_plan_breakdown",
        plan="cost_plan",
        amount="planned_cost",
        entered_amount="entered_cost",
    )


def _benefits(benefit_row: pl.LazyFrame, stream: str, entered: str) -> pl.LazyFrame:
    return benefit_row.select(
        *SHARED,
        expense_type=pl.lit(UNCLASSIFIED),
        stream=pl.lit(stream),
        source_table=pl.lit("benefit_plan_breakdown"),
        sys_id="benefit_plan_breakdown",
        plan="benefit_plan",
        amount=stream,
        entered_amount=entered,
    )


def _lines(expense_funnel: pl.LazyFrame, stream: str) -> pl.LazyFrame:
    return expense_funnel.select(
        *SHARED,
        "expense_type",
        "amount",
        "entered_amount",
        stream=pl.lit(stream),
        source_table=pl.lit("fm_expense_line"),
        sys_id="expense_line",
        plan="cost_plan",
    )


def _budgets(budget_share: pl.LazyFrame) -> pl.LazyFrame:
    return budget_share.select(
        *SHARED,
        "expense_type",
        "source_table",
        "sys_id",
        "entered_amount",
        stream=pl.lit(BUDGET_COST),
        amount="budget_cost",
    )
