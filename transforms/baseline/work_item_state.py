"""The state in which every work item was last seen."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.baseline import RememberedWorkItemState, WorkItemState
from models.vocabulary import DEMAND_TABLE, PROJECT_TABLE
from models.work_item import Demand, Project


def work_item_state(
    pm_project: dy.LazyFrame[Project],
    dmn_demand: dy.LazyFrame[Demand],
    remembered_work_item_state: dy.LazyFrame[RememberedWorkItemState],
) -> dy.LazyFrame[WorkItemState]:
    """The states of this export; of a work item that is not in it, the one remembered."""
    seen = states_seen(pm_project, dmn_demand)
    gone = remembered_work_item_state.join(seen, on="work_item", how="anti")
    return WorkItemState.cast(pl.concat([seen, gone.select(WorkItemState.column_names())]))


def states_seen(pm_project: pl.LazyFrame, dmn_demand: pl.LazyFrame) -> pl.LazyFrame:
    """Every project and demand of this export with its state."""
    tables = {PROJECT_TABLE: pm_project, DEMAND_TABLE: dmn_demand}
    return pl.concat(
        rows.select(work_item="sys_id", work_item_table=pl.lit(table), last_state="state")
        for table, rows in tables.items()
    )
