"""Every figure that the platform caches, beside ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import dataframely as dy
import polars as pl

from models.columns import MONEY_PRECISION, MONEY_SCALE
from models.cost import CostPlan, CostPlanBreakdown, CostPlanFigures, Requirement, ResourceTypeDefinition, TaskRow
from models.expense import RequirementActual
from models.figures import AvailableStream, WorkItem
from models.investment import Investment
from models.planning_item import SystemProperty
from models.reconciliation import CachedFigure, CachedPlan, FilledMetric
from models.vocabulary import DEMAND_TABLE, PROJECT_TABLE, REQUIREMENT, TASK
from models.work_item import Demand, Project, TaskOwner
from transforms.available_stream import known
from transforms.cost_plan import by_dimension, received

NUMBER: Final = pl.Decimal(MONEY_PRECISION, MONEY_SCALE)
LARGEST_RATE: Final = 1e30
"""Percent; a rate beyond it is compared as this."""
RATES: Final = ("planned_roi", "planned_roi_pct", "irr_value", "irr_pct")
WORK_ITEM_METRICS: Final = {
    "estimated_cost": "estimated_cost",
    "planned_capital": "planned_capital",
    "planned_operating": "planned_operating",
    "estimated_benefit": "estimated_benefit",
    "actual_cost": "actual_cost",
    "budget_cost": "budget_cost",
    "actual_benefit": "actual_benefit",
    "planned_return": "planned_return",
    "planned_roi": "planned_roi_pct",
    "npv_value": "npv",
    "irr_value": "irr_pct",
    "estimate_at_completion": "estimate_at_completion",
}
"""The cached columns of a work item, and ours."""
INVESTMENT_METRICS: Final = {
    "planned_cost": "estimated_cost",
    "planned_capital": "planned_capital",
    "planned_operating": "planned_operating",
    "planned_benefit": "estimated_benefit",
    "work_cost": "actual_cost",
    "capex_work_cost": "actual_capital",
    "opex_work_cost": "actual_operating",
    "actual_benefit": "actual_benefit",
    "budget_cost": "budget_cost",
}
"""The stored columns of an investment, and those of its work item."""
PLAN_METRICS: Final = {"total_planned_cost": "total_planned_cost"}
REQUIREMENT_METRICS: Final = {"actual": "actual_cost"}
TASK_ROW_METRICS: Final = {"value": "planned_cost", "actual": "actual_cost", "budget": "budget_cost"}
TASK_ROW_STREAMS: Final = {
    "planned_cost": pl.col("has_planned_cost"),
    "actual_cost": pl.col("has_actual_cost"),
    "budget_cost": pl.any_horizontal("has_budget_v1", "has_budget_v2"),
}
"""What tells whether a task row that we do not have is 0, or unknown."""
INVESTMENT: Final = "investment"
COST_PLAN: Final = "cost_plan"
REQUIREMENT_ROW: Final = "requirement_row"
TASK_ROW: Final = "task_row"


def metric_name(metric: str, record: str) -> str:
    """The cached column; not on a work item itself, with the kind of record in front."""
    return f"{record}.{metric}" if record else metric


METRICS: Final = tuple(
    metric_name(metric, record)
    for record, metrics in {
        "": WORK_ITEM_METRICS,
        INVESTMENT: INVESTMENT_METRICS,
        COST_PLAN: PLAN_METRICS,
        REQUIREMENT_ROW: REQUIREMENT_METRICS,
        TASK_ROW: TASK_ROW_METRICS,
    }.items()
    for metric in metrics
)
"""The names of all cached figures that have a counterpart."""
INVESTMENT_TABLE: Final = "sn_invst_pln_investment"
BREAKDOWN_TABLE: Final = "cost_plan_breakdown"
TASK_CELL: Final = ["work_item", "fiscal_period", "expense_type", "resource_type"]
KEY: Final = ["source_table", "sys_id", "metric"]


class CachedRecords(NamedTuple):
    """The records that cache figures, what tells whose they are, and which figures are cached at all."""

    pm_project: dy.LazyFrame[Project]
    dmn_demand: dy.LazyFrame[Demand]
    cached_plan: dy.LazyFrame[CachedPlan]
    sn_invst_pln_investment: dy.LazyFrame[Investment]
    cost_plan_breakdown: dy.LazyFrame[CostPlanBreakdown]
    task_owner: dy.LazyFrame[TaskOwner]
    resource_type_definition: dy.LazyFrame[ResourceTypeDefinition]
    sys_properties: dy.LazyFrame[SystemProperty]
    filled_metric: dy.LazyFrame[FilledMetric]


class OwnFigures(NamedTuple):
    """What we compute for them."""

    work_item: dy.LazyFrame[WorkItem]
    cost_plan: dy.LazyFrame[CostPlanFigures]
    requirement: dy.LazyFrame[Requirement]
    requirement_actual: dy.LazyFrame[RequirementActual]
    task_row: dy.LazyFrame[TaskRow]
    available_stream: dy.LazyFrame[AvailableStream]


def cached_plan(cost_plan: dy.LazyFrame[CostPlan]) -> dy.LazyFrame[CachedPlan]:
    """The total that the platform keeps on each cost plan."""
    return CachedPlan.cast(cost_plan.select("total_planned_cost", cost_plan="sys_id"))


def cached_figure(records: CachedRecords, ours: OwnFigures) -> dy.LazyFrame[CachedFigure]:
    """One row for each figure that the platform caches and we compute, with `cached` and `computed`.

    A figure that the platform leaves empty is a row only where ours is not 0 and the column is filled elsewhere.
    Breakdown rows that match are together one row for each work item and metric; `figures` says how many they are.
    """
    filled = records.filled_metric.group_by("source_table").agg(filled="metric")
    tables = ours.work_item.select("work_item", item_table="work_item_table")
    single = [
        _paired(_of_work_items(records.pm_project, PROJECT_TABLE, ours.work_item), filled, WORK_ITEM_METRICS),
        _paired(_of_work_items(records.dmn_demand, DEMAND_TABLE, ours.work_item), filled, WORK_ITEM_METRICS),
        _paired(
            _of_investments(records.sn_invst_pln_investment, ours.work_item), filled, INVESTMENT_METRICS, INVESTMENT
        ),
        _paired(_of_plans(records.cached_plan, ours.cost_plan), filled, PLAN_METRICS, COST_PLAN),
    ]
    of_breakdowns = [
        _put_together(_of_requirement_rows(records, ours), filled, REQUIREMENT_METRICS, REQUIREMENT_ROW, tables),
        _put_together(_of_task_rows(records, ours), filled, TASK_ROW_METRICS, TASK_ROW, tables),
    ]
    return CachedFigure.cast(pl.concat([*single, *of_breakdowns]))


def _of_work_items(records: pl.LazyFrame, table: str, work_item: pl.LazyFrame) -> pl.LazyFrame:
    cached = records.select("sys_id", **_named(WORK_ITEM_METRICS), source_table=pl.lit(table))
    return cached.join(work_item.with_columns(sys_id="work_item"), on="sys_id")


def _of_investments(sn_invst_pln_investment: pl.LazyFrame, work_item: pl.LazyFrame) -> pl.LazyFrame:
    """Investments of work items; without one, the stored figures are all there is."""
    cached = sn_invst_pln_investment.select(
        "sys_id", **_named(INVESTMENT_METRICS), work_item="funding_entity_id", source_table=pl.lit(INVESTMENT_TABLE)
    )
    return cached.join(work_item, on="work_item")


def _of_plans(cached_plan: pl.LazyFrame, cost_plan: pl.LazyFrame) -> pl.LazyFrame:
    cached = cached_plan.select(**_named(PLAN_METRICS), sys_id="cost_plan", source_table=pl.lit("cost_plan"))
    ours = cost_plan.select("work_item", "total_planned_cost", sys_id="cost_plan")
    return cached.join(ours, on="sys_id")


def _of_requirement_rows(records: CachedRecords, ours: OwnFigures) -> pl.LazyFrame:
    """Cached actual cost of requirement rows that a work item owns, and the actual cost that they received."""
    found = (
        received(ours.requirement, ours.requirement_actual)
        .filter(pl.col("work_item").is_not_null())
        .select("work_item", "actual_cost", sys_id="cost_plan_breakdown")
        .join(ours.available_stream, how="cross")
        .with_columns(known("actual_cost", "has_actual_cost", rows="sys_id"))
    )
    rows = records.cost_plan_breakdown.filter(pl.col("breakdown_type") == REQUIREMENT)
    cached = rows.select("sys_id", **_named(REQUIREMENT_METRICS), source_table=pl.lit(BREAKDOWN_TABLE))
    return cached.join(found, on="sys_id")


def _of_task_rows(records: CachedRecords, ours: OwnFigures) -> pl.LazyFrame:
    """The platform's task rows of each work item that has any, per period and type, and those that we regenerate."""
    rows = cached_task_rows(records)
    cells = rows.group_by(TASK_CELL).agg(
        pl.col("sys_id").min(), *(_sum_of(metric).alias(f"cached {metric}") for metric in TASK_ROW_METRICS)
    )
    own = ours.task_row.join(rows, on="work_item", how="semi").with_columns(is_ours=True)
    both = cells.join(own, on=TASK_CELL, how="full", coalesce=True, nulls_equal=True)
    complete = both.join(ours.available_stream, how="cross").with_columns(
        pl.when("is_ours").then(figure).otherwise(_nothing_where(stream)).alias(figure)
        for figure, stream in TASK_ROW_STREAMS.items()
    )
    place = pl.concat_str(*TASK_CELL, separator=" ", ignore_nulls=True)
    return complete.with_columns(pl.coalesce("sys_id", place).alias("sys_id"), source_table=pl.lit(BREAKDOWN_TABLE))


