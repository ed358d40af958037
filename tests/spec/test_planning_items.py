"""Chapter: planning items, and which of two sides their figures come from."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import pytest

from models.cost import BreakdownFigures
from models.figures import WorkItem
from models.planning_item import PlanningItemFigures
from models.settings import Settings
from tests.spec.world import Night, tonight

FIGURES: Final = (
    "planned_cost | planned_capital | planned_operating | planned_benefit | actual_cost | actual_capital | "
    "actual_operating | actual_benefit | budget_cost"
)
SOURCES: Final = "planned_cost_source | actual_cost_source | benefit_source | budget_source"
STORED: Final = """
    sys_id | funding_entity_id | planned_cost | planned_capital | planned_operating | planned_benefit | work_cost | \
capex_work_cost | opex_work_cost | actual_benefit | budget_cost
    I1     | P1                | 1            | 2               | 3                 | 4               | 5         | \
6               | 7              | 8              | 9
"""
"""A different figure in every column, of project P1's investment."""
UNLINKED: Final = STORED.replace("| P1 ", "| -  ")
"""The same figures of an investment without a work item."""
ITEM: Final = "sys_id | sys_class_name | number | investment | task \n A1 | sn_align_core_project | PLI1 | I1 | P1"
ALONE: Final = "sys_id | sys_class_name | investment \n A1 | sn_align_core_project | I1"
SETUP: Final = "planning_item_table | active \n sn_align_core_project | true"
EXECUTED: Final = {
    "cost_plan_breakdown": "value | expense_type \n 10 | capex \n 20 | opex \n 30 | -",
    "benefit_plan_breakdown": "value | actual_benefit \n 100 | 40",
    "fm_expense_line": "task | amount | expense_type | state \n P1 | 70 | opex | processed \n P1 | 99 | opex | pending",
    "project_funding": "opex_budget \n 500",
}
"""Execution figures of project P1 that differ from those stored."""
NO_PLANS: Final = {"cost_plan": "", "benefit_plan": ""}


def on(**drawn: Any) -> Night:
    """A night over planning item A1 of project P1 and investment I1; integration is on."""
    return off(**{"sn_align_cmn_int_integrations_setup": SETUP, **drawn})


def off(**drawn: Any) -> Night:
    """The same night; integration is off."""
    return tonight(**{"sn_align_core_planning_item": ITEM, "sn_invst_pln_investment": STORED, **drawn})


def test_on_everything_comes_from_execution() -> None:
    on(**EXECUTED).shows(
        PlanningItemFigures,
        f"""
            integration | {FIGURES} | {SOURCES}
            on | 60 | 10 | 20 | 100 | 70 | 0 | 70 | 40 | 500 | execution | execution | execution | execution
        """,
    )


def test_on_the_figures_are_the_work_items_whatever_the_investment_says() -> None:
    night = on(**EXECUTED, dmn_demand="sys_id \n D1")
    item = night.rows(PlanningItemFigures).to_dicts()[0]
    work_item = night.rows(WorkItem, work_item="P1").to_dicts()[0]

    renamed = {"planned_cost": "estimated_cost", "planned_benefit": "estimated_benefit"}
    for figure in FIGURES.split(" | "):
        assert item[figure] == work_item[renamed.get(figure, figure)]


def test_on_the_sync_from_the_investment_is_skipped_even_without_plans() -> None:
    on(**NO_PLANS).shows(
        PlanningItemFigures,
        f"""
            {FIGURES} | {SOURCES}
            0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | execution | execution | execution | execution
        """,
    )


def test_off_planned_figures_come_from_plans_and_all_others_from_the_investment() -> None:
    off(**EXECUTED).shows(
        PlanningItemFigures,
        f"""
            integration | {FIGURES} | {SOURCES}
            off | 60 | 10 | 20 | 100 | 5 | 6 | 7 | 40 | 9 | execution | investment | execution | investment
        """,
    )


def test_off_without_plans_everything_comes_from_the_investment() -> None:
    off(**{**EXECUTED, **NO_PLANS, "cost_plan_breakdown": "", "benefit_plan_breakdown": ""}).shows(
        PlanningItemFigures,
        f"""
            integration | {FIGURES} | {SOURCES}
            off | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | investment | investment | investment | investment
        """,
    )


def test_off_cost_plans_and_benefit_plans_are_asked_for_apart() -> None:
    off(benefit_plan="", cost_plan_breakdown="value \n 60").shows(
        PlanningItemFigures,
        "planned_cost | planned_benefit | actual_benefit | planned_cost_source | benefit_source \n"
        "60           | 4               | 8              | execution           | investment",
    )
    off(cost_plan="", benefit_plan_breakdown="value | actual_benefit \n 70 | -").shows(
        PlanningItemFigures,
        "planned_cost | planned_benefit | actual_benefit | planned_cost_source | benefit_source \n"
        "1            | 70              | 0              | investment          | execution",
    )


