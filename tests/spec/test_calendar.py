"""Chapter: base periods, their quarters and years, and the days that they hold."""

from __future__ import annotations

import pytest

from models.expense import ExpenseFunnel
from models.figures import CashFlow, WorkItemPeriod
from models.fiscal_calendar import BasePeriod, CalendarFault, FiscalPeriod
from models.settings import Settings
from tests.frames import rows
from tests.spec.world import tonight
from transforms.fiscal_calendar import calendar_fault, fiscal_span

NEW_YORK = Settings(instance_time_zone="America/New_York")


def faults(picture: str) -> list[str]:
    """The periods for which a calendar is refused."""
    spans = fiscal_span(rows(FiscalPeriod, picture), instance_time_zone="UTC")
    found = CalendarFault.validate(calendar_fault(spans).collect())
    return sorted(found["fiscal_period"])


def test_months_and_periods_are_base_periods_with_the_quarter_and_year_that_contain_them() -> None:
    tonight(
        fiscal_period="""
            sys_id | name | fiscal_type | start_date_time     | end_date_time
            M1     | Jan  | month       | 2026-01-01 00:00:00 | 2026-01-31 23:59:59
            M2     | Feb  | period      | 2026-02-01 00:00:00 | 2026-02-28 23:59:59
            Q1     | Q1   | quarter     | 2026-01-01 00:00:00 | 2026-01-31 23:59:59
            FY26   | FY26 | year        | 2026-01-01 00:00:00 | 2026-02-28 23:59:59
        """
    ).shows(
        BasePeriod,
        """
            fiscal_period | fiscal_period_name | start_date | end_date   | fiscal_quarter | fiscal_year
            M1            | Jan                | 2026-01-01 | 2026-01-31 | Q1             | FY26
            M2            | Feb                | 2026-02-01 | 2026-02-28 | -              | FY26
        """,
    )


def test_an_end_at_exactly_midnight_means_the_day_before() -> None:
    tonight(
        fiscal_period="""
            sys_id | name | fiscal_type | start_date_time     | end_date_time
            M1     | Jan  | month       | 2026-01-01 00:00:00 | 2026-02-01 00:00:00
            M2     | Feb  | month       | 2026-02-01 00:00:00 | 2026-03-01 00:00:00
            FY26   | FY26 | year        | 2026-01-01 00:00:00 | 2026-03-01 00:00:00
        """
    ).shows(
        BasePeriod,
        """
            fiscal_period | start_date | end_date
            M1            | 2026-01-01 | 2026-01-31
            M2            | 2026-02-01 | 2026-02-28
        """,
    )


def test_bounds_become_days_in_the_instance_time_zone() -> None:
    """New York is five hours behind UTC in winter and four in summer."""
    tonight(
        settings=NEW_YORK,
        fiscal_period="""
            sys_id | name | fiscal_type | start_date_time     | end_date_time
            M1     | Mar  | month       | 2026-03-01 05:00:00 | 2026-04-01 03:59:59
            M2     | Apr  | month       | 2026-04-01 04:00:00 | 2026-05-01 04:00:00
            FY26   | FY26 | year        | 2026-03-01 05:00:00 | 2026-05-01 03:59:59
        """,
    ).shows(
        BasePeriod,
        """
            fiscal_period | start_date | end_date
            M1            | 2026-03-01 | 2026-03-31
            M2            | 2026-04-01 | 2026-04-30
        """,
    )


def test_the_first_and_the_last_day_belong_to_a_base_period() -> None:
    tonight(
        fm_expense_line="""
            sys_id | task | date
            first  | P1   | 2026-02-01
            last   | P1   | 2026-02-28
            next   | P1   | 2026-03-01
        """
    ).shows(
        ExpenseFunnel,
        """
            expense_line | fiscal_period
            first        | 2026-02
            last         | 2026-02
            next         | 2026-03
        """,
    )


def test_a_fiscal_year_may_start_in_any_month() -> None:
    """January 2026 is in the fiscal year that started in April 2025."""
    night = tonight(
        fiscal_period="""
            sys_id | name | fiscal_type | start_date_time     | end_date_time
            JAN    | M10  | month       | 2026-01-01 00:00:00 | 2026-03-31 23:59:59
            APR    | M01  | month       | 2026-04-01 00:00:00 | 2026-06-30 23:59:59
            FY26   | FY26 | year        | 2026-01-01 00:00:00 | 2026-03-31 23:59:59
            FY27   | FY27 | year        | 2026-04-01 00:00:00 | 2026-06-30 23:59:59
        """,
        cost_plan_breakdown="""
            fiscal_period | value
            JAN           | 1
            APR           | 2
        """,
    )
    night.shows(
        CashFlow,
        """
            fiscal_period | t | cost
            FY26          | 0 | 1
            FY27          | 1 | 2
        """,
    )
    night.shows(
        WorkItemPeriod,
        """
            fiscal_period | fiscal_period_name | start_date | end_date
            JAN           | M10                | 2026-01-01 | 2026-03-31
            APR           | M01                | 2026-04-01 | 2026-06-30
        """,
    )


@pytest.mark.parametrize(
    ("months", "refused"),
    [
        pytest.param(("01-01 | 01-31", "02-01 | 03-31"), [], id="without a gap"),
        pytest.param(("01-01 | 01-31", "01-31 | 03-31"), ["M2"], id="overlapping by a day"),
        pytest.param(("01-01 | 03-31", "02-01 | 02-28"), ["M2"], id="one inside the other"),
        pytest.param(("01-01 | 01-31", "02-02 | 03-31"), ["FY26"], id="a day missing between"),
        pytest.param(("01-02 | 01-31", "02-01 | 03-31"), ["FY26"], id="a day missing at the start"),
        pytest.param(("01-01 | 01-31", "02-01 | 03-30"), ["FY26"], id="a day missing at the end"),
        pytest.param(("01-01 | 03-31", "04-01 | 04-30"), ["M2"], id="a base period without a year"),
    ],
)
def test_overlaps_gaps_and_base_periods_without_a_year_are_refused(months: tuple[str, str], refused: list[str]) -> None:
    (one, one_end), (two, two_end) = (month.split(" | ") for month in months)
    assert faults(f"""
        sys_id | name | fiscal_type | start_date_time          | end_date_time
        M1     | M1   | month       | 2026-{one} 00:00:00      | 2026-{one_end} 23:59:59
        M2     | M2   | month       | 2026-{two} 00:00:00      | 2026-{two_end} 23:59:59
        FY26   | FY26 | year        | 2026-01-01 00:00:00      | 2026-03-31 23:59:59
    """) == refused  # fmt: skip


def test_a_year_or_quarter_without_base_periods_is_no_gap() -> None:
    assert not faults("""
        sys_id | name | fiscal_type | start_date_time     | end_date_time
        FY26   | FY26 | year        | 2026-01-01 00:00:00 | 2026-12-31 23:59:59
        Q1     | Q1   | quarter     | 2026-01-01 00:00:00 | 2026-03-31 23:59:59
    """)
