from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from models.audit import (
    Admission,
    Quarantine,
    SetAsideAmount,
    SourceFile,
    SourceFileAmount,
    UnknownReference,
    UnusedInput,
)
from models.catalogue import SOURCES
from models.settings import Settings
from pipelines.export_files import SourceError
from pipelines.sources import Ingested, ingest

CALENDAR = (
    "sys_id,name,fiscal_type,start_date_time,end_date_time\n"
    "FY26,FY26,year,2026-01-01 00:00:00,2026-01-31 23:59:59\n"
    "M01,FY26: M01,month,2026-01-01 00:00:00,2026-01-31 23:59:59\n"
)
LEAST = {"fiscal_period.csv": CALENDAR, "pm_project.csv": "sys_id,number\nP1,PRJ1\n"}


def export(folder: Path, files: dict[str, str]) -> Path:
    """A folder with these files besides the indispensable ones; empty text for one of those leaves it out."""
    for name, text in {**LEAST, **files}.items():
        if text:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return folder


def ingested(folder: Path, files: dict[str, str], settings: Settings | None = None) -> Ingested:
    return ingest(export(folder, files), settings or Settings())


def refusal(folder: Path, files: dict[str, str]) -> str:
    with pytest.raises(SourceError) as fault:
        ingested(folder, files)
    return str(fault.value)


def test_every_table_that_is_there_has_exactly_its_columns(tmp_path: Path) -> None:
    found = ingested(tmp_path, {})

    assert list(found.tables) == [name for name in SOURCES if name in ("fiscal_period", "pm_project")]
    for name, frame in found.tables.items():
        SOURCES[name].validate(frame)
    audits = {
        Admission: found.admission,
        SourceFile: found.source_file,
        SourceFileAmount: found.source_file_amount,
        Quarantine: found.quarantine,
        SetAsideAmount: found.set_aside_amount,
        UnusedInput: found.unused_input,
        UnknownReference: found.unknown_reference,
    }
    for audit, frame in audits.items():
        audit.validate(frame)


def test_progress_names_each_table_and_its_rows(tmp_path: Path) -> None:
    lines: list[str] = []

    ingest(export(tmp_path, {}), Settings(), lines.append)

    assert sorted(lines) == ["fiscal_period: 2 rows read", "pm_project: 1 rows read"]


def test_files_and_columns_that_nothing_uses_are_listed_with_the_reason(tmp_path: Path) -> None:
    files = {
        "pm_project.csv": "sys_id,sys_created_by,cost,estimated_cost\nP1,me,1,2\n",
        "cmdb_ci.csv": "sys_id\nX\n",
        "cost_plan_history.csv": "sys_id\nX\n",
    }

    found = ingested(tmp_path, files)

    assert found.tables["pm_project"]["estimated_cost"].to_list() == [Decimal(2)]
    assert sorted(found.unused_input.rows()) == [
        ("cmdb_ci.csv", "", "no table is named cmdb_ci"),
        ("cost_plan_history.csv", "", "no table is named cost_plan_history"),
        (
            "pm_project.csv",
            "cost",
            "another spelling of estimated_cost, which is read from the column 'estimated_cost'",
        ),
        ("pm_project.csv", "sys_created_by", "pm_project has no column of this name: no figure needs it"),
    ]


def test_a_missing_required_column_is_refused_with_every_accepted_spelling(tmp_path: Path) -> None:
    text = refusal(tmp_path, {"cost_plan_breakdown.csv": "sys_id,breakdown_type,fiscal_period,amount\nB1,task,M01,5\n"})

    assert text.startswith(
        "cost_plan_breakdown.csv has no column value, which the table cost_plan_breakdown must have."
    )
    for spelling in ("value", "cost_default_currency", "planned_cost", "amount"):
        assert spelling in text


def test_each_part_file_needs_the_required_columns(tmp_path: Path) -> None:
    text = refusal(tmp_path, {"cost_plan/1.csv": "sys_id,task\nC1,P1\n", "cost_plan/2.csv": "sys_id,name\nC2,Plan\n"})

    assert text.startswith("cost_plan/2.csv has no column task")


def test_a_required_column_may_be_spelled_otherwise_and_flattened(tmp_path: Path) -> None:
    found = ingested(tmp_path, {"cost_plan.csv": "Sys ID,Project.value\nC1,P1\n"})

    assert found.tables["cost_plan"].select("sys_id", "task").rows() == [("C1", "P1")]


@pytest.mark.parametrize("nothing", ["\n", "sys_id,task\n"])
def test_a_file_without_rows_is_a_table_without_rows(tmp_path: Path, nothing: str) -> None:
    found = ingested(tmp_path, {"cost_plan.csv": nothing})

    assert found.tables["cost_plan"].is_empty()
    assert ("cost_plan", 0, 0, 0) in found.admission.rows()


def test_an_empty_list_is_a_table_without_rows(tmp_path: Path) -> None:
    assert ingested(tmp_path, {"cost_plan.json": "[]"}).tables["cost_plan"].is_empty()


