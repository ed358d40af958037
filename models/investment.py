"""Investments: what a work item is in portfolio planning."""

from __future__ import annotations

from typing import Final

import dataframely as dy

from models.columns import choice, key, key_reference, money, reference
from models.cost import PLANNABLE
from models.table import Mart, Source
from models.vocabulary import WORK_ITEM_TABLES

REPRESENTED = tuple(table for table in PLANNABLE if table != "sn_invst_pln_investment")
"""The tables whose rows an investment can stand for. Only work items have figures."""
EXECUTION: Final = "execution"
STORED: Final = "investment"
SIDES: Final = (EXECUTION, STORED)
"""Where a figure comes from: computed from plans, lines and budgets, or stored in the investment."""


class Investment(Source):
    """The record through which a work item takes part in portfolio planning."""

    named = "sn_invst_pln_investment"
    absence = "No v2 budget: its rows have no investment."

    sys_id = key("The investment.")
    funding_entity_id = reference(*REPRESENTED, description="The work item; empty = none.", dangling="quarantine")
    planned_cost = money("Stored planned cost.")
    planned_capital = money("Stored planned capital cost.")
    planned_operating = money("Stored planned operating cost.")
    planned_benefit = money("Stored planned benefit.")
    work_cost = money("Stored actual cost.")
    capex_work_cost = money("Stored actual capital cost.")
    opex_work_cost = money("Stored actual operating cost.")
    actual_benefit = money("Stored actual benefit.")
    budget_cost = money("Stored budget.")


class PlanningFigures(dy.Schema):
    """The money that the planning side sees of a work item. Empty = the side it comes from can't tell."""

    planned_cost = money("Planned cost.")
    planned_capital = money("Planned cost of expense type capex.")
    planned_operating = money("Planned cost of expense type opex.")
    actual_cost = money("Actual cost.", sign="negative = net credit")
    actual_capital = money("Actual cost of expense type capex.", sign="negative = net credit")
    actual_operating = money("Actual cost of expense type opex.", sign="negative = net credit")
    planned_benefit = money("Planned benefit.")
    actual_benefit = money("Realised benefit.")
    budget_cost = money("Budget.")


class InvestmentIdentity(dy.Schema):
    """Which investment a row is about, and whose figures it has."""

    investment = key_reference("sn_invst_pln_investment", description="The investment.")
    work_item = reference(*WORK_ITEM_TABLES, description="The work item it stands for; empty when it has none.")
    figures_source = choice(
        SIDES, "`execution` = own figures of its work item; `investment` = stored, it has none.", nullable=False
    )


class InvestmentFigures(InvestmentIdentity, PlanningFigures, Mart):
    """One investment with the own figures of its work item, or, without one, the figures stored in it."""

    named = "investment"
    hazard = "Several investments of one work item show the same money: sum mart.work_item instead."
