"""What orders are worth beside what the projects they became cost."""

from __future__ import annotations

import dataframely as dy

from models.columns import count, key, money, text
from models.order import loose_reference
from models.table import Mart


class OrderMoney(dy.Schema):
    """What an order, or the orders of a program, are worth beside what the work costs."""

    order_value = money("Prices of lines without a priced line below them, canceled ones apart.")
    canceled_value = money("The same of canceled lines.")
    lines = count("Number of lines.")
    work_items = count("Number of their line and order projects that are in the export.")
    planned_cost = money("Rolled-up planned cost of these; empty without any.")
    actual_cost = money("Rolled-up actual cost of these.")
    budget_cost = money("Rolled-up budget of these.")
    estimate_at_completion = money("Rolled-up estimate at completion of these.")
    shared_with_orders = count("Number of other orders that any of these projects also serves.")


class OrderKey(dy.Schema):
    """Which order a row is about."""

    order = key("The order.")
    program = text("Its program.")
    account = loose_reference("customer_account", description="The customer.")


class OrderFinancials(OrderKey, OrderMoney, Mart):
    """One order beside the money of the projects it became. Site projects and programs are not in it."""

    hazard = "A project that serves several orders is in each of them: for totals see mart.program_order_financials."


class ProgramKey(dy.Schema):
    """Which program a row is about."""

    program = key("The program.")
    account = loose_reference("customer_account", description="The customer.")
    orders = count("Number of its orders.")


class ProgramOrderFinancials(ProgramKey, OrderMoney, Mart):
    """One program with its orders beside the money of the projects they became, each project once."""
