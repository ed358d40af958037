"""Contract, section 7: why an estimate at completion is not what it was, in parts that add up to the cent."""

from __future__ import annotations

import datetime as dt
from typing import Final

import pytest

from models.baseline_variance import BaselineVariance
from models.settings import Settings
from models.variance_bridge import ProgramVarianceBridge, VarianceBridge
from tests.night import night, remembered
from tests.spec.world import Night, admitted, broken_laws, fiscal_years, tonight

APPROVED: Final = Settings(approved_states={"pm_project": ["approved"]})
PROJECT: Final = "sys_id | state | primary_program | primary_portfolio \n P1 | approved | G1 | F1"
GROUPS: Final[dict[str, str]] = {"pm_program": "sys_id \n G1", "pm_portfolio": "sys_id \n F1"}
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


def with_baseline(then: dict[str, str], now: dict[str, str], picture: str, *, settings: Settings = APPROVED) -> None:
    """Assert what the bridge is from the baseline of the first of two nights to the second one."""
    after(then, now, settings=settings).shows(VarianceBridge, picture, kind="approval")


def test_nothing_moved_is_no_bridge() -> None:
    rows = plan("r1 | C1 | 2026-08 | 100 | opex")

    assert after(rows, rows).rows(VarianceBridge).is_empty()


def test_an_amount_that_a_plan_moves_to_later_periods_is_a_timing_shift_and_what_it_grows_by_is_reforecast() -> None:
    """100 leave June and 50 July; 120 more come to August, which take in the first 120 of them, and 60 to September."""
    with_baseline(
        plan("r1 | C1 | 2026-06 | 100 | opex", "r2 | C1 | 2026-07 | 80 | opex", "r3 | C1 | 2026-08 | 10 | opex"),
        plan("r2 | C1 | 2026-07 | 30 | opex", "r3 | C1 | 2026-08 | 130 | opex", "r4 | C1 | 2026-09 | 60 | opex"),
        """
        part         | cost_plan | fiscal_period | expense_type | amount
        timing_shift | C1        | 2026-06       | opex         | -100
        timing_shift | C1        | 2026-07       | opex         | -50
        timing_shift | C1        | 2026-08       | opex         | 120
        timing_shift | C1        | 2026-09       | opex         | 30
        reforecast   | C1        | 2026-09       | opex         | 30
        """,
    )


def test_another_plan_takes_no_part_in_a_shift() -> None:
    with_baseline(
        plan("r1 | C1 | 2026-06 | 100 | opex", "r2 | C2 | 2026-07 | 80 | opex", plans="C1 C2"),
        plan("r1 | C1 | 2026-06 | 70 | opex", "r2 | C2 | 2026-07 | 110 | opex", plans="C1 C2"),
        """
        part       | cost_plan | fiscal_period | amount
        reforecast | C1        | 2026-06       | -30
        reforecast | C2        | 2026-07       | 30
        """,
    )


def test_a_plan_that_had_no_rows_is_scope_added_and_one_that_has_none_any_more_scope_removed() -> None:
    """C1 had rows in a closed period only, which makes it no new plan."""
    with_baseline(
        plan("r1 | C1 | 2026-02 | 5 | opex", "r2 | C2 | 2026-07 | 80 | opex", plans="C1 C2"),
        plan(
            "r3 | C1 | 2026-08 | 7 | opex",
            "r4 | C3 | 2026-07 | 80 | opex",
            "r5 | C3 | 2026-01 | 9 | opex",
            plans="C1 C3",
        ),
        """
        part          | cost_plan | fiscal_period | amount
        scope_added   | C3        | 2026-07       | 80
        scope_removed | C2        | 2026-07       | -80
        reforecast    | C1        | 2026-08       | 7
        """,
    )


