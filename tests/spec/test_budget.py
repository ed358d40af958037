"""Chapter: stream 4, budget. One version per work item, never both."""

from __future__ import annotations

from typing import Any, Final

import polars as pl
import pytest

from models.budget import BudgetShare
from models.figures import WorkItem, WorkItemPeriod
from models.settings import Settings
from tests.spec.world import Night, tonight

MIGRATED: Final = "sys_id \n M1"
V2_IF_ONLY_V2: Final = Settings(budget_without_migration_record="v2_if_only_v2")
V1_ROWS: Final = "opex_budget \n 1000"
V2_ROWS: Final = "amount \n 7"
ONE_QUARTER: Final = """
    sys_id | name | fiscal_type | start_date_time     | end_date_time
    M1     | M1   | month       | 2026-01-01 00:00:00 | 2026-01-31 23:59:59
    M2     | M2   | month       | 2026-02-01 00:00:00 | 2026-02-28 23:59:59
    M3     | M3   | month       | 2026-03-01 00:00:00 | 2026-03-31 23:59:59
    Q1     | Q1   | quarter     | 2026-01-01 00:00:00 | 2026-03-31 23:59:59
    2026   | 2026 | year        | 2026-01-01 00:00:00 | 2026-03-31 23:59:59
"""
"""A year of three months, so that shares are seen at a glance."""


def v1(picture: str, **drawn: Any) -> Night:
    """A night over these v1 budgets, in a year of three months."""
    return tonight(**{"fiscal_period": ONE_QUARTER, "project_funding": picture, **drawn})


def v2(picture: str, **drawn: Any) -> Night:
    """A night over these v2 budgets of migrated project P1, in a year of three months."""
    world = {"fiscal_period": ONE_QUARTER, "sn_invst_pln_financial_migration": MIGRATED}
    return tonight(**{**world, "sn_invst_pln_invst_budget": picture, **drawn})


@pytest.mark.parametrize(
    ("migration", "budget", "source"),
    [
        pytest.param("", 1000, "v1", id="no migration record"),
        pytest.param("is_budget_migrated \n false", 1000, "v1", id="not migrated"),
        pytest.param("is_budget_migrated \n true", 7, "v2", id="migrated"),
        pytest.param("is_budget_migrated \n false \n true \n false", 7, "v2", id="any record says migrated"),
    ],
)
def test_the_migration_record_chooses_the_version_and_the_other_never_counts(
    migration: str, budget: int, source: str
) -> None:
    tonight(
        sn_invst_pln_financial_migration=migration, project_funding=V1_ROWS, sn_invst_pln_invst_budget=V2_ROWS
    ).shows(WorkItem, f"budget_cost | budget_source \n {budget} | {source}")


def test_the_migration_record_of_another_work_item_is_no_matter() -> None:
    night = tonight(
        pm_project="sys_id \n P1 \n P2",
        sn_invst_pln_financial_migration="task \n P2",
        project_funding=V1_ROWS,
        sn_invst_pln_invst_budget=V2_ROWS,
    )
    assert night.figure("budget_cost") == 1000


def test_neither_version_falls_back_to_the_other() -> None:
    """A budget that counts nowhere is a finding."""
    unfinished = tonight(sn_invst_pln_financial_migration=MIGRATED, project_funding=V1_ROWS)
    unfinished.shows(WorkItem, "budget_cost | budget_capital | budget_operating | budget_source \n 0 | 0 | 0 | none")
    (finding,) = unfinished.findings("migrated_without_v2_rows")
    assert (finding["work_item"], finding["amount"]) == ("P1", 1000)
    unstarted = tonight(sn_invst_pln_invst_budget=V2_ROWS)
    unstarted.shows(WorkItem, "budget_cost | budget_source \n 0 | none")
    (finding,) = unstarted.findings("v2_rows_without_migration")
    assert (finding["work_item"], finding["amount"]) == ("P1", 7)


