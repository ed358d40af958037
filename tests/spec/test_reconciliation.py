"""Chapter: the platform's cached figures against ours. A cause is named only if it gives exactly the cached figure."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import polars as pl
import pytest

from models.drift_cause import CAUSES, CODES, EFFECTS
from models.reconciliation import Reconciliation
from models.settings import Settings
from models.table import Table
from tests.night import night, remembered
from tests.spec.world import AS_OF, Night, admitted

IN_EUR: Final = Settings(functional_currency="EUR")
TASKS: Final = "sys_id | parent \n T1 | P1"
DEMAND: Final = {"pm_project": "", "cost_plan": "", "benefit_plan": "", "sn_invst_pln_investment": ""}
"""A world without the usual project."""


def reconciled(
    *,
    as_of: str = AS_OF,
    settings: Settings | None = None,
    memory: dict[type[Table], pl.DataFrame] | None = None,
    without: tuple[str, ...] = (),
    **drawn: str,
) -> Night:
    """A night that looks at the cached figures of a world."""
    tables = admitted(without=without, **drawn)
    day = dt.date.fromisoformat(as_of)
    return Night(night(tables, as_of=day, settings=settings, memory=memory, wanted={Reconciliation}))


def project(cached: str) -> str:
    """Project P1 with cached figures, drawn as `column = amount`, separated by commas."""
    pairs = [pair.split("=") for pair in cached.split(",")]
    header, values = (" | ".join(pair[place].strip() for pair in pairs) for place in (0, 1))
    return f"sys_id | {header} \n P1 | {values}"


def verdict(of: Night, metric: str, record: str = "P1") -> dict[str, Any]:
    return of.rows(Reconciliation, metric=metric, sys_id=record).row(0, named=True)


def causes(of: Night, metric: str, record: str = "P1") -> str:
    """The causes of a figure, joined by `+`."""
    found = verdict(of, metric, record)
    return " + ".join(filter(None, (found["cause"], (found["further_causes"] or "").replace(", ", " + "))))


WORLDS: Final[dict[str, tuple[str, str, dict[str, Any]]]] = {
    "match": ("estimated_cost = 100", "match", {"cost_plan_breakdown": "value \n 100"}),
    "a cent is rounding": ("estimated_cost = 100.01", "rounding", {"cost_plan_breakdown": "value \n 100"}),
    "two cents are not": ("estimated_cost = 100.02", "unexplained", {"cost_plan_breakdown": "value \n 100"}),
    "task rows repeat requirement rows": (
        "estimated_cost = 190",
        "task_rows_counted",
        {
            "cost_plan_breakdown": """
                breakdown_type | cost_plan | task | value
                requirement    | C1        | -    | 100
                task           | -         | P1   | 90
            """
        },
    ),
    "task rows of the expense type": (
        "planned_capital = 130",
        "task_rows_counted",
        {
            "cost_plan_breakdown": """
                breakdown_type | cost_plan | task | expense_type | value
                requirement    | C1        | -    | capex        | 100
                task           | -         | P1   | capex        | 30
                task           | -         | P1   | opex         | 70
            """
        },
    ),
    "copies on the top task": (
        "actual_cost = 170",
        "top_task_copies_counted",
        {
            "pm_project_task": TASKS,
            "fm_expense_line": "sys_id | task | amount | base_expense \n E1 | P1 | 100 | - \n E2 | P1 | 70 | E1",
        },
    ),
    "lines that are not processed": (
        "actual_cost = 130",
        "unprocessed_counted",
        {"fm_expense_line": "task | amount | state \n P1 | 100 | processed \n P1 | 30 | draft"},
    ),
    "of lines that are not processed only those that nothing else keeps out": (
        "actual_cost = 130",
        "unprocessed_counted",
        {
            "fm_expense_line": """
                task | amount | state     | date
                P1   | 100    | processed | 2026-01-15
                P1   | 30     | draft     | 2026-01-15
                P1   | 8      | draft     | 1999-01-15
            """
        },
    ),
    "lines outside the calendar": (
        "actual_cost = 130",
        "outside_calendar_counted",
        {"fm_expense_line": "task | amount | date \n P1 | 100 | 2026-01-15 \n P1 | 30 | 1999-01-15"},
    ),
    "lines on tasks left out": (
        "actual_cost = 100",
        "tasks_left_out",
        {
            "pm_project_task": TASKS,
            "fm_expense_line": "task | amount | date \n P1 | 100 | 2026-03-01 \n T1 | 30 | 2026-01-15",
        },
    ),
    "what came after a day is missing": (
        "actual_cost = 100",
        "stale",
        {
            "fm_expense_line": """
                task | amount | date
                P1   | 100    | 2026-01-15
                P1   | 30     | 2026-02-01
                P1   | 5      | 2026-02-02
            """
        },
    ),
    "unprocessed lines and copies": (
        "actual_cost = 137",
        "top_task_copies_counted + unprocessed_counted",
        {
            "fm_expense_line": """
                sys_id | task | amount | state     | base_expense
                E1     | P1   | 100    | processed | -
                E2     | P1   | 30     | processed | E1
                E3     | P1   | 7      | draft     | -
            """
        },
    ),
    "all lines, whatever their state, copy and date": (
        "actual_cost = 142",
        "top_task_copies_counted + unprocessed_counted + outside_calendar_counted",
        {
            "fm_expense_line": """
                sys_id | task | amount | state     | base_expense | date
                E1     | P1   | 100    | processed | -            | 2026-01-15
                E2     | P1   | 30     | processed | E1           | 2026-01-15
                E3     | P1   | 7      | draft     | -            | 2026-01-15
                E4     | P1   | 5      | processed | -            | 1999-01-15
            """
        },
    ),
    "stale, and copies": (
        "actual_cost = 130",
        "top_task_copies_counted + stale",
        {
            "fm_expense_line": """
                sys_id | task | amount | base_expense | date
                E1     | P1   | 100    | -            | 2026-01-15
                E2     | P1   | 30     | E1           | 2026-01-15
                E3     | P1   | 7      | -            | 2026-02-15
            """
        },
    ),
    "both versions of the budget": (
        "budget_cost = 1007",
        "v1_and_v2_summed",
        {"project_funding": "opex_budget \n 1000", "sn_invst_pln_invst_budget": "amount \n 7"},
    ),
    "the version that does not count": (
        "budget_cost = 1000",
        "wrong_budget_version",
        {
            "project_funding": "opex_budget \n 1000",
            "sn_invst_pln_invst_budget": "amount \n 7",
            "sn_invst_pln_financial_migration": "sys_id \n M1",
        },
    ),
    "the other version alone is not both": (
        "budget_cost = 1000",
        "wrong_budget_version",
        {"project_funding": "opex_budget \n 1000", "sn_invst_pln_financial_migration": "sys_id \n M1"},
    ),
    "total_budget instead of its parts": (
        "budget_cost = 1200",
        "total_budget_counted",
        {"project_funding": "opex_budget | total_budget \n 1000 | 1200"},
    ),
    "funding of tasks": (
        "budget_cost = 1200",
        "task_budgets_counted",
        {"pm_project_task": TASKS, "project_funding": "task | opex_budget \n P1 | 1000 \n T1 | 200"},
    ),
    "one of two investments": (
        "budget_cost = 40",
        "one_investment_counted",
        {
            "sn_invst_pln_investment": "sys_id | funding_entity_id \n I1 | P1 \n I2 | P1",
            "sn_invst_pln_invst_budget": "investment | amount \n I1 | 100 \n I2 | 40",
            "sn_invst_pln_financial_migration": "sys_id \n M1",
        },
    ),
    "unclassified cost as operating": (
        "planned_operating = 30",
        "unclassified_counted",
        {"cost_plan_breakdown": "expense_type | value \n capex | 100 \n - | 30"},
    ),
    "unclassified cost left out": (
        "estimated_cost = 100",
        "unclassified_left_out",
        {"cost_plan_breakdown": "expense_type | value \n capex | 100 \n - | 30"},
    ),
    "the expense type of the plan": (
        "planned_capital = 130",
        "plan_type_used",
        {
            "cost_plan": "sys_id | task | expense_type \n C1 | P1 | capex",
            "cost_plan_breakdown": "expense_type | value \n capex | 100 \n opex | 30",
        },
    ),
    "plans on tasks left out": (
        "estimated_cost = 100",
        "tasks_left_out",
        {
            "pm_project_task": TASKS,
            "cost_plan": "sys_id | task \n C1 | P1 \n C2 | T1",
            "cost_plan_breakdown": "cost_plan | value \n C1 | 100 \n C2 | 30",
        },
    ),
    "one plan left out": (
        "estimated_cost = 100",
        "plan_left_out",
        {
            "cost_plan": "sys_id | task | expense_type \n C1 | P1 | capex \n C2 | P1 | opex",
            "cost_plan_breakdown": "cost_plan | value \n C1 | 100 \n C2 | 30",
        },
    ),
    "one benefit plan left out": (
        "estimated_benefit = 100",
        "plan_left_out",
        {
            "benefit_plan": "sys_id | task \n B1 | P1 \n B2 | P1",
            "benefit_plan_breakdown": "benefit_plan | value \n B1 | 100 \n B2 | 30",
        },
    ),
    "cached totals of cost plans": (
        "estimated_cost = 123",
        "rolled_up_from",
        {
            "cost_plan": "sys_id | task | total_planned_cost \n C1 | P1 | 123",
            "cost_plan_breakdown": "value \n 100",
        },
    ),
    "cached budget of task rows": (
        "budget_cost = 900",
        "rolled_up_from",
        {
            "project_funding": "opex_budget \n 1000",
            "cost_plan_breakdown": "breakdown_type | cost_plan | task | value | budget \n task | - | P1 | 0 | 900",
        },
    ),
    "never rolled up": (
        "estimated_cost = 0",
        "not_rolled_up",
        {"cost_plan_breakdown": "expense_type | value \n capex | 100"},
    ),
    "the opposite sign": (
        "planned_return = -70",
        "sign_turned",
        {"cost_plan_breakdown": "value \n 100", "benefit_plan_breakdown": "value \n 30"},
    ),
    "planned return follows from cached cost": (
        "estimated_cost = 150, estimated_benefit = 30, planned_return = 120",
        "follows_from",
        {"cost_plan_breakdown": "value \n 100", "benefit_plan_breakdown": "value \n 30"},
    ),
    "planned return follows from cached cost with the opposite sign": (
        "estimated_cost = 150, estimated_benefit = 30, planned_return = -120",
        "sign_turned + follows_from",
        {"cost_plan_breakdown": "value \n 100", "benefit_plan_breakdown": "value \n 30"},
    ),
    "return on investment follows from cached cost": (
        "estimated_cost = 150, estimated_benefit = 30, planned_roi = -80",
        "follows_from",
        {"cost_plan_breakdown": "value \n 100", "benefit_plan_breakdown": "value \n 30"},
    ),
    "the estimate follows from planned cost": (
        "estimated_cost = 150, estimate_at_completion = 150",
        "follows_from",
        {"cost_plan_breakdown": "value | fiscal_period \n 100 | 2026-06"},
    ),
    "the estimate counts copies": (
        "estimate_at_completion = 170",
        "top_task_copies_counted",
        {"fm_expense_line": "sys_id | task | amount | base_expense \n E1 | P1 | 100 | - \n E2 | P1 | 70 | E1"},
    ),
    "the estimate has actual cost in the current period": (
        "estimate_at_completion = 80",
        "current_period_as_actual",
        {
            "cost_plan_breakdown": "value | fiscal_period \n 100 | 2026-05",
            "fm_expense_line": "task | amount | date \n P1 | 80 | 2026-05-02",
        },
    ),
    "the estimate adds actual cost to the plan of the current period": (
        "estimate_at_completion = 180",
        "current_actual_added",
        {
            "cost_plan_breakdown": "value | fiscal_period \n 100 | 2026-05",
            "fm_expense_line": "task | amount | date \n P1 | 80 | 2026-05-02",
        },
    ),
    "the estimate is the plan": (
        "estimate_at_completion = 100",
        "planned_throughout",
        {
            "cost_plan_breakdown": "value | fiscal_period \n 100 | 2026-01",
            "fm_expense_line": "task | amount | date \n P1 | 80 | 2026-01-02",
        },
    ),
    "the estimate was made when a period had not closed": (
        "estimate_at_completion = 130",
        "stale",
        {
            "cost_plan_breakdown": "value | fiscal_period \n 100 | 2026-01 \n 50 | 2026-02",
            "fm_expense_line": "task | amount | date \n P1 | 80 | 2026-01-02 \n P1 | 20 | 2026-02-02",
        },
    ),
}


@pytest.mark.parametrize("case", WORLDS)
def test_the_cause_is_named(case: str) -> None:
    cached, cause, drawn = WORLDS[case]
    metric = cached.rsplit(",", 1)[-1].split("=")[0].strip()

    night = reconciled(**{"pm_project": project(cached), **drawn})

    assert causes(night, metric) == cause
    assert (verdict(night, metric)["explanation"] is None) == (cause == "match")


def test_the_difference_is_cached_less_ours_and_the_explanation_tells_rows_and_amount() -> None:
    lines = "task | amount | state \n P1 | 100 | processed \n P1 | 30 | draft \n P1 | 4.5 | submitted"

    night = reconciled(pm_project=project("actual_cost = 134.50"), fm_expense_line=lines)

    night.shows(
        Reconciliation,
        """
        work_item | source_table | sys_id | metric      | cached | computed | difference | cause               | other_causes | figures
        P1        | pm_project   | P1     | actual_cost | 134.50 | 100      | 34.50      | unprocessed_counted | 0            | 1
        """,
    )
    assert verdict(night, "actual_cost")["explanation"] == "Lines that are not processed are counted: 2 rows, 34.50."


def test_a_stale_figure_tells_the_day_up_to_which_it_is_right() -> None:
    lines = "task | amount | date \n P1 | 100 | 2026-01-15 \n P1 | 30 | 2026-02-01 \n P1 | 5 | 2026-02-02"

    night = reconciled(pm_project=project("actual_cost = 130"), fm_expense_line=lines)

    found = verdict(night, "actual_cost")
    assert found["as_of"] == dt.date(2026, 2, 1)
    assert found["explanation"] == "It is stale: what came later is not in it: 1 row, -5.00, as of 2026-02-01."


def test_of_several_causes_the_simplest_is_named_and_the_others_are_counted() -> None:
    """A draft and a copy of the same amount: nobody can tell which of them is in the cached figure."""
    lines = """
        sys_id | task | amount | state     | base_expense
        E1     | P1   | 100    | processed | -
        E2     | P1   | 30     | processed | E1
        E3     | P1   | 30     | draft     | -
    """
    found = verdict(reconciled(pm_project=project("actual_cost = 130"), fm_expense_line=lines), "actual_cost")

    assert (found["cause"], found["other_causes"]) == ("top_task_copies_counted", 1)
    assert found["explanation"].endswith("Other causes that explain it as well: 1.")


def test_one_cause_alone_goes_before_two_together() -> None:
    lines = """
        sys_id | task | amount | state     | base_expense | date
        E1     | P1   | 100    | processed | -            | 2026-01-15
        E2     | P1   | 10     | processed | E1           | 2026-01-15
        E3     | P1   | 20     | draft     | -            | 2026-01-15
        E4     | P1   | 30     | processed | -            | 1999-01-15
    """
    night = reconciled(pm_project=project("actual_cost = 130"), fm_expense_line=lines)

    assert causes(night, "actual_cost") == "outside_calendar_counted"


def test_rows_left_out_for_two_reasons_are_not_added_up() -> None:
    """The line on the task is the later one as well: it can't be missing twice."""
    lines = "task | amount | date \n P1 | 100 | 2026-01-15 \n T1 | 30 | 2026-02-01"

    night = reconciled(pm_project=project("actual_cost = 70"), pm_project_task=TASKS, fm_expense_line=lines)

    assert causes(night, "actual_cost") == "unexplained"


