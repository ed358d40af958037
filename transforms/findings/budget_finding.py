"""Findings about budgets."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.audit import BudgetFinding
from models.budget import BudgetRow, BudgetSelection, ProjectFunding
from models.investment import Investment
from models.vocabulary import V1, V2
from models.work_item import Subject
from transforms.findings.finding import found
from transforms.sentence import sentence


def budget_finding(
    project_funding: dy.LazyFrame[ProjectFunding],
    sn_invst_pln_investment: dy.LazyFrame[Investment],
    budget_row: dy.LazyFrame[BudgetRow],
    budget_selection: dy.LazyFrame[BudgetSelection],
    subject: dy.LazyFrame[Subject],
) -> dy.LazyFrame[BudgetFinding]:
    """Budgets that count nowhere, that count double, or whose parts do not add up."""
    parts = [
        duplicate_investment(sn_invst_pln_investment, subject),
        funding_without_work_item(budget_row),
        total_budget_differs(project_funding),
        migrated_without_v2_rows(budget_row, budget_selection),
        v2_rows_without_migration(budget_row, budget_selection),
        budget_in_both_tables(budget_row, budget_selection),
    ]
    return BudgetFinding.cast(pl.concat(parts))


def duplicate_investment(sn_invst_pln_investment: pl.LazyFrame, subject: pl.LazyFrame) -> pl.LazyFrame:
    """Several investments fund one work item, where one is expected; their budgets are added up."""
    funded = sn_invst_pln_investment.join(subject, left_on="funding_entity_id", right_on="work_item", how="semi")
    rows = funded.filter(pl.col("funding_entity_id").is_duplicated())
    message = pl.lit("Several investments fund this work item; their budgets are added up.")
    columns = {"sys_id": "sys_id", "work_item": "funding_entity_id"}
    return found(rows, "duplicate_investment", message, source_table="sn_invst_pln_investment", **columns)


def funding_without_work_item(budget_row: pl.LazyFrame) -> pl.LazyFrame:
    """A budget stands on a program, portfolio or task, or on an investment without a work item."""
    rows = budget_row.filter(pl.col("work_item").is_null())
    message = pl.lit("The budget stands on something that is no work item: it is in no figure.")
    columns = {"sys_id": "sys_id", "amount": "amount"}
    return found(rows, "funding_without_work_item", message, source_table=pl.col("source_table"), **columns)


def total_budget_differs(project_funding: pl.LazyFrame) -> pl.LazyFrame:
    """total_budget is set beside capital or operating and differs from their sum; it is not used."""
    capital, operating = pl.col("capex_budget"), pl.col("opex_budget")
    parts = capital.fill_null(0) + operating.fill_null(0)
    split = capital.is_not_null() | operating.is_not_null()
    rows = project_funding.with_columns(parts=parts, gap=pl.col("total_budget") - parts).filter(
        split, pl.col("gap") != 0
    )
    message = sentence("total_budget is {}, capital and operating are {}: those count.", "total_budget", "parts")
    columns = {"sys_id": "sys_id", "amount": "gap"}
    return found(rows, "total_budget_differs", message, source_table="project_funding", **columns)


def _uncounted(budget_row: pl.LazyFrame, budget_selection: pl.LazyFrame, counting: str) -> pl.LazyFrame:
    """Sums of the other version's rows of each work item for which `counting` counts and has no row."""
    chosen = budget_selection.filter(pl.col("version") == counting, pl.col("budget_source") == "none")
    other = budget_row.filter(pl.col("version") != counting).join(chosen, on="work_item", how="semi")
    return other.group_by("work_item").agg(pl.col("amount").sum())


def migrated_without_v2_rows(budget_row: pl.LazyFrame, budget_selection: pl.LazyFrame) -> pl.LazyFrame:
    """v2 counts but has no row, while v1 has."""
    rows = _uncounted(budget_row, budget_selection, V2)
    message = pl.lit("Its budget has been migrated, but v2 has no row for it: v1 has rows, and none of them counts.")
    columns = {"work_item": "work_item", "amount": "amount"}
    return found(rows, "migrated_without_v2_rows", message, source_table="project_funding", **columns)


def v2_rows_without_migration(budget_row: pl.LazyFrame, budget_selection: pl.LazyFrame) -> pl.LazyFrame:
    """v1 counts but has no row, while v2 has."""
    rows = _uncounted(budget_row, budget_selection, V1)
    message = pl.lit("Its budget has not been migrated and v1 has no row for it: v2 has rows, and none of them counts.")
    columns = {"work_item": "work_item", "amount": "amount"}
    return found(rows, "v2_rows_without_migration", message, source_table="sn_invst_pln_invst_budget", **columns)


def budget_in_both_tables(budget_row: pl.LazyFrame, budget_selection: pl.LazyFrame) -> pl.LazyFrame:
    """A work item has rows of both versions: one counts, the other is left out."""
    chosen = budget_selection.filter(pl.col("budget_source") != "none").select("work_item", "version")
    counted = pl.col("version") == pl.col("version_counted")
    sums = (
        budget_row.join(chosen.rename({"version": "version_counted"}), on="work_item")
        .group_by("work_item", "version_counted")
        .agg(left_out=pl.col("amount").filter(~counted).sum(), others=(~counted).sum())
    )
    message = sentence("Both budget tables have rows for it: {} counts, the other is left out.", "version_counted")
    rows = sums.filter(pl.col("others") > 0)
    columns = {"work_item": "work_item", "amount": "left_out"}
    return found(rows, "budget_in_both_tables", message, source_table="project_funding", **columns)