def test_what_moves_between_expense_types_in_a_period_is_reclassified() -> None:
    with_baseline(
        plan("r1 | C1 | 2026-07 | 80 | opex", "r2 | C1 | 2026-07 | 20 | capex"),
        plan("r1 | C1 | 2026-07 | 30 | opex", "r2 | C1 | 2026-07 | 60 | capex", "r3 | C1 | 2026-07 | 15 | -"),
        """
        part             | cost_plan | fiscal_period | expense_type | amount
        reclassification | C1        | 2026-07       | opex         | -50
        reclassification | C1        | 2026-07       | capex        | 40
        reclassification | C1        | 2026-07       | unclassified | 10
        reforecast       | C1        | 2026-07       | unclassified | 5
        """,
    )


def test_lines_of_periods_that_were_closed_already_are_late() -> None:
    """January's line turns from operating into capital cost, and one of February arrives."""
    with_baseline(
        lines("2026-01-10 | 100 | opex"),
        lines("2026-01-10 | 100 | capex", "2026-02-10 | 40 | opex"),
        """
        part             | fiscal_period | expense_type | amount
        reclassification | 2026-01       | capex        | 100
        reclassification | 2026-01       | opex         | -100
        late_actual      | 2026-02       | opex         | 40
        """,
    )


def test_what_is_spent_in_place_of_a_plan_is_actual_against_plan_whatever_became_of_the_plan() -> None:
    """April and May have closed since: the plan of then gives way to what was spent, as capital instead of operating."""
    with_baseline(
        plan("r1 | C1 | 2026-04 | 100 | opex", "r2 | C1 | 2026-05 | 50 | opex"),
        {**plan("r2 | C2 | 2026-05 | 500 | opex", plans="C2"), **lines("2026-04-20 | 130 | capex")},
        """
        part                | fiscal_period | expense_type | amount
        reclassification    | 2026-04       | opex         | -100
        reclassification    | 2026-04       | capex        | 100
        actual_against_plan | 2026-04       | capex        | 30
        actual_against_plan | 2026-05       | opex         | -50
        """,
    )


def test_exchange_rates_are_told_from_cost() -> None:
    """EUR 100 a month: July's rate rises from 1.10 to 1.20, and the plan of July grows by EUR 5 at today's rate."""
    in_dollars = APPROVED.model_copy(update={"functional_currency": "USD"})
    plans = {"cost_plan": "sys_id | task | currency \n C1 | P1 | EUR"}
    rate = "from_currency | to_currency | rate | valid_from \n EUR | USD | 1.10 | 2026-01-01"
    spent = {"fm_expense_line": "task | date | amount | expense_type | currency \n P1 | 2026-02-10 | 10 | opex | EUR"}
    then = plan("r1 | C1 | 2026-05 | 100 | opex", "r2 | C1 | 2026-07 | 100 | opex") | plans | spent | {"fx_rate": rate}
    now = plan("r1 | C1 | 2026-05 | 100 | opex", "r2 | C1 | 2026-07 | 105 | opex") | plans
    later = {"fx_rate": f"{rate} \n EUR | USD | 1.20 | 2026-05-01 \n EUR | USD | 1.5 | 2026-02-10"}

    with_baseline(
        then,
        {**now, **later, **spent},
        """
        part                | fiscal_period | expense_type | amount
        exchange_rate       | 2026-02       | opex         | 4
        exchange_rate       | 2026-05       | opex         | 10
        actual_against_plan | 2026-05       | opex         | -120
        exchange_rate       | 2026-07       | opex         | 10
        reforecast          | 2026-07       | opex         | 6
        """,
        settings=in_dollars,
    )


