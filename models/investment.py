"""Investments: what a work item is in portfolio planning."""

from __future__ import annotations

from models.columns import key, money, reference
from models.cost import PLANNABLE
from models.table import Source

REPRESENTED = tuple(table for table in PLANNABLE if table != "sn_invst_pln_investment")
"""The tables whose rows an investment can stand for. Only work items have figures."""


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