@pytest.mark.parametrize(
    ("world", "source"),
    [
        pytest.param({"sn_invst_pln_invst_budget": V2_ROWS}, "v2", id="only v2 rows"),
        pytest.param({"project_funding": V1_ROWS}, "v1", id="only v1 rows"),
        pytest.param({"sn_invst_pln_invst_budget": V2_ROWS, "project_funding": V1_ROWS}, "v1", id="both"),
        pytest.param(
            {"sn_invst_pln_invst_budget": V2_ROWS, "project_funding": "sys_id \n F1"}, "v1", id="an empty v1 row"
        ),
        pytest.param({}, "none", id="no rows"),
        pytest.param(
            {"sn_invst_pln_invst_budget": V2_ROWS, "sn_invst_pln_financial_migration": "is_budget_migrated \n false"},
            "none",
            id="a record says not migrated",
        ),
    ],
)
def test_v2_if_only_v2_asks_which_rows_there_are_where_no_record_says(world: dict[str, str], source: str) -> None:
    assert tonight(settings=V2_IF_ONLY_V2, **world).figure("budget_source") == source


@pytest.mark.parametrize(
    ("picture", "source"),
    [
        pytest.param("opex_budget \n 0", "v1", id="zero"),
        pytest.param("opex_budget | capex_budget | total_budget \n - | - | -", "v1", id="no amount at all"),
        pytest.param("sys_id", "none", id="no row"),
    ],
)
def test_budget_source_is_about_rows_not_amounts(picture: str, source: str) -> None:
    v1(picture).shows(WorkItem, f"budget_cost | budget_source \n 0 | {source}")


def test_budget_source_of_v2_is_about_rows_not_amounts() -> None:
    v2("fiscal_period | amount \n M1 | 0").shows(WorkItem, "budget_cost | budget_source \n 0 | v2")


def test_a_share_of_zero_makes_a_period_and_a_row_without_amount_makes_none() -> None:
    assert v1("opex_budget \n 0").rows(WorkItemPeriod).height == 3
    assert v1("sys_id \n F1").rows(WorkItemPeriod).is_empty()


def test_v1_capital_and_operating_are_each_split_in_whole_cents_the_earliest_periods_getting_the_odd_ones() -> None:
    v1("capex_budget | opex_budget \n 100 | 0.02").shows(
        WorkItemPeriod,
        """
            fiscal_period | budget_cost | budget_capital | budget_operating
            M1            | 33.35       | 33.34          | 0.01
            M2            | 33.34       | 33.33          | 0.01
            M3            | 33.33       | 33.33          | 0.00
        """,
    )


def test_the_first_share_also_gets_any_fraction_of_a_cent() -> None:
    v1("opex_budget \n 100.0099").shows(
        WorkItemPeriod,
        """
            fiscal_period | budget_cost
            M1            | 33.3499
            M2            | 33.33
            M3            | 33.33
        """,
    )


def test_negative_amounts_mirror_positive_ones() -> None:
    v1("opex_budget \n -100.0199").shows(
        WorkItemPeriod,
        """
            fiscal_period | budget_cost
            M1            | -33.3499
            M2            | -33.34
            M3            | -33.33
        """,
    )


def test_v1_total_counts_unclassified_only_where_neither_capital_nor_operating_is_set() -> None:
    v1("total_budget \n 90").shows(WorkItem, "budget_cost | budget_capital | budget_operating \n 90 | 0 | 0")
    v1("capex_budget | total_budget \n 60 | 90").shows(
        WorkItem, "budget_cost | budget_capital | budget_operating \n 60 | 60 | 0"
    )
    v1("opex_budget | total_budget \n 0 | 90").shows(
        WorkItem, "budget_cost | budget_capital | budget_operating \n 0 | 0 | 0"
    )


@pytest.mark.parametrize(
    ("row", "gap"),
    [
        pytest.param("60 | 30 | 90", None, id="adds up"),
        pytest.param("60 | - | 60", None, id="adds up with one part"),
        pytest.param("- | - | 90", None, id="total alone"),
        pytest.param("60 | 30 | -", None, id="no total"),
        pytest.param("60 | 30 | 100", 10, id="differs"),
        pytest.param("60 | - | 0", -60, id="zero differs too"),
    ],
)
def test_a_total_that_differs_from_its_parts_is_a_finding(row: str, gap: int | None) -> None:
    found = v1(f"sys_id | capex_budget | opex_budget | total_budget \n F1 | {row}").findings("total_budget_differs")
    assert [(finding["sys_id"], finding["amount"]) for finding in found] == ([] if gap is None else [("F1", gap)])