def test_exchange_rates_are_told_from_cost_in_baselines_of_the_platform_too() -> None:
    """Baseline of 1 April, EUR 100 in each of two plans; seen today the rate is 1.10 in April and 1.20 from May on.

    The copy of July counted at the rate of April, that of August at the rate it carries; the plans have not changed.
    """
    outcome = tonight(
        settings=APPROVED.model_copy(update={"functional_currency": "USD"}),
        as_of=NOW,
        fx_rate="""
            from_currency | to_currency | rate | valid_from
            EUR           | USD         | 1.10 | 2026-01-01
            EUR           | USD         | 1.20 | 2026-05-01
        """,
        cost_plan="sys_id | task | currency \n C1 | P1 | EUR",
        cost_plan_breakdown="""
            sys_id | cost_plan | fiscal_period | value | expense_type
            r1     | C1        | 2026-07       | 100   | opex
            r2     | C1        | 2026-08       | 100   | opex
        """,
        sn_invst_pln_invst_investment_baseline_header="sys_id | name | task | created_on \n b | then | P1 | 2026-04-01 00:00:00",
        cost_plan_baseline="sys_id | baseline_header | source_sys_id | currency \n c1 | b | C1 | EUR",
        cost_plan_breakdown_baseline="""
            sys_id | baseline_header | source_sys_id | breakdown_type | cost_plan | fiscal_period | value | expense_type | exchange_rate
            x1     | b               | r1            | requirement    | c1        | 2026-07       | 100   | opex         | -
            x2     | b               | r2            | requirement    | c1        | 2026-08       | 100   | opex         | 1.05
        """,
    )

    outcome.shows(
        VarianceBridge,
        """
        part          | fiscal_period | amount
        exchange_rate | 2026-07       | 10
        exchange_rate | 2026-08       | 15
        """,
    )


def test_the_last_night_before_this_one_is_compared_like_a_baseline() -> None:
    then, now = plan("r1 | C1 | 2026-08 | 100 | opex"), plan("r1 | C1 | 2026-08 | 130 | opex")

    of = after(then, now, settings=Settings())

    of.shows(
        VarianceBridge,
        """
        compared_with    | kind  | name             | day        | work_item | program | portfolio | part       | amount
        night 2026-04-01 | night | night 2026-04-01 | 2026-04-01 | P1        | G1      | F1        | reforecast | 30
        """,
    )


def test_work_items_that_came_or_went_since_the_last_night_are_scope() -> None:
    then = plan("r1 | C1 | 2026-08 | 100 | opex") | {"pm_project": "sys_id | primary_program \n P1 | G1"}
    now = {
        "pm_project": "sys_id | primary_program \n P2 | G1",
        "cost_plan": "sys_id | task \n C2 | P2",
        "cost_plan_breakdown": "sys_id | cost_plan | fiscal_period | value \n r2 | C2 | 2026-08 | 30",
        "benefit_plan": "",
        "sn_invst_pln_investment": "",
    }

    of = after(then, now)

    of.shows(
        VarianceBridge,
        """
        work_item | program | part          | amount
        P1        | G1      | scope_removed | -100
        P2        | G1      | scope_added   | 30
        """,
    )
    of.shows(
        ProgramVarianceBridge,
        """
        program | name             | part          | amount
        G1      | night 2026-04-01 | scope_removed | -100
        G1      | night 2026-04-01 | scope_added   | 30
        """,
    )


def test_an_estimate_that_is_unknown_on_a_side_has_no_bridge() -> None:
    rows = plan("r1 | C1 | 2026-08 | 100 | opex")
    in_euro = {"cost_plan": "sys_id | task | currency \n C1 | P1 | EUR"}
    in_dollars = APPROVED.model_copy(update={"functional_currency": "USD"})

    assert after(rows, {**rows, **in_euro}, settings=in_dollars).rows(VarianceBridge).is_empty()


@pytest.mark.parametrize(("before", "after"), [("USD", "EUR"), (None, "EUR"), ("USD", None)])
def test_amounts_of_another_functional_currency_are_not_compared(before: str | None, after: str | None) -> None:
    first = admitted(pm_project=PROJECT, **GROUPS, **plan("r1 | C1 | 2026-08 | 100 | opex"))
    second = admitted(pm_project=PROJECT, **GROUPS, **plan("r1 | C1 | 2026-08 | 130 | opex"))
    then, now = (APPROVED.model_copy(update={"functional_currency": currency}) for currency in (before, after))
    frames = night(first, as_of=dt.date.fromisoformat(THEN), settings=then)

    of = Night(night(second, as_of=dt.date.fromisoformat(NOW), settings=now, memory=remembered(frames)))

    assert of.rows(VarianceBridge).is_empty()
    assert of.rows(BaselineVariance)["estimate_at_completion_variance"].to_list() == [None]
    assert [found["work_item"] for found in of.findings("baseline_in_other_currency")] == ["P1"]
    assert broken_laws(of) == []
