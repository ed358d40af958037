"""What a page says of figures that are unknown, foreign, left out or set aside."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.console import Console

from models.settings import Settings
from pipelines.explain.answer import explained
from pipelines.explain.page import Explanation
from pipelines.explain.show import show

RATES = "from_currency | to_currency | rate | valid_from \n EUR | USD | 1.25 | 2020-01-01"


def printed(page: Explanation) -> str:
    """The page on a wide screen, with single blanks."""
    screen = io.StringIO()
    show(page, Console(file=screen, width=200))
    return " ".join(screen.getvalue().split())


def test_a_converted_amount_shows_what_was_entered_and_the_rate(build: Any) -> None:
    world = build(
        settings=Settings(functional_currency="USD"),
        fx_rate=RATES,
        fm_expense_line="number | task | currency | amount \n EXP1 | P1 | EUR | 100 \n EXP2 | P1 | USD | 7",
    )

    page = explained(world, "P1", "actual_cost")

    assert "EXP1 FY" not in printed(page)
    assert "125.00 100.00 EUR at 1.25" in printed(page)
    assert "132.00 USD, seen from" in printed(page)
    assert page.figure == Decimal(132)


def test_a_figure_without_an_exchange_rate_says_so_and_shows_the_row(build: Any) -> None:
    world = build(
        settings=Settings(functional_currency="USD"),
        fx_rate=RATES,
        fm_expense_line="number | task | currency | amount \n EXP1 | P1 | CHF | 100 \n EXP2 | P1 | USD | 7",
    )

    page = explained(world, "P1", "actual_cost")

    assert page.figure is None
    assert page.tie is None
    assert [row.name for row in page.groups[0].rows] == ["EXP1", "EXP2"]
    said = printed(page)
    assert "Unknown: 1 of the rows that count have no exchange rate" in said
    assert "unknown 100.00 CHF no rate" in said
    assert "missing_exchange_rate" in said


def test_a_figure_without_its_table_says_which(build: Any) -> None:
    world = build(without=("cost_plan_breakdown",), fm_expense_line="task | amount \n P1 | 7")

    assert explained(world, "P1", "estimated_cost").why_unknown == [
        "cost_plan_breakdown is not in the export. No planned cost; v1 budgets are spread by the dates of their work item."
    ]
    estimate = explained(world, "P1", "estimate_at_completion")
    assert estimate.why_unknown == [
        "cost_plan_breakdown is not in the export. No planned cost; v1 budgets are spread by the dates of their work item."
    ]
    assert estimate.groups[0].subtotal == Decimal(7)
    for metric in ("npv", "irr_pct", "planned_roi_pct"):
        assert explained(world, "P1", metric).why_unknown == [
            "estimated_cost of this work item is unknown: explain that next."
        ]


def test_a_return_that_there_is_none_of_says_why(build: Any) -> None:
    world = build(benefit_plan_breakdown="value \n 100")

    assert explained(world, "P1", "planned_roi_pct").why_unknown == [
        "Planned cost is 0: there is nothing to divide by."
    ]
    assert explained(world, "P1", "irr_pct").why_unknown == [
        "A rate of return needs a plan in at least two fiscal years."
    ]


def test_rows_that_were_not_admitted_are_told_where_they_name_the_work_item_a_task_or_a_plan(sample: Path) -> None:
    page = explained(sample, "PRJ0010012", "actual_cost")

    assert [(part.table, part.rule, part.count) for part in page.set_aside] == [
        ("fm_expense_line", "unreadable_number", 1)
    ]
    assert "Not admitted, although they name it" in printed(page)
    assert explained(sample, "PRJ0010001", "actual_cost").set_aside == []


def test_findings_of_the_figure_are_told_and_no_others(sample: Path) -> None:
    assert [found.code for found in explained(sample, "PRJ0010016", "budget_cost").findings] == [
        "migrated_without_v2_rows"
    ]
    assert explained(sample, "PRJ0010016", "estimated_cost").findings == []
    assert "no_rate_model" in {found.code for found in explained(sample, "PRJ0010010", "actual_cost").findings}
    assert [found.code for found in explained(sample, "PRJ0010019", "npv").findings] == ["missing_discount_rate"]


def test_a_project_with_projects_below_says_what_they_are_together(sample: Path) -> None:
    notes = explained(sample, "PRJ0010001", "estimated_cost").notes

    assert notes == ["This is its own figure; with all projects below it, it is 2,434,650.50 (mart.work_item_rollup)."]


def test_the_lines_of_a_cost_plan_are_those_that_reached_its_rows(build: Any) -> None:
    world = build(
        cost_plan="sys_id | task | expense_type \n C1 | P1 | capex",
        cost_plan_breakdown="fiscal_period | value \n 2026-01 | 100",
        fm_expense_line="""
            number    | task | date       | cost_plan | expense_type | amount | state
            by plan   | P1   | 2026-01-15 | C1        | -            | 1      | processed
            by type   | P1   | 2026-01-16 | -         | capex        | 2      | processed
            no row    | P1   | 2026-02-15 | C1        | -            | 4      | processed
            waiting   | P1   | 2026-01-15 | C1        | -            | 8      | pending
            elsewhere | P1   | 2026-01-15 | -         | opex         | 16     | processed
        """,
    )

    page = explained(world, "C1", "total_actual_cost")

    assert page.figure == Decimal(3)
    assert sorted(row.name for group in page.groups for row in group.rows) == ["by plan", "by type"]
    assert [(part.reason, part.amount) for part in page.left_out] == [("not_processed", Decimal(8))]
    assert "1 further lines, of 4.00, name this plan and count for their work item" in printed(page)


def test_a_planning_item_is_explained_by_the_side_that_it_comes_from(sample: Path) -> None:
    executed, stored, own = (
        explained(sample, item, metric)
        for item, metric in (
            ("PLI0001005", "planned_cost"),
            ("PLI0001009", "actual_cost"),
            ("PLI0001012", "planned_cost"),
        )
    )

    assert executed.notes[0] == "Taken from execution: estimated_cost of PRJ0010008 District metering areas."
    assert stored.notes[0].startswith("Taken from the investment aa753e33")
    assert stored.groups[0].rows[0].name == "work_cost"
    assert own.notes[0].startswith("Taken from execution: it has no work item")
    assert own.groups[0].title == "Cost plan Reservoir resilience fund, first call"


def test_many_plans_are_shown_as_the_largest_and_the_rest(build: Any) -> None:
    plans = "\n".join(f"C{number} | P1 | plan {number}" for number in range(1, 16))
    amounts = "\n".join(f"C{number} | {number}" for number in range(1, 16))
    world = build(cost_plan=f"sys_id | task | name \n {plans}", cost_plan_breakdown=f"cost_plan | value \n {amounts}")

    page = explained(world, "P1", "estimated_cost")

    assert page.groups[0].title == "Cost plan plan 15"
    assert (page.groups[-1].title, page.groups[-1].count, page.groups[-1].subtotal) == (
        "4 further groups (--all shows them)",
        4,
        Decimal(10),
    )
    assert len(explained(world, "P1", "estimated_cost", every=True).groups) == 15
    assert page.tie is not None
    assert page.tie.holds
