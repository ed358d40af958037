"""Worked examples of the reference itself: conversion, what cancels out, and the documented bridge."""

import datetime as dt
from decimal import Decimal

from .baselines import Published, nights_of
from .baselines.cancelling import moved
from .currency import exchanged
from .drawing import Cells
from .settings import Settings
from .tiny import fiscal_years, publish, tables
from .worlds import World

APPROVED = Settings(approved_states={"pm_project": ["Approved"]})
MONTHS = [*(f"M23{month:02}" for month in range(7, 13)), *(f"M24{month:02}" for month in range(1, 7))]


def night(day: str, state: str, *, plan: list[str], spent: list[str]) -> World:
    """A project with a plan from July 2023 on, and one line in each month from then on."""
    rows: dict[str, list[Cells]] = {
        "fiscal_period": fiscal_years(2023, 2024),
        "pm_project": [{"sys_id": "P1", "state": state}],
        "cost_plan": [{"sys_id": "C1", "name": "Plan", "task": "P1", "expense_type": "opex"}],
        "cost_plan_breakdown": [
            {"sys_id": f"r{m}", "breakdown_type": "requirement", "cost_plan": "C1", "fiscal_period": m, "value": amount}
            for m, amount in zip(MONTHS, plan, strict=True)
        ],
        "fm_expense_line": [
            {
                "sys_id": f"e{m}",
                "state": "processed",
                "date": f"20{m[1:3]}-{m[3:]}-10",
                "amount": amount,
                "task": "P1",
                "expense_type": "opex",
            }
            for m, amount in zip(MONTHS, spent, strict=False)
        ],
    }
    return World(tables(**rows), dt.date.fromisoformat(day), APPROVED)


def parts(published: Published, kind: str) -> dict[tuple[object, object], object]:
    return {
        (row["part"], row["fiscal_period"]): row["amount"]
        for row in published["mart.variance_bridge"]
        if row["kind"] == kind
    }


def test_the_documented_bridge() -> None:
    spent = ["900", "1100", "1000"]
    first = night("2023-10-01", "approved ", plan=["1000"] * 12, spent=spent)
    second = night("2023-12-15", "approved", plan=["1000"] * 5 + ["1050"] * 7, spent=[*spent, "1300", "1250"])

    taken, later = nights_of([first, second])

    assert taken["mart.variance_bridge"] == []
    assert parts(later, "approval") == parts(later, "night")
    assert parts(later, "approval") == {
        ("actual_against_plan", "M2310"): 300,
        ("actual_against_plan", "M2311"): 250,
        **{("reforecast", month): 50 for month in MONTHS[5:]},
    }
    (total,) = later["mart.baseline_variance"]
    assert total["estimate_at_completion_variance"] == 900


def test_what_cancels_out_is_taken_in_order_until_the_smaller_side_is_used_up() -> None:
    amounts = {"a": Decimal(5), "b": Decimal(-4), "c": Decimal(2), "d": Decimal(-2)}

    assert moved(amounts) == {"a": 5, "b": -4, "c": 1, "d": -2}
    assert moved({"a": Decimal(5), "b": Decimal(0)}) == {"a": 0, "b": 0}


def test_an_amount_is_rounded_once_half_away_from_zero() -> None:
    assert exchanged(Decimal("0.5"), Decimal("1.01")) == Decimal("0.51")
    assert exchanged(Decimal("-0.5"), Decimal("1.01")) == Decimal("-0.51")
    assert exchanged(Decimal(10) ** 13, Decimal(10)) is None


def test_the_latest_rate_of_the_day_counts_and_without_one_nothing_is_known() -> None:
    source = tables(
        pm_project="sys_id | currency \n P1 | eur \n P2 | CHF",
        fx_rate="""
            from_currency | to_currency | rate | valid_from
            EUR           | USD         | 1.1  | 2026-01-01
            EUR           | USD         | 1.2  | 2026-02-01
            USD           | CHF         | 2    | 2026-01-01
        """,
        fm_expense_line="""
            sys_id | state     | date       | amount | task
            e1     | processed | 2026-01-31 | 100    | P1
            e2     | processed | 2026-02-01 | 100    | P1
            e3     | processed | 2026-02-01 | 100    | P2
        """,
    )

    items = publish(source, settings=Settings(functional_currency="USD")).tables["mart.work_item"]

    assert {row["work_item"]: row["actual_cost"] for row in items} == {"P1": 230, "P2": None}
