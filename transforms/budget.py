"""Stream 4, budget: one version per work item, shared out over base periods in whole cents."""

from __future__ import annotations

from typing import Final

import dataframely as dy
import polars as pl

from models.budget import (
    Budget,
    BudgetRow,
    BudgetSelection,
    BudgetShare,
    FinancialMigration,
    InvestmentBudget,
    ProjectFunding,
)
from models.cost import Requirement, ResourceTypeDefinition
from models.counted_row import CountedRow
from models.currency import ExchangeRate
from models.fiscal_calendar import FiscalSpan, PeriodMember
from models.investment import Investment
from models.stream import BUDGET_COST
from models.vocabulary import CAPITAL, NO_BUDGET, OPERATING, UNCLASSIFIED, V1, V2
from models.work_item import Subject
from transforms.conversion import Exchange, converted, with_currency, with_period_rate_date
from transforms.counted_row import of_stream
from transforms.expense_type import with_cost_type_expense
from transforms.figure import total
from transforms.split import equal_share

ONE_AMOUNT: Final = "amount_number"
PLANNED, WITHIN, ANY = 1, 2, 3


def budget_row(
    project_funding: dy.LazyFrame[ProjectFunding],
    sn_invst_pln_invst_budget: dy.LazyFrame[InvestmentBudget],
    sn_invst_pln_investment: dy.LazyFrame[Investment],
    resource_type_definition: dy.LazyFrame[ResourceTypeDefinition],
    subject: dy.LazyFrame[Subject],
    fiscal_span: dy.LazyFrame[FiscalSpan],
    fx_rate: dy.LazyFrame[ExchangeRate],
    *,
    functional_currency: str | None,
    missing_exchange_rate: str,
    plan_rate_date: str,
) -> dy.LazyFrame[BudgetRow]:
    """Every budget amount of both versions, with its work item, converted at the rate of its period.

    v1 rows on a program, a portfolio or a task have no work item (those are targets, or not budgets at all); v2 rows
    belong to the work item that their investment funds.
    """
    investment = sn_invst_pln_investment.select(investment="sys_id", work_item="funding_entity_id")
    rows = [
        _v1_amounts(project_funding),
        _v2_amounts(sn_invst_pln_invst_budget, resource_type_definition).join(investment, on="investment", how="left"),
    ]
    exchange = Exchange(fx_rate, functional_currency, missing_exchange_rate)
    known_work_item = subject.select("work_item", known_work_item="work_item")
    joined = pl.concat(rows, how="diagonal").join(known_work_item, on="work_item", how="left")
    owned = (
        joined.with_columns(work_item="known_work_item", entered_amount="amount")
        .pipe(with_currency, subject, functional_currency)
        .pipe(with_period_rate_date, fiscal_span, functional_currency, plan_rate_date)
    )
    return BudgetRow.cast(converted(owned, ["amount"], exchange))


def _v1_amounts(project_funding: pl.LazyFrame) -> pl.LazyFrame:
    """Capital and operating amounts where set; the total, unclassified, only where neither is."""
    rows = project_funding.with_columns(version=pl.lit(V1), source_table=pl.lit("project_funding"), work_item="task")
    unsplit = pl.all_horizontal(pl.col("capex_budget", "opex_budget").is_null())
    amounts = [
        _amount_of(rows.filter(pl.col("capex_budget").is_not_null()), "capex_budget", CAPITAL),
        _amount_of(rows.filter(pl.col("opex_budget").is_not_null()), "opex_budget", OPERATING),
        _amount_of(rows.filter(unsplit), "total_budget", UNCLASSIFIED),
    ]
    return pl.concat(amounts)


def _amount_of(rows: pl.LazyFrame, column: str, expense_type: str) -> pl.LazyFrame:
    kept = ["version", "source_table", "sys_id", "work_item", "fiscal_period", "currency"]
    return rows.select(*kept, amount=column, expense_type=pl.lit(expense_type))


def _v2_amounts(
    sn_invst_pln_invst_budget: pl.LazyFrame, resource_type_definition: dy.LazyFrame[ResourceTypeDefinition]
) -> pl.LazyFrame:
    rows = with_cost_type_expense(sn_invst_pln_invst_budget, resource_type_definition)
    return rows.select(
        "sys_id",
        "investment",
        "fiscal_period",
        "resource_type",
        "currency",
        "amount",
        version=pl.lit(V2),
        source_table=pl.lit("sn_invst_pln_invst_budget"),
        expense_type=pl.coalesce("expense_type", "cost_type_expense", pl.lit(UNCLASSIFIED)),
    )


