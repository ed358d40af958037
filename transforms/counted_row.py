"""The rows that money figures are made of: the five streams, and direct cost of demands, as rows of one table."""

from __future__ import annotations

from typing import Final

import dataframely as dy
import polars as pl

from models.benefit import BenefitRow
from models.budget import BudgetShare
from models.cost import Requirement
from models.counted_row import CountedRow
from models.expense import ExpenseFunnel
from models.fiscal_calendar import BasePeriod
from models.stream import ACTUAL_BENEFIT, ACTUAL_COST, BUDGET_COST, DIRECT_COST, PLANNED_BENEFIT, PLANNED_COST
from models.vocabulary import COUNTED, DEMAND_DIRECT, NO_FISCAL_PERIOD, UNCLASSIFIED

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
        planned_costs(requirement),
        *benefits(benefit_row),
        lines(expense_funnel.filter(pl.col("outcome") == COUNTED), ACTUAL_COST),
        lines(expense_funnel.filter(is_direct()), DIRECT_COST),
        _budgets(budget_share),
    ]
    owned = pl.concat(streams, how="diagonal").filter(pl.col("work_item").is_not_null())
    dated = owned.join(base_period.select("fiscal_period", "end_date"), on="fiscal_period", how="left")
    return CountedRow.cast(dated.with_columns(pl.col("fiscal_period").fill_null("")))


def of_stream(counted_row: pl.LazyFrame, stream: str) -> pl.LazyFrame:
    """The rows of a stream, their amount under its name."""
    return counted_row.filter(pl.col("stream") == stream).rename({"amount": stream})


def is_direct() -> pl.Expr:
    """Whether a line is processed cost of a demand itself that repeats no other line."""
    return pl.col("on_demand") & pl.col("outcome").is_in([DEMAND_DIRECT, NO_FISCAL_PERIOD, COUNTED])


def planned_costs(requirement: pl.LazyFrame) -> pl.LazyFrame:
    """Requirement rows as rows of planned cost."""
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


def benefits(benefit_row: pl.LazyFrame) -> list[pl.LazyFrame]:
    """Benefit rows as rows of planned benefit, and those that realised any, if only an unknown amount, as of actual."""
    realised = (pl.col("entered_actual") != 0) | pl.col("actual_benefit").is_null()
    return [
        _benefits(benefit_row, PLANNED_BENEFIT, "entered_planned"),
        _benefits(benefit_row.filter(realised), ACTUAL_BENEFIT, "entered_actual"),
    ]


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


def lines(expense_funnel: pl.LazyFrame, stream: str) -> pl.LazyFrame:
    """Expense lines as rows of a stream, with their outcome."""
    return expense_funnel.select(
        *SHARED,
        "expense_type",
        "outcome",
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
