"""What orders are worth beside what the projects they became cost, per order and per program."""

from __future__ import annotations

from typing import Final

import dataframely as dy
import numpy as np
import polars as pl

from models.audit import Admission
from models.figures import WorkItemRollup
from models.order import LINE_TABLE, Order, OrderLineItem
from models.order_money import OrderFinancials, ProgramOrderFinancials
from models.order_state import SKIPPED
from models.oversight import OrderLine
from models.oversight_link import OrderLineItemProject
from models.oversight_project import OrderProject, OversightOrderProgramState, OversightProgram
from models.work_item import ProjectAncestor
from transforms.available_stream import known
from transforms.figure import total
from transforms.hierarchy import in_cycle, parent_positions

FIGURES: Final = ("planned_cost", "actual_cost", "budget_cost", "estimate_at_completion")
COUNTS: Final = ("lines", "work_items", "shared_with_orders")
IS_CANCELED: Final = ((pl.col("state") == SKIPPED) | (pl.col("order_state") == SKIPPED)).fill_null(False)
IS_PRICED_PART: Final = (pl.col("total_price") != 0) & pl.col("parent_line_item").is_not_null()
"""A price of 0 is none: platforms write it where the price is that of the whole."""


def order_financials(
    sn_ind_tmt_orm_order: dy.LazyFrame[Order],
    sn_ind_tmt_orm_order_line_item: dy.LazyFrame[OrderLineItem],
    order_line: dy.LazyFrame[OrderLine],
    order_line_item_project: dy.LazyFrame[OrderLineItemProject],
    order_project: dy.LazyFrame[OrderProject],
    oversight_order_program: dy.LazyFrame[OversightOrderProgramState],
    work_item_rollup: dy.LazyFrame[WorkItemRollup],
    project_ancestor: dy.LazyFrame[ProjectAncestor],
    admission: dy.LazyFrame[Admission],
) -> dy.LazyFrame[OrderFinancials]:
    """The value of each order's lines, and the rolled-up money of its line and order projects, each once."""
    groups = sn_ind_tmt_orm_order.select("account", order="sys_id", group="sys_id")
    of_order = groups.join(oversight_order_program, on="order", how="left")
    members = groups.select("group", "order")
    projects = _projects_of_orders(members, order_line_item_project, order_project)
    values = _values_of_orders(order_line, sn_ind_tmt_orm_order_line_item)
    money = _money(members, values, projects, work_item_rollup, project_ancestor)
    return OrderFinancials.cast(_complete(of_order, money, admission))


def program_order_financials(
    oversight_program: dy.LazyFrame[OversightProgram],
    sn_ind_tmt_orm_order: dy.LazyFrame[Order],
    sn_ind_tmt_orm_order_line_item: dy.LazyFrame[OrderLineItem],
    order_line: dy.LazyFrame[OrderLine],
    order_line_item_project: dy.LazyFrame[OrderLineItemProject],
    order_project: dy.LazyFrame[OrderProject],
    oversight_order_program: dy.LazyFrame[OversightOrderProgramState],
    work_item_rollup: dy.LazyFrame[WorkItemRollup],
    project_ancestor: dy.LazyFrame[ProjectAncestor],
    admission: dy.LazyFrame[Admission],
) -> dy.LazyFrame[ProgramOrderFinancials]:
    """The value of all lines of a program's orders, and the rolled-up money of all their projects, each once."""
    orders = sn_ind_tmt_orm_order.select("account", order="sys_id")
    members = orders.join(oversight_order_program, on="order").select("order", group="program")
    programs = oversight_program.select("program", "account", group="program")
    counted = programs.join(members.group_by("group").agg(orders=pl.len()), on="group", how="left")
    projects = _projects_of_orders(orders, order_line_item_project, order_project)
    values = _values_of_orders(order_line, sn_ind_tmt_orm_order_line_item)
    money = _money(members, values, projects, work_item_rollup, project_ancestor)
    groups = counted.with_columns(pl.col("orders").fill_null(0))
    return ProgramOrderFinancials.cast(_complete(groups, money, admission))


def _values_of_orders(order_line: pl.LazyFrame, sn_ind_tmt_orm_order_line_item: pl.LazyFrame) -> pl.LazyFrame:
    """What each order's lines are worth: canceled ones apart, and no line whose parts have prices of their own."""
    lines = priced_lines(order_line, sn_ind_tmt_orm_order_line_item)
    counted = lines.filter(~pl.col("is_priced_by_parts")).with_columns(is_canceled=IS_CANCELED)
    values = counted.group_by("order").agg(
        order_value=pl.col("total_price").filter(~pl.col("is_canceled")).sum(),
        canceled_value=pl.col("total_price").filter("is_canceled").sum(),
    )
    return lines.group_by("order").agg(lines=pl.len()).join(values, on="order", how="left")


