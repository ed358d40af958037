"""The rollup in DuckDB's SQL, on the keys as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import duckdb

SCRIPT: Final = Path(__file__).with_name("rollup.sql")
TABLES: Final = (
    "fiscal_period",
    "resource_type_definition",
    "pm_project",
    "dmn_demand",
    "pm_project_task",
    "dmn_demand_task",
    "cost_plan",
    "benefit_plan",
    "sn_invst_pln_investment",
    "sn_invst_pln_financial_migration",
)
WITH_COPIES: Final = (
    "cost_plan_breakdown",
    "benefit_plan_breakdown",
    "fm_expense_line",
    "project_funding",
    "sn_invst_pln_invst_budget",
)


def rollup(world: Path, result: Path) -> None:
    """Read the world, and write the figures into a new file."""
    names = {name: _parquet(world, name) for name in TABLES}
    admitted = {f"admitted_{name}": _admitted(_parquet(world, name)) for name in WITH_COPIES}
    script = SCRIPT.read_text(encoding="utf-8").format(**names, **admitted)
    with duckdb.connect() as connection:
        connection.execute(f"SET temp_directory = '{result.parent / 'spilled'}'")
        connection.execute(f"ATTACH '{result}' AS result")
        connection.execute(script)


def _parquet(world: Path, table: str) -> str:
    return f"read_parquet('{world / table}.parquet')"


def _admitted(rows: str) -> str:
    """One of identical copies, none of copies that differ."""
    return f"""(
        WITH twice AS MATERIALIZED (SELECT sys_id FROM {rows} GROUP BY sys_id HAVING count(*) > 1)
        SELECT r.* FROM {rows} AS r ANTI JOIN twice USING (sys_id)
        UNION ALL
        SELECT * FROM (SELECT DISTINCT r.* FROM {rows} AS r SEMI JOIN twice USING (sys_id))
        QUALIFY count(*) OVER (PARTITION BY sys_id) = 1)"""
