"""Worked examples for the budget: stream 4 in section 4 of the contract."""

from decimal import Decimal

import pytest

from .budget import split
from .engine import Result
from .settings import Settings
from .tiny import one, publish, tables, without

ITEM = "sys_id\nP1"


@pytest.mark.parametrize(
    ("amount", "parts", "shares"),
    [
        ("100", 3, ["33.34", "33.33", "33.33"]),
        ("-100", 3, ["-33.34", "-33.33", "-33.33"]),
        ("0.05", 3, ["0.02", "0.02", "0.01"]),
        ("100.0056", 3, ["33.3456", "33.33", "33.33"]),
        ("-0.0199", 2, ["-0.0199", "0"]),
        ("1.2345", 1, ["1.2345"]),
        ("0", 2, ["0", "0"]),
    ],
)
def test_shares_are_whole_cents_that_add_up(amount: str, parts: int, shares: list[str]) -> None:
    assert split(Decimal(amount), parts) == [Decimal(share) for share in shares]


def _budget(result: Result) -> dict[object, object]:
    rows = [row for row in result.tables["mart.work_item_period"] if row["work_item"] == "P1"]
    return {row["fiscal_period"]: row["budget_cost"] for row in rows}


def test_yearly_funding_is_split_over_planned_periods_else_the_dates_else_the_year() -> None:
    funding = "sys_id | task | fiscal_period | capex_budget\nF1 | P1 | Y26 | 100.01"
    dates = "sys_id | start_date | end_date\nP1 | 2026-03-31 | 2026-05-01"
    planned = "sys_id | name | task\nC1 | a | P1"
    rows = """sys_id | breakdown_type | cost_plan | fiscal_period | value
        B1 | requirement | C1 | M2602 | 0\nB2 | requirement | C1 | M2609 | 5\nB3 | requirement | C1 | M2701 | 5"""
    by_plan = publish(tables(pm_project=dates, cost_plan=planned, cost_plan_breakdown=rows, project_funding=funding))
    assert _budget(by_plan) == {"M2602": Decimal("50.01"), "M2609": Decimal("50.00"), "M2701": 0}
    by_dates = publish(tables(pm_project=dates, project_funding=funding))
    assert _budget(by_dates) == {"M2603": Decimal("33.34"), "M2604": Decimal("33.34"), "M2605": Decimal("33.33")}
    whole_year = publish(tables(pm_project=dates.replace("2026-05-01", "-"), project_funding=funding))
    assert len(_budget(whole_year)) == 12
    assert one(whole_year, "mart.work_item")["budget_capital"] == Decimal("100.01")


def test_total_budget_counts_only_where_neither_capex_nor_opex_is_set() -> None:
    result = publish(
        tables(
            pm_project=ITEM,
            pm_project_task="sys_id | parent\nT1 | P1",
            pm_program="sys_id\nG1",
            project_funding="""sys_id | task | fiscal_period | capex_budget | opex_budget | total_budget
                F1 | P1 | Y26   | 10 | -  | 99
                F2 | P1 | Y26   | -  | 20 | -
                F3 | P1 | Q261  | -  | -  | 40
                F4 | P1 | M2605 | -  | -  | -
                F5 | T1 | Y26   | 80 | 80 | -
                F6 | G1 | Y26   | 80 | 80 | -
                F7 | P1 | Y26   | 0  | -  | 99""",
        )
    )
    item = one(result, "mart.work_item")
    assert (item["budget_cost"], item["budget_capital"], item["budget_operating"]) == (70, 10, 20)


BUDGETS = {
    "pm_project": ITEM,
    "project_funding": "sys_id | task | fiscal_period | opex_budget\nF1 | P1 | Y26 | 12",
    "sn_invst_pln_investment": "sys_id | funding_entity_id\nI1 | P1\nI2 | P1",
    "sn_invst_pln_invst_budget": """sys_id | investment | fiscal_period | amount | expense_type
        A1 | I1 | M2601 | 1.2345 | capex
        A2 | I2 | Q261  | 100    | opex
        A3 | I2 | Y26   | 0      | -""",
}
MIGRATED = "sys_id | task | is_budget_migrated\nM1 | P1 | 0\nM2 | P1 | true"


def _source(**changed: str) -> tuple[object, object]:
    missing = tuple(name for name, text in changed.items() if text == "missing")
    rows = {name: text for name, text in {**BUDGETS, **changed}.items() if text != "missing"}
    settings = Settings(budget_without_migration_record="v2_if_only_v2")
    item = one(publish(without(tables(**rows), *missing), settings=settings), "mart.work_item")
    return item["budget_source"], item["budget_cost"]


def test_each_work_item_has_one_budget_version() -> None:
    migration = "sn_invst_pln_financial_migration"
    empty_v1, empty_v2 = "sys_id | task | fiscal_period", "sys_id | investment | fiscal_period | amount"
    assert _source() == ("v1", 12)
    assert _source(**{migration: MIGRATED}) == ("v2", Decimal("101.2345"))
    assert _source(**{migration: MIGRATED, "sn_invst_pln_invst_budget": empty_v2}) == ("none", 0)
    assert _source(project_funding=empty_v1) == ("v2", Decimal("101.2345"))
    assert _source(project_funding=empty_v1, **{migration: MIGRATED.replace("true", "false")}) == ("none", 0)
    assert _source(project_funding="missing", **{migration: MIGRATED}) == ("v2", Decimal("101.2345"))
    assert _source(project_funding="missing", **{migration: MIGRATED.replace("true", "false")}) == ("none", None)


def test_v2_rows_on_longer_periods_are_split_equally() -> None:
    result = publish(tables(**BUDGETS, sn_invst_pln_financial_migration=MIGRATED))
    shares = _budget(result)
    assert len(shares) == 12
    assert list(shares.values())[:4] == [Decimal("34.5745"), Decimal("33.33"), Decimal("33.33"), 0]
