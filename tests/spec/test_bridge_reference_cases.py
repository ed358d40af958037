"""The bridge, case by case: what generated histories have found to be told apart wrongly."""

from __future__ import annotations

import datetime as dt
from typing import Final

from models.baseline import BaselineActual, BaselineCost
from models.settings import Settings
from models.variance_bridge import VarianceBridge
from tests.night import night, remembered
from tests.spec.test_variance_bridge import PROJECT, after
from tests.spec.world import Night, admitted, fiscal_years

IN_DOLLARS: Final = Settings(functional_currency="USD", approved_states={"pm_project": ["approved"]})
RATES: Final = "from_currency | to_currency | rate | valid_from"
EURO: Final = f"{RATES} \n EUR | USD | 1.01 | 2026-01-01"
"""A rate at which half a euro is 0.505 dollars."""
HEADER: Final = "sys_id | name | task | created_on \n H1 | Gate 1 | P1 | 2026-01-10 12:00:00"


def test_lines_restate_nothing_while_their_rate_stays() -> None:
    """Each line is 0.51 dollars; both together are 1.02, although one euro is 1.01."""
    lines = "task | date | amount | currency \n P1 | 2026-02-01 | 0.50 | EUR \n P1 | 2026-02-01 | 0.50 | EUR"
    then = {"fx_rate": EURO, "fm_expense_line": lines}
    later = f"{lines} \n P1 | 2026-02-03 | 3 | USD"

    of = after(then, {**then, "fm_expense_line": later}, settings=IN_DOLLARS)

    for kind in ("approval", "night"):
        of.shows(VarianceBridge, "part | fiscal_period | amount \n late_actual | 2026-02 | 3", kind=kind)


def test_lines_are_restated_when_their_rate_is_corrected() -> None:
    lines = "task | date | amount | currency \n P1 | 2026-02-01 | 0.50 | EUR \n P1 | 2026-02-01 | 0.50 | EUR"
    then = {"fx_rate": EURO, "fm_expense_line": lines}
    corrected = f"{RATES} \n EUR | USD | 2 | 2026-01-01"

    of = after(then, {**then, "fx_rate": corrected}, settings=IN_DOLLARS)

    of.shows(BaselineActual, "entered_amount | actual_cost | exchange_rate \n 1 | 1.02 | 1.01")
    of.shows(VarianceBridge, "part | fiscal_period | amount \n exchange_rate | 2026-02 | 0.98", kind="approval")


def test_a_plan_was_there_also_when_its_row_had_no_rate() -> None:
    """C1 had a row in Swiss francs in a closed period, in which no plan counts: its new row is no new scope."""
    then = {
        "fx_rate": EURO,
        "cost_plan": "sys_id | task | currency \n C1 | P1 | CHF",
        "cost_plan_breakdown": "sys_id | cost_plan | fiscal_period | value \n r1 | C1 | 2026-01 | 100",
    }
    now = {
        "fx_rate": f"{EURO} \n CHF | USD | 1 | 2026-08-01",
        "cost_plan": then["cost_plan"],
        "cost_plan_breakdown": "sys_id | cost_plan | fiscal_period | value \n r1 | C1 | 2026-01 | 100 \n r2 | C1 | 2026-09 | 7",
    }

    of = after(then, now, settings=IN_DOLLARS)

    of.shows(VarianceBridge, "part | cost_plan | fiscal_period | amount \n reforecast | C1 | 2026-09 | 7", kind="night")


def test_a_copy_that_names_a_live_plan_is_in_its_currency_and_of_its_type() -> None:
    """The baseline of the platform has no copy of C1: what is said of C1 today holds."""
    world = {
        "fx_rate": EURO,
        "pm_project": PROJECT,
        "cost_plan": "sys_id | task | currency | expense_type | resource_type \n C1 | P1 | EUR | capex | laptop",
        "cost_plan_breakdown": "sys_id | cost_plan | fiscal_period | value \n r1 | C1 | 2026-09 | 100",
        "dmn_demand_baseline_header": HEADER,
        "cost_plan_breakdown_baseline": """
            sys_id | baseline_header | source_sys_id | breakdown_type | cost_plan | fiscal_period | value
            x1     | H1              | r1            | requirement    | C1        | 2026-09       | 100
        """,
    }

    of = after(world, world, settings=IN_DOLLARS)

    of.shows(
        BaselineCost,
        """
        cost_plan | planned_cost | currency | expense_type | resource_type
        C1        | 101          | EUR      | capex        | laptop
        """,
        baseline="H1",
    )
    assert of.rows(VarianceBridge, kind="platform").is_empty()


