"""Chapter: stream 1, planned cost."""

from __future__ import annotations

from decimal import Decimal

from models.cost import CostPlanFigures
from models.figures import WorkItem, WorkItemPeriod
from tests.spec.world import tonight


def test_only_requirement_rows_count() -> None:
    """Task, program and portfolio rows repeat the same money."""
    night = tonight(
        cost_plan_breakdown="""
            breakdown_type | cost_plan | value
            requirement    | C1        | 100
            task           | -         | 100
            program        | -         | 100
            portfolio      | -         | 100
            task           | C1        | 7
        """
    )
    assert night.figure("estimated_cost") == 100
    night.shows(CostPlanFigures, "cost_plan | total_planned_cost \n C1 | 100")


def test_planned_cost_is_the_sum_over_all_plans_and_periods() -> None:
    night = tonight(
        cost_plan="""
            sys_id | task
            C1     | P1
            C2     | P1
        """,
        cost_plan_breakdown="""
            cost_plan | fiscal_period | value
            C1        | 2026-01       | 100
            C1        | 2026-02       | 200
            C2        | 2026-02       | 40.25
            C2        | 2027-02       | -10
        """,
    )
    night.shows(
        CostPlanFigures,
        """
            cost_plan | work_item | total_planned_cost
            C1        | P1        | 300
            C2        | P1        | 30.25
        """,
    )
    night.shows(
        WorkItemPeriod,
        """
            work_item | fiscal_period | planned_cost
            P1        | 2026-01       | 100
            P1        | 2026-02       | 240.25
            P1        | 2027-02       | -10
        """,
    )
    assert night.figure("estimated_cost") == Decimal("330.25")


def test_a_row_belongs_to_the_owner_of_its_plans_task_whatever_its_own_task_says() -> None:
    night = tonight(
        pm_project="sys_id \n P1 \n P2",
        pm_project_task="sys_id | parent \n T1 | P1",
        dmn_demand="sys_id \n D1",
        cost_plan="""
            sys_id | task
            on task| T1
            on it  | P1
            demand | D1
        """,
        cost_plan_breakdown="""
            cost_plan | task | value
            on task   | P2   | 1
            on it     | -    | 20
            demand    | -    | 300
        """,
    )
    night.shows(
        WorkItem,
        """
            work_item | estimated_cost
            P1        | 21
            P2        | 0
            D1        | 300
        """,
    )


def test_planned_cost_by_expense_type_and_period() -> None:
    night = tonight(
        cost_plan_breakdown="""
            fiscal_period | value | resource_type | expense_type
            2026-01       | 1     | laptop        | -
            2026-01       | 20    | labour        | -
            2026-01       | 300   | licence       | -
            2026-02       | 4000  | -             | capex
        """
    )
    night.shows(
        WorkItemPeriod,
        """
            fiscal_period | planned_cost | planned_capital | planned_operating
            2026-01       | 321          | 1               | 320
            2026-02       | 4000         | 4000            | 0
        """,
    )
    night.shows(WorkItem, "estimated_cost | planned_capital | planned_operating \n 4321 | 4001 | 320")


def test_a_row_of_zero_makes_a_period_and_none_makes_none() -> None:
    tonight(cost_plan_breakdown="fiscal_period | value \n 2026-03 | 0").shows(
        WorkItemPeriod,
        """
            fiscal_period | planned_cost | actual_cost | budget_cost | planned_benefit | actual_benefit | forecast_cost
            2026-03       | 0            | 0           | 0           | 0               | 0              | 0
        """,
    )
    assert tonight().rows(WorkItemPeriod).is_empty()


def test_amounts_are_exact_to_four_decimals() -> None:
    """Ten times a tenth is one; floats would miss it."""
    amounts = "value \n" + "0.1 \n" * 10 + "99999999999999.9999 \n -99999999999999.9998"
    assert tonight(cost_plan_breakdown=amounts).figure("estimated_cost") == Decimal("1.0001")


def test_cached_figures_are_never_used() -> None:
    night = tonight(
        pm_project="sys_id | estimated_cost | planned_capital \n P1 | 5000 | 5000",
        cost_plan="sys_id | task | total_planned_cost \n C1 | P1 | 7000",
        cost_plan_breakdown="value | actual | budget \n 100 | 8000 | 9000",
    )
    night.shows(WorkItem, "estimated_cost | planned_capital | actual_cost | budget_cost \n 100 | 0 | 0 | 0")
    night.shows(CostPlanFigures, "total_planned_cost | total_actual_cost \n 100 | 0")


def test_a_plan_without_rows_is_worth_zero() -> None:
    tonight().shows(
        CostPlanFigures, "cost_plan | work_item | total_planned_cost | total_actual_cost \n C1 | P1 | 0 | 0"
    )


def test_a_plan_that_no_work_item_owns_is_in_no_figure_and_a_finding() -> None:
    night = tonight(
        pm_program="sys_id \n PG1",
        cost_plan="sys_id | name | task \n C1 | Platform | PG1",
        cost_plan_breakdown="value \n 70",
    )
    assert night.figure("estimated_cost") == 0
    night.shows(CostPlanFigures, "cost_plan | work_item | total_planned_cost \n C1 | - | 70")
    (finding,) = night.findings("plan_without_work_item")
    assert (finding["source_table"], finding["sys_id"], finding["amount"]) == ("cost_plan", "C1", 70)
    assert "Platform" in finding["message"]
