"""Planning items whose integration with execution is on."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.investment import Investment
from models.planning_item import IntegratedPlanningItem, IntegrationSetup, PlanningItem
from models.work_item import Subject


def integrated_planning_item(
    sn_align_core_planning_item: dy.LazyFrame[PlanningItem],
    sn_align_cmn_int_integrations_setup: dy.LazyFrame[IntegrationSetup],
    sn_invst_pln_investment: dy.LazyFrame[Investment],
    subject: dy.LazyFrame[Subject],
) -> dy.LazyFrame[IntegratedPlanningItem]:
    """The planning items whose class has an active setup row, with their work items.

    A planning item's work item is its task, else the one its investment funds.
    """
    on = sn_align_cmn_int_integrations_setup.filter(pl.col("active").fill_null(True))
    classes = on.select(class_name=_word("planning_item_table")).unique()
    funded = sn_invst_pln_investment.select(investment="sys_id", work_item="funding_entity_id").join(
        subject, on="work_item", how="semi"
    )
    frame = (
        sn_align_core_planning_item.with_columns(class_name=_word("sys_class_name"))
        .join(classes, on="class_name", how="semi")
        .join(funded, on="investment", how="left")
        .select(planning_item="sys_id", work_item=pl.coalesce("task", "work_item"))
    )
    return IntegratedPlanningItem.cast(frame)


def _word(column: str) -> pl.Expr:
    return pl.col(column).str.strip_chars().str.to_lowercase()


def with_planning_item(rows: pl.LazyFrame, integrated_planning_item: pl.LazyFrame) -> pl.LazyFrame:
    """Rows with the planning item they are tied to: their own `planning_item`, else that of their work item.

    Only items for which integration is on count; of several of one work item, the one with the lowest key.
    """
    on = integrated_planning_item.select("planning_item", own="planning_item")
    of_item = (
        integrated_planning_item.drop_nulls("work_item")
        .group_by("work_item")
        .agg(of_item=pl.col("planning_item").min())
    )
    joined = rows.join(on, on="planning_item", how="left").join(of_item, on="work_item", how="left")
    return joined.with_columns(planning_item=pl.coalesce("own", "of_item"))
