"""The rows of the platform's own baselines, as they are read for the first time."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.baseline import PlatformBaseline, PlatformBenefit, PlatformBudget, PlatformCost
from models.baseline_source import (
    BenefitPlanBaseline,
    BenefitPlanBreakdownBaseline,
    CostPlanBaseline,
    CostPlanBreakdownBaseline,
    InvestmentBudgetBaseline,
)
from models.benefit import BenefitPlan
from models.cost import CostPlan, ResourceTypeDefinition
from models.currency import ExchangeRate
from models.fiscal_calendar import BasePeriod, FiscalSpan, PeriodMember
from models.vocabulary import REQUIREMENT, UNCLASSIFIED
from models.work_item import Subject
from transforms.baseline.platform_exchange import exchanged
from transforms.conversion import Exchange
from transforms.expense_type import with_cost_type_expense
from transforms.split import equal_share


def platform_cost(
    platform_baseline: dy.LazyFrame[PlatformBaseline],
    cost_plan_breakdown_baseline: dy.LazyFrame[CostPlanBreakdownBaseline],
    cost_plan_baseline: dy.LazyFrame[CostPlanBaseline],
    cost_plan: dy.LazyFrame[CostPlan],
    resource_type_definition: dy.LazyFrame[ResourceTypeDefinition],
    base_period: dy.LazyFrame[BasePeriod],
    subject: dy.LazyFrame[Subject],
    fx_rate: dy.LazyFrame[ExchangeRate],
    *,
    functional_currency: str | None,
    missing_exchange_rate: str,
    plan_rate_date: str,
) -> dy.LazyFrame[PlatformCost]:
    """Requirement rows, classified as live ones are: by themselves, their cost type, their plan, or its cost type.

    Amounts are converted at the rates of the baseline's day.
    """
    exchange = Exchange(fx_rate, functional_currency, missing_exchange_rate)
    plans = _plans(cost_plan_baseline, cost_plan, "cost_plan").pipe(with_cost_type_expense, resource_type_definition)
    plan = plans.with_columns(
        plan_expense=pl.coalesce("expense_type", "cost_type_expense"),
        plan_cost_type="resource_type",
        plan_currency="currency",
    )
    frame = (
        _rows(platform_baseline, cost_plan_breakdown_baseline.filter(pl.col("breakdown_type") == REQUIREMENT))
        .pipe(_with_plan, plan, "cost_plan", ["plan_expense", "plan_cost_type", "plan_currency"])
        .pipe(with_cost_type_expense, resource_type_definition)
        .join(base_period.select("fiscal_period", "end_date"), on="fiscal_period")
        .with_columns(
            cost_plan_breakdown="row",
            expense_type=pl.coalesce("expense_type", "cost_type_expense", "plan_expense", pl.lit(UNCLASSIFIED)),
            resource_type=pl.coalesce("resource_type", "plan_cost_type"),
            entered_amount="value",
            planned_cost="value",
        )
        .pipe(exchanged, ["planned_cost"], base_period, subject, exchange, plan_rate_date)
    )
    return PlatformCost.cast(frame.select(PlatformCost.column_names()))


def platform_benefit(
    platform_baseline: dy.LazyFrame[PlatformBaseline],
    benefit_plan_breakdown_baseline: dy.LazyFrame[BenefitPlanBreakdownBaseline],
    benefit_plan_baseline: dy.LazyFrame[BenefitPlanBaseline],
    benefit_plan: dy.LazyFrame[BenefitPlan],
    base_period: dy.LazyFrame[BasePeriod],
    subject: dy.LazyFrame[Subject],
    fx_rate: dy.LazyFrame[ExchangeRate],
    *,
    functional_currency: str | None,
    missing_exchange_rate: str,
    plan_rate_date: str,
) -> dy.LazyFrame[PlatformBenefit]:
    """Benefit rows as they are."""
    exchange = Exchange(fx_rate, functional_currency, missing_exchange_rate)
    plan = _plans(benefit_plan_baseline, benefit_plan, "benefit_plan").with_columns(plan_currency="currency")
    frame = (
        _rows(platform_baseline, benefit_plan_breakdown_baseline)
        .pipe(_with_plan, plan, "benefit_plan", ["plan_currency"])
        .join(base_period.select("fiscal_period", "end_date"), on="fiscal_period")
        .with_columns(
            benefit_plan_breakdown="row",
            entered_amount="value",
            planned_benefit="value",
        )
        .pipe(exchanged, ["planned_benefit", "actual_benefit"], base_period, subject, exchange, plan_rate_date)
    )
    return PlatformBenefit.cast(frame.select(PlatformBenefit.column_names()))


def platform_budget(
    platform_baseline: dy.LazyFrame[PlatformBaseline],
    sn_invst_pln_invst_budget_baseline: dy.LazyFrame[InvestmentBudgetBaseline],
    resource_type_definition: dy.LazyFrame[ResourceTypeDefinition],
    period_member: dy.LazyFrame[PeriodMember],
    fiscal_span: dy.LazyFrame[FiscalSpan],
    subject: dy.LazyFrame[Subject],
    fx_rate: dy.LazyFrame[ExchangeRate],
    *,
    functional_currency: str | None,
    missing_exchange_rate: str,
    plan_rate_date: str,
) -> dy.LazyFrame[PlatformBudget]:
    """v2 rows shared out as live ones are: equally over the base periods of their period, in whole cents."""
    one_amount = ["baseline", "sys_id"]
    exchange = Exchange(fx_rate, functional_currency, missing_exchange_rate)
    parts = (
        _rows(platform_baseline, sn_invst_pln_invst_budget_baseline)
        .with_columns(plan_currency=pl.lit(None, pl.String), entered_amount="amount")
        .pipe(exchanged, ["amount"], fiscal_span, subject, exchange, plan_rate_date)
        .pipe(with_cost_type_expense, resource_type_definition)
        .join(period_member, on="fiscal_period")
        .with_columns(
            parts=pl.len().over(one_amount).cast(pl.Int64),
            position=pl.int_range(pl.len()).over(one_amount, order_by="start_date"),
        )
    )
    frame = parts.with_columns(
        source_table=pl.lit("sn_invst_pln_invst_budget"),
        sys_id="row",
        fiscal_period="base_period",
        expense_type=pl.coalesce("expense_type", "cost_type_expense", pl.lit(UNCLASSIFIED)),
        budget_cost=_share("amount"),
        entered_amount=_share("entered_amount"),
    )
    return PlatformBudget.cast(frame.select(PlatformBudget.column_names()))


def _share(amount: str) -> pl.Expr:
    return equal_share(pl.col(amount), parts=pl.col("parts"), position=pl.col("position"))


def _rows(platform_baseline: pl.LazyFrame, copies: pl.LazyFrame) -> pl.LazyFrame:
    """The rows of baselines that are read now, each known by the live row it is a copy of.

    Where a baseline has several copies of one row, or the copy does not say of what, by its own key.
    """
    owners = platform_baseline.select("baseline", "work_item", "created_on")
    rows = copies.with_columns(baseline="baseline_header").join(owners, on="baseline")
    is_only_copy = pl.len().over("baseline", "source_sys_id") == 1
    return rows.with_columns(row=pl.when(is_only_copy).then(pl.coalesce("source_sys_id", "sys_id")).otherwise("sys_id"))


def _plans(copies: pl.LazyFrame, live: pl.LazyFrame, plan: str) -> pl.LazyFrame:
    """The plans of baselines, by every key under which a row can name them: that of the copy, and the live one.

    Live plans stand beside them without a baseline.
    """
    copied = copies.with_columns(live_plan=pl.coalesce("source_sys_id", "sys_id"))
    keys = [copied.with_columns(pl.col(name).alias(plan)) for name in ("sys_id", "source_sys_id")]
    named = pl.concat(keys).filter(pl.col(plan).is_not_null())
    unique = named.unique(["baseline_header", plan], keep="first", maintain_order=True)
    return pl.concat([unique, live.with_columns(pl.col("sys_id").alias(plan))], how="diagonal")


def _with_plan(rows: pl.LazyFrame, plans: pl.LazyFrame, plan: str, said: list[str]) -> pl.LazyFrame:
    """Rows with what is `said` of the plan that they name: by its copy in their baseline, else by the live plan."""
    copied = plans.filter(pl.col("baseline_header").is_not_null()).select("baseline_header", plan, "live_plan", *said)
    live = plans.filter(pl.col("baseline_header").is_null()).select(plan, *said)
    joined = rows.join(copied, on=["baseline_header", plan], how="left").join(live, on=plan, how="left", suffix="_live")
    has_copy = pl.col("live_plan").is_not_null()
    return joined.with_columns(
        *(pl.when(has_copy).then(column).otherwise(f"{column}_live").alias(column) for column in said),
        pl.coalesce("live_plan", plan).alias(plan),
    )
