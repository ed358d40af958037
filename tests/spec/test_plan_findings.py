"""Rows that count, but should be looked at: each kind of finding, and what is none."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from models.audit import Finding
from tests.spec.world import Night, tonight

TYPED = "sys_id | cost_plan | fiscal_period | expense_type | resource_type | value"


def found(night: Night, code: str) -> list[tuple[Any, ...]]:
    """Work item, row and amount of each finding of a kind."""
    rows = night.rows(Finding, code=code).select("work_item", "sys_id", "amount").rows()
    return sorted(rows, key=str)


def test_rows_of_one_cell_are_doubles_and_rows_that_differ_in_anything_are_not() -> None:
    night = tonight(
        cost_plan="sys_id | task \n C1 | P1 \n C2 | P1",
        cost_plan_breakdown=f"""
            {TYPED}
            a | C1 | 2026-01 | opex  | labour | 10
            b | C1 | 2026-01 | opex  | labour | 10
            c | C1 | 2026-01 | capex | labour | 10
            d | C1 | 2026-02 | opex  | labour | 10
            e | C2 | 2026-01 | opex  | labour | 10
            f | C1 | 2026-01 | opex  | -      | 10
        """,
    )

    assert found(night, "duplicate_breakdown") == [("P1", "a", Decimal(20))]
    assert night.figure("estimated_cost") == 60


def test_a_plan_outside_the_dates_of_its_work_item_is_told_once() -> None:
    """A period that the dates touch is inside; without dates there is no outside."""
    night = tonight(
        pm_project="sys_id | start_date | end_date \n P1 | 2026-02-28 | 2026-05-01 \n P2 | - | 2026-02-01",
        cost_plan="sys_id | task \n C1 | P1 \n C2 | P2",
        cost_plan_breakdown="""
            cost_plan | fiscal_period | value
            C1        | 2026-01       | 1
            C1        | 2026-02       | 2
            C1        | 2026-05       | 4
            C1        | 2026-06       | 8
            C2        | 2025-01       | 16
            C2        | 2026-03       | 32
        """,
    )

    assert found(night, "plan_outside_dates") == [("P1", "C1", Decimal(9)), ("P2", "C2", Decimal(32))]


def test_an_expense_type_that_its_cost_type_contradicts_is_told_by_work_item() -> None:
    """Only the row's own cost type can contradict it, not that of its plan."""
    night = tonight(
        cost_plan="sys_id | task | resource_type \n C1 | P1 | laptop",
        cost_plan_breakdown=f"{TYPED} \n a | C1 | 2026-01 | capex | labour | 10 \n b | C1 | 2026-01 | opex | - | 5",
        fm_expense_line="task | expense_type | resource_type | amount \n P1 | opex | laptop | 3 \n P1 | opex | labour | 4",
    )

    assert found(night, "expense_type_conflict") == [("P1", None, Decimal(10)), ("P1", None, Decimal(3))]


def test_processed_lines_of_nothing_are_told() -> None:
    night = tonight(fm_expense_line="task | state | amount \n P1 | processed | 0 \n P1 | processed | 0 \n P1 | new | 0")

    assert found(night, "zero_amount_lines") == [("P1", None, None)]
    assert night.findings("zero_amount_lines")[0]["message"].startswith("2 processed lines")


def test_money_without_its_counterpart_is_a_gap() -> None:
    """P1 has all, P2 has spent only, P3 plans only, P4 has nothing at all."""
    night = tonight(
        pm_project="sys_id \n P1 \n P2 \n P3 \n P4",
        cost_plan="sys_id | task \n C1 | P1 \n C3 | P3",
        cost_plan_breakdown="cost_plan | fiscal_period | value \n C1 | 2026-08 | 10 \n C3 | 2026-08 | 20",
        benefit_plan_breakdown="value \n 5",
        project_funding="opex_budget \n 7",
        fm_expense_line="task | amount \n P1 | 1 \n P2 | 2",
    )

    assert found(night, "no_plan") == [("P2", "P2", Decimal(2))]
    assert found(night, "no_budget") == [("P2", "P2", Decimal(2)), ("P3", "P3", Decimal(20))]
    assert found(night, "no_benefit") == [("P3", "P3", Decimal(20))]


def test_what_is_unknown_is_no_gap() -> None:
    night = tonight(
        without=["cost_plan", "benefit_plan", "benefit_plan_breakdown", "project_funding"],
        cost_plan_breakdown="",
        fm_expense_line="task | amount \n P1 | 2",
    )

    for code in ("no_plan", "no_budget", "no_benefit"):
        assert found(night, code) == []


def test_a_budget_in_both_tables_is_told_with_what_is_left_out() -> None:
    night = tonight(
        pm_project="sys_id \n P1 \n P2",
        project_funding="task | opex_budget \n P1 | 7 \n P2 | 9",
        sn_invst_pln_invst_budget="amount \n 100 \n 11",
    )

    assert found(night, "budget_in_both_tables") == [("P1", None, Decimal(111))]
