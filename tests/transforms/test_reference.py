from __future__ import annotations

import polars as pl

from models.catalogue import SOURCES
from tests.transforms.export import admit, admit_into_calendar, keys, reasons
from transforms.reference import admission_order


def test_every_table_is_judged_after_those_its_rows_need() -> None:
    order = admission_order(SOURCES)

    assert sorted(order) == sorted(SOURCES)
    for later, earlier in [
        ("cost_plan_breakdown", "cost_plan"),
        ("cost_plan", "sn_align_core_planning_item"),
        ("cost_plan", "sn_invst_pln_investment"),
        ("sn_invst_pln_investment", "pm_project"),
        ("sn_invst_pln_invst_budget", "sn_invst_pln_investment"),
        ("project_funding", "fiscal_period"),
    ]:
        assert order.index(earlier) < order.index(later)


def test_quarantine_cascades_and_says_so() -> None:
    """The project is in conflict with its copy, so its plan has no owner, so the plan's rows have no plan."""
    outcome = admit_into_calendar(
        pm_project="""
        sys_id | number
        P1     | PRJ1
        P1     | PRJ9
        P2     | PRJ2
        """,
        cost_plan="""
        sys_id | task
        C1     | P1
        C2     | P2
        C3     | P3
        """,
        cost_plan_breakdown="""
        sys_id | breakdown_type | cost_plan | fiscal_period | value
        B1     | requirement    | C1        | M01           | 10
        B2     | requirement    | C2        | M01           | 20
        B3     | requirement    | C3        | M01           | 30
        """,
    )

    assert keys(outcome, "cost_plan") == ["C2"]
    assert keys(outcome, "cost_plan_breakdown") == ["B2"]
    assert reasons(outcome, "cost_plan") == [(1, "task", "dangling_reference"), (3, "task", "dangling_reference")]
    messages = dict(outcome.quarantine.select("sys_id", "message").rows())
    assert messages["C1"] == 'task points to pm_project "P1", which was itself quarantined (conflicting_duplicate).'
    assert messages["C3"] == 'task points to "P3", but no row of pm_project has this key.'
    assert messages["B1"] == 'cost_plan points to cost_plan "C1", which was itself quarantined (dangling_reference).'


def test_a_missing_table_admits_no_key() -> None:
    outcome = admit_into_calendar(
        sn_invst_pln_invst_budget="""
        sys_id | investment | fiscal_period | amount
        B1     | I1         | FY26          | 10
        """
    )

    assert reasons(outcome, "sn_invst_pln_invst_budget") == [(1, "investment", "dangling_reference")]
    assert outcome.quarantine["message"][0] == (
        'investment points to "I1", but this export has no table sn_invst_pln_investment.'
    )


def test_an_investment_may_stand_on_no_work_item_but_not_on_an_unknown_one() -> None:
    outcome = admit_into_calendar(
        sn_invst_pln_investment="""
        sys_id | funding_entity_id
        I1     | P1
        I2     |
        I3     | P9
        """
    )

    assert keys(outcome, "sn_invst_pln_investment") == ["I1", "I2"]
    assert reasons(outcome, "sn_invst_pln_investment") == [(3, "funding_entity_id", "dangling_reference")]


def test_only_requirement_rows_need_a_cost_plan() -> None:
    """An aggregate row repeats money of other rows: an unknown plan on it changes no total and counts as empty."""
    outcome = admit_into_calendar(
        cost_plan_breakdown="""
        sys_id | breakdown_type | cost_plan | fiscal_period | value
        B1     | requirement    | C9        | M01           | 10
        B2     | requirement    |           | M01           | 10
        B3     | task           | C9        | M01           | 10
        B4     | program        |           | M01           | 10
        """
    )

    assert reasons(outcome, "cost_plan_breakdown") == [
        (1, "cost_plan", "dangling_reference"),
        (2, "cost_plan", "missing_value"),
    ]
    admitted = outcome.tables["cost_plan_breakdown"]
    assert admitted.select("sys_id", "cost_plan").rows() == [("B3", None), ("B4", None)]
    assert outcome.unknown_reference.rows() == [("cost_plan_breakdown", "B3", "cost_plan", "C9")]


def test_other_unknown_references_count_as_empty_and_are_told() -> None:
    outcome = admit_into_calendar(
        resource_type_definition="""
        sys_id | expense_type
        R1     | capex
        """,
        cost_plan="""
        sys_id | task | resource_type
        C1     | P1   | R1
        C2     | P1   | R9
        """,
    )

    assert outcome.tables["cost_plan"].select("sys_id", "resource_type").rows() == [("C1", "R1"), ("C2", None)]
    assert outcome.unknown_reference.rows() == [("cost_plan", "C2", "resource_type", "R9")]


def test_references_to_a_missing_table_count_as_empty_without_a_word_each() -> None:
    """That the table is missing is told once, not once a row."""
    outcome = admit_into_calendar(
        cost_plan="""
        sys_id | task | resource_type
        C1     | P1   | R9
        """
    )

    assert outcome.tables["cost_plan"]["resource_type"].to_list() == [None]
    assert outcome.unknown_reference.is_empty()


def test_references_whose_outcome_a_later_rule_names_are_kept() -> None:
    """A demand task on an unknown demand is told; an expense line on an unknown task gets its own outcome."""
    outcome = admit_into_calendar(
        dmn_demand="sys_id | number\nD1 | DMND1",
        dmn_demand_task="""
        sys_id | parent
        T1     | D1
        T2     | D9
        """,
        fm_expense_line="""
        sys_id | state     | date       | amount | task
        X1     | processed | 2026-01-05 | 10     | T9
        """,
    )

    assert outcome.tables["dmn_demand_task"]["parent"].to_list() == ["D1", "D9"]
    assert outcome.tables["fm_expense_line"]["task"].to_list() == ["T9"]
    assert outcome.unknown_reference.rows() == [("dmn_demand_task", "T2", "parent", "D9")]


def test_references_inside_a_table_are_judged_when_all_its_rows_are() -> None:
    outcome = admit(
        pm_project="""
        sys_id | parent | start_date
        P1     | P2     | 2026-01-01
        P2     | P3     | 2026-01-01
        P3     |        | never
        """
    )

    assert outcome.tables["pm_project"].select("sys_id", "parent").rows() == [("P1", "P2"), ("P2", None)]
    assert outcome.unknown_reference.rows() == [("pm_project", "P2", "parent", "P3")]


def test_a_reference_may_point_to_any_of_its_tables() -> None:
    outcome = admit_into_calendar(
        dmn_demand="sys_id\nD1",
        pm_project_task="sys_id | parent\nT1 | P1",
        pm_portfolio="sys_id\nF1",
        cost_plan="""
        sys_id | task
        C1     | P1
        C2     | D1
        C3     | T1
        C4     | F1
        """,
    )

    assert keys(outcome, "cost_plan") == ["C1", "C2", "C3", "C4"]


def test_only_known_columns_are_admitted_in_the_order_and_types_of_the_schema() -> None:
    outcome = admit_into_calendar()

    for name, frame in outcome.tables.items():
        assert dict(frame.schema) == SOURCES[name].dtypes()
        assert frame.columns == list(SOURCES[name].columns())
        assert isinstance(frame, pl.DataFrame)
