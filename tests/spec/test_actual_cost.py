"""Chapter: stream 3, actual cost, and the funnel in which every expense line gets exactly one outcome."""

from __future__ import annotations

from itertools import combinations
from typing import Final

import pytest

from models.expense import ExpenseFunnel
from models.figures import WorkItem, WorkItemPeriod
from models.settings import Settings
from tests.spec.world import Night, tonight

INCLUDED: Final = Settings(demand_direct_actuals="include")

OUTCOMES: Final = ("not_processed", "no_work_item", "top_task_copy", "demand_direct", "no_fiscal_period")
"""In the order in which they are asked."""

WORLD: Final = {
    "pm_project_task": "sys_id | parent \n T1 | P1",
    "dmn_demand": "sys_id \n D1",
    "dmn_demand_task": "sys_id | parent \n DT1 | D1",
}


def outcome(*reasons: str, settings: Settings | None = None) -> str:
    """The outcome of a line on demand D1 or project P1 that is left out for all of these reasons."""
    state = "submitted" if "not_processed" in reasons else "processed"
    task = "D1" if "demand_direct" in reasons else "P1"
    task = "nowhere" if "no_work_item" in reasons else task
    base = "base" if "top_task_copy" in reasons else "-"
    date = "2031-01-01" if "no_fiscal_period" in reasons else "2026-01-15"
    night = tonight(
        settings=settings,
        fm_expense_line=f"""
            sys_id | state     | task   | base_expense | date
            base   | processed | P1     | -            | 2026-01-15
            line   | {state}   | {task} | {base}       | {date}
        """,
        **WORLD,
    )
    return str(night.rows(ExpenseFunnel, expense_line="line")["outcome"].item())


def lines(picture: str, **drawn: str) -> Night:
    """A night over these lines, with project task T1, demand D1 and demand task DT1."""
    return tonight(fm_expense_line=picture, **WORLD, **drawn)


def test_a_line_with_no_reason_against_it_counts() -> None:
    assert outcome() == "counted"


@pytest.mark.parametrize("reason", OUTCOMES)
def test_each_reason_alone_leaves_a_line_out(reason: str) -> None:
    assert outcome(reason) == reason


@pytest.mark.parametrize(
    ("first", "second"), [pair for pair in combinations(OUTCOMES, 2) if pair != ("no_work_item", "demand_direct")]
)
def test_the_first_reason_that_applies_is_the_outcome(first: str, second: str) -> None:
    """A line without a work item can't stand on a demand; all other pairs are possible."""
    assert outcome(first, second) == first


def test_all_reasons_together_are_the_first() -> None:
    assert outcome(*OUTCOMES) == "not_processed"


def test_every_line_has_one_outcome_and_amounts_per_outcome_add_up_to_the_input() -> None:
    lines("""
        sys_id | state     | task | amount | base_expense | date
        a      | processed | T1   | 1      | -            | 2026-01-15
        b      | processed | P1   | 20     | a            | 2026-01-15
        c      | draft     | P1   | 300    | -            | 2026-01-15
        d      | processed | -    | 4000   | -            | 2026-01-15
        e      | processed | D1   | 50000  | -            | 2026-01-15
        f      | processed | P1   | -6     | -            | 2024-12-31
    """).shows(
        ExpenseFunnel,
        """
            expense_line | outcome          | amount | work_item | fiscal_period
            a            | counted          | 1      | P1        | 2026-01
            b            | top_task_copy    | 20     | P1        | 2026-01
            c            | not_processed    | 300    | P1        | 2026-01
            d            | no_work_item     | 4000   | -         | 2026-01
            e            | demand_direct    | 50000  | D1        | 2026-01
            f            | no_fiscal_period | -6     | P1        | -
        """,
    )


@pytest.mark.parametrize("state", ["processed", "Processed", "PROCESSED"])
def test_processed_is_compared_without_case(state: str) -> None:
    assert lines(f"task | state \n P1 | {state}").figure("actual_cost") == 100


@pytest.mark.parametrize("state", ["draft", "submitted", "pending_approval", "pending", "unprocessed", "3"])
def test_lines_in_any_other_state_do_not_count(state: str) -> None:
    assert lines(f"task | state \n P1 | {state}").figure("actual_cost") == 0


def test_a_project_counts_lines_on_itself_and_on_its_tasks() -> None:
    night = lines("""
        task | amount
        P1   | 1
        T1   | 20
    """)
    assert night.figure("actual_cost") == 21


def test_a_demand_counts_lines_on_its_tasks_only() -> None:
    """Lines on the demand itself are shown beside, whatever their date; on projects that figure is 0."""
    lines("""
        task | amount | date
        DT1  | 1      | 2026-01-15
        D1   | 20     | 2026-01-15
        D1   | 300    | 2031-01-01
    """).shows(
        WorkItem,
        """
            work_item | actual_cost | demand_direct_actual
            D1        | 1           | 320
            P1        | 0           | 0
        """,
    )