def _nothing_where(stream: pl.Expr) -> pl.Expr:
    """0 where a stream is available; unknown where it is not."""
    return pl.when(stream).then(pl.lit(0).cast(NUMBER))


def cached_task_rows(records: CachedRecords) -> pl.LazyFrame:
    """The platform's task rows with the work item that owns them, by expense type or, by property, by cost type."""
    owner = records.task_owner.select("task", "work_item").filter(pl.col("work_item").is_not_null())
    rows = records.cost_plan_breakdown.filter(pl.col("breakdown_type") == TASK).join(owner, on="task")
    typed = by_dimension(rows, records.sys_properties, records.resource_type_definition)
    return typed.with_columns(pl.col("expense_type").fill_null("unclassified"))


def _sum_of(amount: str) -> pl.Expr:
    """The sum of what is there; empty where nothing is."""
    return pl.when(pl.col(amount).is_not_null().any()).then(pl.col(amount).sum())


def _named(metrics: Mapping[str, str]) -> dict[str, pl.Expr]:
    return {f"cached {metric}": pl.col(metric) for metric in metrics}


def _paired(rows: pl.LazyFrame, filled: pl.LazyFrame, metrics: Mapping[str, str], record: str = "") -> pl.LazyFrame:
    """One row for each record and metric that there is something to compare of; `filled` lists metrics per table."""
    known_to_be_cached = rows.join(filled, on="source_table", how="left")
    return pl.concat([_pair(known_to_be_cached, metric, figure, record) for metric, figure in metrics.items()])


