"""`tieout compare-settings`: what people type, what they see, and how it ends."""

from __future__ import annotations

import csv
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import polars as pl
import pytest
from typer.testing import CliRunner, Result

from pipelines.cli import app
from tests.golden.sample_run import AS_OF, FOLDER, SAMPLE, SETTINGS

README: Final = SAMPLE.parents[1] / "README.md"
PERIODS: Final = """\
sys_id,name,fiscal_type,start_date_time,end_date_time
FY,FY26,year,2026-01-01 20:00:00,2026-12-31 20:00:00
H1,H1,month,2026-01-01 20:00:00,2026-06-30 20:00:00
H2,H2,month,2026-07-01 20:00:00,2026-12-31 20:00:00
"""
"""Whole days in UTC and, each a day later, in Karachi, which is five hours ahead."""
EXPORT: Final = {
    "fiscal_period": PERIODS,
    "pm_project": "sys_id,number,short_description\nP1,PRJ1,[bold]Pumps\nP2,,Pipes\n",
    "dmn_demand": "sys_id,number\nD1,DMND1\n",
    "cost_plan": "sys_id,name,task,art\nC1,Plan,P1,capex\n",
    "cost_plan_breakdown": "sys_id,breakdown_type,cost_plan,fiscal_period,value\nR1,requirement,C1,H2,1000.1234\n",
    "benefit_plan": "sys_id,name,task\n",
    "benefit_plan_breakdown": "sys_id,benefit_plan,fiscal_period,value\n",
    "fm_expense_line": (
        "sys_id,state,date,amount,task\nX1,processed,2026-07-01,12.50,P2\nX2,processed,2026-03-01,7,P2\n"
        "X3,processed,2026-03-01,5,D1\n"
    ),
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "export"
    folder.mkdir()
    for name, text in EXPORT.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def settings(folder: Path, text: str, name: str = "b.toml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def compare(a: object, b: object, *further: object, as_of: str = "2026-07-02") -> Result:
    arguments = ["compare-settings", a, b, "--as-of", as_of, *further]
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def page(outcome: Result) -> str:
    """What was printed, with single spaces."""
    assert outcome.exit_code == 0, outcome.output
    return re.sub(r" +", " ", outcome.stdout)


def document(outcome: Result) -> Any:
    assert outcome.exit_code == 0, outcome.output
    return json.loads(outcome.stdout)


def changes(outcome: Result, choice: str) -> list[tuple[str | None, ...]]:
    rows = document(outcome)["changes"]
    return [tuple(row[name] for name in ("id", "figure", "a", "b")) for row in rows if row["choice"] == choice]


def records(file: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, as text."""
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


def wrong_usage(outcome: Result) -> str:
    assert outcome.exit_code == 2
    assert "Traceback" not in outcome.output
    return outcome.stderr


def test_a_choice_is_shown_with_its_figures_and_work_items(tmp_path: Path, source: Path) -> None:
    b = settings(tmp_path, 'demand_direct_actuals = "include"')

    text = page(compare("specification", b, "--source", source))

    assert "Choices that differ, seen from 2026-07-02" in text
    assert "demand_direct_actuals exclude include 1 0 0 0" in text
    assert "actual_cost 1 +5.00 0 0 0" in text
    assert "DMND1 actual_cost 0.00 5.00 +5.00" in text
    assert "all together" not in text
    assert text.strip().endswith("1 of 3 work items have other figures under B.")


def test_a_preset_is_named_and_a_file_of_that_name_has_a_path(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings(tmp_path, "", "platform")

    preset = document(compare("specification", "platform", "--source", source, "--json"))
    file = document(compare("specification", "./platform", "--source", source, "--json"))

    assert [choice["choice"] for choice in preset["choices"]] == [
        "demand_direct_actuals",
        "planned_return_sign",
        "npv_first_year",
        "condition_null",
    ]
    assert file["choices"] == []


def test_equal_settings_are_told_in_words(tmp_path: Path, source: Path) -> None:
    text = page(compare("specification", settings(tmp_path, ""), "--source", source))

    assert text.strip() == "Both settings make the same choices: nothing can come out otherwise."


def test_choices_on_which_nothing_depends_are_told_in_words(tmp_path: Path, source: Path) -> None:
    b = settings(tmp_path, 'budget_without_migration_record = "v2_if_only_v2"\napproved_states.pm_project = ["done"]')

    text = page(compare("specification", b, "--source", source))

    assert 'approved_states (none) {"pm_project": ["done"]} 0 0 0 0' in text
    assert text.strip().endswith(
        "No figure of any of 3 work items depends on these choices. approved_states has no part in what is compared here."
    )


def test_an_empty_figure_is_told_as_such_and_counted_apart(tmp_path: Path, source: Path) -> None:
    """PRJ1 has a plan and no discount rate; all digits of an amount are shown, and names as they are written."""
    b = settings(tmp_path, 'missing_discount_rate = "null"')

    text = page(compare("specification", b, "--source", source))

    assert "npv 1 1 0 0" in text
    assert "PRJ1 [bold]Pumps npv -1,000.12 (empty)" in text


def test_the_time_zone_is_a_choice_for_which_the_export_is_read_again(tmp_path: Path, source: Path) -> None:
    """In Karachi the first half ends a day later: it holds the line of 1 July, and is past on 2 July.

    A line dated by the moment is of 2 July there, so it stays in the second half: PRJ1 does not move.
    """
    lines = f"{EXPORT['fm_expense_line']}X4,processed,2026-07-01 20:30:00,3,P1\n"
    (source / "fm_expense_line.csv").write_text(lines, encoding="utf-8")
    b = settings(tmp_path, 'instance_time_zone = "Asia/Karachi"\ndemand_direct_actuals = "include"')

    outcome = compare("specification", b, "--source", source, "--json")

    moved = [("P2", "estimate_at_completion", "7.0000", "19.5000")]
    assert changes(outcome, "instance_time_zone") == moved
    demand = [("D1", "actual_cost", "0.0000", "5.0000"), ("D1", "estimate_at_completion", "0.0000", "5.0000")]
    assert changes(outcome, "demand_direct_actuals") == demand
    assert changes(outcome, "all") == [*demand, *moved]


def test_an_alias_file_is_a_choice_for_which_the_export_is_read_again(tmp_path: Path, source: Path) -> None:
    settings(tmp_path, '[columns.cost_plan]\nart = "expense_type"\n', "aliases.toml")
    b = settings(tmp_path, 'alias_file = "aliases.toml"')

    outcome = compare("specification", b, "--source", source, "--json")

    assert changes(outcome, "alias_file") == [("P1", "planned_capital", "0.0000", "1000.1234")]


@pytest.mark.parametrize(
    ("ending", "read"), [(".csv", pl.read_csv), (".jsonl", pl.read_ndjson), (".parquet", pl.read_parquet)]
)
def test_all_rows_are_written(tmp_path: Path, source: Path, ending: str, read: Any) -> None:
    out = tmp_path / f"changes{ending}"

    outcome = compare(
        "specification", settings(tmp_path, 'demand_direct_actuals = "include"'), "--source", source, "--out", out
    )

    assert outcome.exit_code == 0
    rows = read(out)
    assert rows.columns == ["choice", "level", "id", "number", "name", "figure", "a", "b", "difference"]
    first = rows.row(0, named=True)
    assert (first["id"], first["figure"], Decimal(str(first["difference"]))) == ("D1", "actual_cost", Decimal(5))


def test_only_the_largest_movements_are_listed_unless_all_are_asked_for(tmp_path: Path, source: Path) -> None:
    items = range(1, 24)
    (source / "dmn_demand.csv").write_text("sys_id,number\n" + "".join(f"D{n},DMND{n:02}\n" for n in items))
    lines = "".join(f"X{n},processed,2026-03-01,{n},D{n}\n" for n in items)
    (source / "fm_expense_line.csv").write_text(f"sys_id,state,date,amount,task\n{lines}")
    b = settings(tmp_path, 'demand_direct_actuals = "include"')

    short = page(compare("specification", b, "--source", source))
    whole = page(compare("specification", b, "--source", source, "--all"))

    assert re.findall(r"DMND\d+", short) == [f"DMND{n:02}" for n in range(23, 3, -1)]
    assert "… and 3 more: --all lists every one." in short
    assert re.findall(r"DMND\d+", whole) == [f"DMND{n:02}" for n in range(23, 0, -1)]
    assert "more: --all" not in whole


def test_settings_that_cannot_be_used_are_wrong_usage(tmp_path: Path, source: Path) -> None:
    unknown = settings(tmp_path, "npv_year = 1", "unknown.toml")
    broken = settings(tmp_path, "npv_first_year = ", "broken.toml")

    assert "there is no setting 'npv_year'" in wrong_usage(compare("specification", unknown, "--source", source))
    assert "can't be read" in wrong_usage(compare(broken, "platform", "--source", source))
    missing = wrong_usage(compare("specification", "plattform", "--source", source))
    assert missing.strip() == (
        "There is no settings file plattform. Name a TOML file, or one of specification, platform."
    )
    assert wrong_usage(CliRunner().invoke(app, ["compare-settings", "specification"]))
    assert "must end in" in wrong_usage(compare("specification", "platform", "--source", source, "--out", "a.txt"))


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ({"fiscal_period": None}, "has no table fiscal_period"),
        ({"fm_expense_line": "sys_id,state\n"}, "has no column"),
        ({"fiscal_period": PERIODS.replace("2026-07-01", "2026-06-01")}, "The fiscal calendar can't be used."),
    ],
)
def test_an_export_that_cannot_be_used_is_told_in_a_paragraph(
    source: Path, broken: dict[str, str | None], words: str
) -> None:
    for name, text in broken.items():
        file = source / f"{name}.csv"
        file.unlink() if text is None else file.write_text(text, encoding="utf-8")

    outcome = compare("specification", "platform", "--source", source)

    assert outcome.exit_code == 1
    assert outcome.stdout == ""
    reason = outcome.stderr.strip().splitlines()[-1]
    assert reason.startswith("The settings could not be compared. ")
    assert words in reason
    assert "Traceback" not in outcome.output


def test_rows_that_cannot_be_written_are_told(tmp_path: Path, source: Path) -> None:
    outcome = compare("specification", "platform", "--source", source, "--out", tmp_path / "nowhere" / "a.csv")

    assert outcome.exit_code == 1
    assert "can't be written" in outcome.stderr


def test_the_sample_under_its_own_settings_and_those_of_the_platform(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Side A is what a run publishes; nothing but the file of rows is written."""
    monkeypatch.chdir(tmp_path)
    out = tmp_path / "changes.csv"

    text = page(compare(SETTINGS, "platform", "--source", SAMPLE, "--out", out, as_of=str(AS_OF)))

    assert [path.name for path in tmp_path.rglob("*")] == ["changes.csv"]
    published = {row["number"]: row for row in records(FOLDER / "work_item.csv")}
    rows = [row for row in records(out) if row["level"] == "work_item"]
    assert {row["choice"] for row in rows} == {
        "functional_currency",
        "demand_direct_actuals",
        "planned_return_sign",
        "npv_first_year",
        "all",
    }
    assert [row for row in rows if row["a"] != published[row["number"]][row["figure"]]] == []
    direct = [row for row in rows if row["choice"] == "demand_direct_actuals" and row["figure"] == "actual_cost"]
    known = {number: Decimal(row["demand_direct_actual"]) for number, row in published.items()}
    told = {row["number"]: Decimal(row["difference"]) for row in direct}
    assert told == {number: amount for number, amount in known.items() if amount}
    (example,) = re.findall(r"```text\n(setting .*?)```", README.read_text(encoding="utf-8"), flags=re.DOTALL)
    shown = {line.strip() for line in text.splitlines()}
    assert [line for line in example.splitlines() if re.sub(r" +", " ", line).strip() not in shown] == []