def test_off_a_plan_on_a_task_is_the_work_items_plan() -> None:
    off(
        pm_project_task="sys_id | parent \n T1 | P1",
        cost_plan="sys_id | task \n C1 | T1",
        cost_plan_breakdown="value \n 60",
    ).shows(PlanningItemFigures, "planned_cost | planned_cost_source \n 60 | execution")


def test_off_an_empty_plan_is_a_plan() -> None:
    off().shows(PlanningItemFigures, "planned_cost | planned_cost_source \n 0 | execution")


def test_off_a_plan_of_another_work_item_is_no_matter() -> None:
    off(
        pm_project="sys_id \n P1 \n P2",
        cost_plan="sys_id | task \n C1 | P2",
        cost_plan_breakdown="value \n 60",
    ).shows(PlanningItemFigures, "planned_cost | planned_cost_source \n 1 | investment")


def test_off_without_an_investment_only_plans_say_anything() -> None:
    off(sn_invst_pln_investment="", sn_align_core_planning_item=ITEM.replace("I1", "-"), **EXECUTED).shows(
        PlanningItemFigures,
        f"""
            investment | {FIGURES} | {SOURCES}
            - | 60 | 10 | 20 | 100 | - | - | - | 40 | - | execution | investment | execution | investment
        """,
    )


@pytest.mark.parametrize(
    ("setup", "integration"),
    [
        pytest.param("", "off", id="no setup"),
        pytest.param("planning_item_table | active \n sn_align_core_project | false", "off", id="inactive"),
        pytest.param("planning_item_table | active \n sn_align_core_demand | true", "off", id="another class"),
        pytest.param("planning_item_table | active \n SN_Align_Core_Project | true", "on", id="active, in any case"),
        pytest.param("planning_item_table | active \n sn_align_core_project | -", "on", id="active is empty"),
        pytest.param(
            "planning_item_table | active \n sn_align_core_project | false \n sn_align_core_project | true",
            "on",
            id="any row is active",
        ),
    ],
)
def test_integration_is_on_when_the_class_has_an_active_setup_row(setup: str, integration: str) -> None:
    """And only then is the planning item on breakdown rows."""
    night = off(sn_align_cmn_int_integrations_setup=setup, cost_plan_breakdown="planning_item \n A1")
    night.shows(PlanningItemFigures, f"integration \n {integration}")
    shown = "A1" if integration == "on" else "-"
    night.shows(BreakdownFigures, f"breakdown_type | planning_item \n requirement | {shown} \n task | {shown}")


def test_a_breakdown_row_is_tied_to_the_item_it_names_else_to_the_lowest_of_its_work_item() -> None:
    """Items whose integration is off are passed over."""
    on(
        sn_align_core_planning_item="""
            sys_id | sys_class_name        | task
            A4     | sn_align_core_project | -
            A3     | sn_align_core_project | P1
            A2     | sn_align_core_project | P1
            A1     | sn_align_core_demand  | P1
        """,
        cost_plan_breakdown="sys_id | planning_item \n none | - \n other | A4 \n own | A3 \n off | A1",
    ).shows(
        BreakdownFigures,
        """
            breakdown_type | planning_item
            requirement    | A2
            requirement    | A4
            requirement    | A3
            requirement    | A2
            task           | A2
        """,
    )


def test_a_missing_setup_table_is_integration_off() -> None:
    off(without=["sn_align_cmn_int_integrations_setup"]).shows(PlanningItemFigures, "integration \n off")


def test_the_state_is_that_of_each_class() -> None:
    on(
        dmn_demand="sys_id \n D1",
        sn_align_core_planning_item="""
            sys_id | sys_class_name        | number | task
            A1     | sn_align_core_project | PLI1   | P1
            A2     | sn_align_core_demand  | PLI2   | D1
        """,
    ).shows(
        PlanningItemFigures,
        """
            planning_item | sys_class_name        | number | work_item | integration
            A1            | sn_align_core_project | PLI1   | P1        | on
            A2            | sn_align_core_demand  | PLI2   | D1        | off
        """,
    )