def test_a_header_without_a_required_column_is_refused_even_without_rows(tmp_path: Path) -> None:
    assert "no column task" in refusal(tmp_path, {"cost_plan.csv": "sys_id,name\n"})


def test_a_table_under_two_names_is_refused_with_both(tmp_path: Path) -> None:
    investments = "sys_id,funding_entity_id\nI1,P1\n"
    files = {"sn_invst_pln_investment.csv": investments, "sn_invst_pln_invst_investment.csv": investments}

    text = refusal(tmp_path, files)

    assert "sn_invst_pln_investment.csv" in text
    assert "sn_invst_pln_invst_investment.csv" in text


def test_a_table_under_its_other_name_is_that_table(tmp_path: Path) -> None:
    found = ingested(tmp_path, {"SN_invst_pln_invst_investment.csv": "sys_id,funding_entity_id\nI1,P1\n"})

    assert found.tables["sn_invst_pln_investment"].height == 1


@pytest.mark.parametrize(
    ("missing", "words"), [("fiscal_period.csv", "fiscal_period"), ("pm_project.csv", "pm_project or dmn_demand")]
)
def test_without_periods_or_work_items_there_is_nothing_to_compute(tmp_path: Path, missing: str, words: str) -> None:
    text = refusal(tmp_path, {missing: "", "other.csv": "a\n1\n"})

    assert f"has no table {words}" in text
    assert "other.csv" in text


def test_demands_alone_are_enough(tmp_path: Path) -> None:
    found = ingested(tmp_path, {"pm_project.csv": "", "dmn_demand.csv": "sys_id\nD1\n"})

    assert "pm_project" not in found.tables


def test_ones_own_alias_file_adds_spellings(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[tables]\nprojekte = "pm_project"\n[columns.pm_project]\nnummer = "number"\n', encoding="utf-8")
    files = {"pm_project.csv": "", "Projekte.csv": "sys_id,Nummer\nP1,PRJ1\n"}

    found = ingested(tmp_path / "export", files, Settings(alias_file=own))

    assert found.tables["pm_project"].select("sys_id", "number").rows() == [("P1", "PRJ1")]


def test_a_mistake_in_ones_own_alias_file_is_a_refusal(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[columns]\nx = "y"\n', encoding="utf-8")

    with pytest.raises(SourceError, match="not a column of any table"):
        ingested(tmp_path / "export", {}, Settings(alias_file=own))


def test_parts_of_a_table_are_one_table_and_quarantine_names_the_part(tmp_path: Path) -> None:
    files = {"pm_project.csv": "", "pm_project/b.csv": "sys_id,cost\nP2,x\nP3,1\n", "pm_project/a.csv": "Sys ID\nP1\n"}

    found = ingested(tmp_path, files)

    assert found.tables["pm_project"]["sys_id"].to_list() == ["P1", "P3"]
    assert found.quarantine.select("source_file", "row_number", "column").rows() == [
        ("pm_project/b.csv", 1, "estimated_cost")
    ]
    assert json.loads(found.quarantine["raw"][0]) == {"sys_id": "P2", "cost": "x"}


LINES = [
    {"sys_id": "X1", "state": "processed", "date": "2026-01-05", "amount": "1234.50", "task": "P1"},
    {"sys_id": "X2", "state": "Draft", "date": "2026-01-31", "amount": "-7.25", "task": None},
    {"sys_id": "X3", "state": "processed", "date": "2026-02-30", "amount": "1", "task": "P1"},
    {"sys_id": "X1", "state": "processed", "date": "2026-01-05", "amount": "1234.50", "task": "P1"},
]


def csv_of(rows: list[dict[str, str | None]]) -> str:
    return "\n".join([",".join(rows[0]), *(",".join(value or "" for value in row.values()) for row in rows)]) + "\n"


def test_the_format_of_a_file_changes_nothing(tmp_path: Path) -> None:
    texts = {
        "lines.csv": csv_of(LINES),
        "lines.json": json.dumps({"result": LINES}),
        "list.json": json.dumps(LINES),
    }
    outcomes = []
    for number, (name, text) in enumerate(texts.items()):
        outcomes.append(ingested(tmp_path / str(number), {f"fm_expense_line{Path(name).suffix}": text}))
    typed = export(tmp_path / "typed", {})
    pl.DataFrame(LINES).with_columns(pl.col("amount").cast(pl.Float64)).write_parquet(typed / "fm_expense_line.parquet")
    outcomes.append(ingest(typed, Settings()))

    for outcome in outcomes:
        assert_frame_equal(outcome.tables["fm_expense_line"], outcomes[0].tables["fm_expense_line"])
        assert_frame_equal(outcome.set_aside_amount, outcomes[0].set_aside_amount)
        assert outcome.quarantine.select("row_number", "rule").rows() == [(3, "unreadable_date"), (4, "duplicate_row")]
