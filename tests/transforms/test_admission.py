from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from models.audit import Admission, Quarantine, SetAsideAmount, SourceFile, SourceFileAmount, UnknownReference
from models.catalogue import SOURCES
from tests.frames import drawn
from tests.transforms.export import CALENDAR, Row, admit, admit_into_calendar, keys, part, reasons
from transforms.admission import Admitted, admitted


@pytest.mark.parametrize("fiscal_period", ["FY26", "Q1"])
@pytest.mark.parametrize("breakdown_type", ["requirement", "task"])
def test_cost_breakdowns_stand_on_base_periods(fiscal_period: str, breakdown_type: str) -> None:
    outcome = admit_into_calendar(
        cost_plan_breakdown=f"""
        sys_id | breakdown_type   | cost_plan | fiscal_period   | value
        B1     | {breakdown_type} | C1        | M01             | 10
        B2     | {breakdown_type} | C1        | M02             | 10
        B3     | {breakdown_type} | C1        | {fiscal_period} | 10
        """
    )

    assert keys(outcome, "cost_plan_breakdown") == ["B1", "B2"]
    assert reasons(outcome, "cost_plan_breakdown") == [(3, "fiscal_period", "not_a_base_period")]


def test_benefit_breakdowns_stand_on_base_periods() -> None:
    outcome = admit_into_calendar(
        benefit_plan="sys_id | task\nE1 | P1",
        benefit_plan_breakdown="""
        sys_id | benefit_plan | fiscal_period | value
        B1     | E1           | M01           | 10
        B2     | E1           | Q1            | 10
        """,
    )

    assert reasons(outcome, "benefit_plan_breakdown") == [(2, "fiscal_period", "not_a_base_period")]


def test_budgets_stand_on_periods_that_contain_base_periods() -> None:
    outcome = admit_into_calendar(
        project_funding="""
        sys_id | task | fiscal_period | total_budget
        F1     | P1   | FY26          | 10
        F2     | P1   | Q1            | 10
        F3     | P1   | M01           | 10
        F4     | P1   | FY99          | 10
        """,
        sn_invst_pln_investment="sys_id | funding_entity_id\nI1 | P1",
        sn_invst_pln_invst_budget="""
        sys_id | investment | fiscal_period | amount
        B1     | I1         | M02           | 10
        B2     | I1         | FY99          | 10
        """,
    )

    assert keys(outcome, "project_funding") == ["F1", "F2", "F3"]
    assert reasons(outcome, "project_funding") == [(4, "fiscal_period", "no_base_period")]
    assert reasons(outcome, "sn_invst_pln_invst_budget") == [(2, "fiscal_period", "no_base_period")]


def test_whether_a_year_contains_a_month_is_decided_by_days_in_the_instance_time_zone() -> None:
    """Exported in UTC from an instance in New York, where both are the same days."""
    calendar = """
        sys_id | name | fiscal_type | start_date_time     | end_date_time
        FY     | FY   | year        | 2026-01-01 05:00:00 | 2027-01-01 04:59:59
        M01    | M01  | month       | 2026-01-01 05:00:00 | 2026-02-01 04:59:59
    """
    funding = "sys_id | task | fiscal_period | total_budget\nF1 | P1 | FY | 10"

    outcome = admit("America/New_York", fiscal_period=calendar, pm_project="sys_id\nP1", project_funding=funding)

    assert keys(outcome, "project_funding") == ["F1"]


def test_a_project_task_may_have_no_parent_but_its_column_must_not_be_overlooked() -> None:
    outcome = admit(pm_project="sys_id\nP1", pm_project_task="sys_id | parent\nT1 | P1\nT2 |")

    assert outcome.tables["pm_project_task"].select("sys_id", "parent").rows() == [("T1", "P1"), ("T2", None)]


def test_a_table_without_rows_is_there() -> None:
    outcome = admitted({"pm_project": [part([])]}, instance_time_zone="UTC")

    assert outcome.admission.rows() == [("pm_project", 0, 0, 0)]
    assert outcome.tables["pm_project"].is_empty()


def test_files_of_one_table_may_have_different_columns() -> None:
    parts = [part([{"sys_id": "P1", "number": "PRJ1"}], "1.csv"), part([{"sys_id": "P2", "currency": "EUR"}], "2.csv")]

    outcome = admitted({"pm_project": parts}, instance_time_zone="UTC")

    assert outcome.tables["pm_project"].select("sys_id", "number", "currency").rows() == [
        ("P1", "PRJ1", None),
        ("P2", None, "EUR"),
    ]


WORDS = [
    "P1",
    "C1",
    "M01",
    "FY26",
    "FY99",
    "task",
    "Requirement",
    "1,234.50",
    "-7.25",
    "1.00001",
    "nan",
    "x",
    " ",
    "",
    None,
    "2026-01-15",
    "true",
]
"""Cells that are right in one column and wrong in another."""
AMOUNTS = {"1,234.50": Decimal("1234.5"), "-7.25": Decimal("-7.25")}
DIRTY_TABLES = {
    "fiscal_period": ["sys_id", "name", "fiscal_type", "start_date_time", "end_date_time"],
    "pm_project": ["sys_id", "parent", "start_date", "discount_rate", "npv_value"],
    "cost_plan": ["sys_id", "task", "resource_type", "total_planned_cost"],
    "cost_plan_breakdown": ["sys_id", "breakdown_type", "cost_plan", "fiscal_period", "value"],
    "fm_expense_line": ["sys_id", "state", "date", "amount", "task", "base_expense"],
    "project_funding": ["sys_id", "task", "fiscal_period", "total_budget"],
}


