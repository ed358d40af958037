"""Laws about baselines: each row that was remembered is there, unchanged, and what differs from them adds up."""

from __future__ import annotations

from typing import Final, NamedTuple

import dataframely as dy
import polars as pl

from models.audit import BaselineConservation
from models.baseline import (
    BaselineActual,
    BaselineBenefit,
    BaselineBudget,
    BaselineCost,
    BaselineHeader,
    PlatformBaseline,
    PlatformBenefit,
    PlatformBudget,
    PlatformCost,
    RememberedBaselineActual,
    RememberedBaselineBenefit,
    RememberedBaselineBudget,
    RememberedBaselineCost,
    RememberedBaselineHeader,
)
from models.baseline_source import BenefitPlanBreakdownBaseline, CostPlanBreakdownBaseline, InvestmentBudgetBaseline
from models.baseline_variance import (
    BaselineDriver,
    BaselineVariance,
    BaselineVariancePeriod,
    ComparedAmounts,
)
from models.vocabulary import REQUIREMENT
from transforms.laws.conservation import amount, law, number, with_known

VARIANCES: Final = tuple(
    name for name in ComparedAmounts.column_names() if name.endswith(("_variance", "actual_vs_baseline"))
)


class FirstRead(NamedTuple):
    """Baselines of the platform that are read for the first time, as exported and as kept."""

    platform_baseline: dy.LazyFrame[PlatformBaseline]
    platform_cost: dy.LazyFrame[PlatformCost]
    platform_benefit: dy.LazyFrame[PlatformBenefit]
    platform_budget: dy.LazyFrame[PlatformBudget]
    cost_plan_breakdown_baseline: dy.LazyFrame[CostPlanBreakdownBaseline]
    benefit_plan_breakdown_baseline: dy.LazyFrame[BenefitPlanBreakdownBaseline]
    sn_invst_pln_invst_budget_baseline: dy.LazyFrame[InvestmentBudgetBaseline]


def baseline_conservation(
    remembered_baseline_header: dy.LazyFrame[RememberedBaselineHeader],
    remembered_baseline_cost: dy.LazyFrame[RememberedBaselineCost],
    remembered_baseline_benefit: dy.LazyFrame[RememberedBaselineBenefit],
    remembered_baseline_budget: dy.LazyFrame[RememberedBaselineBudget],
    remembered_baseline_actual: dy.LazyFrame[RememberedBaselineActual],
    header: dy.LazyFrame[BaselineHeader],
    cost_plan_breakdown: dy.LazyFrame[BaselineCost],
    benefit_plan_breakdown: dy.LazyFrame[BaselineBenefit],
    budget: dy.LazyFrame[BaselineBudget],
    actual_cost: dy.LazyFrame[BaselineActual],
    baseline_variance_period: dy.LazyFrame[BaselineVariancePeriod],
    baseline_variance: dy.LazyFrame[BaselineVariance],
    baseline_driver: dy.LazyFrame[BaselineDriver],
    first_read: FirstRead,
) -> dy.LazyFrame[BaselineConservation]:
    """Remembered rows = rows that are still there with every value as it was; totals = periods."""
    kept: dict[str, tuple[pl.LazyFrame, pl.LazyFrame]] = {
        "header": (remembered_baseline_header, header),
        "cost_plan_breakdown": (remembered_baseline_cost, cost_plan_breakdown),
        "benefit_plan_breakdown": (remembered_baseline_benefit, benefit_plan_breakdown),
        "budget": (remembered_baseline_budget, budget),
        "actual_cost": (remembered_baseline_actual, actual_cost),
    }
    laws = [
        *(_unchanged(table, before, after) for table, (before, after) in kept.items()),
        *_kept(first_read),
        law(
            "baselines: planned cost variance = drivers",
            amount(baseline_variance, "planned_cost_variance"),
            amount(baseline_driver, "planned_cost_variance"),
        ),
        *_rows_compared(cost_plan_breakdown, actual_cost, baseline_variance),
        *_periods_added_up(baseline_variance_period, baseline_variance),
    ]
    return BaselineConservation.cast(pl.concat(laws))


def _unchanged(table: str, before: pl.LazyFrame, after: pl.LazyFrame) -> pl.LazyFrame:
    """The law of one table; an empty value is the same as an empty value."""
    columns = before.collect_schema().names()
    still_there = before.join(after.select(columns), on=columns, how="semi", nulls_equal=True)
    return law(f"baseline.{table}: remembered rows = rows there unchanged", number(before), number(still_there))


def _kept(first_read: FirstRead) -> list[pl.LazyFrame]:
    """Every amount of the platform's baselines that are read for the first time is kept."""
    requirements = first_read.cost_plan_breakdown_baseline.filter(pl.col("breakdown_type") == REQUIREMENT)
    streams = {
        "planned cost": (requirements, "value", first_read.platform_cost, "entered_amount"),
        "planned benefit": (
            first_read.benefit_plan_breakdown_baseline,
            "value",
            first_read.platform_benefit,
            "entered_amount",
        ),
        "budget": (
            first_read.sn_invst_pln_invst_budget_baseline,
            "amount",
            first_read.platform_budget,
            "entered_amount",
        ),
    }
    headers = first_read.platform_baseline
    return [
        law(
            f"baselines: {stream} of the platform = kept",
            amount(copies.join(headers, left_on="baseline_header", right_on="baseline", how="semi"), entered),
            amount(kept, amount_kept),
        )
        for stream, (copies, entered, kept, amount_kept) in streams.items()
    ]


def _rows_compared(
    cost_plan_breakdown: pl.LazyFrame, actual_cost: pl.LazyFrame, compared: pl.LazyFrame
) -> list[pl.LazyFrame]:
    """Every amount of a baseline whose stream is known is in its comparison."""
    streams = {"planned_cost": cost_plan_breakdown, "actual_cost": actual_cost}
    return [
        law(
            f"baselines: {stream} of rows = comparisons",
            amount(with_known(rows, compared, "baseline", f"{stream}_baseline"), stream),
            amount(compared, f"{stream}_baseline"),
        )
        for stream, rows in streams.items()
    ]


def _periods_added_up(periods: pl.LazyFrame, compared: pl.LazyFrame) -> list[pl.LazyFrame]:
    return [
        law(f"baselines: {variance} of periods = comparisons", amount(periods, variance), amount(compared, variance))
        for variance in VARIANCES
    ]
