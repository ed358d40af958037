"""History: every night keeps the rows of figures that changed, so that any earlier night can be read again."""

from __future__ import annotations

import datetime as dt
from typing import Final

import polars as pl
import pytest

from models.catalogue import HISTORIES
from models.figures import WorkItem, WorkItemPeriod
from models.history import NightHistory, RememberedWorkItemHistory, WorkItemHistory, WorkItemPeriodHistory
from models.table import Table
from pipelines.checks import check_names
from tests.night import night, remembered
from tests.spec.world import Night, admitted

DAY_1, DAY_2, DAY_3, DAY_4 = "2026-01-10", "2026-01-11", "2026-01-12", "2026-01-13"
WANTED: Final = {*HISTORIES.values(), WorkItem, WorkItemPeriod}
JANUARY: Final = "fiscal_period | value \n 2026-01 | 100"


def after(last: Night | None, as_of: str, **pictures: str) -> Night:
    """A night that remembers what the last one has published."""
    memory = remembered(last.frames) if last else None
    return Night(night(admitted(**pictures), as_of=dt.date.fromisoformat(as_of), memory=memory, wanted=WANTED))


def plan(value: str) -> str:
    return f"fiscal_period | value \n 2026-01 | {value}"


def test_the_first_night_is_the_beginning_of_every_row() -> None:
    first = after(None, DAY_1, cost_plan_breakdown=JANUARY)

    first.shows(WorkItemHistory, f"work_item | estimated_cost | valid_from | valid_to \n P1 | 100 | {DAY_1} | -")
    first.shows(
        WorkItemPeriodHistory, f"fiscal_period | planned_cost | valid_from | valid_to \n 2026-01 | 100 | {DAY_1} | -"
    )
    first.shows(NightHistory, f"as_of \n {DAY_1}")


def test_a_night_in_which_nothing_changes_adds_no_row() -> None:
    first = after(None, DAY_1, cost_plan_breakdown=JANUARY)
    second = after(first, DAY_2, cost_plan_breakdown=JANUARY)

    second.shows(WorkItemHistory, f"work_item | estimated_cost | valid_from | valid_to \n P1 | 100 | {DAY_1} | -")
    second.shows(WorkItemPeriodHistory, f"fiscal_period | valid_from | valid_to \n 2026-01 | {DAY_1} | -")
    second.shows(NightHistory, f"as_of \n {DAY_1} \n {DAY_2}")


def test_a_row_that_changes_ends_and_another_begins() -> None:
    first = after(None, DAY_1, cost_plan_breakdown=JANUARY)
    second = after(first, DAY_3, cost_plan_breakdown=plan("130"))

    second.shows(
        WorkItemHistory,
        f"""
        work_item | estimated_cost | valid_from | valid_to
        P1        | 100            | {DAY_1}    | {DAY_3}
        P1        | 130            | {DAY_3}    | -
        """,
    )
    second.shows(
        WorkItemPeriodHistory,
        f"""
        work_item | fiscal_period | planned_cost | valid_from | valid_to
        P1        | 2026-01       | 100          | {DAY_1}    | {DAY_3}
        P1        | 2026-01       | 130          | {DAY_3}    | -
        """,
    )


def test_only_what_changed_is_kept() -> None:
    """A plan that moves within its year moves two base periods and no figure of the whole work item."""
    first = after(None, DAY_1, cost_plan_breakdown="fiscal_period | value \n 2026-05 | 100 \n 2026-06 | 10")
    second = after(first, DAY_2, cost_plan_breakdown="fiscal_period | value \n 2026-06 | 110")

    second.shows(WorkItemHistory, f"work_item | valid_from | valid_to \n P1 | {DAY_1} | -")
    second.shows(
        WorkItemPeriodHistory,
        f"""
        fiscal_period | planned_cost | valid_from | valid_to
        2026-05       | 100          | {DAY_1}    | {DAY_2}
        2026-06       | 10           | {DAY_1}    | {DAY_2}
        2026-06       | 110          | {DAY_2}    | -
        """,
    )


def test_time_alone_can_move_a_figure() -> None:
    """The forecast of a base period is its actual cost once it is over."""
    first = after(None, "2026-01-31", cost_plan_breakdown=JANUARY)
    second = after(first, "2026-02-01", cost_plan_breakdown=JANUARY)

    second.shows(
        WorkItemHistory,
        """
        estimate_at_completion | valid_from | valid_to
        100                    | 2026-01-31 | 2026-02-01
        0                      | 2026-02-01 | -
        """,
    )


def test_a_change_of_name_is_a_change() -> None:
    first = after(None, DAY_1, pm_project="sys_id | short_description \n P1 | Pumps")
    second = after(first, DAY_2, pm_project="sys_id | short_description \n P1 | Pumps and pipes")

    second.shows(
        WorkItemHistory, f"name | valid_from | valid_to \n Pumps | {DAY_1} | {DAY_2} \n Pumps and pipes | {DAY_2} | -"
    )


def test_a_work_item_that_vanishes_ends_and_one_that_returns_begins_anew() -> None:
    two, one = "sys_id \n P1 \n P2", "sys_id \n P1"
    gone = after(after(None, DAY_1, pm_project=two), DAY_2, pm_project=one)
    back = after(gone, DAY_4, pm_project=two)

    gone.shows(WorkItemHistory, f"valid_from | valid_to \n {DAY_1} | {DAY_2}", work_item="P2")
    back.shows(WorkItemHistory, f"valid_from | valid_to \n {DAY_1} | {DAY_2} \n {DAY_4} | -", work_item="P2")
    back.shows(WorkItemHistory, f"valid_from | valid_to \n {DAY_1} | -", work_item="P1")


