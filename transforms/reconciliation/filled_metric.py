"""Which figures the platform caches at all, in this export."""

from __future__ import annotations

from collections.abc import Iterable

import dataframely as dy
import polars as pl

from models.cost import CostPlan, CostPlanBreakdown
from models.investment import Investment
from models.reconciliation import FilledMetric
from models.vocabulary import DEMAND_TABLE, PROJECT_TABLE, REQUIREMENT, TASK
from models.work_item import Demand, Project
from transforms.reconciliation.cached_figure import (
    BREAKDOWN_TABLE,
    COST_PLAN,
    INVESTMENT,
    INVESTMENT_METRICS,
    INVESTMENT_TABLE,
    PLAN_METRICS,
    REQUIREMENT_METRICS,
    REQUIREMENT_ROW,
    TASK_ROW,
    TASK_ROW_METRICS,
    WORK_ITEM_METRICS,
    metric_name,
)


def filled_metric(
    pm_project: dy.LazyFrame[Project],
    dmn_demand: dy.LazyFrame[Demand],
    sn_invst_pln_investment: dy.LazyFrame[Investment],
    cost_plan: dy.LazyFrame[CostPlan],
    cost_plan_breakdown: dy.LazyFrame[CostPlanBreakdown],
) -> dy.LazyFrame[FilledMetric]:
    """Every cached column that is filled in any row of its table."""
    rows_of = {kind: cost_plan_breakdown.filter(pl.col("breakdown_type") == kind) for kind in (REQUIREMENT, TASK)}
    parts = [
        _filled(pm_project, PROJECT_TABLE, WORK_ITEM_METRICS),
        _filled(dmn_demand, DEMAND_TABLE, WORK_ITEM_METRICS),
        _filled(sn_invst_pln_investment, INVESTMENT_TABLE, INVESTMENT_METRICS, INVESTMENT),
        _filled(cost_plan, COST_PLAN, PLAN_METRICS, COST_PLAN),
        _filled(rows_of[REQUIREMENT], BREAKDOWN_TABLE, REQUIREMENT_METRICS, REQUIREMENT_ROW),
        _filled(rows_of[TASK], BREAKDOWN_TABLE, TASK_ROW_METRICS, TASK_ROW),
    ]
    return FilledMetric.cast(pl.concat(parts))


def _filled(records: pl.LazyFrame, table: str, metrics: Iterable[str], record: str = "") -> pl.LazyFrame:
    found = records.select(pl.col(metric).is_not_null().any().alias(metric_name(metric, record)) for metric in metrics)
    columns = found.unpivot(variable_name="metric", value_name="is_filled").filter("is_filled")
    return columns.select("metric", source_table=pl.lit(table))
