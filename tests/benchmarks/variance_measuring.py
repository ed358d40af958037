"""Three baselines of each work item beside today: the bare scan of the columns, and the variance per period."""

from __future__ import annotations

from typing import Final

import polars as pl

from tests.benchmarks.case import Place, Timed
from tests.benchmarks.variance_world import ESTIMATES, TABLES, write_variance_world

CELL: Final = ("baseline", "fiscal_period", "end_date")
STREAMS: Final = ("has_planned_cost", "has_planned_benefit", "has_actual_cost", "has_budget")
NEEDED: Final = {
    "header": ("baseline", "work_item", "created_on", *STREAMS),
    "cost_plan_breakdown": (*CELL, "expense_type", "planned_cost"),
    "benefit_plan_breakdown": (*CELL, "planned_benefit"),
    "budget": (*CELL, "budget_cost"),
    "actual_cost": (*CELL, "actual_cost"),
    "work_item_period": (
        *("work_item", "fiscal_period", "planned_cost", "planned_capital", "planned_operating", "planned_benefit"),
        *("budget_cost", "actual_cost", "forecast_cost"),
    ),
    "budget_selection": ("work_item", "version"),
    "work_item": ("work_item", *ESTIMATES),
}
"""The columns that the variance needs."""


def scan(place: Place) -> Timed:
    """Every value of the needed columns is read and looked at once, one table after the other."""
    tables = _world(place)
    return lambda: [_looked_at(tables[name], columns) for name, columns in NEEDED.items()]


def variance(place: Place) -> Timed:
    """Every baseline beside today, period by period."""
    from transforms.baseline.baseline_variance_period import baseline_variance_period  # noqa: PLC0415

    tables = _world(place)
    return lambda: baseline_variance_period(
        **{name: TABLES[name].cast(rows) for name, rows in tables.items()}, functional_currency=None
    ).collect(engine="streaming")


def _world(place: Place) -> dict[str, pl.LazyFrame]:
    write_variance_world(place.scratch, place.items)
    return {name: pl.scan_parquet(place.scratch / f"{name}.parquet") for name in TABLES}


def _looked_at(rows: pl.LazyFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    schema = rows.collect_schema()
    looks = [
        pl.col(name).str.len_bytes().sum() if schema[name] == pl.String else pl.col(name).max() for name in columns
    ]
    return rows.select(looks).collect(engine="streaming")
