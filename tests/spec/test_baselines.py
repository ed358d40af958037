"""Chapter: baselines, when they are taken, what they keep, and how today differs from them."""

from __future__ import annotations

import datetime as dt
import hashlib
from decimal import Decimal
from typing import Any, Final

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from models.audit import BaselineConservation, BaselineFinding, Conservation, ExportFinding
from models.baseline import (
    BaselineActual,
    BaselineBenefit,
    BaselineBudget,
    BaselineCost,
    BaselineHeader,
    RememberedBaselineCost,
    WorkItemState,
)
from models.baseline_variance import (
    BaselineDriver,
    BaselinePairVariance,
    BaselineVariance,
    BaselineVariancePeriod,
    ProgramBaselineVariance,
)
from models.catalogue import BASELINES, SOURCES
from models.settings import Settings
from tests.night import night, remembered
from tests.spec.world import AS_OF, Night, admitted, fiscal_years
from transforms.catalogue import all_transforms

APPROVED: Final = Settings(approved_states={"pm_project": ["Approved", "work in progress"], "dmn_demand": ["approved"]})
WANTED: Final = {
    *BASELINES.values(),
    WorkItemState,
    ProgramBaselineVariance,
    BaselinePairVariance,
    BaselineFinding,
    Conservation,
}
BASELINE_TABLES: Final = [name for name in SOURCES if "_baseline" in name]
DRAFT: Final = "sys_id | state \n P1 | draft"
READY: Final = "sys_id | state \n P1 | approved "


def tonight(
    *,
    after: Night | None = None,
    as_of: str = AS_OF,
    settings: Settings = APPROVED,
    without: tuple[str, ...] = (),
    **pictures: str,
) -> Night:
    """A night after another, in which every law holds."""
    memory = remembered(after.frames) if after else None
    tables = admitted(without=without, **pictures)
    day = dt.date.fromisoformat(as_of)
    outcome = Night(night(tables, as_of=day, settings=settings, memory=memory, wanted=WANTED))
    broken = outcome.rows(Conservation, holds=False)
    assert broken.is_empty(), f"broken laws: {broken.to_dicts()}"
    return outcome


def names(of: Night) -> list[tuple[str, str]]:
    """The work item and name of every baseline."""
    return sorted(of.rows(BaselineHeader).select("work_item", "name").rows())


def value(of: Night, column: str, **where: object) -> Any:
    """One value of the comparison with one baseline."""
    return of.rows(BaselineVariance, **where)[column].item()


# When one is taken


def test_a_baseline_is_taken_on_the_night_on_which_a_work_item_reaches_an_approved_state() -> None:
    first = tonight(as_of="2026-05-15", pm_project=DRAFT)
    second = tonight(after=first, as_of="2026-05-16", pm_project=READY)

    assert names(first) == []
    second.shows(
        BaselineHeader,
        """
        name                | work_item | created_on | kind     | has_planned_cost | has_budget
        approval 2026-05-16 | P1        | 2026-05-16 | approval | true             | true
        """,
    )


def test_its_id_is_made_of_the_work_item_and_the_name() -> None:
    of = tonight(as_of="2026-05-16", pm_project=READY)

    text = "baseline|P1|approval 2026-05-16"
    assert of.rows(BaselineHeader)["baseline"].item() == hashlib.sha256(text.encode()).hexdigest()[:32]


def test_none_is_taken_while_it_stays_in_approved_states() -> None:
    first = tonight(as_of="2026-05-15", pm_project=READY)
    second = tonight(after=first, as_of="2026-05-16", pm_project="sys_id | state \n P1 | Work in Progress")

    assert names(second) == [("P1", "approval 2026-05-15")]


def test_another_is_taken_when_it_is_approved_again() -> None:
    first = tonight(as_of="2026-05-15", pm_project=READY)
    second = tonight(after=first, as_of="2026-05-16", pm_project=DRAFT)
    third = tonight(after=second, as_of="2026-05-17", pm_project=READY)

    assert names(third) == [("P1", "approval 2026-05-15"), ("P1", "approval 2026-05-17")]


def test_a_rerun_of_the_same_day_takes_none_even_when_it_was_approved_twice() -> None:
    first = tonight(pm_project=READY)
    again = tonight(after=first, pm_project=READY)
    back = tonight(after=again, pm_project=DRAFT)
    approved_twice = tonight(after=back, pm_project=READY)

    for later in (again, back, approved_twice):
        assert_frame_equal(later.rows(BaselineHeader), first.rows(BaselineHeader))


