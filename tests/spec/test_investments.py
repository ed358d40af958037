"""Chapter: investments, what portfolio planning sees of a work item."""

from __future__ import annotations

from typing import Final

from models.investment import InvestmentFigures
from tests.spec.world import tonight

STORED_COLUMNS: Final = (
    "planned_cost | planned_capital | planned_operating | planned_benefit | work_cost | capex_work_cost | "
    "opex_work_cost | actual_benefit | budget_cost"
)
FIGURES: Final = (
    "planned_cost | planned_capital | planned_operating | planned_benefit | actual_cost | actual_capital | "
    "actual_operating | actual_benefit | budget_cost"
)


def stored(funding_entity_id: str = "P1") -> str:
    """Investment I1 with a different figure in every column."""
    return (
        f"sys_id | funding_entity_id | {STORED_COLUMNS} \n I1 | {funding_entity_id} | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9"
    )


def test_an_investment_shows_the_figures_of_its_work_item_and_not_those_stored() -> None:
    tonight(
        sn_invst_pln_investment=stored(),
        cost_plan_breakdown="value | expense_type \n 10 | capex \n 20 | opex \n 30 | -",
        benefit_plan_breakdown="value | actual_benefit \n 100 | 40",
        fm_expense_line="task | amount | expense_type | state \n P1 | 70 | capex | processed \n P1 | 99 | capex | pending",
        project_funding="opex_budget \n 500",
    ).shows(
        InvestmentFigures,
        f"""
            investment | work_item | figures_source | {FIGURES}
            I1         | P1        | execution      | 60 | 10 | 20 | 100 | 70 | 70 | 0 | 40 | 500
        """,
    )


def test_an_investment_without_a_work_item_shows_what_is_stored() -> None:
    """Even where a plan stands on it."""
    tonight(
        sn_invst_pln_investment=stored("-"), cost_plan="sys_id | task \n C1 | I1", cost_plan_breakdown="value \n 33"
    ).shows(
        InvestmentFigures,
        f"""
            investment | work_item | figures_source | {FIGURES}
            I1         | -         | investment     | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9
        """,
    )


def test_what_is_not_stored_is_unknown() -> None:
    tonight(sn_invst_pln_investment="sys_id | funding_entity_id \n I1 | -").shows(
        InvestmentFigures, "figures_source | planned_cost | budget_cost \n investment | - | -"
    )


def test_an_investment_that_stands_for_something_else_has_no_work_item() -> None:
    tonight(pm_program="sys_id \n G1", sn_invst_pln_investment=stored("G1")).shows(
        InvestmentFigures, "work_item | figures_source | planned_cost \n - | investment | 1"
    )


def test_an_investment_shows_own_figures_and_not_those_below() -> None:
    tonight(
        pm_project="sys_id | parent \n P1 | - \n P2 | P1",
        cost_plan="sys_id | task \n C1 | P1 \n C2 | P2",
        cost_plan_breakdown="cost_plan | value \n C1 | 1 \n C2 | 20",
    ).shows(InvestmentFigures, "investment | planned_cost \n I1 | 1")


def test_a_demand_has_an_investment_like_a_project() -> None:
    tonight(
        dmn_demand="sys_id \n D1",
        sn_invst_pln_investment=stored("D1"),
        cost_plan="sys_id | task \n C1 | D1",
        cost_plan_breakdown="value \n 33",
    ).shows(InvestmentFigures, "work_item | figures_source | planned_cost | actual_cost \n D1 | execution | 33 | 0")


def test_two_investments_of_one_work_item_show_the_same() -> None:
    tonight(
        sn_invst_pln_investment="sys_id | funding_entity_id \n I1 | P1 \n I2 | P1", cost_plan_breakdown="value \n 33"
    ).shows(InvestmentFigures, "investment | work_item | planned_cost \n I1 | P1 | 33 \n I2 | P1 | 33")
    assert "sum mart.work_item" in InvestmentFigures.hazard


def test_the_stored_figure_does_not_stand_in_for_one_that_is_unknown() -> None:
    tonight(without=["fm_expense_line"], sn_invst_pln_investment=stored()).shows(
        InvestmentFigures, "figures_source | planned_cost | actual_cost \n execution | 0 | -"
    )


def test_an_export_without_investments_has_none() -> None:
    assert tonight(without=["sn_invst_pln_investment"]).rows(InvestmentFigures).is_empty()
