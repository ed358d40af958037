from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import polars as pl

from tests.frames import drawn
from tests.transforms.export import CALENDAR, PROJECTS, admit_into_calendar, part, reasons, typed_part
from transforms.admission import admitted
from transforms.quarantine import as_json


def test_a_row_is_quarantined_once_with_its_first_defect_and_how_many_more_it_has() -> None:
    outcome = admit_into_calendar(
        project_funding="""
        sys_id | task | fiscal_period | capex_budget | opex_budget | total_budget
        F1     |      | FY26          | 1            | x           | 1.00001
        """
    )

    assert outcome.quarantine.rows() == [
        (
            "project_funding",
            "project_funding.csv",
            1,
            "F1",
            "task",
            "missing_value",
            "task is empty, but every row of project_funding needs it. And 2 more.",
            '{"sys_id":"F1","task":null,"fiscal_period":"FY26","capex_budget":"1","opex_budget":"x","total_budget":"1.00001"}',
        )
    ]


def test_messages_say_what_is_there_and_what_would_be_accepted() -> None:
    outcome = admit_into_calendar(
        pm_project="""
        sys_id | start_date | discount_rate | npv_value
        P1     | 31.12.2026 |               |
        P2     |            | nan           |
        P3     |            |               | 1.234567
        P4     |            |               | 100000000000000
        """,
        fiscal_period="""
        sys_id | name | fiscal_type | start_date_time | end_date_time
        X      | X    | week        | 2026-01-01 00:00:00 | 2026-01-07 23:59:59
        Y      | Y    | month       | 2026-01-01      | 2026-01-07 23:59:59
        """,
        sn_invst_pln_financial_migration="""
        sys_id | task | is_budget_migrated
        M1     | P1   | maybe
        """,
    )

    messages = dict(outcome.quarantine.select("sys_id", "message").rows())
    assert messages == {
        "C1": 'task points to pm_project "P1", which was itself quarantined (unreadable_date).',
        "P1": 'start_date "31.12.2026" is not a day of the calendar. '
        "Accepted: YYYY-MM-DD, or a moment in UTC as YYYY-MM-DD HH:MM:SS.",
        "P2": 'discount_rate "nan" is not a finite number. Correct it, or leave it empty where it is unknown.',
        "P3": 'npv_value "1.234567" has more than 4 decimals, and numbers are never rounded. Export it with fewer.',
        "P4": 'npv_value "100000000000000" is 100,000,000,000,000 or more in size: too large to be right.',
        "X": 'fiscal_type "week" is none of the accepted words: month, period, quarter, year.',
        "Y": 'start_date_time "2026-01-01" is not a moment. Accepted, in UTC: YYYY-MM-DD HH:MM:SS or YYYYMMDDTHHMMSS.',
        "M1": 'is_budget_migrated "maybe" is neither true nor false. Accepted: true, false, 1, 0.',
    }


def test_long_values_are_shortened_in_messages_and_whole_in_the_raw_row() -> None:
    long = "x" * 500
    outcome = admitted({"pm_project": [part([{"sys_id": "P1", "npv_value": long}])]}, instance_time_zone="UTC")

    assert f'npv_value "{"x" * 80}…" is not a number.' in outcome.quarantine["message"][0]
    assert json.loads(outcome.quarantine["raw"][0])["npv_value"] == long


def test_unreadable_records_are_quarantined_with_their_text_and_keep_their_row_number() -> None:
    broken = part(drawn(PROJECTS), "pm_project.csv", unreadable={2: 'P9,"PRJ'})

    outcome = admitted({"pm_project": [broken]}, instance_time_zone="UTC")

    assert reasons(outcome, "pm_project") == [(2, None, "unreadable_row")]
    assert json.loads(outcome.quarantine["raw"][0]) == 'P9,"PRJ'
    assert outcome.admission.rows() == [("pm_project", 3, 2, 1)]


def test_row_numbers_count_from_one_in_each_file() -> None:
    good, bad = {"sys_id": "P1"}, {"sys_id": "P2", "npv_value": "x"}
    parts = [part([good, bad], "pm_project/1.csv"), part([bad | {"sys_id": "P3"}], "pm_project/2.csv")]

    outcome = admitted({"pm_project": parts}, instance_time_zone="UTC")

    located = outcome.quarantine.select("source_file", "row_number", "sys_id").rows()
    assert located == [("pm_project/1.csv", 2, "P2"), ("pm_project/2.csv", 1, "P3")]


def test_the_raw_row_is_json_whatever_the_types() -> None:
    cells = pl.DataFrame(
        {
            "text": ['a "quoted"\nline', None],
            "whole": [5, None],
            "float": [0.5, float("nan")],
            "flag": [True, None],
            "day": [dt.date(2026, 6, 30), None],
            "amount": [Decimal("1.50"), None],
            "bytes": [b"abc", None],
        }
    )

    first, second = (json.loads(text) for text in as_json(cells))

    assert first == {
        "text": 'a "quoted"\nline',
        "whole": 5,
        "float": "0.5",
        "flag": True,
        "day": "2026-06-30",
        "amount": "1.50",
        "bytes": "abc",
    }
    assert second == dict.fromkeys(first) | {"float": "nan"}


def test_amounts_set_aside_are_shown_beside_amounts_admitted() -> None:
    """Only what can be read has an amount: of the third and fourth row the money is unknown."""
    outcome = admit_into_calendar(
        sn_invst_pln_investment="sys_id | funding_entity_id\nI1 | P1",
        sn_invst_pln_invst_budget="""
        sys_id | investment | fiscal_period | amount
        B1     | I1         | FY26          | 100.25
        B2     | I9         | FY26          | -40
        B3     | I1         | FY26          | lots
        B4     | I1         | FY26          |
        B5     | I1         | FY99          | 7
        """,
    )

    assert outcome.set_aside_amount.rows() == [
        ("sn_invst_pln_invst_budget", "amount", Decimal("100.25"), Decimal(-33), 2)
    ]


def test_an_unreadable_record_has_unknown_money() -> None:
    lines = [{"sys_id": "X1", "state": "processed", "date": "2026-01-01", "amount": "5"}]
    parts = {"fm_expense_line": [part(lines, "lines.csv", unreadable={2: "X2,proc"})]}

    outcome = admitted(parts, instance_time_zone="UTC")

    assert outcome.set_aside_amount.rows() == [("fm_expense_line", "amount", Decimal(5), Decimal(0), 1)]


def test_a_typed_file_is_quarantined_like_a_text_file() -> None:
    cells = pl.DataFrame({"sys_id": ["P1", "P2"], "npv_value": [1.5, float("inf")]})
    parts = {"fiscal_period": [part(drawn(CALENDAR))], "pm_project": [typed_part(cells)]}

    outcome = admitted(parts, instance_time_zone="UTC")

    assert outcome.tables["pm_project"]["npv_value"].to_list() == [Decimal("1.5")]
    assert json.loads(outcome.quarantine["raw"][0]) == {"sys_id": "P2", "npv_value": "inf"}
