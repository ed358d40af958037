"""Chapter: streams 2 and 5, planned and actual benefit."""

from __future__ import annotations

from decimal import Decimal

from models.benefit import BenefitPlanFigures
from models.figures import WorkItem, WorkItemPeriod
from tests.spec.world import tonight


def test_benefits_are_the_sums_over_all_plans_and_periods() -> None:
    night = tonight(
        benefit_plan="""
            sys_id | task
            B1     | P1
            B2     | P1
        """,
        benefit_plan_breakdown="""
            benefit_plan | fiscal_period | value | actual_benefit
            B1           | 2026-01       | 100   | 90
            B1           | 2026-02       | 200   | 0
            B2           | 2026-02       | 40.25 | 41.5
            B2           | 2027-02       | -10   | -
        """,
    )
    night.shows(
        BenefitPlanFigures,
        """
            benefit_plan | work_item | total_planned_benefit | total_actual_benefit
            B1           | P1        | 300                   | 90
            B2           | P1        | 30.25                 | 41.5
        """,
    )
    night.shows(
        WorkItemPeriod,
        """
            fiscal_period | planned_benefit | actual_benefit
            2026-01       | 100             | 90
            2026-02       | 240.25          | 41.5
            2027-02       | -10             | 0
        """,
    )
    assert night.figure("estimated_benefit") == Decimal("330.25")
    assert night.figure("actual_benefit") == Decimal("131.5")


def test_a_realised_benefit_that_is_empty_adds_nothing() -> None:
    night = tonight(benefit_plan_breakdown="actual_benefit \n - \n 5")
    assert night.figure("actual_benefit") == 5


def test_a_benefit_belongs_to_the_owner_of_its_plans_task() -> None:
    night = tonight(
        pm_project_task="sys_id | parent \n T1 | P1",
        dmn_demand="sys_id \n D1",
        benefit_plan="""
            sys_id | task
            B1     | T1
            B2     | D1
        """,
        benefit_plan_breakdown="""
            benefit_plan | value | actual_benefit
            B1           | 10    | 1
            B2           | 20    | 2
        """,
    )
    night.shows(
        WorkItem,
        """
            work_item | estimated_benefit | actual_benefit
            P1        | 10                | 1
            D1        | 20                | 2
        """,
    )


def test_a_benefit_plan_without_rows_is_worth_zero() -> None:
    tonight().shows(BenefitPlanFigures, "benefit_plan | total_planned_benefit | total_actual_benefit \n B1 | 0 | 0")


def test_a_benefit_plan_that_no_work_item_owns_is_in_no_figure_and_a_finding() -> None:
    night = tonight(
        pm_portfolio="sys_id \n PF1",
        benefit_plan="sys_id | task \n B1 | PF1",
        benefit_plan_breakdown="value \n 70",
    )
    assert night.figure("estimated_benefit") == 0
    (finding,) = night.findings("plan_without_work_item")
    assert (finding["source_table"], finding["sys_id"], finding["amount"]) == ("benefit_plan", "B1", 70)


def test_a_benefit_of_zero_makes_a_period() -> None:
    tonight(benefit_plan_breakdown="fiscal_period | value \n 2026-07 | 0").shows(
        WorkItemPeriod, "fiscal_period | planned_benefit | forecast_cost \n 2026-07 | 0 | 0"
    )
