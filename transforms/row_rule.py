"""What single source tables ask of their rows beyond what the kinds of their columns say."""

from __future__ import annotations

from typing import Final, NamedTuple

import polars as pl

from models.vocabulary import REQUIREMENT


class Condition(NamedTuple):
    """The rows of a table that must have a value in a column."""

    rows: pl.Expr
    named: str


EVERY_ROW: Final = Condition(pl.lit(value=True), "row")

NEEDED_ONLY_BY: Final = {
    ("cost_plan_breakdown", "cost_plan"): Condition(pl.col("breakdown_type") == REQUIREMENT, f"{REQUIREMENT} row"),
}
"""Columns that may be empty, or point to nothing, except on these rows."""

ON_BASE_PERIODS: Final = ("cost_plan_breakdown", "benefit_plan_breakdown")
"""Tables whose fiscal period must be a base period."""

SPREAD_OVER_BASE_PERIODS: Final = ("project_funding", "sn_invst_pln_invst_budget")
"""Tables whose fiscal period must be or contain a base period."""