def shares(night: Night, of: str = "P1") -> dict[str, int]:
    """Budget per base period."""
    rows = night.rows(BudgetShare, work_item=of).group_by("fiscal_period").agg(pl.col("budget_cost").sum())
    return dict(sorted(rows.iter_rows()))


def dated(start: str, end: str) -> str:
    """Project P1 with these dates."""
    return f"sys_id | start_date | end_date \n P1 | {start} | {end}"


def test_v1_goes_first_to_base_periods_with_requirement_rows_of_the_work_item() -> None:
    """Also to one whose row is 0; the dates of the project do not matter then."""
    night = v1(
        "opex_budget \n 90",
        pm_project=dated("2026-02-01", "2026-02-28"),
        cost_plan_breakdown="fiscal_period | value \n M1 | 500 \n M1 | 20 \n M3 | 0",
    )
    assert shares(night) == {"M1": 45, "M3": 45}


def test_v1_is_not_led_by_other_rows_than_requirement_rows_of_the_work_item_in_that_year() -> None:
    """Not by benefits, expense lines, task rows, other projects or other years."""
    night = tonight(
        pm_project="sys_id \n P1 \n P2",
        cost_plan="sys_id | task \n C1 | P1 \n C2 | P2",
        cost_plan_breakdown="""
            breakdown_type | cost_plan | fiscal_period
            requirement    | C2        | 2026-01
            task           | -         | 2026-02
            requirement    | C1        | 2027-03
        """,
        benefit_plan_breakdown="fiscal_period \n 2026-04",
        fm_expense_line="task | date \n P1 | 2026-05-05",
        project_funding="opex_budget \n 120",
    )
    assert shares(night) == {f"2026-{month:02}": 10 for month in range(1, 13)}


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        pytest.param("2026-02-01", "2026-02-28", {"M2": 90}, id="within one"),
        pytest.param("2026-01-31", "2026-02-01", {"M1": 45, "M2": 45}, id="inclusive at both ends"),
        pytest.param("2020-01-01", "2026-02-15", {"M1": 45, "M2": 45}, id="begins before the year"),
        pytest.param("2026-03-31", "2030-01-01", {"M3": 90}, id="ends after the year"),
        pytest.param("2027-01-01", "2027-12-31", {"M1": 30, "M2": 30, "M3": 30}, id="in another year"),
        pytest.param("2026-02-01", "-", {"M1": 30, "M2": 30, "M3": 30}, id="no end"),
        pytest.param("-", "2026-02-28", {"M1": 30, "M2": 30, "M3": 30}, id="no start"),
        pytest.param("-", "-", {"M1": 30, "M2": 30, "M3": 30}, id="no dates"),
    ],
)
def test_v1_goes_else_to_base_periods_that_overlap_the_dates_and_else_to_all(
    start: str, end: str, expected: dict[str, int]
) -> None:
    assert shares(v1("opex_budget \n 90", pm_project=dated(start, end))) == expected


def test_v1_rows_on_a_quarter_or_base_period_are_split_over_its_base_periods_by_the_same_steps() -> None:
    picture = "fiscal_period | opex_budget \n 2026-Q1 | 90 \n 2026-04 | 7.005"
    within_dates = tonight(project_funding=picture, pm_project=dated("2026-02-01", "2026-12-31"))
    assert {period: str(share) for period, share in shares(within_dates).items()} == {
        "2026-02": "45.0000",
        "2026-03": "45.0000",
        "2026-04": "7.0050",
    }


def test_several_v1_rows_add_up() -> None:
    night = v1("fiscal_period | opex_budget | capex_budget \n 2026 | 30 | 3 \n Q1 | 60 | -")
    assert shares(night) == {"M1": 31, "M2": 31, "M3": 31}


def test_v1_rows_on_programs_portfolios_and_project_tasks_are_left_out_with_a_finding() -> None:
    """The former are targets, not budgets."""
    night = v1(
        "sys_id | task | opex_budget \n F1 | PG1 | 1 \n F2 | PF1 | 20 \n F3 | T1 | 300 \n F4 | P1 | 4000",
        pm_program="sys_id \n PG1",
        pm_portfolio="sys_id \n PF1",
        pm_project_task="sys_id | parent \n T1 | P1",
    )
    assert night.figure("budget_cost") == 4000
    found = {finding["sys_id"]: finding["amount"] for finding in night.findings("funding_without_work_item")}
    assert found == {"F1": 1, "F2": 20, "F3": 300}