def test_sub_projects_are_what_the_platform_rolls_up() -> None:
    projects = "sys_id | parent | estimated_cost \n P1 | - | 130 \n P2 | P1 | 30"

    night = reconciled(
        pm_project=projects,
        cost_plan="sys_id | task \n C1 | P1 \n C2 | P2",
        cost_plan_breakdown="cost_plan | value \n C1 | 100 \n C2 | 30",
    )
    assert causes(night, "estimated_cost") == "sub_projects_counted"
    assert causes(night, "estimated_cost", "P2") == "match"


@pytest.mark.parametrize(("choice", "cached", "cause"), [("exclude", 130, "counted"), ("include", 100, "left_out")])
def test_lines_on_the_demand_itself_under_each_setting(choice: Any, cached: int, cause: str) -> None:
    night = reconciled(
        **DEMAND,
        settings=Settings(demand_direct_actuals=choice),
        dmn_demand=f"sys_id | actual_cost \n D1 | {cached}",
        dmn_demand_task="sys_id | parent \n T1 | D1",
        fm_expense_line="task | amount | date \n T1 | 100 | 2026-02-01 \n D1 | 30 | 2026-01-15",
    )
    assert causes(night, "actual_cost", "D1") == f"demand_direct_{cause}"


def test_amounts_in_several_currencies_added_up_as_if_in_one() -> None:
    night = reconciled(
        settings=IN_EUR,
        pm_project=project("estimated_cost = 300, actual_cost = 50"),
        cost_plan="sys_id | task | currency \n C1 | P1 | USD \n C2 | P1 | EUR",
        cost_plan_breakdown="cost_plan | value \n C1 | 100 \n C2 | 200",
        fm_expense_line="task | amount | currency \n P1 | 50 | GBP",
        fx_rate="from_currency | to_currency | rate | valid_from \n USD | EUR | 0.8 | 2020-01-01",
    )
    assert causes(night, "estimated_cost") == "not_converted"
    found = verdict(night, "actual_cost")
    assert (found["cause"], found["computed"], found["difference"]) == ("not_converted", None, None)