def test_lines_on_a_demand_itself_count_where_the_settings_include_them() -> None:
    """They are still shown beside, for information; those outside the calendar never count."""
    night = tonight(
        settings=INCLUDED,
        fm_expense_line="""
            sys_id | task | amount | date
            task   | DT1  | 1      | 2026-01-15
            direct | D1   | 20     | 2026-01-15
            late   | D1   | 300    | 2031-01-01
        """,
        **WORLD,
    )
    night.shows(
        ExpenseFunnel,
        """
            expense_line | outcome
            task         | counted
            direct       | counted
            late         | no_fiscal_period
        """,
    )
    night.shows(WorkItem, "work_item | actual_cost | demand_direct_actual \n D1 | 21 | 320", work_item="D1")


def test_lines_that_do_not_count_for_an_earlier_reason_are_not_shown_beside() -> None:
    night = lines("""
        sys_id | task | amount | state     | base_expense
        base   | DT1  | 1      | processed | -
        copy   | D1   | 1      | processed | base
        draft  | D1   | 20     | draft     | -
    """)
    assert night.figure("demand_direct_actual", of="D1") == 0


def test_a_line_without_a_task_stands_on_its_source() -> None:
    lines("""
        sys_id     | task | source_id
        on task    | P1   | D1
        on source  | -    | T1
        nowhere    | -    | -
        unknown    | -    | gone
        lost task  | gone | P1
    """).shows(
        ExpenseFunnel,
        """
            expense_line | outcome      | work_item
            on task      | counted      | P1
            on source    | counted      | P1
            nowhere      | no_work_item | -
            unknown      | no_work_item | -
            lost task    | no_work_item | -
        """,
    )


def test_a_line_on_a_demand_by_its_source_is_a_line_on_the_demand_itself() -> None:
    lines("task | source_id \n - | D1").shows(ExpenseFunnel, "outcome | work_item \n demand_direct | D1")


@pytest.mark.parametrize("state_of_base", ["processed", "draft"])
def test_a_copy_of_another_line_never_counts_in_whatever_state_its_base_line_is(state_of_base: str) -> None:
    night = lines(f"""
        sys_id | task | state           | base_expense
        base   | T1   | {state_of_base} | -
        copy   | P1   | processed       | base
    """)
    assert night.rows(ExpenseFunnel, expense_line="copy")["outcome"].item() == "top_task_copy"


def test_a_line_that_names_itself_as_its_base_is_no_copy() -> None:
    assert lines("sys_id | task | base_expense \n a | P1 | a").figure("actual_cost") == 100


def test_a_copy_of_a_line_that_does_not_count_is_a_finding() -> None:
    night = lines("""
        sys_id | task | state     | base_expense
        good   | T1   | processed | -
        fine   | P1   | processed | good
        draft  | T1   | draft     | -
        lost   | P1   | processed | draft
    """)
    (finding,) = night.findings("copy_of_uncounted_line")
    assert (finding["sys_id"], finding["work_item"], finding["amount"]) == ("lost", "P1", 100)
    assert "draft" in finding["message"]


def test_two_lines_that_name_each_other_are_both_copies_and_both_findings() -> None:
    night = lines("""
        sys_id | task | base_expense
        a      | P1   | b
        b      | P1   | a
    """)
    assert night.figure("actual_cost") == 0
    assert {finding["sys_id"] for finding in night.findings("copy_of_uncounted_line")} == {"a", "b"}


def test_a_line_counts_in_the_base_period_that_holds_its_date() -> None:
    lines("""
        task | date       | amount | expense_type
        P1   | 2026-01-31 | 1      | capex
        P1   | 2026-02-01 | 20     | opex
        T1   | 2026-02-28 | 300    | -
        P1   | 2028-12-31 | -4000  | opex
    """).shows(
        WorkItemPeriod,
        """
            work_item | fiscal_period | actual_cost | actual_capital | actual_operating
            P1        | 2026-01       | 1           | 1              | 0
            P1        | 2026-02       | 320         | 0              | 20
            P1        | 2028-12       | -4000       | 0              | -4000
        """,
    )


def test_a_counted_line_of_zero_makes_a_period_and_one_left_out_makes_none() -> None:
    lines("""
        task | date       | amount | state
        P1   | 2026-04-01 | 0      | processed
        P1   | 2026-05-01 | 5      | draft
    """).shows(WorkItemPeriod, "fiscal_period | actual_cost \n 2026-04 | 0")


def test_a_plan_of_another_work_item_lends_a_line_its_expense_type_and_nothing_else() -> None:
    lines(
        "task | cost_plan \n P1 | CD",
        cost_plan="sys_id | task | expense_type \n CD | D1 | capex",
    ).shows(WorkItem, "work_item | actual_cost | actual_capital \n P1 | 100 | 100 \n D1 | 0 | 0")


def test_waiting_lines_explain_an_actual_cost_of_zero() -> None:
    night = tonight(fm_expense_line="task | state | amount \n P1 | draft | 3 \n P1 | submitted | 4.5")

    found = [(finding["work_item"], float(finding["amount"])) for finding in night.findings("unprocessed_lines")]
    assert found == [("P1", 7.5)]