def priced_lines(order_line: pl.LazyFrame, sn_ind_tmt_orm_order_line_item: pl.LazyFrame) -> pl.LazyFrame:
    """Lines with their price, and whether lines below them have prices of their own."""
    price = sn_ind_tmt_orm_order_line_item.select("total_price", order_line_item="sys_id")
    priced = order_line.join(price, on="order_line_item", how="left").sort("order_line_item")
    lines = priced.map_batches(_without_circles, schema=priced.collect_schema())
    parts = lines.filter(IS_PRICED_PART).select(order_line_item="parent_line_item", has_priced_parts=True).unique()
    found = lines.join(parts, on="order_line_item", how="left")
    return found.with_columns(is_priced_by_parts=pl.col("has_priced_parts").fill_null(value=False))


def _without_circles(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines that are above themselves are part of no other: their prices count."""
    circular = np.flatnonzero(in_cycle(parent_positions(lines, node="order_line_item", parent="parent_line_item")))
    return lines.with_columns(lines["parent_line_item"].scatter(circular, None))


def _projects_of_orders(
    orders: pl.LazyFrame, order_line_item_project: pl.LazyFrame, order_project: pl.LazyFrame
) -> pl.LazyFrame:
    """Each order of this export with each of its line and order projects."""
    pairs = [table.select("order", "project") for table in (order_line_item_project, order_project)]
    return pl.concat(pairs).join(orders, on="order", how="semi").unique()


def _money(
    members: pl.LazyFrame,
    values: pl.LazyFrame,
    projects: pl.LazyFrame,
    work_item_rollup: pl.LazyFrame,
    project_ancestor: pl.LazyFrame,
) -> pl.LazyFrame:
    """Worth and cost of each group of orders that has any; `members` says which orders are in which group."""
    worth = (
        members.join(values, on="order").group_by("group").agg(pl.col("order_value", "canceled_value", "lines").sum())
    )
    owned = members.join(projects, on="order").select("group", "project").unique()
    cost = _cost(owned, work_item_rollup, project_ancestor)
    return worth.join(cost, on="group", how="full", coalesce=True).join(
        _shared(owned, members, projects), on="group", how="full", coalesce=True
    )


def _cost(owned: pl.LazyFrame, work_item_rollup: pl.LazyFrame, project_ancestor: pl.LazyFrame) -> pl.LazyFrame:
    """Rolled-up figures of the group's projects, leaving out those that are in another one's; all are counted."""
    figures = work_item_rollup.select(*FIGURES[1:], project="work_item", planned_cost="estimated_cost")
    exported = owned.join(figures, on="project")
    tops = exported.join(_below_another(owned, project_ancestor), on=["group", "project"], how="anti")
    sums = tops.group_by("group").agg(map(total, FIGURES))
    return exported.group_by("group").agg(work_items=pl.len()).join(sums, on="group", how="left")


def _below_another(owned: pl.LazyFrame, project_ancestor: pl.LazyFrame) -> pl.LazyFrame:
    """The projects of a group that are below another project of it."""
    above = project_ancestor.filter(pl.col("work_item") != pl.col("ancestor")).rename({"work_item": "project"})
    ancestors = owned.select("group", ancestor="project")
    return owned.join(above, on="project").join(ancestors, on=["group", "ancestor"], how="semi")


def _shared(owned: pl.LazyFrame, members: pl.LazyFrame, projects: pl.LazyFrame) -> pl.LazyFrame:
    """How many orders outside of the group have any of its projects."""
    others = owned.join(projects, on="project").join(members, on=["group", "order"], how="anti")
    return others.group_by("group").agg(shared_with_orders=pl.col("order").n_unique())


def _complete(groups: pl.LazyFrame, money: pl.LazyFrame, admission: pl.LazyFrame) -> pl.LazyFrame:
    """Every group with its money: without lines its value is 0, or unknown where the export has no order lines."""
    has_lines = admission.select(has_lines=(pl.col("source_table") == LINE_TABLE).any())
    joined = groups.join(money, on="group", how="left").join(has_lines, how="cross")
    values = [known(value, "has_lines") for value in ("order_value", "canceled_value")]
    return joined.with_columns(*values, pl.col(COUNTS).fill_null(0))