@pytest.mark.parametrize(
    ("npv", "cause"),
    [
        pytest.param("114.05", "match", id="ours: t = 0 is the first planned year"),
        pytest.param("120", "undiscounted", id="no year discounted"),
        pytest.param("102.75", "first_year_discounted", id="t = 1 is the first planned year"),
        pytest.param("126.60", "counted_from_current_year", id="the first planned year is last year"),
        pytest.param("60.00", "counted_from_current_year", id="last year is left out"),
        pytest.param("99.99", "unexplained", id="anything else"),
    ],
)
def test_other_rules_of_discounting(npv: str, cause: str) -> None:
    """60 in 2025 and in 2026, at 11 %, seen from 2026."""
    night = reconciled(
        pm_project=f"sys_id | discount_rate | npv_value \n P1 | 11 | {npv}",
        benefit_plan_breakdown="fiscal_period | value \n 2025-01 | 60 \n 2026-01 | 60",
    )
    assert causes(night, "npv_value") == cause


def test_before_the_first_fiscal_year_no_years_count_from_the_current_one() -> None:
    night = reconciled(
        as_of="2024-06-01",
        pm_project="sys_id | discount_rate | npv_value \n P1 | 11 | 0",
        benefit_plan_breakdown="fiscal_period | value \n 2025-01 | 60 \n 2026-01 | 60",
    )
    assert causes(night, "npv_value") == "not_rolled_up"