@pytest.mark.parametrize(
    ("item", "investment", "work_item"),
    [
        pytest.param("investment | task \n I1 | P2", "I1", "P2", id="the task comes first"),
        pytest.param("investment | task \n I1 | -", "I1", "P1", id="else what the investment funds"),
        pytest.param("investment | task \n - | P1", "I1", "P1", id="the investment that funds the task, lowest key"),
        pytest.param("investment | task \n - | -", "I4", "-", id="the investment that stands for the item itself"),
        pytest.param("investment | task \n I3 | -", "I3", "-", id="an investment without a work item"),
        pytest.param("investment | task \n - | P2", "I4", "P2", id="also where none stands for its work item"),
    ],
)
def test_a_planning_item_finds_its_work_item_and_its_investment(item: str, investment: str, work_item: str) -> None:
    header, row = item.split("\n")
    tonight(
        pm_project="sys_id \n P1 \n P2",
        sn_align_core_planning_item=f"sys_id | sys_class_name | {header} \n A1 | sn_align_core_planning_item | {row}",
        sn_invst_pln_investment="sys_id | funding_entity_id \n I2 | P1 \n I1 | P1 \n I3 | - \n I4 | A1",
    ).shows(PlanningItemFigures, f"investment | work_item \n {investment} | {work_item}")


@pytest.mark.parametrize(
    ("entities", "investment"),
    [
        pytest.param("I2 | P1 \n I1 | A1", "I1", id="the item's own is the lowest"),
        pytest.param("I1 | P1 \n I2 | A1", "I1", id="the work item's is the lowest"),
        pytest.param("I1 | P2 \n I2 | A2", "-", id="none stands for either"),
    ],
)
def test_of_investments_that_stand_for_the_item_or_its_work_item_the_lowest_counts(
    entities: str, investment: str
) -> None:
    tonight(
        pm_project="sys_id \n P1 \n P2",
        sn_align_core_planning_item="sys_id | sys_class_name | task \n A1 | u_idea | P1 \n A2 | u_idea | -",
        sn_invst_pln_investment=f"sys_id | funding_entity_id \n {entities}",
    ).shows(PlanningItemFigures, f"investment | work_item \n {investment} | P1", planning_item="A1")


@pytest.mark.parametrize("setup", [pytest.param("", id="off"), pytest.param(SETUP, id="on")])
def test_without_a_work_item_plans_on_the_item_and_its_investment_are_its_plans(setup: str) -> None:
    """They are in no work item."""
    night = on(
        sn_align_cmn_int_integrations_setup=setup,
        sn_align_core_planning_item=ALONE,
        sn_invst_pln_investment=UNLINKED,
        cost_plan="sys_id | task \n C1 | A1 \n C2 | I1",
        cost_plan_breakdown="""
            cost_plan | breakdown_type | expense_type | value
            C1        | requirement    | capex        | 10
            C1        | requirement    | -            | 20
            C2        | requirement    | opex         | 300
            C2        | task           | opex         | 300
        """,
        benefit_plan="sys_id | task \n B1 | I1",
        benefit_plan_breakdown="value | actual_benefit \n 70 | 7",
    )
    night.shows(
        PlanningItemFigures,
        """
            work_item | planned_cost | planned_capital | planned_operating | planned_benefit | actual_benefit
            -         | 330          | 10              | 300               | 70              | 7
        """,
    )
    night.shows(PlanningItemFigures, "planned_cost_source | benefit_source \n execution | execution")
    night.shows(WorkItem, "work_item | estimated_cost | estimated_benefit \n P1 | 0 | 0")


def test_off_without_a_work_item_all_but_plans_comes_from_the_investment() -> None:
    off(
        sn_align_core_planning_item=ALONE,
        sn_invst_pln_investment=UNLINKED,
        cost_plan="sys_id | task \n C1 | A1",
        cost_plan_breakdown="value | expense_type \n 10 | capex",
        benefit_plan="",
    ).shows(
        PlanningItemFigures,
        f"""
            {FIGURES} | {SOURCES}
            10 | 10 | 0 | 4 | 5 | 6 | 7 | 8 | 9 | execution | investment | investment | investment
        """,
    )


def test_on_without_a_work_item_only_plans_say_anything_and_that_is_a_finding() -> None:
    night = on(
        sn_align_core_planning_item=ALONE,
        sn_invst_pln_investment=UNLINKED,
        cost_plan="sys_id | task \n C1 | A1",
        cost_plan_breakdown="value | expense_type \n 10 | capex",
        benefit_plan="",
    )
    night.shows(
        PlanningItemFigures,
        f"""
            {FIGURES} | {SOURCES}
            10 | 10 | 0 | - | - | - | - | - | - | execution | execution | execution | execution
        """,
    )
    assert [finding["sys_id"] for finding in night.findings("integrated_without_work_item")] == ["A1"]
    assert on().findings("integrated_without_work_item") == []


def test_a_plan_on_the_item_or_its_investment_is_no_plan_of_its_work_item() -> None:
    off(
        cost_plan="sys_id | task \n C1 | A1 \n C2 | I1", cost_plan_breakdown="cost_plan | value \n C1 | 10 \n C2 | 20"
    ).shows(PlanningItemFigures, "planned_cost | planned_cost_source \n 1 | investment")


