"""Worked examples for the five streams: section 4 of the contract."""

import datetime as dt
from decimal import Decimal

import pytest

from .engine import Result
from .settings import Settings
from .tiny import column, one, publish, tables, without

ITEM = "sys_id\nP1"

BREAKDOWNS = """sys_id | breakdown_type | cost_plan | fiscal_period | value | expense_type | resource_type
    B1 |  Requirement | CB | M2601 |  1 | CAPEX | RO
    B2 | requirement  | CB | M2601 |  2 | -     | RC
    B3 | requirement  | CA | M2601 |  4 | -     | -
    B4 | requirement  | CB | M2601 |  8 | -     | gone
    B5 | requirement  | CN | M2601 | 16 | -     | -
    B6 | task         | -  | M2601 | 99 | capex | -
    B7 | program      | -  | M2601 | 99 | capex | -"""


def test_only_requirement_rows_are_planned_cost_and_the_expense_type_falls_back_in_order() -> None:
    result = publish(
        tables(
            pm_project=ITEM,
            pm_project_task="sys_id | parent\nT1 | P1",
            resource_type_definition="sys_id | expense_type\nRC | capex\nRO | opex",
            cost_plan="""sys_id | name | task | resource_type | expense_type
                CA | own   | P1 | RO | capex
                CB | via   | T1 | RO | -
                CN | none  | P1 | gone | -""",
            cost_plan_breakdown=BREAKDOWNS,
        )
    )
    item = one(result, "mart.work_item")
    assert (item["estimated_cost"], item["planned_capital"], item["planned_operating"]) == (31, 1 + 2 + 4, 8)
    assert column(result, "mart.cost_plan", "cost_plan", "total_planned_cost") == {"CA": 4, "CB": 11, "CN": 16}


def test_benefits_are_planned_and_actual() -> None:
    result = publish(
        tables(
            dmn_demand="sys_id\nD1",
            dmn_demand_task="sys_id | parent\nDT | D1",
            benefit_plan="sys_id | name | task\nV1 | a | D1\nV2 | b | DT",
            benefit_plan_breakdown="""sys_id | benefit_plan | fiscal_period | value | actual_benefit
                1 | V1 | M2601 | 100   | 90
                2 | V2 | M2602 | 50.25 | -
                3 | V2 | M2603 | -10   | 0.75""",
        )
    )
    item = one(result, "mart.work_item")
    assert (item["estimated_benefit"], item["actual_benefit"]) == (Decimal("140.25"), Decimal("90.75"))
    assert column(result, "mart.benefit_plan", "benefit_plan", "total_planned_benefit") == {
        "V1": 100,
        "V2": Decimal("40.25"),
    }
    assert len(result.tables["mart.work_item_period"]) == 3


FUNNEL = """sys_id | state | date | amount | task | source_id | base_expense
    E01 |  Processed  | 2026-01-01 |    1 | P1 | -  | -
    E02 | pending     | 2026-01-01 |    2 | P1 | -  | -
    E03 | processed   | 2026-01-01 |    4 | P1 | -  | E02
    E04 | processed   | 2026-01-01 |    8 | P1 | -  | E04
    E05 | processed   | 2026-01-01 |   16 | P1 | -  | gone
    E06 | processed   | 2026-01-01 |   32 | -  | P1 | E03
    E07 | processed   | 2026-01-01 |   64 | -  | P1 | -
    E08 | processed   | 2026-01-01 |  128 | gone | P1 | -
    E09 | processed   | 2026-01-01 |  256 | D1 | -  | -
    E10 | processed   | 2029-01-01 |  512 | D1 | -  | -
    E11 | processed   | 2026-01-01 | 1024 | DT | -  | -
    E12 | processed   | 2029-01-01 | 2048 | DT | -  | -
    E13 | pending     | 2026-01-01 | 4096 | D1 | -  | -
    E14 | processed   | 2026-01-01 | 8192 | D1 | -  | E01"""


def _funnel(settings: Settings) -> Result:
    source = tables(
        pm_project=ITEM, dmn_demand="sys_id\nD1", dmn_demand_task="sys_id | parent\nDT | D1", fm_expense_line=FUNNEL
    )
    return publish(source, settings=settings)


def test_every_line_has_the_first_outcome_that_applies() -> None:
    result = _funnel(Settings())
    assert column(result, "audit.expense_funnel", "expense_line", "outcome") == {
        "E01": "counted",
        "E02": "not_processed",
        "E03": "top_task_copy",
        "E04": "counted",
        "E05": "counted",
        "E06": "top_task_copy",
        "E07": "counted",
        "E08": "no_work_item",
        "E09": "demand_direct",
        "E10": "demand_direct",
        "E11": "counted",
        "E12": "no_fiscal_period",
        "E13": "not_processed",
        "E14": "top_task_copy",
    }
    assert column(result, "mart.work_item", "work_item", "actual_cost") == {"P1": 1 + 8 + 16 + 64, "D1": 1024}
    assert column(result, "mart.work_item", "work_item", "demand_direct_actual") == {"P1": 0, "D1": 256 + 512}


def test_direct_lines_of_demands_count_when_included_and_stay_shown() -> None:
    result = _funnel(Settings(demand_direct_actuals="include"))
    demand = one(result, "mart.work_item", work_item="D1")
    assert (demand["actual_cost"], demand["demand_direct_actual"]) == (256 + 1024, 256 + 512)
    assert one(result, "audit.expense_funnel", expense_line="E10")["outcome"] == "no_fiscal_period"