def test_net_present_value_without_a_rate_follows_from_cached_cost_and_benefit() -> None:
    night = reconciled(
        pm_project=project("estimated_cost = 20, estimated_benefit = 60, npv_value = 40"),
        benefit_plan_breakdown="value \n 60",
    )
    assert causes(night, "npv_value") == "follows_from"


@pytest.mark.parametrize(
    ("rate", "cause"), [(25, "one_of_several_rates"), (400, "one_of_several_rates"), (30, "not_known")]
)
def test_one_of_several_rates_of_return_as_if_it_were_the_only_one(rate: int, cause: str) -> None:
    night = reconciled(
        pm_project=f"sys_id | irr_value \n P1 | {rate}",
        cost_plan_breakdown="fiscal_period | value \n 2025-01 | 160 \n 2027-01 | 1000",
        benefit_plan_breakdown="fiscal_period | value \n 2026-01 | 1000",
    )
    assert causes(night, "irr_value") == cause


def test_an_earlier_night_tells_from_when_a_stale_figure_is() -> None:
    """Planned cost was 70 on Monday and is 100 on Tuesday; the platform still has 70 then."""
    monday = night(admitted(cost_plan_breakdown="value \n 70"), as_of=dt.date(2026, 5, 11))

    tuesday = reconciled(
        as_of="2026-05-12",
        memory=remembered(monday),
        pm_project=project("estimated_cost = 70"),
        cost_plan_breakdown="expense_type | value \n capex | 100",
    )
    found = verdict(tuesday, "estimated_cost")
    assert (found["cause"], found["as_of"]) == ("stale", dt.date(2026, 5, 11))


