"""Order lines with what their oversight depends on."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.order import Location, Order, OrderLineItem
from models.oversight import OrderLine
from models.oversight_rule import LineProjectLink
from models.work_item import Project
from transforms.oversight.state_words import is_approved_state, project_state


def order_line(
    sn_ind_tmt_orm_order: dy.LazyFrame[Order],
    sn_ind_tmt_orm_order_line_item: dy.LazyFrame[OrderLineItem],
    sn_ind_tmt_orm_order_line_rel_task: dy.LazyFrame[LineProjectLink],
    cmn_location: dy.LazyFrame[Location],
    pm_project: dy.LazyFrame[Project],
    *,
    instance_time_zone: str,
) -> dy.LazyFrame[OrderLine]:
    """Every line: whether it is valid and approved, and the project that the platform has linked to it.

    Valid: its order exists, and it has a specification or an offering. Approved: it was approved, or is in a state that
    it reaches only then.
    """
    orders = sn_ind_tmt_orm_order.select(
        order="sys_id", known_order="sys_id", order_account="account", order_state=project_state(pl.col("state"))
    )
    existing = existing_projects(sn_ind_tmt_orm_order_line_rel_task, pm_project)
    places = cmn_location.select(location="sys_id", known_location="sys_id")
    lines = (
        sn_ind_tmt_orm_order_line_item.join(orders, on="order", how="left")
        .join(places, on="location", how="left")
        .join(existing, left_on="sys_id", right_on="order_line_item", how="left")
    )
    return OrderLine.cast(lines.select(**_columns(instance_time_zone)))


def _columns(zone: str) -> dict[str, pl.Expr]:
    names = (
        "number",
        "location",
        "known_location",
        "parent_line_item",
        "order_account",
        "order_state",
        "existing_project",
    )
    kept = {name: pl.col(name) for name in (*names, "approved_on", "sys_created_on")}
    has_product = pl.any_horizontal(pl.col("specification", "product_offering").is_not_null())
    computed = {
        "order_line_item": pl.col("sys_id"),
        "order": pl.col("known_order"),
        "account": pl.coalesce("account", "order_account"),
        "is_valid_line": pl.col("known_order").is_not_null() & has_product,
        "is_approved_line": pl.col("approved_on").is_not_null() | is_approved_state(pl.col("state")),
        "state": project_state(pl.col("state")),
        "created_on": created_on(),
        "start_date": start_date(zone),
    }
    return {name: {**kept, **computed}[name] for name in OrderLine.column_names()}


def created_on() -> pl.Expr:
    """When an order or line was approved, else created: what is made for it counts as made then."""
    return pl.coalesce("approved_on", "sys_created_on")


def start_date(zone: str) -> pl.Expr:
    """The expected first day of an order or line, else the day of its approval."""
    approved = pl.col("approved_on").dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.date()
    return pl.coalesce("expected_start_date", approved)


def existing_projects(links: pl.LazyFrame, pm_project: pl.LazyFrame) -> pl.LazyFrame:
    """For each line with links of the platform to exported projects, the lowest of these."""
    exported = links.join(pm_project.select(task="sys_id"), on="task", how="semi")
    return exported.drop_nulls("order_line_item").group_by("order_line_item").agg(existing_project=pl.col("task").min())
