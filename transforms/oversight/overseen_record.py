"""Domain orders and order tasks: which line they are for, and which project's tasks they can be linked to."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.order import DOMAIN_ORDER_TABLE, ORDER_TASK_TABLE, DomainOrder, OrderTask
from models.oversight import OrderLine, OverseenRecord
from models.oversight_link import OversightLineState, RememberedLink
from models.oversight_project import ORDER_PROJECT, OversightProjectState
from transforms.hierarchy import NO_PARENT, chain_ends, leads_to_cycle, nearest, parent_positions
from transforms.oversight.state_words import project_state


def overseen_record(
    sn_ind_tmt_orm_domain_order: dy.LazyFrame[DomainOrder],
    sn_ind_tmt_orm_order_task: dy.LazyFrame[OrderTask],
    order_line: dy.LazyFrame[OrderLine],
    oversight_line: dy.LazyFrame[OversightLineState],
    oversight_project: dy.LazyFrame[OversightProjectState],
    remembered_link: dy.LazyFrame[RememberedLink],
) -> dy.LazyFrame[OverseenRecord]:
    """Every domain order and order task with its line and project.

    The line of an order task is its own, else that of the domain order at the top of its parents, also where that is no
    longer in the export but was linked earlier. The project is that of the line, else that of the nearest line above it
    that has one, else that of the whole order.
    """
    vanished = _vanished(remembered_link, sn_ind_tmt_orm_domain_order, sn_ind_tmt_orm_order_task)
    tasks = _with_domain_order(sn_ind_tmt_orm_order_task, sn_ind_tmt_orm_domain_order, vanished)
    domain_orders = sn_ind_tmt_orm_domain_order.with_columns(
        record_table=pl.lit(DOMAIN_ORDER_TABLE), parent=pl.lit(None, pl.String), domain_order="sys_id"
    )
    columns = ["record_table", "sys_id", "parent", "domain_order", "order_line_item", "state", "sys_created_on"]
    records = pl.concat([domain_orders.select(columns), tasks.select(columns)])
    projects = _project_of_lines(order_line, oversight_line, oversight_project)
    found = records.join(projects, on="order_line_item", how="left").with_columns(
        record="sys_id", status="state", state=project_state(pl.col("state"))
    )
    return OverseenRecord.cast(found.select(OverseenRecord.column_names()))


def _vanished(links: pl.LazyFrame, *tables: pl.LazyFrame) -> pl.LazyFrame:
    """Links of records that are no longer in the export."""
    exported = pl.concat([table.select(record="sys_id") for table in tables])
    gone = links.join(exported, on="record", how="anti").sort("record_table", "record")
    return gone.unique("record", keep="first", maintain_order=True)


def _with_domain_order(order_tasks: pl.LazyFrame, domain_orders: pl.LazyFrame, vanished: pl.LazyFrame) -> pl.LazyFrame:
    tasks = order_tasks.select("sys_id", "parent", "order_line_item", "state", "sys_created_on").sort("sys_id")
    topped = tasks.map_batches(_with_top_parent, schema={**tasks.collect_schema(), "top_parent": pl.String()})
    lines = domain_orders.select(top_parent="sys_id", domain_order="sys_id", line_of_order="order_line_item")
    earlier = vanished.select(top_parent="record", domain_order=None, line_of_order="order_line_item")
    tops = pl.concat([lines, earlier.cast(pl.String)])
    return topped.join(tops, on="top_parent", how="left").with_columns(
        record_table=pl.lit(ORDER_TASK_TABLE), order_line_item=pl.coalesce("order_line_item", "line_of_order")
    )


def _with_top_parent(tasks: pl.DataFrame) -> pl.DataFrame:
    """What the topmost order task above each one is work for; nothing, where the parents run in a circle."""
    parents = parent_positions(tasks, node="sys_id", parent="parent")
    top_parent = tasks["parent"].gather(chain_ends(parents))
    endless = pl.Series(leads_to_cycle(parents), dtype=pl.Boolean)
    return tasks.with_columns(top_parent=top_parent.set(endless, None))


def _project_of_lines(
    order_line: pl.LazyFrame, oversight_line: pl.LazyFrame, oversight_project: pl.LazyFrame
) -> pl.LazyFrame:
    """For each line the project of its domain orders, or the existing one that the platform has linked.

    A line that has a project keeps it, also when it is no longer in the export.
    """
    own = oversight_line.select("order_line_item", "project")
    lines = order_line.join(own, on="order_line_item", how="full", coalesce=True).with_columns(
        project=pl.when(pl.col("existing_project").is_null()).then("project")
    )
    columns = ["order_line_item", "parent_line_item", "order", "existing_project", "project"]
    ordered = lines.select(columns).sort("order_line_item")
    inherited = ordered.map_batches(_from_nearest_line, schema=ordered.collect_schema())
    of_orders = oversight_project.filter(kind=ORDER_PROJECT).select("order", order_project="project")
    is_without = pl.col("project").is_null() & pl.col("existing_project").is_null()
    joined = inherited.join(of_orders, on="order", how="left")
    return joined.select(
        "order_line_item",
        "existing_project",
        project=pl.when(is_without).then("order_project").otherwise("project"),
    )


def _from_nearest_line(lines: pl.DataFrame) -> pl.DataFrame:
    """Each line with the projects of the nearest line on the way up that has one, itself first."""
    parents = parent_positions(lines, node="order_line_item", parent="parent_line_item")
    has_project = lines["project"].is_not_null() | lines["existing_project"].is_not_null()
    places = pl.Series(nearest(parents, has_project.to_numpy())).replace(NO_PARENT, None)
    return lines.with_columns(lines["project"].gather(places), lines["existing_project"].gather(places))
