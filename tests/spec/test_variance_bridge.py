"""Contract, section 7: why an estimate at completion is not what it was, in parts that add up to the cent."""

from __future__ import annotations

import datetime as dt
from typing import Final

from models.settings import Settings
from models.variance_bridge import VarianceBridge
from tests.night import night, remembered
from tests.spec.world import Night, admitted, broken_laws, fiscal_years

APPROVED: Final = Settings(approved_states={"pm_project": ["approved"]})
PROJECT: Final = "sys_id | state | primary_program | primary_portfolio \n P1 | approved | G1 | F1"
GROUPS: Final = {"pm_program": "sys_id \n G1", "pm_portfolio": "sys_id \n F1"}
THEN: Final = "2026-04-01"
NOW: Final = "2026-06-01"


def after(
    then: dict[str, str], now: dict[str, str], *, days: tuple[str, str] = (THEN, NOW), settings: Settings = APPROVED
) -> Night:
    """The second of two nights: a baseline is taken in the first one, which the second one remembers."""
    first, second = (admitted(**{"pm_project": PROJECT, **GROUPS, **tables}) for tables in (then, now))
    frames = night(first, as_of=dt.date.fromisoformat(days[0]), settings=settings)
    outcome = Night(night(second, as_of=dt.date.fromisoformat(days[1]), settings=settings, memory=remembered(frames)))
    assert broken_laws(outcome) == []
    return outcome


def plan(*rows: str, plans: str = "C1") -> dict[str, str]:
    """Requirement rows: plan, period, amount, expense type."""
    drawn = "\n".join(["sys_id | cost_plan | fiscal_period | value | expense_type", *rows])
    return {
        "cost_plan": "\n".join(["sys_id | task", *(f"{name} | P1" for name in plans.split())]),
        "cost_plan_breakdown": drawn,
    }


def lines(*rows: str) -> dict[str, str]:
    """Processed lines: day, amount, expense type."""
    return {"fm_expense_line": "\n".join(["task | date | amount | expense_type", *(f"P1 | {row}" for row in rows)])}


def test_the_documented_example() -> None:
    """Jul 2023 - Jun 2024, baseline of 1 October 2023, seen from December 2023."""
    periods = [
        "2023-07",
        "2023-08",
        "2023-09",
        "2023-10",
        "2023-11",
        "2023-12",
        *(f"2024-{month:02}" for month in range(1, 7)),
    ]
    calendar = {"fiscal_period": fiscal_years(2023, 2024)}
    spent = ("2023-07-10 | 900 | opex", "2023-08-10 | 1100 | opex", "2023-09-10 | 1000 | opex")
    later = ("2023-10-10 | 1300 | opex", "2023-11-10 | 1250 | opex")
    then = plan(*(f"r{n} | C1 | {period} | 1000 | opex" for n, period in enumerate(periods)))
    now = plan(*(f"r{n} | C1 | {period} | {1000 if n < 5 else 1050} | opex" for n, period in enumerate(periods)))

    of = after(
        {**calendar, **then, **lines(*spent)},
        {**calendar, **now, **lines(*spent, *later)},
        days=("2023-10-01", "2023-12-15"),
    )

    of.shows(
        VarianceBridge,
        """
        part                | fiscal_period | amount
        actual_against_plan | 2023-10       | 300
        actual_against_plan | 2023-11       | 250
        reforecast          | 2023-12       | 50
        reforecast          | 2024-01       | 50
        reforecast          | 2024-02       | 50
        reforecast          | 2024-03       | 50
        reforecast          | 2024-04       | 50
        reforecast          | 2024-05       | 50
        reforecast          | 2024-06       | 50
        """,
        kind="approval",
    )