PLANS = {
    "pm_project": "sys_id\nP1\nP2",
    "dmn_demand": "sys_id\nD1",
    "dmn_demand_task": "sys_id | parent\nDT | D1",
    "resource_type_definition": "sys_id | expense_type\nRC | capex\nRD | capex\nRO | opex",
    "cost_plan": """sys_id | name | task | resource_type
        CC | a | P1 | RC
        CD | b | P1 | RD
        CO | c | P1 | RO
        CX | d | P2 | RO
        CQ | e | D1 | RO
        CE | f | P1 | RO""",
    "cost_plan_breakdown": """sys_id | breakdown_type | cost_plan | fiscal_period | value
        B1 | requirement | CC | M2601 | 10
        B2 | requirement | CD | M2601 | 20
        B3 | requirement | CO | M2601 | 40
        B4 | requirement | CO | M2602 | 40
        B5 | requirement | CO | M2602 | 41
        B6 | requirement | CQ | M2601 | 80""",
}


@pytest.mark.parametrize(
    ("line", "plan"),
    [
        ("P1 | 2026-01-05 | CD | -  | -", "CD"),
        ("P1 | 2026-02-05 | CO | -  | -", None),
        ("P1 | 2026-02-05 | CC | RC | capex", None),
        ("P1 | 2026-01-05 | CE | RO | opex", None),
        ("P1 | 2026-01-05 | -  | RC | -", "CC"),
        ("P1 | 2026-01-05 | -  | -  | opex", "CO"),
        ("P1 | 2026-01-05 | -  | -  | capex", None),
        ("P1 | 2026-01-05 | -  | -  | -", None),
        ("P1 | 2026-01-05 | CX | -  | -", "CO"),
        ("P2 | 2026-01-05 | CC | -  | -", None),
        ("DT | 2026-01-05 | CQ | RO | opex", None),
    ],
)
def test_a_counted_line_goes_to_the_only_row_that_fits(line: str, plan: str | None) -> None:
    header = "sys_id | state | amount | task | date | cost_plan | resource_type | expense_type"
    result = publish(tables(**PLANS, fm_expense_line=f"{header}\nE1 | processed | 7 | {line}"))
    received = column(result, "mart.cost_plan", "cost_plan", "total_actual_cost")
    assert received == {key: 7 if key == plan else 0 for key in received}


def test_a_line_without_cost_type_does_not_look_for_rows_without_one() -> None:
    result = publish(
        tables(
            pm_project=ITEM,
            cost_plan="sys_id | name | task | expense_type\nC1 | a | P1 | capex\nC2 | b | P1 | -",
            resource_type_definition="sys_id | expense_type\nRO | opex",
            cost_plan_breakdown="""sys_id | breakdown_type | cost_plan | fiscal_period | value | resource_type
                B1 | requirement | C1 | M2601 | 10 | -\nB2 | requirement | C2 | M2601 | 20 | RO""",
            fm_expense_line="""sys_id | state | date | amount | task | expense_type
                E1 | processed | 2026-01-05 | 7 | P1 | opex""",
        )
    )
    assert column(result, "mart.cost_plan", "cost_plan", "total_actual_cost") == {"C1": 0, "C2": 7}


def test_task_rows_hold_plan_actual_and_budget_by_expense_type_or_by_cost_type() -> None:
    lines = """sys_id | state | date | amount | task | resource_type | expense_type
        E1 | processed | 2026-01-05 | 3 | P1 | RC | -\nE2 | processed | 2026-01-05 | 5 | P1 | - | opex
        E3 | processed | 2026-01-05 | 9 | DT | -  | opex"""
    funding = "sys_id | task | fiscal_period | opex_budget\nF1 | P1 | M2601 | 12"
    source = tables(**PLANS, fm_expense_line=lines, project_funding=funding)
    assert _task_rows(publish(source)) == {
        ("P1", "M2601", "capex", None): (30, 3, 0),
        ("P1", "M2601", "opex", None): (40, 5, 12),
        ("P1", "M2602", "opex", None): (81, 0, 0),
        ("D1", "M2601", "opex", None): (80, None, 0),
    }
    source["sys_properties"] = [{"name": "sn_invst_pln.budget_allocation_attribute", "value": "cost_type"}]
    assert _task_rows(publish(source)) == {
        ("P1", "M2601", "capex", "RC"): (10, 3, 0),
        ("P1", "M2601", "capex", "RD"): (20, 0, 0),
        ("P1", "M2601", "opex", "RO"): (40, 0, 0),
        ("P1", "M2601", "opex", None): (0, 5, 12),
        ("P1", "M2602", "opex", "RO"): (81, 0, 0),
        ("D1", "M2601", "opex", "RO"): (80, None, 0),
    }


def _task_rows(result: Result) -> dict[tuple[object, ...], tuple[object, ...]]:
    return {
        (row["work_item"], row["fiscal_period"], row["expense_type"], row["resource_type"]): (
            row["planned_cost"],
            row["actual_cost"],
            row["budget_cost"],
        )
        for row in result.tables["mart.cost_plan_breakdown"]
        if row["breakdown_type"] == "task"
    }


def test_a_missing_source_is_null_and_an_empty_one_is_zero() -> None:
    empty = one(publish(tables(pm_project=ITEM)), "mart.work_item")
    assert (empty["actual_cost"], empty["estimate_at_completion"], empty["budget_variance"]) == (0, 0, 0)
    absent = publish(without(tables(pm_project=ITEM), "fm_expense_line", "benefit_plan"), as_of=dt.date(2026, 5, 1))
    item = one(absent, "mart.work_item")
    unknown = {name for name, value in item.items() if value is None}
    assert {"actual_cost", "estimate_at_completion", "budget_variance", "net_benefit", "npv", "irr_status"} <= unknown
    assert (item["estimated_cost"], item["budget_cost"]) == (0, 0)
