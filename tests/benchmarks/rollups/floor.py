"""What no rollup can do without: reading the columns, and writing the figures."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

NEEDED: Final = {
    "cost_plan_breakdown": (
        "sys_id",
        "breakdown_type",
        "cost_plan",
        "fiscal_period",
        "expense_type",
        "resource_type",
        "value",
    ),
    "benefit_plan_breakdown": ("sys_id", "benefit_plan", "fiscal_period", "value", "actual_benefit"),
    "fm_expense_line": (
        "sys_id",
        "state",
        "date",
        "amount",
        "task",
        "source_id",
        "cost_plan",
        "resource_type",
        "expense_type",
        "base_expense",
    ),
    "project_funding": ("sys_id", "task", "fiscal_period", "capex_budget", "opex_budget", "total_budget"),
    "sn_invst_pln_invst_budget": ("sys_id", "investment", "fiscal_period", "amount", "expense_type", "resource_type"),
    "cost_plan": ("sys_id", "task", "resource_type", "expense_type"),
    "benefit_plan": ("sys_id", "task"),
    "pm_project": ("sys_id", "start_date", "end_date"),
    "dmn_demand": ("sys_id", "start_date", "end_date"),
    "pm_project_task": ("sys_id", "parent"),
    "dmn_demand_task": ("sys_id", "parent"),
    "sn_invst_pln_investment": ("sys_id", "funding_entity_id"),
    "sn_invst_pln_financial_migration": ("task", "is_budget_migrated"),
    "fiscal_period": ("sys_id", "fiscal_type", "start_date_time", "end_date_time"),
    "resource_type_definition": ("sys_id", "expense_type"),
}
"""The columns that the five streams need."""


def scan(world: Path) -> int:
    """Every value of the needed columns is read and looked at once, one table after the other."""
    return sum(_looked_at(world / f"{table}.parquet", columns) for table, columns in NEEDED.items())


def _looked_at(file: Path, columns: tuple[str, ...]) -> int:
    rows = pl.scan_parquet(file)
    schema = rows.collect_schema()
    looks = [
        pl.col(name).str.len_bytes().sum() if schema[name] == pl.String else pl.col(name).max() for name in columns
    ]
    return len(rows.select(looks).collect(engine="streaming"))