def budget_selection(
    subject: dy.LazyFrame[Subject],
    sn_invst_pln_financial_migration: dy.LazyFrame[FinancialMigration],
    budget_row: dy.LazyFrame[BudgetRow],
    *,
    budget_without_migration_record: str,
) -> dy.LazyFrame[BudgetSelection]:
    """The budget version that counts for each work item: v2 if any of its migration records says migrated, else v1.

    With `v2_if_only_v2`, a work item without any migration record and with v2 rows only has v2. Neither version falls
    back to the other: without a row in the one that counts, `budget_source` is `none`.
    """
    migration = sn_invst_pln_financial_migration.group_by(work_item="task").agg(
        migrated=pl.col("is_budget_migrated").any()
    )
    held = budget_row.group_by("work_item").agg(
        has_v1=(pl.col("version") == V1).any(), has_v2=(pl.col("version") == V2).any()
    )
    only_v2 = pl.col("has_v2") & ~pl.col("has_v1") & pl.lit(budget_without_migration_record == "v2_if_only_v2")
    migrated = pl.col("migrated").fill_null(only_v2).fill_null(False)
    frame = (
        subject.join(migration, on="work_item", how="left")
        .join(held, on="work_item", how="left")
        .with_columns(version=pl.when(migrated).then(pl.lit(V2)).otherwise(pl.lit(V1)))
        .with_columns(has_row=pl.when(pl.col("version") == V2).then("has_v2").otherwise("has_v1").fill_null(False))
        .with_columns(budget_source=pl.when("has_row").then("version").otherwise(pl.lit(NO_BUDGET)))
    )
    return BudgetSelection.cast(frame)


def budget_share(
    budget_row: dy.LazyFrame[BudgetRow],
    budget_selection: dy.LazyFrame[BudgetSelection],
    period_member: dy.LazyFrame[PeriodMember],
    requirement: dy.LazyFrame[Requirement],
    subject: dy.LazyFrame[Subject],
) -> dy.LazyFrame[BudgetShare]:
    """Each chosen amount in equal whole-cent shares over base periods of its period, the earliest getting odd cents.

    v1: those with requirement rows of the work item; if none, those that overlap its dates; if none, all.
    v2: all of them. Amounts are numbered: numbers are grouped and joined much faster than keys.
    """
    amounts = (
        budget_row.with_row_index(ONE_AMOUNT)
        .filter(pl.col("entered_amount").is_not_null())
        .join(budget_selection.select("work_item", "version"), on=["work_item", "version"])
        .join(subject.select("work_item", begins="start_date", finishes="end_date"), on="work_item", how="left")
    )
    candidates = (
        amounts.select(ONE_AMOUNT, "version", "work_item", "fiscal_period", "begins", "finishes")
        .join(period_member, on="fiscal_period")
        .with_columns(fiscal_period="base_period")
        .join(_planned_cells(requirement), on=["work_item", "fiscal_period"], how="left")
        .select(ONE_AMOUNT, "fiscal_period", "start_date", claim=_claim())
    )
    shares = amounts.drop("fiscal_period").join(_sharing_periods(candidates), on=ONE_AMOUNT)
    return BudgetShare.cast(shares.with_columns(budget_cost=_share("amount"), entered_amount=_share("entered_amount")))


def _planned_cells(requirement: pl.LazyFrame) -> pl.LazyFrame:
    cells = requirement.filter(pl.col("work_item").is_not_null()).select("work_item", "fiscal_period").unique()
    return cells.with_columns(has_requirement=pl.lit(True))


def _claim() -> pl.Expr:
    """How strong a base period's claim to a share is: lower is stronger, and only the strongest of an amount share."""
    begins, finishes = pl.col("begins"), pl.col("finishes")
    within = (begins <= finishes) & (pl.col("start_date") <= finishes) & (pl.col("end_date") >= begins)
    v1 = pl.col("version") == V1
    planned = pl.col("has_requirement").fill_null(False)
    return pl.when(v1 & planned).then(PLANNED).when(v1 & within).then(WITHIN).otherwise(ANY)


def _sharing_periods(candidates: pl.LazyFrame) -> pl.LazyFrame:
    """The base periods with the strongest claim to an amount, how many they are, and the place of each, from 0."""
    strongest = candidates.filter(pl.col("claim") == pl.col("claim").min().over(ONE_AMOUNT))
    place = pl.col("start_date").rank("ordinal").over(ONE_AMOUNT).cast(pl.Int64) - 1
    return strongest.select(ONE_AMOUNT, "fiscal_period", parts=pl.len().over(ONE_AMOUNT).cast(pl.Int64), position=place)


def _share(amount: str) -> pl.Expr:
    return equal_share(pl.col(amount), parts=pl.col("parts"), position=pl.col("position"))


def budget(counted_row: dy.LazyFrame[CountedRow]) -> dy.LazyFrame[Budget]:
    """Sum of shares per work item, base period and expense type."""
    shares = of_stream(counted_row, BUDGET_COST)
    return Budget.cast(shares.group_by("work_item", "fiscal_period", "expense_type").agg(total(BUDGET_COST)))
