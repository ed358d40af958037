"""Whether an export is whole: what each file holds, and what says that rows are missing."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from models.audit import Admission, Quarantine, SetAsideAmount, SourceFile, SourceFileAmount
from models.finding import FINDINGS
from models.settings import Settings
from models.vocabulary import ERROR, WARNING
from pipelines.sources import Ingested, ingest
from tests.frames import rows
from transforms.findings.completeness_finding import (
    completeness_finding,
    same_file_twice,
    suspicious_row_count,
    truncated_export,
)
from transforms.laws.export_conservation import export_conservation

CALENDAR = """
    sys_id,name,fiscal_type,start_date_time,end_date_time
    FY,FY26,year,2026-01-01 00:00:00,2026-12-31 23:59:59
    M1,FY26: M01,month,2026-01-01 00:00:00,2026-12-31 23:59:59
"""
LINES = "sys_id,state,date,amount,task\n"
NOTE = "Export stopped due to excessive size. Use CSV for a complete export"


def ingested(folder: Path, **files: str) -> Ingested:
    """What is ingested from a calendar, a project and these CSV files; `a__b` is the part b of table a."""
    for name, text in {"fiscal_period": CALENDAR, "pm_project": "sys_id\nP1", **files}.items():
        path = folder / f"{name.replace('__', '/')}.csv"
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(line.strip() for line in text.strip().splitlines()), encoding="utf-8")
    return ingest(folder, Settings())


def lines_in(outcome: Ingested) -> list[tuple[object, ...]]:
    """File, rows read, accepted and quarantined, and distinct keys of each file of expense lines."""
    files = outcome.source_file.filter(source_table="fm_expense_line").sort("source_file")
    return files.select("source_file", "rows_read", "rows_accepted", "rows_quarantined", "distinct_keys").rows()


# A file, its rows, keys, money and fingerprint.


def test_every_file_shows_its_rows_and_what_became_of_them(tmp_path: Path) -> None:
    outcome = ingested(
        tmp_path,
        fm_expense_line__1=LINES + "X1,processed,2026-01-05,10.50,P1\nX2,processed,never,1,P1",
        fm_expense_line__2=LINES + "X3,processed,2026-01-06,2,P1\nX4,processed,2026-01-07,3\nX5,draft,2026-01-08,4,P1",
    )

    assert lines_in(outcome) == [
        ("fm_expense_line/1.csv", 2, 1, 1, 2),
        ("fm_expense_line/2.csv", 3, 2, 1, 2),
    ]
    assert outcome.source_file_amount.sort("source_file").rows() == [
        ("fm_expense_line", "fm_expense_line/1.csv", "amount", Decimal("10.5"), Decimal(1), 0),
        ("fm_expense_line", "fm_expense_line/2.csv", "amount", Decimal(6), Decimal(0), 1),
    ]


def test_a_copy_in_another_file_is_counted_where_it_stands(tmp_path: Path) -> None:
    first, other = "X1,processed,2026-01-05,10,P1", "X2,processed,2026-01-05,7,P1"
    outcome = ingested(
        tmp_path,
        fm_expense_line__1=f"{LINES}{first}\n{first}\n,processed,2026-01-05,1,P1",
        fm_expense_line__2=f"{LINES}{first}\n{other}",
    )

    assert lines_in(outcome) == [
        ("fm_expense_line/1.csv", 3, 1, 2, 1),
        ("fm_expense_line/2.csv", 2, 1, 1, 2),
    ]
    assert outcome.source_file_amount.sort("source_file")["amount_accepted"].to_list() == [Decimal(10), Decimal(7)]


def test_a_key_of_several_columns_counts_as_one(tmp_path: Path) -> None:
    rates = "from_currency,to_currency,rate,valid_from\n"
    outcome = ingested(
        tmp_path, fx_rate=rates + "EUR,USD,1.1,2026-01-01\nEUR,USD,1.2,2026-02-01\nEUR,USD,1.1,2026-01-01\nEUR,,1,"
    )

    assert outcome.source_file.filter(source_table="fx_rate")["distinct_keys"].to_list() == [2]


def test_a_money_column_is_shown_for_the_files_that_have_it(tmp_path: Path) -> None:
    budgets = "sys_id,task,fiscal_period,{}\nF{},P1,FY,{}"
    outcome = ingested(
        tmp_path,
        project_funding__1=budgets.format("capex_budget", 1, "5.25"),
        project_funding__2=budgets.format("opex_budget", 2, "7"),
    )

    assert outcome.source_file_amount.sort("source_file").select("source_file", "column", "amount_accepted").rows() == [
        ("project_funding/1.csv", "capex_budget", Decimal("5.25")),
        ("project_funding/2.csv", "opex_budget", Decimal(7)),
    ]


def test_a_file_is_told_by_its_size_and_the_checksum_of_its_bytes(tmp_path: Path) -> None:
    outcome = ingested(tmp_path, fm_expense_line=LINES, cost_plan="")

    for name, size, sha256 in outcome.source_file.select("source_file", "bytes", "sha256").rows():
        content = (tmp_path / name).read_bytes()
        assert (size, sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert ("cost_plan.csv", 0) in outcome.source_file.select("source_file", "bytes").rows()
    assert sorted(outcome.source_file["source_file"]) == sorted(path.name for path in tmp_path.glob("*.csv"))


# The laws: files = tables.

TABLES = """
    source_table | rows_read | rows_accepted | rows_quarantined
    cost_plan    | 3         | 3             | 0
    fx_rate      | 5         | 4             | 1