def test_a_work_item_that_is_missing_for_a_night_is_not_approved_anew() -> None:
    first = tonight(as_of="2026-05-15", pm_project="sys_id | state \n P1 | approved \n P2 | approved")
    second = tonight(after=first, as_of="2026-05-16", pm_project=READY)
    third = tonight(after=second, as_of="2026-05-17", pm_project="sys_id | state \n P1 | approved \n P2 | approved")

    assert names(third) == [("P1", "approval 2026-05-15"), ("P2", "approval 2026-05-15")]


def test_states_are_those_of_the_work_items_own_table() -> None:
    of = tonight(
        pm_project="sys_id | state \n P1 | draft \n P2 | work in progress \n P3 | -",
        dmn_demand="sys_id | state \n D1 | APPROVED \n D2 | work in progress",
    )

    assert names(of) == [("D1", f"approval {AS_OF}"), ("P2", f"approval {AS_OF}")]


def test_without_the_setting_none_is_taken_and_setting_it_later_takes_none_of_items_that_stay() -> None:
    first = tonight(as_of="2026-05-15", settings=Settings(), pm_project=READY)
    second = tonight(after=first, as_of="2026-05-16", pm_project=READY)

    assert names(first) == names(second) == []


# What it keeps

MONEY: Final = {
    "cost_plan": "sys_id | task | expense_type \n C1 | P1 | capex",
    "cost_plan_breakdown": """
        sys_id | fiscal_period | value | resource_type
        r1     | 2026-01       | 100   | -
        r2     | 2026-02       | 50    | labour
    """,
    "benefit_plan_breakdown": "sys_id | fiscal_period | value | actual_benefit \n b1 | 2026-03 | 70 | 5",
    "project_funding": "sys_id | capex_budget | opex_budget \n f1 | 100 | -",
    "fm_expense_line": """
        sys_id | date       | amount | task | state
        e1     | 2026-01-10 | 40     | P1   | processed
        e2     | 2026-05-15 | 7      | P1   | processed
        e3     | 2026-05-16 | 9      | P1   | processed
        e4     | 2026-01-11 | 90     | P1   | pending
    """,
}


@pytest.fixture(scope="module")
def taken() -> Night:
    """A baseline of a project with something in every stream, taken on 15 May 2026."""
    return tonight(pm_project=READY, **MONEY)


def test_it_keeps_every_requirement_row_with_its_amount_and_expense_type(taken: Night) -> None:
    taken.shows(
        BaselineCost,
        """
        cost_plan_breakdown | cost_plan | fiscal_period | end_date   | expense_type | resource_type | planned_cost
        r1                  | C1        | 2026-01       | 2026-01-31 | capex        | -             | 100
        r2                  | C1        | 2026-02       | 2026-02-28 | opex         | labour        | 50
        """,
    )


def test_it_keeps_every_benefit_row(taken: Night) -> None:
    taken.shows(
        BaselineBenefit,
        """
        benefit_plan_breakdown | benefit_plan | fiscal_period | planned_benefit | actual_benefit
        b1                     | B1           | 2026-03       | 70              | 5
        """,
    )


def test_it_keeps_the_budget_of_the_version_that_counts_as_it_is_shared_out(taken: Night) -> None:
    taken.shows(
        BaselineBudget,
        """
        source_table    | sys_id | fiscal_period | expense_type | budget_cost
        project_funding | f1     | 2026-01       | capex        | 50
        project_funding | f1     | 2026-02       | capex        | 50
        """,
    )


def test_it_keeps_counted_lines_up_to_its_day(taken: Night) -> None:
    taken.shows(
        BaselineActual,
        """
        fiscal_period | end_date   | expense_type | actual_cost
        2026-01       | 2026-01-31 | unclassified | 40
        2026-05       | 2026-05-31 | unclassified | 7
        """,
    )


def test_rows_of_other_work_items_are_not_in_it() -> None:
    of = tonight(
        pm_project="sys_id | state \n P1 | draft \n P2 | approved",
        cost_plan="sys_id | task \n C1 | P1 \n C2 | P2",
        cost_plan_breakdown="sys_id | cost_plan \n r1 | C1 \n r2 | C2",
    )

    assert of.rows(BaselineCost)["cost_plan_breakdown"].to_list() == ["r2"]


