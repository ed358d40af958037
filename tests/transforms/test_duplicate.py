from __future__ import annotations

from tests.frames import drawn
from tests.transforms.export import CALENDAR, admit, admit_into_calendar, keys, part, reasons
from transforms.admission import admitted


def test_of_identical_copies_the_first_is_kept() -> None:
    outcome = admit(
        pm_project="""
        sys_id | number
        P1     | PRJ1
        P2     | PRJ2
        P1     | PRJ1
        P1     | PRJ1
        """
    )

    assert keys(outcome, "pm_project") == ["P1", "P2"]
    assert reasons(outcome, "pm_project") == [(3, "sys_id", "duplicate_row"), (4, "sys_id", "duplicate_row")]
    assert outcome.quarantine["message"][0] == 'sys_id "P1" is on 3 identical rows. The first one is used.'


def test_of_copies_that_differ_none_is_kept() -> None:
    outcome = admit(
        pm_project="""
        sys_id | number
        P1     | PRJ1
        P1     | PRJ9
        P1     | PRJ1
        """
    )

    assert keys(outcome, "pm_project") == []
    assert reasons(outcome, "pm_project") == [(row, "sys_id", "conflicting_duplicate") for row in (1, 2, 3)]


def test_copies_are_compared_as_read_not_as_spelled() -> None:
    outcome = admit_into_calendar(
        project_funding="""
        sys_id | task | fiscal_period | total_budget
        F1     | P1   | FY26          | 1,000.50
        F1     | P1   | FY26          | $1000.5
        """
    )

    assert keys(outcome, "project_funding") == ["F1"]
    assert reasons(outcome, "project_funding") == [(2, "sys_id", "duplicate_row")]


def test_a_copy_with_a_defect_differs_from_one_without() -> None:
    """Which of the two is right can't be told: the sound one may be the wrong one."""
    outcome = admit_into_calendar(
        project_funding="""
        sys_id | task | fiscal_period | total_budget
        F1     | P1   | FY26          | oops
        F1     | P1   | FY26          |
        """
    )

    assert reasons(outcome, "project_funding") == [
        (1, "total_budget", "unreadable_number"),
        (2, "sys_id", "conflicting_duplicate"),
    ]
    assert outcome.quarantine["message"][0].endswith("And 1 more.")


def test_the_first_copy_is_the_first_in_the_order_of_file_names() -> None:
    rows = drawn("sys_id | number\nP1 | PRJ1")
    parts = {"pm_project": [part(rows, "pm_project/2.csv"), part(rows, "pm_project/1.csv")]}

    outcome = admitted(parts, instance_time_zone="UTC")

    assert keys(outcome, "pm_project") == ["P1"]
    assert outcome.quarantine["source_file"].to_list() == ["pm_project/2.csv"]


def test_rows_without_a_key_are_no_copies_of_each_other() -> None:
    outcome = admit(
        pm_project="""
        sys_id | number
        -      | PRJ1
        -      | PRJ1
        """
    )

    assert reasons(outcome, "pm_project") == [(1, "sys_id", "missing_key"), (2, "sys_id", "missing_key")]


def test_a_key_of_several_columns_is_compared_as_a_whole() -> None:
    outcome = admit(
        fiscal_period=CALENDAR,
        fx_rate="""
        from_currency | to_currency | rate | valid_from
        EUR           | USD         | 1.10 | 2026-01-01
        EUR           | USD         | 1.20 | 2026-02-01
        EUR           | GBP         | 0.85 | 2026-01-01
         GBP          | USD         | 1.30 | 2026-01-01
        GBP           | USD         | 1.31 | 2026-01-01
        """,
    )

    assert outcome.tables["fx_rate"].height == 3
    assert [reason[2] for reason in reasons(outcome, "fx_rate")] == ["conflicting_duplicate"] * 2
    assert '"GBP, USD, 2026-01-01"' in outcome.quarantine["message"][0]