def dirty_rows(table: str) -> st.SearchStrategy[list[dict[str, Any]]]:
    cell = st.sampled_from(WORDS)
    key = st.sampled_from([*(f"{table[:1]}{n}" for n in range(6)), "P1", "C1", "M01", None])
    row = st.fixed_dictionaries({column: key if column == "sys_id" else cell for column in DIRTY_TABLES[table]})
    return st.lists(row, max_size=6)


laws = settings(deadline=None, max_examples=25)
exports = st.fixed_dictionaries({table: dirty_rows(table) for table in DIRTY_TABLES})
Export = dict[str, list[dict[str, Any]]]


def outcome_of(export: Export) -> Admitted:
    rows: dict[str, list[Row]] = {table: list(found) for table, found in export.items()}
    rows["fiscal_period"] = [*drawn(CALENDAR), *rows["fiscal_period"]]
    return admitted({table: [part(found, f"{table}.csv")] for table, found in rows.items()}, instance_time_zone="UTC")


@laws
@given(exports)
def test_rows_in_are_rows_accepted_and_rows_quarantined(export: Export) -> None:
    outcome = outcome_of(export)

    for table, read, accepted, quarantined in outcome.admission.rows():
        assert read == len(export[table]) + (5 if table == "fiscal_period" else 0)
        assert read == accepted + quarantined
        assert accepted == outcome.tables[table].height
        assert quarantined == outcome.quarantine.filter(source_table=table).height
    assert outcome.quarantine.select("source_table", "source_file", "row_number").is_unique().all()


@laws
@given(exports)
def test_what_is_admitted_satisfies_the_schema(export: Export) -> None:
    """Types, keys without copies, nothing empty that may not be, words of the list: as the schema itself checks it."""
    outcome = outcome_of(export)

    for name, frame in outcome.tables.items():
        SOURCES[name].validate(frame)
    audits = (Admission, SourceFile, SourceFileAmount, Quarantine, SetAsideAmount, UnknownReference)
    for frame, table in zip(outcome[1:], audits, strict=True):
        table.validate(frame)


@laws
@given(exports)
def test_references_that_set_a_row_aside_point_to_admitted_rows(export: Export) -> None:
    tables = outcome_of(export).tables

    projects = set(tables["pm_project"]["sys_id"])
    assert set(tables["cost_plan"]["task"]) <= projects
    assert set(tables["project_funding"]["task"]) <= projects
    plans = set(tables["cost_plan"]["sys_id"])
    rows = tables["cost_plan_breakdown"]
    assert set(rows.filter(breakdown_type="requirement")["cost_plan"]) <= plans
    assert set(rows["cost_plan"].drop_nulls()) <= plans
    assert set(rows["fiscal_period"]) <= set(tables["fiscal_period"]["sys_id"])
    assert set(tables["fm_expense_line"]["base_expense"].drop_nulls()) <= set(tables["fm_expense_line"]["sys_id"])


@laws
@given(exports)
def test_money_in_is_money_admitted_and_money_set_aside(export: Export) -> None:
    """Per column, over all cells that can be read, whatever became of their rows."""
    outcome = outcome_of(export)

    for table, column, accepted, quarantined, unreadable in outcome.set_aside_amount.rows():
        cells = [row[column] for row in export[table]]
        assert accepted + quarantined == sum((AMOUNTS.get(cell, Decimal(0)) for cell in cells), Decimal(0))
        empty_is_unknown = not SOURCES[table].columns()[column].nullable
        assert unreadable == sum(
            cell not in AMOUNTS and (empty_is_unknown or bool(cell and cell.strip())) for cell in cells
        )


@laws
@given(exports, st.randoms(use_true_random=False), st.integers(1, 3))
def test_neither_the_order_of_rows_nor_that_of_files_changes_what_is_admitted(
    export: Export, chance: random.Random, files: int
) -> None:
    shuffled: dict[str, list[Row]] = {}
    for table, rows in export.items():
        every = [*drawn(CALENDAR), *rows] if table == "fiscal_period" else list(rows)
        shuffled[table] = chance.sample(every, len(every))
    parts = {
        table: [part(rows[n::files], f"{table}/{n}.csv") for n in range(files)] for table, rows in shuffled.items()
    }
    for found in parts.values():
        chance.shuffle(found)

    once, again = outcome_of(export), admitted(parts, instance_time_zone="UTC")

    for table, frame in once.tables.items():
        assert_frame_equal(frame, again.tables[table], check_row_order=False)
    assert_frame_equal(once.admission, again.admission)
    assert_frame_equal(once.set_aside_amount, again.set_aside_amount)
    assert_frame_equal(once.unknown_reference, again.unknown_reference, check_row_order=False)
    assert_frame_equal(rules(once), rules(again), check_row_order=False)


def rules(outcome: Admitted) -> pl.DataFrame:
    return outcome.quarantine.select("source_table", "sys_id", "column", "rule")