def test_it_stays_as_it_is_whatever_changes_or_vanishes(taken: Night) -> None:
    changed = tonight(
        after=taken,
        as_of="2026-07-01",
        pm_project=READY,
        cost_plan_breakdown="sys_id | value | expense_type \n r1 | 999 | opex",
        fm_expense_line="date | amount | task \n 2026-01-10 | 1 | P1",
    )
    gone = tonight(
        after=changed, as_of="2026-08-01", pm_project="", cost_plan="", benefit_plan="", sn_invst_pln_investment=""
    )

    for table in BASELINES.values():
        assert_frame_equal(changed.rows(table), taken.rows(table), check_row_order=False)
        assert_frame_equal(gone.rows(table), taken.rows(table), check_row_order=False)


def test_a_remembered_row_that_is_changed_or_missing_breaks_a_law(taken: Night) -> None:
    tampered = taken.rows(BaselineCost).with_columns(planned_cost=pl.lit("1").cast(pl.Decimal(38, 4)))
    frames = {**taken.frames, RememberedBaselineCost: tampered.lazy()}
    laws = next(transform for transform in all_transforms() if transform.table is BaselineConservation)
    broken = laws(frames, {}).filter(holds=False).collect()

    assert broken["law"].to_list() == ["baseline.cost_plan_breakdown: remembered rows = rows there unchanged"]
    assert broken["difference"].to_list() == [Decimal(-2)]


# How today differs

YEARS: Final = fiscal_years(2023, 2024)
MONTHS: Final = [*(f"2023-{month:02}" for month in range(7, 13)), *(f"2024-{month:02}" for month in range(1, 7))]


def plan(now: str, since: str) -> str:
    """1,000 a month from July 2023 to June 2024; `now` from one of these months on."""
    lines = [f"r{month} | {month} | {now if month >= since else '1000'}" for month in MONTHS]
    return "\n".join(["sys_id | fiscal_period | value", *lines])


def lines(*amounts: str) -> str:
    """Actual cost of the months from July 2023 on, one after the other."""
    drawn = [f"{month}-28 | {amount} | P1" for month, amount in zip(MONTHS, amounts, strict=False)]
    return "\n".join(["date | amount | task", *drawn])


@pytest.fixture(scope="module")
def documented() -> Night:
    """The documented example: a baseline of 1 October 2023, looked at in December 2023."""
    then = tonight(
        as_of="2023-10-01",
        fiscal_period=YEARS,
        pm_project=READY,
        cost_plan_breakdown=plan("1000", "2023-07"),
        fm_expense_line=lines("900", "1100", "1000"),
    )
    return tonight(
        after=then,
        as_of="2023-12-10",
        fiscal_period=YEARS,
        pm_project=READY,
        cost_plan_breakdown=plan("1050", "2023-12"),
        fm_expense_line=lines("900", "1100", "1000", "1300", "1250"),
    )


def test_the_documented_example_period_by_period(documented: Night) -> None:
    documented.shows(
        BaselineVariancePeriod,
        """
        fiscal_period | forecast_cost_baseline | forecast_cost_current | forecast_cost_variance
        2023-07       | 900                    | 900                   | 0
        2023-08       | 1100                   | 1100                  | 0
        2023-09       | 1000                   | 1000                  | 0
        2023-10       | 1000                   | 1300                  | 300
        2023-11       | 1000                   | 1250                  | 250
        2023-12       | 1000                   | 1050                  | 50
        2024-01       | 1000                   | 1050                  | 50
        2024-02       | 1000                   | 1050                  | 50
        2024-03       | 1000                   | 1050                  | 50
        2024-04       | 1000                   | 1050                  | 50
        2024-05       | 1000                   | 1050                  | 50
        2024-06       | 1000                   | 1050                  | 50
        """,
    )


def test_the_documented_example_in_total(documented: Night) -> None:
    documented.shows(
        BaselineVariance,
        """
        name                | estimate_at_completion_baseline | estimate_at_completion_current | estimate_at_completion_variance | planned_cost_variance | actual_cost_baseline | actual_cost_current | actual_vs_baseline
        approval 2023-10-01 | 12000                           | 12900                          | 900                             | 350                   | 3000                 | 5550                | -6450
        """,
    )