@pytest.mark.parametrize(
    ("table", "figure", "off_figure"),
    [
        pytest.param("cost_plan_breakdown", "planned_cost", None, id="rows of plans"),
        pytest.param("benefit_plan_breakdown", "planned_benefit", None, id="rows of benefit plans"),
        pytest.param("fm_expense_line", "actual_cost", 5, id="lines"),
        pytest.param("project_funding", "budget_cost", 9, id="budget"),
        pytest.param("cost_plan", "planned_cost", 1, id="plans"),
        pytest.param("benefit_plan", "actual_benefit", 8, id="benefit plans"),
    ],
)
def test_a_figure_whose_table_is_missing_is_unknown(table: str, figure: str, off_figure: int | None) -> None:
    """Off, the investment's figures count where no plan is known, and need no table of execution."""
    assert on(without=[table]).rows(PlanningItemFigures)[figure].item() is None
    assert off(without=[table]).rows(PlanningItemFigures)[figure].item() == off_figure


@pytest.mark.parametrize(
    ("item", "task"),
    [
        pytest.param("sys_id | sys_class_name | task \n A1 | u_idea | P1", "P1", id="of the work item"),
        pytest.param("sys_id | sys_class_name | task \n A1 | u_idea | -", "A1", id="of plans on itself"),
    ],
)
def test_an_amount_without_an_exchange_rate_makes_unknown_what_needs_it(item: str, task: str) -> None:
    off(
        settings=Settings(functional_currency="USD"),
        sn_align_core_planning_item=item,
        cost_plan=f"sys_id | task | currency \n C1 | {task} | EUR \n C2 | {task} | USD",
        cost_plan_breakdown="cost_plan | value | expense_type \n C1 | 10 | capex \n C2 | 5 | opex",
        benefit_plan=f"sys_id | task | currency \n B1 | {task} | EUR \n B2 | {task} | USD",
        benefit_plan_breakdown="benefit_plan | value \n B1 | 3 \n B2 | 4",
    ).shows(
        PlanningItemFigures,
        """
            planned_cost | planned_capital | planned_operating | planned_benefit | planned_cost_source | benefit_source
            -            | -               | 5                 | -               | execution           | execution
        """,
    )


def test_two_sides_that_differ_are_a_finding_with_figures_and_amounts() -> None:
    world = {"cost_plan_breakdown": "value \n 60", "project_funding": "opex_budget \n 500"}
    stored = "sys_id | funding_entity_id | planned_cost | work_cost | budget_cost \n I1 | P1 | 60 | 0.01 | 750"
    for night in (on(sn_invst_pln_investment=stored, **world), off(sn_invst_pln_investment=stored, **world)):
        (finding,) = night.findings("planning_item_disagrees")
        assert (finding["sys_id"], finding["work_item"], finding["amount"]) == ("A1", "P1", Decimal(-250))
        assert finding["message"] == (
            "actual_cost is 0.0000 by execution, 0.0100 by the investment; "
            "budget_cost is 500.0000 by execution, 750.0000 by the investment."
        )


def test_the_amount_of_a_difference_may_have_either_sign() -> None:
    stored = "sys_id | funding_entity_id | planned_cost | work_cost \n I1 | P1 | 10 | 3"
    (finding,) = off(sn_invst_pln_investment=stored, cost_plan_breakdown="value \n 60").findings(
        "planning_item_disagrees"
    )
    assert finding["amount"] == 50


def test_two_sides_that_agree_or_of_which_one_is_unknown_are_no_finding() -> None:
    stored = "sys_id | funding_entity_id | planned_cost | planned_capital \n I1 | P1 | 60 | 0"
    night = off(sn_invst_pln_investment=stored, cost_plan_breakdown="value \n 60")
    assert night.findings("planning_item_disagrees") == []
    unlinked = off(sn_align_core_planning_item=ALONE, sn_invst_pln_investment=UNLINKED)
    assert unlinked.findings("planning_item_disagrees") == []


def test_several_items_of_one_work_item_each_show_its_figures_once() -> None:
    on(
        sn_align_core_planning_item="""
            sys_id | sys_class_name              | task
            A1     | sn_align_core_project       | P1
            A2     | sn_align_core_planning_item | P1
        """,
        **EXECUTED,
    ).shows(
        PlanningItemFigures,
        """
            planning_item | integration | planned_cost | actual_cost
            A1            | on          | 60           | 70
            A2            | off         | 60           | 5
        """,
    )
    assert "sum mart.work_item" in PlanningItemFigures.hazard
