"""Customer orders as they are fulfilled: orders, their lines, domain orders, order tasks, and what those refer to.

A reference of these tables may be empty or point to nothing: the row is kept, and a rule names the outcome.
"""

from __future__ import annotations

from typing import Final

import dataframely as dy

from models.columns import date, date_time, key, measure, money, reference, text
from models.table import Source

ORDER_TABLE: Final = "sn_ind_tmt_orm_order"
LINE_TABLE: Final = "sn_ind_tmt_orm_order_line_item"
DOMAIN_ORDER_TABLE: Final = "sn_ind_tmt_orm_domain_order"
ORDER_TASK_TABLE: Final = "sn_ind_tmt_orm_order_task"
LOCATION_TABLE: Final = "cmn_location"


def loose_reference(*tables: str, description: str, required: bool = False) -> dy.String:
    """A reference that may be empty or point to nothing."""
    return reference(*tables, description=description, required=required, dangling="keep")


def moment(description: str) -> dy.Datetime:
    """When something happened; a bare day is its midnight in the instance time zone."""
    return date_time(description, accepts_day=True)


class OrderSource(Source):
    """A table that only the oversight of orders needs."""

    reach = "whole"
    asked_for_by = (ORDER_TABLE, LINE_TABLE)


class CustomerAccount(OrderSource):
    """A customer, or a part of one."""

    named = "customer_account"

    sys_id = key("The account.")
    name = text("Its name.")
    number = text("Its number.")
    code = text("Its code.")
    parent = loose_reference("customer_account", description="The account it is part of.")


class ProductOffering(OrderSource):
    """What is sold: an offering of a product."""

    named = "product_offering"

    sys_id = key("The offering.")
    name = text("Its name.")
    number = text("Its number.")
    code = text("Its code.")


class ProductSpecification(OrderSource):
    """What is delivered: the specification of a product, service or resource."""

    named = "product_specification"

    sys_id = key("The specification.")
    name = text("Its name.")
    number = text("Its number.")
    code = text("Its code.")
    type = text("Its type, as the platform writes it.")


class Location(OrderSource):
    """A place, or a part of one."""

    named = LOCATION_TABLE
    absence = "No site projects, and locations have no parents."

    sys_id = key("The location.")
    name = text("Its name.")
    parent = loose_reference(LOCATION_TABLE, description="The location it is in.")


class Order(OrderSource):
    """A customer order."""

    named = ORDER_TABLE
    absence = "No orders: no line is valid, and nothing is overseen."

    sys_id = key("The order.")
    number = text("Its number.")
    account = loose_reference("customer_account", description="The customer.", required=True)
    state = text("Its state, as the platform writes it.", required=True)
    order_date = date("Day on which it was placed.")
    order_type = text("Its type, as the platform writes it.")
    expected_start_date = date("Expected first day of its fulfilment.")
    expected_end_date = date("Expected last day of its fulfilment.")
    total_amount = money("Its value as cached by the platform; not used.")
    project_template = loose_reference(
        "project_template", description="The template that an agent chose to run the whole order as one project."
    )
    approved_on = moment("When it was approved.")
    sys_created_on = moment("When it was created.")


class OrderLineItem(OrderSource):
    """One line of an order."""

    named = LINE_TABLE
    absence = "No order lines: nothing is overseen."

    sys_id = key("The line.")
    number = text("Its number.")
    order = loose_reference(ORDER_TABLE, description="Its order.", required=True)
    parent_line_item = loose_reference(LINE_TABLE, description="The line it is part of.")
    account = loose_reference("customer_account", description="The customer, where not that of the order.")
    product_offering = loose_reference("product_offering", description="What was sold.")
    specification = loose_reference("product_specification", description="What is delivered.")
    location = loose_reference(LOCATION_TABLE, description="Where it is delivered.")
    action = text("What is to be done, as the platform writes it.")
    state = text("Its state, as the platform writes it.", required=True)
    quantity = measure("How many.", unit="pieces")
    total_price = money("Its price.")
    expected_start_date = date("Expected first day.")
    expected_end_date = date("Expected last day.")
    sys_created_on = moment("When it was created.")
    approved_on = moment("When it was approved.")


class DomainOrder(OrderSource):
    """A product, service or resource order that a line was decomposed into."""

    named = DOMAIN_ORDER_TABLE
    absence = "No domain orders are linked to project tasks."

    sys_id = key("The domain order.")
    number = text("Its number.")
    sys_class_name = text("Whether it is a product, service or resource order.")
    order_line_item = loose_reference(LINE_TABLE, description="The line it comes from.", required=True)
    specification = loose_reference("product_specification", description="What is delivered.")
    state = text("Its state, as the platform writes it.", required=True)
    sys_created_on = moment("When it was created.")


class OrderTask(OrderSource):
    """A piece of work for a domain order, or for another order task."""

    named = ORDER_TASK_TABLE
    absence = "No order tasks are linked to project tasks."

    sys_id = key("The order task.")
    number = text("Its number.")
    parent = loose_reference(DOMAIN_ORDER_TABLE, ORDER_TASK_TABLE, description="What it is work for.", required=True)
    order_line_item = loose_reference(LINE_TABLE, description="Its line, where not that of its domain order.")
    request_type = text("Its type, as the platform writes it.")
    short_description = text("What it is about.")
    state = text("Its state, as the platform writes it.", required=True)
    sys_created_on = moment("When it was created.")


class JournalField(OrderSource):
    """One note or comment that someone wrote on a record."""

    named = "sys_journal_field"
    absence = "Projects and project tasks have no notes."

    sys_id = key("The entry.")
    element_id = text("The record it was written on.", required=True)
    element = text("Which journal of the record: `work_notes` or `comments`.", required=True)
    value = text("What was written.", required=True)
    sys_created_on = date_time("When it was written.", required=True, accepts_day=True)
    sys_created_by = text("Who wrote it.")