def test_an_empty_cached_figure_is_told_only_where_others_have_one_and_ours_is_not_zero() -> None:
    night = reconciled(
        pm_project="sys_id | estimated_cost \n P1 | 100 \n P2 | - \n P3 | -",
        cost_plan="sys_id | task \n C1 | P1 \n C2 | P2",
        cost_plan_breakdown="cost_plan | value \n C1 | 100 \n C2 | 30",
    )
    night.shows(
        Reconciliation,
        """
        sys_id | metric         | cached | computed | difference | cause
        P1     | estimated_cost | 100    | 100      | 0          | match
        P2     | estimated_cost | -      | 30       | -          | not_cached
        """,
    )


def test_a_figure_that_is_unknown_here_has_no_cause() -> None:
    night = reconciled(pm_project=project("estimated_cost = 100"), without=("cost_plan_breakdown",))

    found = verdict(night, "estimated_cost")
    assert (found["cached"], found["computed"], found["difference"], found["cause"]) == (100, None, None, "not_known")


def test_investments_are_compared_with_their_work_item() -> None:
    night = reconciled(
        pm_project=project("actual_cost = 999"),
        sn_invst_pln_investment="""
            sys_id | funding_entity_id | planned_cost | work_cost | budget_cost
            I1     | P1                | 190          | 999       | 0
            I2     | -                 | 5            | 5         | 5
        """,
        cost_plan_breakdown="""
            breakdown_type | cost_plan | task | value
            requirement    | C1        | -    | 100
            task           | -         | P1   | 90
        """,
        fm_expense_line="task | amount \n P1 | 100",
        project_funding="opex_budget \n 1000",
    )
    night.shows(
        Reconciliation,
        """
        work_item | sys_id | metric                  | cached | computed | cause
        P1        | I1     | investment.planned_cost | 190    | 100      | task_rows_counted
        P1        | I1     | investment.work_cost    | 999    | 100      | rolled_up_from
        P1        | I1     | investment.budget_cost  | 0      | 1000     | not_rolled_up
        """,
        source_table="sn_invst_pln_investment",
    )


