"""The contract's section 2, sentence by sentence: what goes in, and what becomes of every row."""

from __future__ import annotations

import datetime as dt
import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from models.catalogue import SOURCES
from models.settings import Settings
from models.table import Source
from pipelines.export_files import SourceError
from pipelines.sources import Ingested, ingest

FILES = {
    "fiscal_period": """
        sys_id,name,fiscal_type,start_date_time,end_date_time
        FY,FY26,year,2026-01-01 00:00:00,2026-12-31 23:59:59
        Q1,FY26: Q1,quarter,2026-01-01 00:00:00,2026-03-31 23:59:59
        M1,FY26: M01,month,2026-01-01 00:00:00,2026-06-30 23:59:59
        M2,FY26: M02,period,20260701T000000,20261231T235959Z
    """,
    "pm_project": "sys_id\nP1\nP2",
    "dmn_demand": "sys_id\nD1",
    "cost_plan": "sys_id,task\nC1,P1",
    "benefit_plan": "sys_id,task\nE1,P1",
    "sn_invst_pln_investment": "sys_id,funding_entity_id\nI1,P1",
}


def night(folder: Path, settings: Settings | None = None, **files: str) -> Ingested:
    """What is ingested from the files above and these."""
    for table, text in {**FILES, **files}.items():
        lines = [line.strip() for line in text.strip().splitlines()]
        (folder / f"{table}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return ingest(folder, settings or Settings())


def rules(outcome: Ingested, table: str) -> dict[str | None, str]:
    """Key and rule of each quarantined row of a table."""
    return dict(outcome.quarantine.filter(source_table=table).select("sys_id", "rule").rows())


# The contract: "Every value may arrive as text. Empty text = null. Booleans true/false/1/0."


def test_every_value_may_arrive_as_text_and_empty_text_is_null(tmp_path: Path) -> None:
    outcome = night(
        tmp_path,
        sn_invst_pln_financial_migration="""
        sys_id,task,is_budget_migrated
        M1,P1,true
        M2,P2,0
        """,
        pm_project="""
        sys_id,number,start_date,discount_rate,estimated_cost
        P1,,2026-01-31,11,1234.5
        P2,,,,
        """,
    )

    assert outcome.tables["sn_invst_pln_financial_migration"]["is_budget_migrated"].to_list() == [True, False]
    columns = ["number", "start_date", "discount_rate", "estimated_cost"]
    assert outcome.tables["pm_project"].select(columns).rows() == [
        (None, dt.date(2026, 1, 31), 11.0, Decimal("1234.5")),
        (None, None, None, None),
    ]


# The contract: "Dates YYYY-MM-DD; date-times YYYY-MM-DD HH:MM:SS (UTC) or YYYYMMDDTHHMMSS[Z]."


def test_date_times_are_utc_in_both_spellings(tmp_path: Path) -> None:
    periods = night(tmp_path).tables["fiscal_period"]

    assert periods["start_date_time"][3] == dt.datetime(2026, 7, 1)  # noqa: DTZ001
    assert periods["end_date_time"][3] == dt.datetime(2026, 12, 31, 23, 59, 59)  # noqa: DTZ001


def test_a_date_time_where_a_date_is_due_is_the_day_in_the_instance_time_zone(tmp_path: Path) -> None:
    lines = "sys_id,state,date,amount\nX1,processed,2026-06-30 23:30:00,1\nX2,processed,2026-06-30,1"

    outcome = night(tmp_path, Settings(instance_time_zone="Europe/London"), fm_expense_line=lines)

    assert outcome.tables["fm_expense_line"]["date"].to_list() == [dt.date(2026, 7, 1), dt.date(2026, 6, 30)]


# The contract: "Money 1234.5, 1,234.50, $1,234.50, USD;1234.5."


@pytest.mark.parametrize("money", ["1234.5", '"1,234.50"', '"$1,234.50"', "USD;1234.5", "1234.500000"])
def test_money_in_every_spelling(tmp_path: Path, money: str) -> None:
    plan = night(tmp_path, cost_plan=f"sys_id,task,total_planned_cost\nC1,P1,{money}").tables["cost_plan"]

    assert plan["total_planned_cost"].to_list() == [Decimal("1234.5")]


# The contract: "An alias file maps other spellings: real column names ..., list-export labels, and the flattened
# <field>_value."


def test_real_names_labels_and_flattened_names_are_understood(tmp_path: Path) -> None:
    outcome = night(
        tmp_path,
        cost_plan_breakdown="""
        Sys ID,Breakdown Type,cost_plan_value,fiscal_period.value,cost_default_currency
        B1,Requirement,C1,M1,5
        """,
        pm_project="sys_id,cost,work_cost\nP1,7,8",
        sn_invst_pln_investment="sys_id\nI1",
    )

    assert outcome.tables["cost_plan_breakdown"].select("sys_id", "value").rows() == [("B1", Decimal(5))]
    assert outcome.tables["pm_project"].select("estimated_cost", "actual_cost").rows() == [(Decimal(7), Decimal(8))]


def test_the_investment_table_has_another_name_on_the_platform(tmp_path: Path) -> None:
    (tmp_path / "sn_invst_pln_invst_investment.csv").write_text("sys_id,funding_entity_id\nI1,P1\n")
    for table in ("fiscal_period", "pm_project"):
        (tmp_path / f"{table}.csv").write_text(re.sub(r"\n +", "\n", FILES[table]).strip() + "\n")

    assert ingest(tmp_path, Settings()).tables["sn_invst_pln_investment"]["funding_entity_id"].to_list() == ["P1"]


# The contract: "Unknown columns are kept out of the computation and named in the run log."


def test_unknown_columns_are_named(tmp_path: Path) -> None:
    outcome = night(tmp_path, pm_project="sys_id,u_colour\nP1,red")

    assert "u_colour" not in outcome.tables["pm_project"].columns
    assert outcome.unused_input.select("source_file", "column").rows() == [("pm_project.csv", "u_colour")]


# The contract: "An empty JSON list, a zero-byte file or one of blank lines is a present table without rows."


@pytest.mark.parametrize(
    ("name", "content"), [("x.json", "[]"), ("x.csv", ""), ("x.csv", "\n\n"), ("x.json", '{"result": []}')]
)
def test_an_empty_file_is_a_present_table_without_rows(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name.replace("x", "project_funding")).write_text(content)

    outcome = night(tmp_path)

    assert outcome.tables["project_funding"].is_empty()
    assert ("project_funding", 0, 0, 0) in outcome.admission.rows()


# The contract: "A missing required column is an error that names the table and every accepted spelling."

REQUIRED = {
    "fiscal_period": "sys_id name fiscal_type start_date_time end_date_time",
    "resource_type_definition": "sys_id expense_type",
    "pm_portfolio": "sys_id",
    "pm_program": "sys_id",
    "pm_project": "sys_id",
    "dmn_demand": "sys_id",
    "pm_project_task": "sys_id parent",
    "dmn_demand_task": "sys_id parent",
    "cost_plan": "sys_id task",
    "cost_plan_breakdown": "sys_id breakdown_type fiscal_period value",
    "benefit_plan": "sys_id task",
    "benefit_plan_breakdown": "sys_id benefit_plan fiscal_period value",
    "fm_expense_line": "sys_id state date amount",
    "project_funding": "sys_id task fiscal_period",
    "sn_invst_pln_invst_budget": "sys_id investment fiscal_period amount",
    "sn_invst_pln_investment": "sys_id",
    "sn_invst_pln_financial_migration": "sys_id task is_budget_migrated",
    "sn_align_core_planning_item": "sys_id sys_class_name",
    "sn_align_cmn_int_integrations_setup": "sys_id planning_item_table",
    "sys_properties": "name value",
    "fx_rate": "from_currency to_currency rate valid_from",
}


@pytest.mark.parametrize(("table", "required"), REQUIRED.items())
def test_the_required_columns_are_those_in_bold(table: str, required: str) -> None:
    source = SOURCES[table]
    assert issubclass(source, Source)
    assert source.required_columns() == required.split()


@pytest.mark.parametrize(
    ("table", "column"), [(table, column) for table, names in REQUIRED.items() for column in names.split()]
)
def test_a_missing_required_column_names_the_table_and_every_spelling(tmp_path: Path, table: str, column: str) -> None:
    header = ",".join([name for name in REQUIRED[table].split() if name != column] or ["u_other"])

    with pytest.raises(SourceError) as fault:
        night(tmp_path, **{table: f"{header}\n"})

    assert f"{table}.csv has no column {column}" in str(fault.value)
    assert f"{column}: {column}" in str(fault.value)


# The contract: "A missing table is not an error; only fiscal_period and at least one of pm_project, dmn_demand are
# indispensable."


def test_a_missing_table_is_no_error(tmp_path: Path) -> None:
    outcome = night(tmp_path)

    assert "fm_expense_line" not in outcome.tables
    assert "fm_expense_line" not in outcome.admission["source_table"]


# The contract: "sys_id (everywhere: any non-empty text, usually 32 hex digits)"


def test_any_text_is_a_key(tmp_path: Path) -> None:
    outcome = night(tmp_path, pm_project='sys_id\n"é, ü"\n 00FF \nP1')

    assert outcome.tables["pm_project"]["sys_id"].to_list() == ["é, ü", "00FF", "P1"]


# The contract: "rows in = accepted + quarantined, per table, always. audit.quarantine holds (...)"


def test_every_row_is_accepted_or_quarantined_with_all_that_is_needed_to_find_it(tmp_path: Path) -> None:
    outcome = night(tmp_path, cost_plan='sys_id,task,name\nC1,P1,Good\nC2,P9,"Bad, plan"')

    assert ("cost_plan", 2, 1, 1) in outcome.admission.rows()
    assert (
        outcome.admission["rows_read"] == outcome.admission["rows_accepted"] + outcome.admission["rows_quarantined"]
    ).all()
    row = outcome.quarantine.row(0, named=True)
    assert json.loads(row.pop("raw")) == {"sys_id": "C2", "task": "P9", "name": "Bad, plan"}
    assert "P9" in row.pop("message")
    assert row == {
        "source_table": "cost_plan",
        "source_file": "cost_plan.csv",
        "row_number": 2,
        "sys_id": "C2",
        "column": "task",
        "rule": "dangling_reference",
    }


# The contract: "Quarantine reasons: unreadable number / date / boolean, missing key, duplicate sys_id, unknown choice
# value, NaN or
# infinite amount, amount out of range." and: "Amounts with more than four decimals are quarantined, never rounded."


def test_the_reasons_of_single_cells(tmp_path: Path) -> None:
    outcome = night(
        tmp_path,
        fm_expense_line="""
        sys_id,state,date,amount,expense_type
        X1,processed,2026-01-01,1O0,
        X2,processed,31/01/2026,100,
        ,processed,2026-01-01,100,
        X4,processed,2026-01-01,100,mixed
        X5,processed,2026-01-01,NaN,
        X6,processed,2026-01-01,-inf,
        X7,processed,2026-01-01,100000000000000,
        X8,processed,2026-01-01,1.23456,
        X9,processed,2026-01-01,,
        Y1,processed,2026-01-01,99999999999999.9999, OpEx
        Y2,"submitted, odd",2026-01-01,1.5000000,CAPEX
        """,
        sn_invst_pln_financial_migration="sys_id,task,is_budget_migrated\nM1,P1,yes",
    )

    assert rules(outcome, "fm_expense_line") == {
        "X1": "unreadable_number",
        "X2": "unreadable_date",
        None: "missing_key",
        "X4": "unknown_choice",
        "X5": "not_finite",
        "X6": "not_finite",
        "X7": "out_of_range",
        "X8": "too_many_decimals",
        "X9": "missing_value",
    }
    assert rules(outcome, "sn_invst_pln_financial_migration") == {"M1": "unreadable_boolean"}
    lines = outcome.tables["fm_expense_line"]
    assert lines.select("sys_id", "state", "expense_type").rows() == [
        ("Y1", "processed", "opex"),
        ("Y2", "submitted, odd", "capex"),
    ]


@pytest.mark.parametrize(
    ("table", "text"),
    [
        (
            "fiscal_period",
            "sys_id,name,fiscal_type,start_date_time,end_date_time\nF1,F,week,2026-01-01 00:00:00,2026-01-02 00:00:00",
        ),
        ("cost_plan_breakdown", "sys_id,breakdown_type,cost_plan,fiscal_period,value\nF1,estimate,C1,M1,1"),
        ("resource_type_definition", "sys_id,expense_type\nF1,mixed"),
    ],
)
def test_choices_are_closed_lists(tmp_path: Path, table: str, text: str) -> None:
    assert rules(night(tmp_path, **{table: text}), table) == {"F1": "unknown_choice"}


# The contract: "identical copies: one is accepted, the others are quarantined as duplicate_row; copies that differ:
# all are quarantined"


def test_copies(tmp_path: Path) -> None:
    outcome = night(tmp_path, pm_project="sys_id,number\nP1,1\nP1,1\nP2,2\nP2,3\nP3,4")

    assert outcome.tables["pm_project"]["sys_id"].to_list() == ["P1", "P3"]
    quarantined = outcome.quarantine.filter(source_table="pm_project").select("row_number", "rule").rows()
    assert quarantined == [(2, "duplicate_row"), (3, "conflicting_duplicate"), (4, "conflicting_duplicate")]


# The contract: "dangling_reference applies to: a plan's task, a requirement row's cost_plan, benefit_plan,
# fiscal_period, investment,
# funding's task, an investment's non-empty funding_entity_id"

BREAKDOWN = "sys_id,breakdown_type,cost_plan,fiscal_period,value\n"
DANGLING = [
    ("cost_plan", "sys_id,task\nX,nothing"),
    ("benefit_plan", "sys_id,task\nX,nothing"),
    ("cost_plan_breakdown", BREAKDOWN + "X,requirement,nothing,M1,1"),
    ("cost_plan_breakdown", BREAKDOWN + "X,requirement,C1,nothing,1"),
    ("cost_plan_breakdown", BREAKDOWN + "X,task,,nothing,1"),
    ("benefit_plan_breakdown", "sys_id,benefit_plan,fiscal_period,value\nX,nothing,M1,1"),
    ("benefit_plan_breakdown", "sys_id,benefit_plan,fiscal_period,value\nX,E1,nothing,1"),
    ("project_funding", "sys_id,task,fiscal_period\nX,nothing,FY"),
    ("project_funding", "sys_id,task,fiscal_period\nX,P1,nothing"),
    ("sn_invst_pln_invst_budget", "sys_id,investment,fiscal_period,amount\nX,nothing,FY,1"),
    ("sn_invst_pln_invst_budget", "sys_id,investment,fiscal_period,amount\nX,I1,nothing,1"),
    ("sn_invst_pln_investment", "sys_id,funding_entity_id\nX,nothing"),
]


@pytest.mark.parametrize(("table", "text"), DANGLING)
def test_required_references_to_nothing_are_quarantined(tmp_path: Path, table: str, text: str) -> None:
    assert rules(night(tmp_path, **{table: text}), table) == {"X": "dangling_reference"}


# The contract: "any other unknown reference counts as empty, with a finding" "fm_expense_line.task is not required"


def test_other_unknown_references_count_as_empty_and_are_told(tmp_path: Path) -> None:
    outcome = night(
        tmp_path,
        fm_expense_line="sys_id,state,date,amount,task,cost_plan\nX,processed,2026-01-01,1,nothing,nothing",
        cost_plan_breakdown=BREAKDOWN + "X,task,nothing,M1,1",
    )

    assert outcome.tables["fm_expense_line"].select("task", "cost_plan").rows() == [("nothing", None)]
    assert outcome.tables["cost_plan_breakdown"]["cost_plan"].to_list() == [None]
    assert sorted(outcome.unknown_reference.rows()) == [
        ("cost_plan_breakdown", "X", "cost_plan", "nothing"),
        ("fm_expense_line", "X", "cost_plan", "nothing"),
    ]


# The contract: "the amounts set aside are shown next to the amounts accepted"


def test_amounts_set_aside_are_shown_next_to_amounts_accepted(tmp_path: Path) -> None:
    outcome = night(
        tmp_path, cost_plan_breakdown=BREAKDOWN + "B1,requirement,C1,M1,10.25\nB2,requirement,C9,M1,4\nB3,task,,M1,x"
    )

    assert outcome.set_aside_amount.rows() == [("cost_plan_breakdown", "value", Decimal("10.25"), Decimal(4), 1)]


# The contract: "Quarantine cascades: rows of a quarantined plan are quarantined too. A requirement row needs its cost
# plan."


def test_quarantine_cascades(tmp_path: Path) -> None:
    rows = BREAKDOWN + "B1,requirement,C2,M1,1\nB2,requirement,,M1,1\nB3,requirement,C1,M1,1"
    outcome = night(tmp_path, cost_plan="sys_id,task\nC1,P1\nC2,nothing", cost_plan_breakdown=rows)

    assert rules(outcome, "cost_plan_breakdown") == {"B1": "dangling_reference", "B2": "missing_value"}


# The contract: "Breakdown rows whose fiscal period is a quarter or a year are quarantined (not_a_base_period)."


def test_breakdown_rows_stand_on_base_periods(tmp_path: Path) -> None:
    outcome = night(
        tmp_path,
        cost_plan_breakdown=BREAKDOWN + "B1,requirement,C1,Q1,1\nB2,task,,FY,1\nB3,task,,M2,1",
        benefit_plan_breakdown="sys_id,benefit_plan,fiscal_period,value\nB1,E1,FY,1\nB2,E1,M1,1",
    )

    assert rules(outcome, "cost_plan_breakdown") == dict.fromkeys(["B1", "B2"], "not_a_base_period")
    assert rules(outcome, "benefit_plan_breakdown") == {"B1": "not_a_base_period"}


# The contract, section 3: "A year or quarter without base periods is no gap; a budget row on it is quarantined
# (no_base_period)."


def test_a_budget_needs_a_period_that_contains_base_periods(tmp_path: Path) -> None:
    """The quarter ends inside its only month, so it contains none."""
    outcome = night(
        tmp_path, project_funding="sys_id,task,fiscal_period,total_budget\nF1,P1,FY,1\nF2,P1,Q1,1\nF3,P1,M1,1"
    )

    assert rules(outcome, "project_funding") == {"F2": "no_base_period"}


# The contract: "An empty value in a required column is quarantined (missing_value); only pm_project_task.parent may
# be empty"


FILLED = {
    "is_budget_migrated": "1",
    "amount": "1",
    "value": "1",
    "rate": "1",
    "date": "2026-01-01",
    "valid_from": "2026-01-01",
    "start_date_time": "2026-01-01 00:00:00",
    "end_date_time": "2026-01-31 23:59:59",
    "expense_type": "opex",
    "breakdown_type": "task",
    "fiscal_type": "month",
    "fiscal_period": "M1",
    "task": "P1",
    "parent": "D1",
    "benefit_plan": "E1",
    "investment": "I1",
}


@pytest.mark.parametrize(
    ("table", "column"),
    [
        (table, column)
        for table, names in REQUIRED.items()
        for column in names.split()
        if (table, column) != ("pm_project_task", "parent")
    ],
)
def test_an_empty_value_in_a_required_column_is_quarantined(tmp_path: Path, table: str, column: str) -> None:
    names = REQUIRED[table].split()
    cells = ["" if name == column else FILLED.get(name, "X") for name in names]

    outcome = night(tmp_path, **{table: f"{','.join([*names, 'u_other'])}\n{','.join([*cells, 'y'])}"})

    found = outcome.quarantine.filter(source_table=table).select("column", "rule").rows()
    assert found == [(column, "missing_key" if column in SOURCES[table].primary_key() else "missing_value")]


def test_only_a_project_task_may_be_without_its_required_reference(tmp_path: Path) -> None:
    outcome = night(tmp_path, pm_project_task="sys_id,parent\nT1,\nT2,P1")

    assert outcome.tables["pm_project_task"].select("sys_id", "parent").rows() == [("T1", None), ("T2", "P1")]


# Our reading: projects, demands and their tasks share one space of keys, since money names any of them by its key.


def test_a_key_that_an_earlier_table_of_owners_has_is_a_conflict(tmp_path: Path) -> None:
    tasks = {"pm_project_task": "sys_id,parent\nP1,P2\nT1,P1", "dmn_demand_task": "sys_id,parent\nT1,D1"}

    outcome = night(tmp_path, dmn_demand="sys_id\nD1\nP1", **tasks)

    assert rules(outcome, "dmn_demand") == {"P1": "conflicting_duplicate"}
    assert rules(outcome, "pm_project_task") == {"P1": "conflicting_duplicate"}
    assert rules(outcome, "dmn_demand_task") == {"T1": "conflicting_duplicate"}
