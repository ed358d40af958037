"""What single source tables ask of their rows beyond what the kinds of their columns say."""

from __future__ import annotations

from typing import Final, NamedTuple

import polars as pl

from models.vocabulary import DEMAND_TABLE, DEMAND_TASK_TABLE, PROJECT_TABLE, PROJECT_TASK_TABLE, REQUIREMENT


class Condition(NamedTuple):
    """The rows of a table that must have a value in a column."""

    rows: pl.Expr
    named: str


EVERY_ROW: Final = Condition(pl.lit(value=True), "row")

NEEDED_ONLY_BY: Final = {
    ("cost_plan_breakdown", "cost_plan"): Condition(pl.col("breakdown_type") == REQUIREMENT, f"{REQUIREMENT} row"),
}
"""Columns that may be empty, or point to nothing, except on these rows."""

OWNING_TABLES: Final = (PROJECT_TABLE, DEMAND_TABLE, PROJECT_TASK_TABLE, DEMAND_TASK_TABLE)
"""Tables that share one space of keys, because money names a record of any of them by its key alone."""

ON_BASE_PERIODS: Final = (
    "cost_plan_breakdown",
    "benefit_plan_breakdown",
    "cost_plan_breakdown_baseline",
    "benefit_plan_breakdown_baseline",
)
"""Tables whose fiscal period must be a base period."""

SPREAD_OVER_BASE_PERIODS: Final = (
    "project_funding",
    "sn_invst_pln_invst_budget",
    "sn_invst_pln_invst_budget_baseline",
)
"""Tables whose fiscal period must be or contain a base period."""
