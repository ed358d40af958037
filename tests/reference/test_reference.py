"""Worked examples for admission, the calendar and ownership: sections 2 and 3 of the contract."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from .drawing import Cells
from .refusal import ReferenceRefusal
from .settings import Settings
from .tiny import column, defects, fiscal_years, one, period, publish, tables, without


def _line_amounts(*amounts: str) -> list[Cells]:
    return [
        {"sys_id": f"E{place}", "state": "processed", "date": "2026-01-05", "amount": amount, "task": "P1"}
        for place, amount in enumerate(amounts, start=1)
    ]


def test_amounts_are_read_in_every_spelling() -> None:
    lines = _line_amounts("1234.5", "1,234.50", "$1,234.50", "USD;1234.5", "-$1,234.50", "1.2300000", "-7")
    result = publish(tables(pm_project="sys_id\nP1", fm_expense_line=lines))
    assert list(column(result, "audit.expense_funnel", "expense_line", "amount").values()) == [
        *[Decimal("1234.5")] * 4,
        Decimal("-1234.5"),
        Decimal("1.23"),
        Decimal(-7),
    ]


def test_amounts_that_cannot_be_trusted_are_quarantined() -> None:
    lines = _line_amounts("abc", "NaN", "-inf", "100000000000000", "99999999999999.9999", "1.00001", "")
    result = publish(tables(pm_project="sys_id\nP1", fm_expense_line=lines))
    assert {key: found for (_, key), found in defects(result).items()} == {
        "E1": ("amount", "unreadable_number"),
        "E2": ("amount", "not_finite"),
        "E3": ("amount", "not_finite"),
        "E4": ("amount", "out_of_range"),
        "E6": ("amount", "too_many_decimals"),
        "E7": ("amount", "missing_value"),
    }
    lines_read = one(result, "audit.admission", source_table="fm_expense_line")
    assert (lines_read["rows_read"], lines_read["rows_accepted"], lines_read["rows_quarantined"]) == (7, 1, 6)


def test_dates_flags_choices_and_keys() -> None:
    result = publish(
        tables(
            pm_project="sys_id | start_date | end_date\nP1 | 20260131T230000Z | 2026-02-30\n- | - | -",
            resource_type_definition="sys_id | expense_type\nR1 | Capex \nR2 | capital",
            sn_invst_pln_financial_migration="sys_id | task | is_budget_migrated\nM1 | P1 | yes\nM2 | P1 | 1",
        )
    )
    assert defects(result) == {
        ("pm_project", "P1"): ("end_date", "unreadable_date"),
        ("pm_project", None): ("sys_id", "missing_key"),
        ("resource_type_definition", "R2"): ("expense_type", "unknown_choice"),
        ("sn_invst_pln_financial_migration", "M1"): ("is_budget_migrated", "unreadable_boolean"),
    }


def test_of_identical_copies_the_first_stays_and_of_differing_copies_none() -> None:
    result = publish(tables(pm_project="sys_id | number\nP1 | A\nP2 | B\nP1 | A\nP2 | C\nP1 | A"))
    assert [(row["row_number"], row["rule"]) for row in result.tables["audit.quarantine"]] == [
        (2, "conflicting_duplicate"),
        (3, "duplicate_row"),
        (4, "conflicting_duplicate"),
        (5, "duplicate_row"),
    ]
    assert list(column(result, "mart.work_item", "work_item", "number").items()) == [("P1", "A")]


def test_a_quarantined_plan_takes_its_rows_along() -> None:
    result = publish(
        tables(
            pm_project="sys_id\nP1",
            cost_plan="sys_id | name | task\nC1 | a | P1\nC2 | b | gone",
            cost_plan_breakdown="""sys_id | breakdown_type | cost_plan | fiscal_period | value
                B1 | requirement | C1 | M2601 | 10
                B2 | requirement | C2 | M2601 | 20
                B3 | requirement | - | M2601 | 40
                B4 | requirement | C1 | Y26 | 80
                B5 | task | gone | M2601 | 160
                B6 | requirement | C1 | M3001 | 320""",
        )
    )
    assert defects(result) == {
        ("cost_plan", "C2"): ("task", "dangling_reference"),
        ("cost_plan_breakdown", "B2"): ("cost_plan", "dangling_reference"),
        ("cost_plan_breakdown", "B3"): ("cost_plan", "missing_value"),
        ("cost_plan_breakdown", "B4"): ("fiscal_period", "not_a_base_period"),
        ("cost_plan_breakdown", "B6"): ("fiscal_period", "dangling_reference"),
    }
    assert one(result, "mart.work_item")["estimated_cost"] == 10


def test_a_budget_row_needs_base_periods() -> None:
    years = [*fiscal_years(2026), period("Y27", "year", "2027-01-01", "2027-12-31")]
    funding = "sys_id | task | fiscal_period | capex_budget\nF1 | P1 | Y27 | 12\nF2 | P1 | Y26 | 1\nF3 | gone | Y26 | 1"
    result = publish(tables(fiscal_period=years, pm_project="sys_id\nP1", project_funding=funding))
    assert defects(result) == {
        ("project_funding", "F1"): ("fiscal_period", "no_base_period"),
        ("project_funding", "F3"): ("task", "dangling_reference"),
    }


def test_an_investment_without_funding_entity_is_fine_and_with_an_unknown_one_is_not() -> None:
    result = publish(
        tables(
            pm_project="sys_id\nP1",
            sn_invst_pln_investment="sys_id | funding_entity_id\nI1 | -\nI2 | gone\nI3 | P1",
            sn_invst_pln_invst_budget="""sys_id | investment | fiscal_period | amount
                A1 | I1 | M2601 | 1\nA2 | I2 | M2601 | 2\nA3 | I3 | M2601 | 4""",
        )
    )
    assert defects(result) == {
        ("sn_invst_pln_investment", "I2"): ("funding_entity_id", "dangling_reference"),
        ("sn_invst_pln_invst_budget", "A2"): ("investment", "dangling_reference"),
    }


def test_bounds_are_local_dates_and_an_end_at_midnight_is_the_day_before() -> None:
    """Berlin is one hour ahead of UTC in winter and two in summer."""
    rows: list[Cells] = [
        {"name": "n", "sys_id": "Y", "fiscal_type": "YEAR", "start_date_time": "2025-12-31 23:00:00"},
        {"name": "n", "sys_id": "A", "fiscal_type": "period", "start_date_time": "20251231T230000Z"},
        {"name": "n", "sys_id": "B", "fiscal_type": "Month ", "start_date_time": "2026-06-30 22:00:00"},
    ]
    for row, end in zip(rows, ("2026-12-31 22:59:59", "20260630T220000", "2026-12-31 23:00:00"), strict=True):
        row["end_date_time"] = end
    lines = _line_amounts("1", "2")
    lines[0]["date"], lines[1]["date"] = "2026-06-30", "2026-07-01"
    settings = Settings(instance_time_zone="Europe/Berlin")
    result = publish(tables(fiscal_period=rows, pm_project="sys_id\nP1", fm_expense_line=lines), settings=settings)
    assert column(result, "audit.expense_funnel", "expense_line", "fiscal_period") == {"E1": "A", "E2": "B"}


def _without(rows: list[Cells], key: str) -> list[Cells]:
    return [row for row in rows if row["sys_id"] != key]


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda rows: _without(rows, "M2605"), "Y26 has a gap before M2606"),
        (lambda rows: _without(rows, "M2612"), "Y26 has a gap at its end"),
        (lambda rows: _without(rows, "Y26"), "M2601 lies in 0 fiscal years"),
        (lambda rows: [*rows, period("W", "period", "2026-03-01", "2026-03-07")], "M2603 overlap"),
    ],
)
def test_a_broken_calendar_is_refused(spoil: Callable[[list[Cells]], list[Cells]], reason: str) -> None:
    with pytest.raises(ReferenceRefusal, match=reason):
        publish(tables(fiscal_period=spoil(fiscal_years(2026)), pm_project="sys_id\nP1"))


def test_a_year_or_quarter_without_base_periods_is_no_gap() -> None:
    rows = [*fiscal_years(2026), period("Y27", "year", "2027-01-01", "2027-12-31"), *fiscal_years(2028)]
    assert publish(tables(fiscal_period=rows, pm_project="sys_id\nP1")).tables["mart.work_item"]


def test_indispensable_tables_and_columns_are_refused_by_name() -> None:
    with pytest.raises(ReferenceRefusal, match="fiscal_period is missing"):
        publish({"pm_project": []})
    with pytest.raises(ReferenceRefusal, match="pm_project, dmn_demand"):
        publish(without(tables(), "pm_project", "dmn_demand"))
    with pytest.raises(ReferenceRefusal, match="fm_expense_line: required columns are missing: amount"):
        publish(tables(pm_project="sys_id\nP1", fm_expense_line="sys_id | state | date\nE1 | processed | 2026-01-01"))


TREE = {
    "pm_project": """sys_id | parent | primary_program
        P1 | - | G1
        P2 | P1 | gone
        P3 | P2 | G1
        P4 | gone | -
        P5 | P6 | -
        P6 | P5 | -
        P7 | P5 | -""",
    "dmn_demand": "sys_id | primary_program\nD1 | G1",
    "pm_program": "sys_id | number | name\nG1 | PRG1 | Move\nG2 | PRG2 | Empty",
    "pm_project_task": """sys_id | parent
        T1 | P1
        T2 | T1
        T3 | gone
        T4 | -
        T5 | T6
        T6 | T5
        T7 | T5""",
    "dmn_demand_task": "sys_id | parent\nDT1 | D1\nDT2 | gone",
}


def _lines_on(*tasks: str) -> list[Cells]:
    """One line each of 1, 2, 4, 8, … so that every sum tells its parts."""
    return [
        {"sys_id": task, "state": "processed", "date": "2026-01-05", "amount": str(2**place), "task": task}
        for place, task in enumerate(tasks)
    ]


def test_the_owner_is_the_nearest_project_or_the_demand_of_a_demand_task() -> None:
    lines = _lines_on("P1", "T1", "T2", "T3", "T4", "T5", "T7", "DT1", "DT2", "G1", "P5")
    result = publish(tables(**TREE, fm_expense_line=lines))
    owners = column(result, "audit.expense_funnel", "expense_line", "work_item")
    assert owners == dict.fromkeys(owners) | {"P1": "P1", "T1": "P1", "T2": "P1", "DT1": "D1", "P5": "P5"}
    outcomes = column(result, "audit.expense_funnel", "expense_line", "outcome")
    assert outcomes == {task: "no_work_item" if owner is None else "counted" for task, owner in owners.items()}


def test_rolled_up_is_own_plus_everything_below_and_a_circle_stands_for_itself() -> None:
    lines = _lines_on("P1", "P2", "P3", "P4", "P5", "P6", "P7", "DT1")
    result = publish(tables(**TREE, fm_expense_line=lines))
    assert column(result, "mart.work_item_rollup", "work_item", "actual_cost") == {
        "P1": 1 + 2 + 4,
        "P2": 2 + 4,
        "P3": 4,
        "P4": 8,
        "P5": 16,
        "P6": 32,
        "P7": 64,
        "D1": 128,
    }


def test_a_program_sums_own_figures_of_its_members_once() -> None:
    result = publish(tables(**TREE, fm_expense_line=_lines_on("P1", "P2", "P3", "DT1")))
    move = one(result, "mart.program", program="G1")
    assert (move["number"], move["name"], move["work_item_count"], move["actual_cost"]) == (
        "PRG1",
        "Move",
        3,
        1 + 4 + 8,
    )
    empty = one(result, "mart.program", program="G2")
    assert (empty["work_item_count"], empty["actual_cost"], empty["planned_roi_pct"]) == (0, 0, None)
    assert one(result, "mart.work_item", work_item="P2")["program"] is None


def test_a_program_without_members_shows_null_where_the_stream_is_unknown() -> None:
    source = tables(pm_project="sys_id\nP1", pm_program="sys_id\nG1")
    program = one(publish(without(source, "fm_expense_line", "project_funding")), "mart.program")
    assert (program["actual_cost"], program["estimate_at_completion"], program["budget_variance"]) == (None, None, None)
    assert (program["estimated_cost"], program["budget_cost"]) == (0, 0)
    no_budget = without(source, "project_funding", "sn_invst_pln_investment")
    assert one(publish(no_budget), "mart.program")["budget_cost"] is None
