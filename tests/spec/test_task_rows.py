"""Chapter: task rows, regenerated for each work item, base period and dimension with any plan, actual or budget."""

from __future__ import annotations

from typing import Final

from models.cost import BreakdownFigures
from tests.spec.world import tonight

BY_COST_TYPE: Final = "name | value \n sn_invst_pln.budget_allocation_attribute | cost_type"
MONEY: Final = {
    "cost_plan_breakdown": """
        fiscal_period | resource_type | expense_type | value
        2026-01       | labour        | -            | 1
        2026-01       | licence       | -            | 20
        2026-01       | laptop        | -            | 300
        2026-02       | -             | opex         | 4000
        2026-02       | -             | -            | 50000
    """,
    "fm_expense_line": """
        task | date       | resource_type | expense_type | amount
        P1   | 2026-01-15 | labour        | -            | 2
        P1   | 2026-01-15 | -             | opex         | 30
        P1   | 2026-03-15 | -             | -            | 400
    """,
    "sn_invst_pln_financial_migration": "sys_id \n M1",
    "sn_invst_pln_invst_budget": """
        fiscal_period | resource_type | expense_type | amount
        2026-01       | laptop        | -            | 3
        2026-01       | -             | opex         | 40
        2026-04       | -             | capex        | 500
    """,
}


def test_one_row_per_expense_type() -> None:
    tonight(**MONEY).shows(
        BreakdownFigures,
        """
            cost_plan | work_item | fiscal_period | expense_type | resource_type | planned_cost | actual_cost | budget_cost
            -         | P1        | 2026-01       | opex         | -             | 21           | 32          | 40
            -         | P1        | 2026-01       | capex        | -             | 300          | 0           | 3
            -         | P1        | 2026-02       | opex         | -             | 4000         | 0           | 0
            -         | P1        | 2026-02       | unclassified | -             | 50000        | 0           | 0
            -         | P1        | 2026-03       | unclassified | -             | 0            | 400         | 0
            -         | P1        | 2026-04       | capex        | -             | 0            | 0           | 500
        """,
        breakdown_type="task",
    )


def test_one_row_per_cost_type_where_the_property_says_so() -> None:
    """Amounts without a cost type form one row per expense type."""
    tonight(sys_properties=BY_COST_TYPE, **MONEY).shows(
        BreakdownFigures,
        """
            cost_plan | work_item | fiscal_period | expense_type | resource_type | planned_cost | actual_cost | budget_cost
            -         | P1        | 2026-01       | opex         | labour        | 1            | 2           | 0
            -         | P1        | 2026-01       | opex         | licence       | 20           | 0           | 0
            -         | P1        | 2026-01       | opex         | -             | 0            | 30          | 40
            -         | P1        | 2026-01       | capex        | laptop        | 300          | 0           | 3
            -         | P1        | 2026-02       | opex         | -             | 4000         | 0           | 0
            -         | P1        | 2026-02       | unclassified | -             | 50000        | 0           | 0
            -         | P1        | 2026-03       | unclassified | -             | 0            | 400         | 0
            -         | P1        | 2026-04       | capex        | -             | 0            | 0           | 500
        """,
        breakdown_type="task",
    )


def test_any_other_property_or_value_means_expense_types() -> None:
    money = {"cost_plan_breakdown": "resource_type \n labour \n licence"}
    by_expense_type = "fiscal_period | expense_type | resource_type | planned_cost \n 2026-01 | opex | - | 200"
    for name, value in (
        ("sn_invst_pln.budget_allocation_attribute", "expense_type"),
        ("glide.something", "cost_type"),
    ):
        night = tonight(sys_properties=f"name | value \n {name} | {value}", **money)
        night.shows(BreakdownFigures, by_expense_type, breakdown_type="task")


def test_a_cost_type_has_one_row_even_where_its_amounts_are_of_several_expense_types() -> None:
    tonight(
        sys_properties=BY_COST_TYPE,
        cost_plan_breakdown="resource_type | expense_type | value \n labour | capex | 1 \n labour | - | 20",
    ).shows(
        BreakdownFigures,
        "resource_type | expense_type | planned_cost \n labour | opex | 21",
        breakdown_type="task",
    )


def test_actuals_of_demands_are_empty_and_make_no_row() -> None:
    tonight(
        pm_project="sys_id",
        dmn_demand="sys_id \n D1",
        dmn_demand_task="sys_id | parent \n DT1 | D1",
        cost_plan="sys_id | task \n C1 | D1",
        benefit_plan="sys_id",
        sn_invst_pln_investment="sys_id",
        cost_plan_breakdown="fiscal_period | expense_type | value \n 2026-01 | opex | 10",
        project_funding="task | fiscal_period | opex_budget \n D1 | 2026-01 | 5",
        fm_expense_line="""
            task | date       | expense_type
            DT1  | 2026-01-15 | opex
            DT1  | 2026-02-15 | opex
        """,
    ).shows(
        BreakdownFigures,
        """
            work_item | fiscal_period | expense_type | planned_cost | actual_cost | budget_cost
            D1        | 2026-01       | opex         | 10           | -           | 5
        """,
        breakdown_type="task",
    )


def test_the_platforms_own_task_rows_are_not_read() -> None:
    tonight(cost_plan_breakdown="breakdown_type | cost_plan | value | actual | budget \n task | - | 1 | 2 | 3").shows(
        BreakdownFigures, "breakdown_type | planned_cost \n "
    )


def test_rows_of_zero_make_task_rows() -> None:
    tonight(cost_plan_breakdown="value \n 0").shows(
        BreakdownFigures,
        "fiscal_period | expense_type | planned_cost | actual_cost | budget_cost \n 2026-01 | unclassified | 0 | 0 | 0",
        breakdown_type="task",
    )


def test_plans_that_no_work_item_owns_make_no_task_row() -> None:
    night = tonight(pm_program="sys_id \n PG1", cost_plan="sys_id | task \n C1 | PG1", cost_plan_breakdown="value \n 5")
    assert night.rows(BreakdownFigures, breakdown_type="task").is_empty()
    night.shows(BreakdownFigures, "work_item | planned_cost \n - | 5", breakdown_type="requirement")
