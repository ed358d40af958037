"""A real run, from files on disk to the published file: an analyst can show that every file was used whole."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli import app
from tests.published import rows

NOTE = "Export stopped due to excessive size. Use CSV for a complete export"
FILES = {
    "fiscal_period.csv": (
        "sys_id,name,fiscal_type,start_date_time,end_date_time\n"
        "FY,FY26,year,2026-01-01 00:00:00,2026-12-31 23:59:59\n"
        "M1,FY26: M01,month,2026-01-01 00:00:00,2026-12-31 23:59:59\n"
    ),
    "pm_project.csv": "sys_id,number\nP1,PRJ1\n",
    "fm_expense_line/1.csv": "sys_id,state,date,amount,task\nX1,processed,2026-02-01,12.50,P1\nX2,processed,soon,1,P1\n",
    "fm_expense_line/2.json": json.dumps(
        [{"sys_id": "X3", "state": "processed", "date": "2026-02-01", "amount": "7.25", "task": "P1"}]
    ),
    "fm_expense_line/3.csv": f"sys_id,state,date,amount,task\nX4,processed,2026-02-01,1,P1\n{NOTE},,,,\n",
    "cost_plan/1.csv": "sys_id,task\nC1,P1\n",
    "cost_plan/2.csv": "sys_id,task\nC1,P1\n",
    "sys_properties.csv": "name,value\n" + "".join(f"tieout.test.{number},1\n" for number in range(10_000)),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export as above, and what a run publishes of it."""
    folder = tmp_path_factory.mktemp("run")
    for name, text in FILES.items():
        path = folder / "export" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    where = ["--source", str(folder / "export"), "--warehouse", str(folder / "portfolio.duckdb")]
    outcome = CliRunner().invoke(app, ["run", *where, "--as-of", "2026-03-01"])
    assert outcome.exit_code == 0, outcome.output
    (folder / "summary").write_text(outcome.stdout, encoding="utf-8")
    return folder


def published(folder: Path, query: str) -> list[tuple[object, ...]]:
    return list(rows(folder / "portfolio.duckdb", query))


def test_every_file_is_published_with_the_checksum_that_it_has_on_disk(folder: Path) -> None:
    found = dict(published(folder, "SELECT source_file, sha256 || ' ' || bytes FROM audit.source_file"))

    contents = {name: (folder / "export" / name).read_bytes() for name in FILES}
    assert found == {
        name: f"{hashlib.sha256(content).hexdigest()} {len(content)}" for name, content in contents.items()
    }


def test_the_files_of_a_table_add_up_to_its_rows_and_its_money(folder: Path) -> None:
    counts = """
        SELECT source_file, rows_read, rows_accepted, rows_quarantined, distinct_keys, amount_accepted::VARCHAR
          FROM audit.source_file LEFT JOIN audit.source_file_amount USING (source_table, source_file)
         WHERE source_table = 'fm_expense_line' ORDER BY source_file
    """
    assert published(folder, counts) == [
        ("fm_expense_line/1.csv", 2, 1, 1, 2, "12.5000"),
        ("fm_expense_line/2.json", 1, 1, 0, 1, "7.2500"),
        ("fm_expense_line/3.csv", 2, 1, 1, 1, "1.0000"),
    ]
    money = "SELECT sum(amount)::VARCHAR, count(*) FROM source.fm_expense_line"
    assert published(folder, money) == [("20.7500", 3)]


def test_the_laws_about_files_are_published_and_hold(folder: Path) -> None:
    laws = dict(published(folder, "SELECT law, holds FROM audit.conservation WHERE starts_with(law, 'files: ')"))

    assert len(laws) == 3 * 5 + 2
    assert all(laws.values())
    assert "files: amount accepted of fm_expense_line.amount" in laws


def test_what_may_be_missing_is_found_and_shown(folder: Path) -> None:
    codes = "('truncated_export', 'suspicious_row_count', 'same_file_twice')"
    found = published(
        folder, f"SELECT severity, code, source_table, message FROM audit.finding WHERE code IN {codes} ORDER BY code"
    )

    assert [(severity, code, table) for severity, code, table, _ in found] == [
        ("warning", "same_file_twice", "cost_plan"),
        ("warning", "suspicious_row_count", "sys_properties"),
        ("error", "truncated_export", "fm_expense_line"),
    ]
    assert "fm_expense_line/3.csv is cut off" in str(found[-1][-1])
    assert "truncated_export" in (folder / "summary").read_text(encoding="utf-8")