def test_plan_benefit_and_budget_are_compared_by_period_and_expense_type(taken: Night) -> None:
    later = tonight(
        after=taken,
        pm_project=READY,
        **{
            **MONEY,
            "cost_plan_breakdown": "sys_id | fiscal_period | value | expense_type \n r1 | 2026-01 | 130 | opex",
            "benefit_plan_breakdown": "sys_id | fiscal_period | value \n b1 | 2026-03 | 60 \n b2 | 2026-04 | 1",
            "project_funding": "capex_budget \n 90",
        },
    )

    later.shows(
        BaselineVariancePeriod,
        """
        fiscal_period | planned_cost_variance | planned_capital_variance | planned_operating_variance | planned_benefit_variance | budget_cost_variance | actual_vs_baseline
        2026-01       | 30                    | -100                     | 130                        | 0                        | 40                   | -60
        2026-02       | -50                   | 0                        | -50                        | 0                        | -50                  | -50
        2026-03       | 0                     | 0                        | 0                          | -10                      | 0                    | 0
        2026-04       | 0                     | 0                        | 0                          | 1                        | 0                    | 0
        2026-05       | 0                     | 0                        | 0                          | 0                        | 0                    | 16
        """,
    )


def test_a_work_item_that_has_vanished_counts_as_zero_today(taken: Night) -> None:
    gone = tonight(after=taken, pm_project="", cost_plan="", benefit_plan="", sn_invst_pln_investment="")

    assert value(gone, "planned_cost_variance") == -150
    assert value(gone, "budget_cost_variance") == -100
    assert value(gone, "estimate_at_completion_variance") == -40
    assert value(gone, "program") is None


def test_a_baseline_without_any_row_is_compared_as_zero() -> None:
    first = tonight(pm_project=READY)
    later = tonight(after=first, pm_project=READY, cost_plan_breakdown="value \n 100")

    assert value(first, "planned_cost_variance") == 0
    assert value(later, "planned_cost_baseline") == 0
    assert value(later, "planned_cost_variance") == 100


def test_what_was_unknown_then_or_is_unknown_now_has_no_variance(taken: Night) -> None:
    blind = tonight(
        pm_project=READY,
        without=("benefit_plan", "fm_expense_line"),
        cost_plan_breakdown=MONEY["cost_plan_breakdown"],
    )
    seeing = tonight(after=blind, pm_project=READY, **MONEY)
    blinded = tonight(after=taken, pm_project=READY, without=("cost_plan_breakdown", "project_funding"))

    assert value(seeing, "planned_benefit_baseline") is None
    assert value(seeing, "planned_benefit_current") == 70
    assert value(seeing, "estimate_at_completion_variance") is None
    assert value(seeing, "planned_cost_variance") == 0
    assert value(blinded, "planned_cost_baseline") == 150
    assert value(blinded, "planned_cost_variance") is None
    assert value(blinded, "budget_cost_current") is None


def test_variances_of_work_items_are_those_of_their_program_to_the_cent() -> None:
    items = "sys_id | state | primary_program \n P1 | approved | G1 \n P2 | approved | G1 \n P3 | approved | -"
    world = {
        "pm_program": "sys_id \n G1",
        "pm_project": items,
        "cost_plan": "sys_id | task \n C1 | P1 \n C2 | P2 \n C3 | P3",
    }
    first = tonight(cost_plan_breakdown="cost_plan | value \n C1 | 0.01 \n C2 | 0.02 \n C3 | 4", **world)
    later = tonight(after=first, cost_plan_breakdown="cost_plan | value \n C1 | 0.11 \n C2 | 0.01 \n C3 | 5", **world)

    later.shows(
        ProgramBaselineVariance,
        f"""
        program | name             | baseline_count | planned_cost_baseline | planned_cost_current | planned_cost_variance
        G1      | approval {AS_OF} | 2              | 0.03                  | 0.12                 | 0.09
        """,
    )