"""
AMOUNTS = """
    source_table | column             | amount_accepted | amount_quarantined | rows_unreadable
    cost_plan    | total_planned_cost | 10.25           | 0                  | 0
"""


def laws(files: str, amounts: str) -> dict[str, tuple[Decimal, Decimal]]:
    """Expected and found of each law that does not hold."""
    found = export_conservation(
        rows(Admission, TABLES), rows(SetAsideAmount, AMOUNTS), rows(SourceFile, files), rows(SourceFileAmount, amounts)
    ).collect()
    assert found.height == 3 * 2 + 2
    broken = found.filter(~pl.col("holds"))
    assert (broken["difference"] == broken["found"] - broken["expected"]).all()
    return {law: (expected, held) for law, expected, held in broken.select("law", "expected", "found").rows()}


def test_rows_and_amounts_of_files_add_up_to_those_of_their_table() -> None:
    files = """
        source_table | source_file | rows_read | rows_accepted | rows_quarantined
        cost_plan    | a           | 1         | 1             | 0
        cost_plan    | b           | 2         | 2             | 0
        fx_rate      | c           | 5         | 4             | 1
    """
    amounts = """
        source_table | source_file | column             | amount_accepted | amount_quarantined
        cost_plan    | a           | total_planned_cost | 0.25            | 0
        cost_plan    | b           | total_planned_cost | 10              | 0
    """

    assert laws(files, amounts) == {}


def test_a_row_or_a_cent_that_no_file_has_breaks_a_law_that_names_the_table() -> None:
    files = """
        source_table | source_file | rows_read | rows_accepted | rows_quarantined
        cost_plan    | a           | 4         | 3             | 0
        fx_rate      | c           | 4         | 4             | 1
    """
    amounts = """
        source_table | source_file | column             | amount_accepted | amount_quarantined
        cost_plan    | a           | total_planned_cost | 10.24           | 0
    """

    assert laws(files, amounts) == {
        "files: rows read of cost_plan": (Decimal(3), Decimal(4)),
        "files: rows read of fx_rate": (Decimal(5), Decimal(4)),
        "files: amount accepted of cost_plan.total_planned_cost": (Decimal("10.25"), Decimal("10.24")),
    }


# An export that was cut off.


def test_the_note_of_a_cut_export_is_set_aside_with_a_reason_that_says_so(tmp_path: Path) -> None:
    outcome = ingested(tmp_path, fm_expense_line=f"{LINES}X1,processed,2026-01-05,10,P1\n{NOTE},,,,")

    ((file, number, rule, message, raw),) = outcome.quarantine.select(
        "source_file", "row_number", "rule", "message", "raw"
    ).rows()
    assert (file, number, rule, raw) == ("fm_expense_line.csv", 2, "truncated_export", f'"{NOTE}"')
    assert "rows are missing" in message
    assert lines_in(outcome) == [("fm_expense_line.csv", 2, 1, 1, 1)]


def test_it_is_a_note_also_where_it_is_no_whole_row(tmp_path: Path) -> None:
    outcome = ingested(tmp_path, fm_expense_line=f"{LINES}X1,processed,2026-01-05,10,P1\nExport limited to 10,000 rows")

    assert outcome.quarantine["rule"].to_list() == ["truncated_export"]


def test_a_note_in_the_place_of_a_key_is_no_row(tmp_path: Path) -> None:
    outcome = ingested(tmp_path, pm_project=f"sys_id,number\nP1,PRJ1\n{NOTE},")

    assert outcome.tables["pm_project"]["sys_id"].to_list() == ["P1"]


@pytest.mark.parametrize(
    "line",
    [
        "Export stopped,processed,2026-01-05,10,P1",
        "X2,processed,2026-01-05,10,P1",
        ",processed,2026-01-05,10,P1",
        f"X2,processed,2026-01-05,{NOTE},P1",
    ],
)
def test_an_ordinary_last_row_is_no_note(tmp_path: Path, line: str) -> None:
    outcome = ingested(tmp_path, fm_expense_line=LINES + line)

    assert "truncated_export" not in outcome.quarantine["rule"].to_list()


def test_only_the_last_record_can_be_a_note(tmp_path: Path) -> None:
    outcome = ingested(tmp_path, fm_expense_line=f"{LINES}{NOTE}\nX1,processed,2026-01-05,10,P1")

    assert outcome.quarantine["rule"].to_list() == ["unreadable_row"]


def test_a_cut_export_is_an_error_that_names_table_and_file_and_says_what_to_do() -> None:
    quarantine = rows(
        Quarantine,
        """
        source_table    | source_file           | row_number | rule             | raw
        fm_expense_line | fm_expense_line/2.csv | 31         | truncated_export | "Export limit reached"
        fm_expense_line | fm_expense_line/2.csv | 7          | unreadable_row   | "X"
        """,
    )

    ((severity, table, message),) = (
        truncated_export(quarantine).select("severity", "source_table", "message").collect().rows()
    )

    assert (severity, table) == (ERROR, "fm_expense_line")
    assert message.startswith(
        'fm_expense_line/2.csv is cut off: its last row is the platform\'s note "Export limit reached".'
    )
    assert "Rows of fm_expense_line are missing" in message
    assert "Export the table again" in message


# A number of rows at which the platform stops by default.


def suspected(*rows_read: int, names: str = "part-{}.csv") -> str | None:
    """What is said of a table with files of so many rows, numbered from 1, beside one of another table."""
    counts = [("cost_plan", names.format(number), read) for number, read in enumerate(rows_read, start=1)]
    files = pl.LazyFrame(
        [*counts, ("fx_rate", "fx_rate.csv", 9)], schema=["source_table", "source_file", "rows_read"], orient="row"
    )
    found = suspicious_row_count(files).collect()
    assert found.height <= 1
    assert set(found["severity"]) <= {WARNING}
    return found["message"][0].partition(": exactly 10,000 rows")[0] if len(found) else None


@pytest.mark.parametrize(
    ("rows_read", "files"),
    [
        ([10_000], "part-1.csv"),
        ([9_999], None),
        ([10_001], None),
        ([20_000], None),
        ([10_000, 1], None),
        ([10_000, 0], None),
        ([10_000, 10_000, 312], None),
        ([10_000, 10_000], "part-2.csv"),
        ([500, 10_000], "part-2.csv"),
        ([500, 10_000, 300], "part-2.csv"),
        ([10_000, 500, 10_000], "part-1.csv, part-3.csv"),
        ([1, *[10_000] * 5], "part-2.csv, part-3.csv, part-4.csv and 2 more"),
        ([*[10_000] * 11, 5], None),
        ([*[10_000] * 12], "part-12.csv"),
    ],
)
def test_exactly_10_000_rows_are_suspicious_unless_they_are_a_page_that_another_follows(
    rows_read: list[int], files: str | None
) -> None:
    assert suspected(*rows_read) == files


def test_numbers_in_names_count_as_numbers_however_they_are_padded() -> None:
    assert suspected(*[10_000] * 10, 7, names="2026/rows {:03} of 11.json") is None
    assert suspected(*[10_000] * 9, names="rows99999999999999999999999-{}.csv") == "rows99999999999999999999999-9.csv"


def test_each_folder_of_a_table_may_be_a_series_of_pages() -> None:
    files = rows(
        SourceFile,
        """
        source_table | source_file            | rows_read
        cost_plan    | cost_plan/2025/1.csv   | 10000
        cost_plan    | cost_plan/2025/2.csv   | 300
        cost_plan    | cost_plan/2026/1.csv   | 10000
        cost_plan    | cost_plan/2026/2.csv   | 10000
        """,
    )

    (message,) = suspicious_row_count(files).collect()["message"]

    assert message.startswith("cost_plan/2026/2.csv: exactly 10,000 rows")


def test_each_table_is_judged_by_its_own_files() -> None:
    files = rows(
        SourceFile,
        """
        source_table | source_file    | rows_read
        cost_plan    | cost_plan.csv  | 10000
        pm_project   | pm_project.csv | 10000
        fx_rate      | fx_rate.csv    | 1
        """,
    )

    assert sorted(suspicious_row_count(files).collect()["source_table"]) == ["cost_plan", "pm_project"]


# The same file twice.


def test_a_file_that_is_there_twice_is_found_once_for_each_copy() -> None:
    files = rows(
        SourceFile,
        """
        source_table | source_file     | rows_read | sha256
        cost_plan    | cost_plan/1.csv | 5         | aa
        cost_plan    | cost_plan/2.csv | 5         | aa
        cost_plan    | cost_plan/3.csv | 5         | bb
        cost_plan    | cost_plan/4.csv | 5         | aa
        fx_rate      | fx_rate.csv     | 5         | aa
        pm_project   | pm_project/1    | 0         | cc
        pm_project   | pm_project/2    | 0         | cc
        """,
    )

    found = same_file_twice(files).collect()

    assert [message.partition(":")[0] for message in sorted(found["message"])] == [
        "cost_plan/2.csv is byte for byte the same as cost_plan/1.csv",
        "cost_plan/4.csv is byte for byte the same as cost_plan/1.csv",
    ]
    assert set(found["severity"]) == {WARNING}


# All of it.


def test_what_is_incomplete_is_found_from_the_files_themselves(tmp_path: Path) -> None:
    line = "X{},processed,2026-01-05,1,P1"
    outcome = ingested(
        tmp_path,
        fm_expense_line=LINES + "\n".join(line.format(number) for number in range(10_000)),
        pm_program__1="sys_id\nG1",
        pm_program__2="sys_id\nG1",
        pm_portfolio=f"sys_id\nF1\n{NOTE}",
        cost_plan="",
        benefit_plan="sys_id,task",
    )

    findings = completeness_finding(
        SourceFile.cast(outcome.source_file.lazy()), Quarantine.cast(outcome.quarantine.lazy())
    ).collect()

    assert sorted(findings.select("code", "source_table").rows()) == [
        ("empty_file", "cost_plan"),
        ("same_file_twice", "pm_program"),
        ("suspicious_row_count", "fm_expense_line"),
        ("truncated_export", "pm_portfolio"),
    ]
    assert all(FINDINGS[code].remedy for code in findings["code"])
