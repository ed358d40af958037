"""Chapter: capital, operating or unclassified.

A row's own expense type; else that of its cost type; else that of its cost plan (the plan's own, else via the plan's
cost type); else unclassified. `laptop` is a capital cost type, `labour` and `licence` are operating ones.
"""

from __future__ import annotations

from models.budget import BudgetRow
from models.cost import Requirement
from models.expense import ExpenseFunnel
from models.figures import WorkItem
from tests.spec.world import tonight

PLANS = """
    sys_id  | task | expense_type | resource_type
    typed   | P1   | opex         | laptop
    by_cost | P1   | -            | laptop
    bare    | P1   | -            | -
"""


def test_the_nearest_expense_type_counts_on_requirement_rows() -> None:
    tonight(
        cost_plan=PLANS,
        cost_plan_breakdown="""
            sys_id         | expense_type | resource_type | cost_plan
            own            | capex        | labour        | typed
            cost type      | -            | laptop        | typed
            plan           | -            | -             | typed
            plan cost type | -            | -             | by_cost
            nothing        | -            | -             | bare
        """,
    ).shows(
        Requirement,
        """
            cost_plan_breakdown | expense_type | resource_type
            own                 | capex        | labour
            cost type           | capex        | laptop
            plan                | opex         | laptop
            plan cost type      | capex        | laptop
            nothing             | unclassified | -
        """,
    )


def test_the_nearest_expense_type_counts_on_expense_lines() -> None:
    tonight(
        cost_plan=PLANS,
        fm_expense_line="""
            sys_id         | task | expense_type | resource_type | cost_plan
            own            | P1   | capex        | labour        | typed
            cost type      | P1   | -            | laptop        | typed
            plan           | P1   | -            | -             | typed
            plan cost type | P1   | -            | -             | by_cost
            nothing        | P1   | -            | -             | bare
            no plan        | P1   | -            | -             | -
        """,
    ).shows(
        ExpenseFunnel,
        """
            expense_line   | expense_type
            own            | capex
            cost type      | capex
            plan           | opex
            plan cost type | capex
            nothing        | unclassified
            no plan        | unclassified
        """,
    )


def test_the_nearest_expense_type_counts_on_budgets() -> None:
    tonight(
        sn_invst_pln_financial_migration="sys_id \n M1",
        sn_invst_pln_invst_budget="""
            sys_id    | expense_type | resource_type
            own       | capex        | labour
            cost type | -            | labour
            nothing   | -            | -
        """,
    ).shows(
        BudgetRow,
        """
            sys_id    | expense_type
            own       | capex
            cost type | opex
            nothing   | unclassified
        """,
    )


def test_unclassified_money_is_in_every_total_and_in_neither_capital_nor_operating() -> None:
    columns = "expense_type"
    night = tonight(
        cost_plan_breakdown=f"value | {columns} \n 1 | capex \n 20 | opex \n 300 | -",
        fm_expense_line=f"task | amount | {columns} \n P1 | 4 | capex \n P1 | 50 | opex \n P1 | 600 | -",
        sn_invst_pln_financial_migration="sys_id \n M1",
        sn_invst_pln_invst_budget=f"amount | {columns} \n 7 | capex \n 80 | opex \n 900 | -",
    )
    night.shows(
        WorkItem,
        """
            estimated_cost | planned_capital | planned_operating
            321            | 1               | 20
        """,
    )
    night.shows(
        WorkItem,
        """
            actual_cost | actual_capital | actual_operating
            654         | 4              | 50
        """,
    )
    night.shows(
        WorkItem,
        """
            budget_cost | budget_capital | budget_operating
            987         | 7              | 80
        """,
    )