def test_any_two_baselines_of_a_work_item_are_set_against_each_other() -> None:
    plans = {"cost_plan": "sys_id | task | expense_type \n C1 | P1 | capex"}
    first = tonight(as_of="2026-05-01", pm_project=READY, cost_plan_breakdown="value \n 100", **plans)
    second = tonight(after=first, as_of="2026-05-02", pm_project=DRAFT, cost_plan_breakdown="value \n 1", **plans)
    third = tonight(after=second, as_of="2026-05-03", pm_project=READY, cost_plan_breakdown="value \n 130", **plans)
    later = tonight(after=third, as_of="2026-05-04", pm_project=READY, cost_plan_breakdown="value \n 7", **plans)

    earlier, newer = later.rows(BaselineHeader).sort("created_on")["baseline"]
    later.shows(
        BaselinePairVariance,
        f"""
        baseline  | later_baseline | work_item | planned_cost_variance | planned_capital_variance | actual_cost_variance
        {earlier} | {newer}        | P1        | 30                    | 30                       | 0
        """,
    )


def test_the_plans_that_changed_most_are_named_first(taken: Night) -> None:
    later = tonight(
        after=taken,
        pm_project=READY,
        cost_plan="sys_id | name | task | expense_type \n C1 | Core | P1 | capex \n C2 | More | P1 | capex \n C3 | Same | P1 | -",
        cost_plan_breakdown="cost_plan | value \n C1 | 40 \n C2 | 55 \n C3 | 0",
    )

    later.shows(
        BaselineDriver,
        """
        rank | cost_plan | name | expense_type | planned_cost_baseline | planned_cost_current | planned_cost_variance
        1    | C1        | Core | capex        | 100                   | 40                   | -60
        2    | C2        | More | capex        | 0                     | 55                   | 55
        3    | C1        | Core | opex         | 50                    | 0                    | -50
        """,
    )


# Those of the platform

PLATFORM: Final = {
    "pm_project": "sys_id | state \n P1 | draft",
    "sn_invst_pln_invst_investment_baseline_header": """
        sys_id | name     | investment | created_on
        H1     | Gate 2   | I1         | 2026-02-10 12:00:00
    """,
    "cost_plan_baseline": """
        sys_id | baseline_header | source_sys_id | resource_type
        c1     | H1              | C1            | laptop
    """,
    "cost_plan_breakdown_baseline": """
        sys_id | baseline_header | source_sys_id | breakdown_type | cost_plan | fiscal_period | value | resource_type
        x1     | H1              | r1            | requirement    | c1        | 2026-01       | 100   | -
        x2     | H1              | r2            | requirement    | C1        | 2026-02       | 50    | labour
        x3     | H1              | -             | requirement    | -         | 2026-03       | 5     | -
        x4     | H1              | t1            | task           | -         | 2026-01       | 155   | -
    """,
    "benefit_plan_baseline": "sys_id | baseline_header | source_sys_id \n b1 | H1 | B1",
    "benefit_plan_breakdown_baseline": """
        sys_id | baseline_header | source_sys_id | benefit_plan | fiscal_period | value
        y1     | H1              | s1            | b1           | 2026-03       | 70
    """,
    "sn_invst_pln_invst_budget_baseline": """
        sys_id | baseline_header | source_sys_id | fiscal_period | amount | resource_type
        z1     | H1              | v1            | 2026-Q1       | 100    | licence
    """,
    "fm_expense_line": """
        sys_id | date       | amount | task
        e1     | 2026-01-10 | 40     | P1
        e2     | 2026-02-10 | 7      | P1
        e3     | 2026-02-11 | 9      | P1
    """,
}


@pytest.fixture(scope="module")
def read() -> Night:
    """A night that reads a baseline of the platform for the first time."""
    return tonight(**PLATFORM)


def test_a_baseline_of_the_platform_is_read_with_its_own_key_and_day(read: Night) -> None:
    read.shows(
        BaselineHeader,
        """
        baseline | name   | work_item | created_on | kind     | has_planned_cost | has_planned_benefit | has_actual_cost | has_budget
        H1       | Gate 2 | P1        | 2026-02-10 | platform | true             | true                | true            | true
        """,
    )


def test_its_requirement_rows_are_classified_as_live_ones_and_known_by_the_row_they_are_a_copy_of(read: Night) -> None:
    read.shows(
        BaselineCost,
        """
        baseline | cost_plan_breakdown | cost_plan | fiscal_period | expense_type | resource_type | planned_cost
        H1       | r1                  | C1        | 2026-01       | capex        | laptop        | 100
        H1       | r2                  | C1        | 2026-02       | opex         | labour        | 50
        H1       | x3                  | -         | 2026-03       | unclassified | -             | 5
        """,
    )