def test_demands_have_budgets_like_projects() -> None:
    night = v1(
        "task | opex_budget \n D1 | 90",
        dmn_demand="sys_id | start_date | end_date \n D1 | 2026-03-01 | 2026-03-02",
        sn_invst_pln_investment="sys_id | funding_entity_id \n I1 | D1",
        sn_invst_pln_invst_budget="fiscal_period | amount \n M1 | 5",
    )
    night.shows(WorkItem, "work_item | budget_cost | budget_source \n P1 | 0 | none \n D1 | 90 | v1")
    assert shares(night, of="D1") == {"M3": 90}


def test_v2_rows_on_a_base_period_are_taken_as_they_are() -> None:
    v2("""
        fiscal_period | expense_type | amount
        M1            | capex        | 33.3333
        M1            | opex         | 1.5
        M3            | -            | -0.0001
    """).shows(
        WorkItemPeriod,
        """
            fiscal_period | budget_cost | budget_capital | budget_operating
            M1            | 34.8333     | 33.3333        | 1.5
            M3            | -0.0001     | 0              | 0
        """,
    )


@pytest.mark.parametrize("period", ["Q1", "2026"])
def test_v2_rows_on_a_quarter_or_year_are_split_over_all_its_base_periods(period: str) -> None:
    """Neither requirement rows nor dates matter."""
    night = v2(
        f"fiscal_period | amount \n {period} | 90",
        pm_project=dated("2026-02-01", "2026-02-28"),
        cost_plan_breakdown="fiscal_period \n M3",
    )
    assert shares(night) == {"M1": 30, "M2": 30, "M3": 30}


def test_v2_budgets_of_two_investments_in_one_work_item_are_added_up_and_a_finding() -> None:
    night = v2(
        "investment | fiscal_period | amount \n I1 | M1 | 1 \n I2 | M1 | 20",
        sn_invst_pln_investment="sys_id | funding_entity_id \n I1 | P1 \n I2 | P1",
    )
    assert night.figure("budget_cost") == 21
    assert {finding["sys_id"] for finding in night.findings("duplicate_investment")} == {"I1", "I2"}


def test_a_v2_budget_of_an_investment_without_a_work_item_is_in_no_figure_and_a_finding() -> None:
    night = v2(
        "sys_id | investment | fiscal_period | amount \n V1 | I2 | M1 | 20",
        sn_invst_pln_investment="sys_id | funding_entity_id \n I1 | P1 \n I2 | -",
    )
    night.shows(WorkItem, "budget_cost | budget_source \n 0 | none")
    (finding,) = night.findings("funding_without_work_item")
    assert (finding["sys_id"], finding["amount"]) == ("V1", 20)


def test_budget_is_independent_of_planned_cost() -> None:
    night = v1("opex_budget \n 90", cost_plan_breakdown="fiscal_period | value | budget \n M1 | 5 | 77")
    night.shows(WorkItem, "estimated_cost | budget_cost \n 5 | 90")


def test_dates_that_run_backwards_are_no_span() -> None:
    night = tonight(
        pm_project="sys_id | start_date | end_date \n P1 | 2026-06-20 | 2026-06-10",
        project_funding="capex_budget \n 1200",
    )

    assert night.rows(WorkItemPeriod)["budget_cost"].to_list() == [100] * 12


def test_an_investment_may_stand_for_something_else_than_a_work_item() -> None:
    night = tonight(
        pm_program="sys_id \n G1",
        sn_invst_pln_investment="sys_id | funding_entity_id \n I1 | G1",
        sn_invst_pln_invst_budget="amount \n 5",
        sn_invst_pln_financial_migration="task | is_budget_migrated \n P1 | true",
    )

    assert night.figure("budget_cost") == 0
    assert [finding["amount"] for finding in night.findings("funding_without_work_item")] == [5]


def test_budgets_in_another_currency_are_noticed() -> None:
    night = tonight(project_funding="capex_budget | currency \n 1 | EUR \n 2 | usd")

    assert len(night.findings("several_currencies")) == 1