def test_a_rate_that_came_after_a_gate_is_no_new_plan() -> None:
    """In January 2026 nobody knew the rate of September; since it is known, the same plan is 120 dollars."""
    world = {
        "fx_rate": f"{EURO} \n EUR | USD | 1.2 | 2026-05-01",
        "cost_plan": "sys_id | task | currency \n C1 | P1 | EUR",
        "cost_plan_breakdown": "sys_id | cost_plan | fiscal_period | value \n r1 | C1 | 2026-09 | 100",
        "dmn_demand_baseline_header": HEADER,
        "cost_plan_baseline": "sys_id | baseline_header | source_sys_id | currency \n c1 | H1 | C1 | EUR",
        "cost_plan_breakdown_baseline": """
            sys_id | baseline_header | source_sys_id | breakdown_type | cost_plan | fiscal_period | value
            x1     | H1              | r1            | requirement    | c1        | 2026-09       | 100
        """,
    }

    of = after(world, world, settings=IN_DOLLARS)

    of.shows(BaselineCost, "planned_cost | exchange_rate | rate_date \n 101 | 1.01 | 2026-09-01", baseline="H1")
    of.shows(
        VarianceBridge,
        "part | cost_plan | fiscal_period | amount \n exchange_rate | C1 | 2026-09 | 19",
        kind="platform",
    )


def test_of_two_places_with_one_last_day_the_lower_key_gives_first() -> None:
    """October has got another key, X: what was under the old one went, what is under the new one came."""
    then = """
        sys_id | cost_plan | fiscal_period | value
        r1     | C1        | 2026-10       | -10
        r2     | C1        | 2026-12       | 30
    """
    now = """
        sys_id | cost_plan | fiscal_period | value
        r1     | C1        | X             | 10
        r2     | C1        | 2026-12       | 15
    """
    calendar = fiscal_years(2026).replace("2026-10 | 2026-10", "X | 2026-10")

    of = after({"cost_plan_breakdown": then}, {"cost_plan_breakdown": now, "fiscal_period": calendar})

    of.shows(
        VarianceBridge,
        """
        part         | fiscal_period | end_date   | amount
        timing_shift | 2026-10       | 2026-10-31 | 10
        timing_shift | X             | 2026-10-31 | 5
        timing_shift | 2026-12       | 2026-12-31 | -15
        reforecast   | X             | 2026-10-31 | 5
        """,
        kind="approval",
    )


def test_only_the_very_last_night_counts_and_only_in_todays_currency() -> None:
    """The night before was in euro, so nothing is said, although the one before that was in dollars."""
    table = admitted(cost_plan_breakdown="fiscal_period | value \n 2026-09 | 100")
    more = admitted(cost_plan_breakdown="fiscal_period | value \n 2026-09 | 130")
    dollars, euro = Settings(functional_currency="USD"), Settings(functional_currency="EUR")

    first = night(table, as_of=dt.date(2026, 4, 1), settings=dollars)
    in_euro = night(table, as_of=dt.date(2026, 4, 2), settings=euro, memory=remembered(first))
    third = night(more, as_of=dt.date(2026, 4, 3), settings=dollars, memory=remembered(in_euro))
    fourth = night(table, as_of=dt.date(2026, 4, 4), settings=dollars, memory=remembered(third))

    assert Night(third).rows(VarianceBridge).is_empty()
    Night(fourth).shows(VarianceBridge, "name | part | amount \n night 2026-04-03 | reforecast | -30")
