"""What has moved planned cost since a baseline: the plans that changed most."""

from __future__ import annotations

from typing import Final

import dataframely as dy
import polars as pl

from models.baseline import BaselineCost, BaselineHeader
from models.baseline_variance import BaselineDriver
from models.cost import CostPlan, Requirement
from models.figures import AvailableStream, WorkItem
from transforms.baseline.comparison import is_comparable

DRIVER: Final = ["baseline", "cost_plan", "expense_type"]


def baseline_driver(
    header: dy.LazyFrame[BaselineHeader],
    cost_plan_breakdown: dy.LazyFrame[BaselineCost],
    requirement: dy.LazyFrame[Requirement],
    cost_plan: dy.LazyFrame[CostPlan],
    available_stream: dy.LazyFrame[AvailableStream],
    work_item: dy.LazyFrame[WorkItem],
    *,
    functional_currency: str | None,
) -> dy.LazyFrame[BaselineDriver]:
    """Planned cost per plan and expense type, today - baseline, where they differ; their sum is that of the baseline.

    Ranked by size whatever the sign. A baseline whose planned cost is unknown, then or now, has none.
    """
    today = available_stream.select(known_today="has_planned_cost")
    unknown = work_item.filter(pl.col("estimated_cost").is_null())
    comparable = header.filter("has_planned_cost", is_comparable(functional_currency))
    known = comparable.join(unknown, on="work_item", how="anti")
    compared = known.join(today, how="cross").filter("known_today")
    owners = compared.select("baseline", "work_item")
    then = cost_plan_breakdown.select(*DRIVER, planned_cost_baseline="planned_cost").join(
        owners, on="baseline", how="semi"
    )
    now = owners.join(requirement, on="work_item").select(*DRIVER, planned_cost_current="planned_cost")
    sums = pl.concat([then, now], how="diagonal").group_by(DRIVER).agg(pl.all().sum())
    variance = pl.col("planned_cost_current") - pl.col("planned_cost_baseline")
    changed = sums.with_columns(planned_cost_variance=variance).filter(pl.col("planned_cost_variance") != 0)
    named = changed.join(owners, on="baseline").join(
        cost_plan.select("name", cost_plan="sys_id"), on="cost_plan", how="left"
    )
    return BaselineDriver.cast(named.with_columns(rank=_rank()))


def _rank() -> pl.Expr:
    """The place by size of the change; of equal ones by plan and expense type."""
    size = -pl.col("planned_cost_variance").abs()
    ordered = pl.struct(size.alias("size"), pl.col("cost_plan").fill_null(""), "expense_type")
    return ordered.rank("ordinal").over("baseline").cast(pl.Int64)
