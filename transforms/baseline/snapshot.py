"""The rows of baselines: those remembered, and those of the baselines that this run adds."""

from __future__ import annotations

from typing import Final

import dataframely as dy
import polars as pl

from models.baseline import (
    BaselineActual,
    BaselineBenefit,
    BaselineBudget,
    BaselineCost,
    BaselineTaken,
    NewBaseline,
    PlatformBenefit,
    PlatformBudget,
    PlatformCost,
    RememberedBaselineActual,
    RememberedBaselineBenefit,
    RememberedBaselineBudget,
    RememberedBaselineCost,
)
from models.benefit import BenefitRow
from models.budget import BudgetShare
from models.cost import Requirement
from models.expense import ExpenseFunnel, ExpenseLine
from models.fiscal_calendar import BasePeriod
from models.vocabulary import COUNTED
from transforms.baseline.header import with_remembered
from transforms.conversion import code
from transforms.figure import total

RATE: Final = ("currency", "rate_date")


def cost_plan_breakdown(
    baseline_taken: dy.LazyFrame[BaselineTaken],
    requirement: dy.LazyFrame[Requirement],
    base_period: dy.LazyFrame[BasePeriod],
    platform_cost: dy.LazyFrame[PlatformCost],
    remembered_baseline_cost: dy.LazyFrame[RememberedBaselineCost],
) -> dy.LazyFrame[BaselineCost]:
    """Requirement rows of each work item on the day of its baseline, classified as then; and the platform's."""
    rows = requirement.with_columns(entered_amount="entered_cost")
    taken = _of_baselines(baseline_taken, rows, base_period)
    return BaselineCost.cast(with_remembered(BaselineCost, remembered_baseline_cost, taken, platform_cost))


def benefit_plan_breakdown(
    baseline_taken: dy.LazyFrame[BaselineTaken],
    benefit_row: dy.LazyFrame[BenefitRow],
    base_period: dy.LazyFrame[BasePeriod],
    platform_benefit: dy.LazyFrame[PlatformBenefit],
    remembered_baseline_benefit: dy.LazyFrame[RememberedBaselineBenefit],
) -> dy.LazyFrame[BaselineBenefit]:
    """The benefit rows of each work item on the day of its baseline; and the platform's."""
    rows = benefit_row.with_columns(entered_amount="entered_planned")
    taken = _of_baselines(baseline_taken, rows, base_period)
    return BaselineBenefit.cast(with_remembered(BaselineBenefit, remembered_baseline_benefit, taken, platform_benefit))


def budget(
    baseline_taken: dy.LazyFrame[BaselineTaken],
    budget_share: dy.LazyFrame[BudgetShare],
    base_period: dy.LazyFrame[BasePeriod],
    platform_budget: dy.LazyFrame[PlatformBudget],
    remembered_baseline_budget: dy.LazyFrame[RememberedBaselineBudget],
) -> dy.LazyFrame[BaselineBudget]:
    """Budget shares of each work item on its baseline's day, of the version that then counted; and the platform's."""
    taken = _of_baselines(baseline_taken, budget_share, base_period)
    return BaselineBudget.cast(with_remembered(BaselineBudget, remembered_baseline_budget, taken, platform_budget))


def actual_cost(
    new_baseline: dy.LazyFrame[NewBaseline],
    expense_funnel: dy.LazyFrame[ExpenseFunnel],
    fm_expense_line: dy.LazyFrame[ExpenseLine],
    base_period: dy.LazyFrame[BasePeriod],
    remembered_baseline_actual: dy.LazyFrame[RememberedBaselineActual],
    *,
    functional_currency: str | None,
) -> dy.LazyFrame[BaselineActual]:
    """Sum of the counted lines of each work item up to the day of its baseline, that day included.

    Taken once, when the baseline is made or first read: lines that are processed or corrected later change nothing.
    """
    dated = fm_expense_line.select("date", expense_line="sys_id")
    lines = expense_funnel.filter(pl.col("outcome") == COUNTED).join(dated, on="expense_line")
    until = _of_baselines(new_baseline, lines, base_period).filter(pl.col("date") <= pl.col("created_on"))
    sums = (
        with_foreign_rates(until, functional_currency)
        .group_by("baseline", "fiscal_period", "end_date", "expense_type", *RATE)
        .agg(
            total("amount").alias("actual_cost"),
            entered_amount=pl.col("entered_amount").sum(),
            exchange_rate=pl.col("exchange_rate").first(),
        )
    )
    return BaselineActual.cast(with_remembered(BaselineActual, remembered_baseline_actual, sums))


def _of_baselines(baselines: pl.LazyFrame, rows: pl.LazyFrame, base_period: pl.LazyFrame) -> pl.LazyFrame:
    """The rows of the work items of these baselines, with the last day of their period."""
    periods = base_period.select("fiscal_period", "end_date")
    owners = baselines.select("baseline", "work_item", "created_on")
    return owners.join(rows, on="work_item").join(periods, on="fiscal_period")


def with_foreign_rates(lines: pl.LazyFrame, functional_currency: str | None) -> pl.LazyFrame:
    """Lines with currency and rate date as they are kept: blank, and the end of the period, where no rate is needed."""
    own = code("currency")
    foreign = pl.lit(value=False) if functional_currency is None else own != functional_currency
    return lines.with_columns(
        currency=pl.when(foreign).then(own).otherwise(pl.lit("")),
        rate_date=pl.when(foreign).then("rate_date").otherwise("end_date"),
    )