def _pair(rows: pl.LazyFrame, metric: str, figure: str, record: str) -> pl.LazyFrame:
    cached, name = pl.col(f"cached {metric}"), metric_name(metric, record)
    is_missing = cached.is_null() & pl.col("filled").list.contains(name) & (pl.col(figure) != 0)
    return rows.filter(cached.is_not_null() | is_missing).select(
        "work_item",
        "source_table",
        "sys_id",
        metric=pl.lit(name),
        cached=as_number(f"cached {metric}", is_rate=metric in RATES),
        computed=as_number(figure, is_rate=figure in RATES),
        figure=pl.lit(metric_name(figure, record) if record in (COST_PLAN, REQUIREMENT_ROW, TASK_ROW) else figure),
        figures=pl.lit(1, pl.Int64),
    )


def as_number(column: str, *, is_rate: bool = False) -> pl.Expr:
    """An amount as it is; a rate with four decimals, exact from there on."""
    value = pl.col(column).clip(-LARGEST_RATE, LARGEST_RATE).round(MONEY_SCALE) if is_rate else pl.col(column)
    return value.cast(NUMBER)


def _put_together(
    rows: pl.LazyFrame, filled: pl.LazyFrame, metrics: Mapping[str, str], record: str, tables: pl.LazyFrame
) -> pl.LazyFrame:
    """Breakdown rows as they are, except that those which match are one row for each work item and metric."""
    known_to_be_cached = rows.join(filled, on="source_table", how="left")
    parts = []
    for metric, figure in metrics.items():
        is_match = (pl.col(f"cached {metric}") == pl.col(figure)).fill_null(value=False)
        parts.append(_pair(known_to_be_cached.filter(~is_match), metric, figure, record))
        parts.append(_one_a_work_item(_pair(known_to_be_cached.filter(is_match), metric, figure, record), tables))
    return pl.concat(parts)


def _one_a_work_item(matching: pl.LazyFrame, tables: pl.LazyFrame) -> pl.LazyFrame:
    """Matching rows of one metric, added up, as a row on their work item."""
    sums = matching.group_by("work_item").agg(
        pl.col("cached", "computed", "figures").sum(), pl.col("metric", "figure").first()
    )
    on_items = sums.join(tables, on="work_item").with_columns(sys_id="work_item", source_table="item_table")
    return on_items.select(matching.collect_schema().names())
