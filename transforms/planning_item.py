"""Planning items whose integration with execution is on."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.investment import Investment
from models.planning_item import IntegratedPlanningItem, IntegrationSetup, PlanningItem


def integrated_planning_item(
    sn_align_core_planning_item: dy.LazyFrame[PlanningItem],
    sn_align_cmn_int_integrations_setup: dy.LazyFrame[IntegrationSetup],
    sn_invst_pln_investment: dy.LazyFrame[Investment],
) -> dy.LazyFrame[IntegratedPlanningItem]:
    """The planning item of each work item, where an active setup row names its class; the lowest key of several.

    A planning item's work item is its task, else the one its investment funds.
    """
    active = sn_align_cmn_int_integrations_setup.filter("active").select(sys_class_name="planning_item_table").unique()
    funded = sn_invst_pln_investment.select(investment="sys_id", funded="funding_entity_id")
    frame = (
        sn_align_core_planning_item.join(active, on="sys_class_name", how="semi")
        .join(funded, on="investment", how="left")
        .with_columns(work_item=pl.coalesce("task", "funded"))
        .drop_nulls("work_item")
        .group_by("work_item")
        .agg(planning_item=pl.col("sys_id").min())
    )
    return IntegratedPlanningItem.cast(frame)