def test_its_benefits_are_read_and_its_budget_is_shared_out(read: Night) -> None:
    read.shows(
        BaselineBenefit,
        """
        baseline | benefit_plan_breakdown | benefit_plan | fiscal_period | planned_benefit
        H1       | s1                     | B1           | 2026-03       | 70
        """,
    )
    read.shows(
        BaselineBudget,
        """
        baseline | source_table              | sys_id | fiscal_period | expense_type | budget_cost
        H1       | sn_invst_pln_invst_budget | v1     | 2026-01       | opex         | 33.34
        H1       | sn_invst_pln_invst_budget | v1     | 2026-02       | opex         | 33.33
        H1       | sn_invst_pln_invst_budget | v1     | 2026-03       | opex         | 33.33
        """,
    )


def test_its_actuals_are_derived_from_lines_up_to_its_day(read: Night) -> None:
    read.shows(
        BaselineActual,
        """
        baseline | fiscal_period | expense_type | actual_cost
        H1       | 2026-01       | unclassified | 40
        H1       | 2026-02       | unclassified | 7
        """,
    )


def test_its_day_is_that_of_the_instance_time_zone() -> None:
    header = "sys_id | name | investment | created_on \n H1 | Gate | I1 | 2026-02-10 23:30:00"
    auckland = APPROVED.model_copy(update={"instance_time_zone": "Pacific/Auckland"})
    of = tonight(settings=auckland, sn_invst_pln_invst_investment_baseline_header=header)

    assert of.rows(BaselineHeader)["created_on"].to_list() == [dt.date(2026, 2, 11)]


def test_it_is_compared_like_any_other_and_seen_from_its_own_day(read: Night) -> None:
    assert value(read, "planned_cost_variance") == -155
    assert value(read, "estimate_at_completion_baseline") == 40 + 50 + 5


def test_once_read_it_is_never_read_again(read: Night) -> None:
    costs = PLATFORM["cost_plan_breakdown_baseline"].replace("| 100 ", "| 999 ")
    changed = tonight(after=read, **{**PLATFORM, "cost_plan_breakdown_baseline": costs, "fm_expense_line": ""})
    gone = tonight(after=changed)

    for table in BASELINES.values():
        assert_frame_equal(changed.rows(table), read.rows(table), check_row_order=False)
        assert_frame_equal(gone.rows(table), read.rows(table), check_row_order=False)


def test_one_of_a_demand_is_read_by_its_task_also_when_the_demand_is_gone() -> None:
    of = tonight(
        dmn_demand="sys_id \n D1",
        dmn_demand_baseline_header="""
            sys_id | name | task | created_on
            H1     | a    | D1   | 2026-01-01 00:00:00
            H2     | b    | D9   | 2026-01-01 00:00:00
        """,
    )

    assert names(of) == [("D1", "a"), ("D9", "b")]


def test_one_that_names_no_work_item_is_left_out_with_a_finding() -> None:
    of = tonight(dmn_demand_baseline_header="sys_id | name | created_on \n H1 | lost | 2026-01-01 00:00:00")

    assert names(of) == []
    (finding,) = of.rows(BaselineFinding).to_dicts()
    assert (finding["code"], finding["source_table"], finding["sys_id"]) == (
        "baseline_without_work_item",
        "dmn_demand_baseline_header",
        "H1",
    )


def test_streams_whose_baseline_tables_are_missing_are_unknown_in_it() -> None:
    header = PLATFORM["sn_invst_pln_invst_investment_baseline_header"]
    missing = ("cost_plan_breakdown_baseline", "sn_invst_pln_invst_budget_baseline")
    of = tonight(without=missing, sn_invst_pln_invst_investment_baseline_header=header)

    assert value(of, "planned_cost_baseline") is None
    assert value(of, "budget_cost_baseline") is None
    assert value(of, "planned_benefit_baseline") == 0


def test_no_finding_misses_them() -> None:
    of = night(admitted(without=BASELINE_TABLES), as_of=dt.date.fromisoformat(AS_OF), wanted={ExportFinding})

    missed = of[ExportFinding].filter(pl.col("source_table").is_in(BASELINE_TABLES)).collect()
    assert missed.is_empty()
