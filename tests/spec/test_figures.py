"""Chapter: the figures of work items that follow from others, and what is unknown."""

from __future__ import annotations

from decimal import Decimal

import pytest

from models.figures import WorkItem
from models.settings import Settings
from tests.spec.world import Night, tonight


def plan_and_benefit(cost: str, benefit: str, settings: Settings | None = None) -> Night:
    return tonight(
        settings=settings,
        cost_plan_breakdown=f"value \n {cost}",
        benefit_plan_breakdown=f"value \n {benefit}",
    )


@pytest.mark.parametrize(("cost", "benefit", "loss"), [("100", "40", 60), ("40", "100", -60), ("5", "5", 0)])
def test_planned_return_is_cost_less_benefit_so_that_a_loss_is_positive(cost: str, benefit: str, loss: int) -> None:
    night = plan_and_benefit(cost, benefit)

    assert night.figure("planned_return") == loss
    assert night.figure("net_benefit") == -loss


def test_the_sign_of_planned_return_is_a_setting_and_net_benefit_keeps_its_own() -> None:
    night = plan_and_benefit("100", "40", Settings(planned_return_sign="benefit_minus_cost"))

    assert night.figure("planned_return") == -60
    assert night.figure("net_benefit") == -60


@pytest.mark.parametrize(
    ("cost", "benefit", "roi"), [("80", "100", 25.0), ("100", "80", -20.0), ("-50", "100", -300.0)]
)
def test_return_on_investment_is_net_benefit_over_cost_in_percent(cost: str, benefit: str, roi: float) -> None:
    assert plan_and_benefit(cost, benefit).figure("planned_roi_pct") == pytest.approx(roi)


def test_there_is_no_return_on_an_investment_of_nothing() -> None:
    assert plan_and_benefit("0", "100").figure("planned_roi_pct") is None


def test_budget_variance_is_budget_less_estimate_so_that_an_overrun_is_negative() -> None:
    night = tonight(
        as_of="2025-01-01",
        cost_plan_breakdown="value \n 1000.10",
        project_funding="capex_budget \n 900",
    )

    assert night.figure("budget_variance") == Decimal("-100.10")


def test_a_work_item_without_any_row_has_zeros() -> None:
    night = tonight()

    night.shows(
        WorkItem,
        """
            work_item | estimated_cost | estimated_benefit | actual_cost | budget_cost | budget_source | npv | irr_status
            P1        | 0              | 0                 | 0           | 0           | none          | -   | too_few_years
        """,
    )


@pytest.mark.parametrize(
    ("missing", "unknown", "known"),
    [
        ("cost_plan", "estimated_cost", "actual_cost"),
        ("cost_plan_breakdown", "planned_capital", "actual_cost"),
        ("benefit_plan", "estimated_benefit", "estimated_cost"),
        ("benefit_plan_breakdown", "actual_benefit", "estimated_cost"),
        ("fm_expense_line", "actual_cost", "estimated_cost"),
        ("fm_expense_line", "demand_direct_actual", "budget_cost"),
        ("project_funding", "budget_cost", "actual_cost"),
        ("cost_plan", "planned_return", "estimated_benefit"),
        ("benefit_plan", "net_benefit", "estimated_cost"),
        ("benefit_plan", "npv", "estimated_cost"),
        ("cost_plan", "irr_status", "estimated_benefit"),
    ],
)
def test_what_needs_a_missing_table_is_null_and_everything_else_is_not(missing: str, unknown: str, known: str) -> None:
    night = tonight(without=[missing])

    assert night.figure(unknown) is None
    assert night.figure(known) == 0
    assert [finding["source_table"] for finding in night.findings("missing_source")] == [missing]


@pytest.mark.parametrize("missing", ["pm_project_task", "dmn_demand_task", "resource_type_definition"])
def test_missing_tasks_and_cost_types_make_no_figure_unknown(missing: str) -> None:
    night = tonight(without=[missing], cost_plan_breakdown="value \n 5")

    assert night.figure("estimated_cost") == 5
    assert night.figure("actual_cost") == night.figure("budget_cost") == 0
