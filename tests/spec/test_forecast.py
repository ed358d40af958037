"""Chapter: forecast and estimate at completion."""

from __future__ import annotations

import pytest

from models.figures import Forecast, WorkItemPeriod
from tests.spec.world import tonight

A_YEAR = "\n".join(
    ["fiscal_period | value", *(f"2026-{month:02} | {1000 + month}" for month in range(1, 13))],
)
ACTUALS_UNTIL_MAY = """
    task | date       | amount
    P1   | 2026-01-31 | 900
    P1   | 2026-02-01 | 1100
    P1   | 2026-03-15 | 1000
    P1   | 2026-04-30 | 1300
    P1   | 2026-05-02 | 777
"""


def test_in_may_the_estimate_is_actuals_of_january_to_april_and_the_plan_of_may_to_december() -> None:
    """The specification: actuals of past fiscal periods, planned cost of current and future ones."""
    night = tonight(as_of="2026-05-15", cost_plan_breakdown=A_YEAR, fm_expense_line=ACTUALS_UNTIL_MAY)

    plan_from_may = sum(1000 + month for month in range(5, 13))
    assert night.figure("estimate_at_completion") == 900 + 1100 + 1000 + 1300 + plan_from_may


def test_the_current_period_counts_as_plan_although_it_has_actuals() -> None:
    night = tonight(as_of="2026-05-31", cost_plan_breakdown=A_YEAR, fm_expense_line=ACTUALS_UNTIL_MAY)

    night.shows(
        WorkItemPeriod,
        """
            fiscal_period | planned_cost | actual_cost | forecast_cost
            2026-05       | 1005         | 777         | 1005
        """,
        fiscal_period="2026-05",
    )


@pytest.mark.parametrize(("as_of", "forecast"), [("2026-04-30", 1004), ("2026-05-01", 1300)])
def test_a_period_is_past_on_the_day_after_its_last(as_of: str, forecast: int) -> None:
    night = tonight(as_of=as_of, cost_plan_breakdown=A_YEAR, fm_expense_line=ACTUALS_UNTIL_MAY)

    assert night.rows(WorkItemPeriod, fiscal_period="2026-04")["forecast_cost"].item() == forecast


def test_a_past_period_without_actuals_is_forecast_as_zero() -> None:
    night = tonight(as_of="2026-05-15", cost_plan_breakdown="fiscal_period | value \n 2026-02 | 500")

    assert night.figure("estimate_at_completion") == 0


def test_before_the_first_period_the_estimate_is_the_plan_and_after_the_last_the_actuals() -> None:
    before = tonight(as_of="2024-12-31", cost_plan_breakdown=A_YEAR, fm_expense_line=ACTUALS_UNTIL_MAY)
    after = tonight(as_of="2029-01-01", cost_plan_breakdown=A_YEAR, fm_expense_line=ACTUALS_UNTIL_MAY)

    assert before.figure("estimate_at_completion") == before.figure("estimated_cost")
    assert after.figure("estimate_at_completion") == after.figure("actual_cost") == 5077


def test_forecast_is_summed_by_quarter_and_by_year() -> None:
    night = tonight(
        as_of="2026-02-15",
        cost_plan_breakdown="""
            fiscal_period | value
            2026-01       | 10
            2026-02       | 20
            2026-03       | 30
            2026-04       | 40
            2027-01       | 50
        """,
        fm_expense_line="task | date | amount \n P1 | 2026-01-10 | 11.5",
    )

    night.shows(
        Forecast,
        """
            work_item | duration | fiscal_period | forecast_cost
            P1        | quarter  | 2026-Q1       | 61.5
            P1        | quarter  | 2026-Q2       | 40
            P1        | quarter  | 2027-Q1       | 50
            P1        | year     | 2026          | 101.5
            P1        | year     | 2027          | 50
        """,
    )


@pytest.mark.parametrize("missing", ["cost_plan_breakdown", "fm_expense_line"])
def test_without_plans_or_without_lines_there_is_no_estimate(missing: str) -> None:
    tables = {"cost_plan_breakdown": A_YEAR, "fm_expense_line": ACTUALS_UNTIL_MAY}
    night = tonight(without=[missing], **{name: rows for name, rows in tables.items() if name != missing})

    assert night.figure("estimate_at_completion") is None
    assert night.figure("budget_variance") is None