def test_the_same_night_again_replaces_what_it_said() -> None:
    first = after(None, DAY_1, cost_plan_breakdown=JANUARY)
    wrong = after(first, DAY_2, cost_plan_breakdown=plan("999"), pm_project="sys_id \n P1 \n P9")
    right = after(wrong, DAY_2, cost_plan_breakdown=plan("130"))

    right.shows(
        WorkItemHistory,
        f"""
        work_item | estimated_cost | valid_from | valid_to
        P1        | 100            | {DAY_1}    | {DAY_2}
        P1        | 130            | {DAY_2}    | -
        """,
    )
    right.shows(NightHistory, f"as_of \n {DAY_1} \n {DAY_2}")


def test_a_change_that_is_taken_back_in_the_same_night_was_none() -> None:
    first = after(None, DAY_1, cost_plan_breakdown=JANUARY)
    wrong = after(first, DAY_2, cost_plan_breakdown=plan("999"))
    right = after(wrong, DAY_2, cost_plan_breakdown=JANUARY)

    right.shows(WorkItemHistory, f"estimated_cost | valid_from | valid_to \n 100 | {DAY_1} | -")
    right.shows(WorkItemPeriodHistory, f"planned_cost | valid_from | valid_to \n 100 | {DAY_1} | -")


def test_a_run_for_an_earlier_day_takes_back_what_later_nights_said() -> None:
    first = after(None, DAY_1, cost_plan_breakdown=JANUARY)
    third = after(first, DAY_3, cost_plan_breakdown=plan("130"), pm_project="sys_id \n P1 \n P3")
    fourth = after(third, DAY_4, cost_plan_breakdown=plan("140"))
    second = after(fourth, DAY_2, cost_plan_breakdown=JANUARY)

    second.shows(WorkItemHistory, f"work_item | estimated_cost | valid_from | valid_to \n P1 | 100 | {DAY_1} | -")
    second.shows(NightHistory, f"as_of \n {DAY_1} \n {DAY_2}")


def test_a_run_for_a_day_before_all_others_begins_anew() -> None:
    later = after(None, DAY_2, cost_plan_breakdown=JANUARY)
    earlier = after(later, DAY_1, cost_plan_breakdown=plan("130"))

    earlier.shows(WorkItemHistory, f"estimated_cost | valid_from | valid_to \n 130 | {DAY_1} | -")
    earlier.shows(NightHistory, f"as_of \n {DAY_1}")


def test_unknown_stays_unknown_and_is_not_zero() -> None:
    known = admitted()
    unknown = admitted(without=("cost_plan_breakdown",))
    days = [dt.date.fromisoformat(day) for day in (DAY_1, DAY_2, DAY_3)]

    first = night(unknown, as_of=days[0], wanted=WANTED)
    second = night(unknown, as_of=days[1], memory=remembered(first), wanted=WANTED)
    third = Night(night(known, as_of=days[2], memory=remembered(second), wanted=WANTED))

    third.shows(WorkItemHistory, f"estimated_cost | valid_from | valid_to \n - | {DAY_1} | {DAY_3} \n 0 | {DAY_3} | -")


@pytest.mark.parametrize(("rate", "rows"), [("0.3", 1), ("0.30000000000000004", 2)])
def test_a_rate_is_another_one_if_any_digit_of_it_is(rate: str, rows: int) -> None:
    first = after(None, DAY_1, pm_project="sys_id | discount_rate \n P1 | 0.3")
    second = after(first, DAY_2, pm_project=f"sys_id | discount_rate \n P1 | {rate}")

    assert second.rows(WorkItemHistory).height == rows


def test_a_figure_that_earlier_nights_did_not_have_yet_is_empty_in_them() -> None:
    """What the published file lacks is recalled as empty: the row ends, and one with the new figure begins."""
    first = after(None, DAY_1)
    memory = remembered(first.frames)
    history = memory[RememberedWorkItemHistory]
    memory[RememberedWorkItemHistory] = history.with_columns(pl.lit(None, pl.String).alias("budget_source"))
    second = Night(night(admitted(), as_of=dt.date.fromisoformat(DAY_2), memory=memory, wanted=WANTED))

    second.shows(
        WorkItemHistory, f"budget_source | valid_from | valid_to \n - | {DAY_1} | {DAY_2} \n none | {DAY_2} | -"
    )


@pytest.mark.parametrize(("history", "mart"), [(WorkItemHistory, WorkItem), (WorkItemPeriodHistory, WorkItemPeriod)])
def test_history_has_the_columns_of_the_figures_and_asks_nothing_of_old_rows_but_their_key(
    history: type[Table], mart: type[Table]
) -> None:
    """An old row may name a work item that is no longer exported."""
    assert history.dtypes() == {**mart.dtypes(), "valid_from": pl.Date(), "valid_to": pl.Date()}
    assert history.primary_key() == [*mart.primary_key(), "valid_from"]
    assert [name for name, column in history.columns().items() if not column.nullable] == history.primary_key()
    assert check_names(history) == ["rows_conform"]