def test_an_investment_may_estimate_what_has_no_plan() -> None:
    stored = "sys_id | funding_entity_id | planned_cost | planned_benefit \n I1 | P1 | 65000 | 40"

    night = reconciled(cost_plan="", sn_invst_pln_investment=stored)

    assert causes(night, "investment.planned_cost", "I1") == "no_plan"
    assert causes(night, "investment.planned_benefit", "I1") == "unexplained"


@pytest.mark.parametrize(
    ("cached", "cause"), [(100, "match"), (130, "task_rows_counted"), (0, "not_rolled_up"), (99, "unexplained")]
)
def test_cost_plans_are_compared_with_their_requirement_rows(cached: int, cause: str) -> None:
    night = reconciled(
        cost_plan=f"sys_id | task | total_planned_cost \n C1 | P1 | {cached}",
        cost_plan_breakdown="breakdown_type | cost_plan | value \n requirement | C1 | 100 \n task | C1 | 30",
    )
    assert causes(night, "cost_plan.total_planned_cost", "C1") == cause


def test_a_cost_plan_in_another_currency_as_entered() -> None:
    night = reconciled(
        settings=IN_EUR,
        cost_plan="sys_id | task | total_planned_cost | currency \n C1 | P1 | 100 | USD",
        cost_plan_breakdown="value \n 100",
        fx_rate="from_currency | to_currency | rate | valid_from \n USD | EUR | 0.8 | 2020-01-01",
    )
    assert causes(night, "cost_plan.total_planned_cost", "C1") == "not_converted"


