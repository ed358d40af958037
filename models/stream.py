"""The streams of money, and the tables whose rows they are made of."""

from __future__ import annotations

from typing import Final

PLANNED_COST: Final = "planned_cost"
PLANNED_BENEFIT: Final = "planned_benefit"
ACTUAL_COST: Final = "actual_cost"
ACTUAL_BENEFIT: Final = "actual_benefit"
BUDGET_COST: Final = "budget_cost"
DIRECT_COST: Final = "demand_direct_actual"
STREAMS: Final = (PLANNED_COST, PLANNED_BENEFIT, ACTUAL_COST, ACTUAL_BENEFIT, BUDGET_COST, DIRECT_COST)
COUNTED_TABLES: Final = (
    "cost_plan_breakdown",
    "benefit_plan_breakdown",
    "fm_expense_line",
    "project_funding",
    "sn_invst_pln_invst_budget",
)
