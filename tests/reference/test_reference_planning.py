"""Worked examples for investments and planning items: section 6 of the contract."""

from decimal import Decimal

import pytest

from .engine import Result
from .investments import FIGURES
from .tiny import column, drawn, one, publish, tables, without

ITEM = "sys_id\nP1\nP2"
SETUP = "sys_id | planning_item_table | active\nS1 | SN_Align_Core_Project | true"
EXECUTED: dict[str, str] = {
    "pm_project": ITEM,
    "cost_plan": "sys_id | name | task\nC1 | a | P1",
    "cost_plan_breakdown": """sys_id | breakdown_type | cost_plan | fiscal_period | value | expense_type | planning_item
        R1 | requirement | C1 | M2601 | 10 | capex | -
        R2 | requirement | C1 | M2601 | 20 | opex  | A9
        R3 | requirement | C1 | M2602 | 30 | -     | A2""",
    "benefit_plan": "sys_id | name | task\nB1 | a | P1",
    "benefit_plan_breakdown": """sys_id | benefit_plan | fiscal_period | value | actual_benefit
        V1 | B1 | M2601 | 100 | 40""",
    "fm_expense_line": "sys_id | state | date | amount | task\nE1 | processed | 2026-01-05 | 70 | P1",
    "project_funding": "sys_id | task | fiscal_period | opex_budget\nF1 | P1 | Y26 | 500",
    "sn_invst_pln_investment": """sys_id | funding_entity_id | planned_cost | planned_capital | planned_operating
        | planned_benefit | work_cost | capex_work_cost | opex_work_cost | actual_benefit | budget_cost
        I1 | P1 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9
        I2 | -  | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | -""".replace("\n        |", " |"),
    "sn_align_core_planning_item": """sys_id | sys_class_name | investment | task
        A1 | sn_align_core_project | -  | P1
        A2 | sn_align_core_project | I1 | gone
        A3 | sn_align_core_project | I2 | -""",
}
EXECUTION = {
    "planned_cost": 60,
    "planned_capital": 10,
    "planned_operating": 20,
    "planned_benefit": 100,
    "actual_cost": 70,
    "actual_capital": 0,
    "actual_operating": 0,
    "actual_benefit": 40,
    "budget_cost": 500,
}
STORED = dict(
    zip(
        (
            *("planned_cost", "planned_capital", "planned_operating", "planned_benefit"),
            *("actual_cost", "actual_capital", "actual_operating", "actual_benefit", "budget_cost"),
        ),
        range(1, 10),
        strict=True,
    )
)
PLANNED_BESIDE = {"planned_cost": 1, "planned_capital": 0, "planned_operating": 0}
SOURCES = ("planned_cost_source", "actual_cost_source", "benefit_source", "budget_source")


def _figures(result: Result, table: str, **where: object) -> dict[str, object]:
    row = one(result, table, **where)
    return {name: row[name] for name in FIGURES}


def _sources(result: Result, item: str) -> str:
    row = one(result, "mart.planning_item", planning_item=item)
    return " ".join(str(row[name])[0] for name in SOURCES)


def test_an_investment_shows_its_work_item_or_what_is_stored_in_it() -> None:
    result = publish(tables(**EXECUTED))
    assert column(result, "mart.investment", "investment", "figures_source") == {"I1": "execution", "I2": "investment"}
    assert _figures(result, "mart.investment", investment="I1") == EXECUTION
    assert _figures(result, "mart.investment", investment="I2") == {**STORED, "budget_cost": None}


def test_on_all_figures_are_those_of_execution_and_off_only_those_of_plans() -> None:
    off = publish(tables(**EXECUTED))
    on = publish(tables(**EXECUTED, sn_align_cmn_int_integrations_setup=SETUP))
    plans = ("planned_cost", "planned_capital", "planned_operating", "planned_benefit", "actual_benefit")
    for item in ("A1", "A2"):
        assert _figures(on, "mart.planning_item", planning_item=item) == EXECUTION
        assert _figures(off, "mart.planning_item", planning_item=item) == {
            **STORED,
            **{name: EXECUTION[name] for name in plans},
        }
        assert (_sources(on, item), _sources(off, item)) == ("e e e e", "e i e i")
    assert column(on, "mart.planning_item", "planning_item", "integration") == dict.fromkeys(("A1", "A2", "A3"), "on")


def test_without_a_work_item_only_plans_on_the_item_and_its_investment_are_execution() -> None:
    source = tables(**EXECUTED)
    source["cost_plan"] += [
        {"sys_id": "C2", "name": "a", "task": "A3", "resource_type": None},
        {"sys_id": "C3", "name": "a", "task": "I2", "resource_type": None},
    ]
    row = {"breakdown_type": "requirement", "fiscal_period": "M2601", "value": "0.5"}
    source["cost_plan_breakdown"] += [{"sys_id": f"R{plan}", "cost_plan": plan, **row} for plan in ("C2", "C3")]
    off = publish(source)
    assert _sources(off, "A3") == "e i i i"
    assert _figures(off, "mart.planning_item", planning_item="A3") == {
        **STORED,
        "budget_cost": None,
        **PLANNED_BESIDE,
    }
    source["sn_align_cmn_int_integrations_setup"] = drawn(SETUP)
    on = publish(source)
    assert _sources(on, "A3") == "e e e e"
    assert _figures(on, "mart.planning_item", planning_item="A3") == {
        **dict.fromkeys(FIGURES),
        **PLANNED_BESIDE,
    }


@pytest.mark.parametrize(
    ("active", "integration"),
    [("true", "on"), ("-", "on"), ("false", "off"), ("false\nS2 | sn_align_core_project | 1", "on")],
)
def test_a_setup_row_counts_unless_it_says_that_it_is_not_active(active: str, integration: str) -> None:
    setup = f"sys_id | planning_item_table | active\nS1 | sn_align_core_project | {active}"
    result = publish(tables(**EXECUTED, sn_align_cmn_int_integrations_setup=setup))
    assert one(result, "mart.planning_item", planning_item="A1")["integration"] == integration


def test_breakdown_rows_show_the_item_they_name_else_the_lowest_of_their_work_item() -> None:
    source = tables(**EXECUTED, sn_align_cmn_int_integrations_setup=SETUP)
    shown = {row["planned_cost"]: row["planning_item"] for row in _requirements(publish(source))}
    assert shown == {10: "A1", 20: "A1", 30: "A2"}
    assert {row["planning_item"] for row in publish(source).tables["mart.cost_plan_breakdown"]} == {"A1", "A2"}
    off = publish(tables(**EXECUTED)).tables["mart.cost_plan_breakdown"]
    assert {row["planning_item"] for row in off} == {None}


def _requirements(result: Result) -> list[dict[str, object]]:
    return [row for row in result.tables["mart.cost_plan_breakdown"] if row["breakdown_type"] == "requirement"]


@pytest.mark.parametrize(
    ("missing", "figure", "expected"),
    [
        ("cost_plan", "planned_cost", Decimal(1)),
        ("cost_plan_breakdown", "planned_cost", None),
        ("benefit_plan", "actual_benefit", Decimal(8)),
        ("benefit_plan_breakdown", "planned_benefit", None),
        ("fm_expense_line", "actual_cost", Decimal(5)),
        ("sn_invst_pln_investment", "actual_cost", None),
    ],
)
def test_off_what_is_not_known_to_be_planned_is_the_investments(
    missing: str, figure: str, expected: Decimal | None
) -> None:
    result = publish(without(tables(**EXECUTED), missing))
    assert one(result, "mart.planning_item", planning_item="A1")[figure] == expected