@pytest.mark.parametrize(
    ("cached", "cause"), [(130, "unprocessed_counted"), (107, "top_task_copies_counted"), (0, "not_rolled_up")]
)
def test_requirement_rows_are_compared_with_the_actual_cost_that_they_received(cached: int, cause: str) -> None:
    night = reconciled(
        cost_plan_breakdown=f"sys_id | expense_type | actual \n R1 | opex | {cached}",
        fm_expense_line="""
            sys_id | task | amount | state     | base_expense | expense_type
            E1     | P1   | 100    | processed | -            | opex
            E2     | P1   | 30     | draft     | -            | opex
            E3     | P1   | 7      | processed | E1           | opex
        """,
    )
    assert causes(night, "requirement_row.actual", "R1") == cause


def test_task_rows_are_compared_with_those_that_we_regenerate() -> None:
    night = reconciled(
        cost_plan_breakdown="""
            sys_id | breakdown_type | cost_plan | task | fiscal_period | expense_type | value | actual | budget
            R1     | requirement    | C1        | -    | 2026-01       | opex         | 100   | -      | -
            R2     | requirement    | C1        | -    | 2026-03       | opex         | 40    | -      | -
            T1     | task           | -         | P1   | 2026-01       | opex         | 100   | 130    | 0
            T2     | task           | -         | P1   | 2026-02       | opex         | 50    | 0      | 0
        """,
        fm_expense_line="task | amount | state | expense_type \n P1 | 100 | processed | opex \n P1 | 30 | draft | opex",
    )
    night.shows(
        Reconciliation,
        """
        sys_id          | source_table        | metric          | cached | computed | cause               | figures
        T1              | cost_plan_breakdown | task_row.actual | 130    | 100      | unprocessed_counted | 1
        T2              | cost_plan_breakdown | task_row.value  | 50     | 0        | unexplained         | 1
        P1 2026-03 opex | cost_plan_breakdown | task_row.value  | -      | 40       | not_cached          | 1
        P1              | pm_project          | task_row.value  | 100    | 100      | match               | 1
        P1              | pm_project          | task_row.actual | 0      | 0        | match               | 1
        P1              | pm_project          | task_row.budget | 0      | 0        | match               | 2
        """,
    )


def test_several_task_rows_of_one_period_and_type_are_duplicates() -> None:
    night = reconciled(
        cost_plan_breakdown="""
            sys_id | breakdown_type | cost_plan | task | expense_type | value
            R1     | requirement    | C1        | -    | opex         | 100
            T1     | task           | -         | P1   | opex         | 100
            T2     | task           | -         | P1   | opex         | 60
        """,
    )
    assert causes(night, "task_row.value", "T1") == "duplicates_counted"


def test_task_rows_by_cost_type_are_compared_by_cost_type() -> None:
    night = reconciled(
        sys_properties="name | value \n sn_invst_pln.budget_allocation_attribute | cost_type",
        cost_plan_breakdown="""
            sys_id | breakdown_type | cost_plan | task | resource_type | value
            R1     | requirement    | C1        | -    | labour        | 100
            R2     | requirement    | C1        | -    | licence       | 20
            T1     | task           | -         | P1   | labour        | 100
            T2     | task           | -         | P1   | licence       | 25
        """,
    )
    night.shows(
        Reconciliation,
        """
        sys_id | metric         | cached | computed | cause       | figures
        T2     | task_row.value | 25     | 20       | unexplained | 1
        P1     | task_row.value | 100    | 100      | match       | 1
        """,
        metric="task_row.value",
    )


def test_the_catalogue_explains_every_cause_and_says_what_it_does() -> None:
    assert len(set(CODES)) == len(CODES)
    assert {cause.effect for cause in CAUSES} == set(EFFECTS)
    assert not [cause.code for cause in CAUSES if cause.said.endswith(".") or not cause.remedy.endswith(".")]


def test_every_cause_has_a_drawn_case() -> None:
    drawn = {cause for _, causes, _ in WORLDS.values() for cause in causes.split(" + ")}
    drawn_apart = {
        *("demand_direct_counted", "demand_direct_left_out", "sub_projects_counted", "not_converted", "no_plan"),
        *("undiscounted", "first_year_discounted", "counted_from_current_year", "one_of_several_rates"),
        *("duplicates_counted", "not_cached", "not_known"),
    }

    assert drawn | drawn_apart == set(CODES)
