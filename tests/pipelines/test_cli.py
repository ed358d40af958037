"""The command line: what people type, what they get, and how it ends."""

from __future__ import annotations

import datetime as dt
import os
import re
import stat
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from pipelines import execution
from pipelines.cli import app
from pipelines.commands.console import progress_lines
from pipelines.doctor.note import Note, freed
from pipelines.named_file import CURRENCY_USED
from tests.published import rows

PERIODS = """\
sys_id,name,fiscal_type,start_date_time,end_date_time
FY,FY26,year,2026-01-01 00:00:00,2026-12-31 23:59:59
H1,FY26: M01,month,2026-01-01 00:00:00,2026-06-30 23:59:59
H2,FY26: M02,month,2026-07-01 00:00:00,2026-12-31 23:59:59
"""
EXPORT = {
    "fiscal_period.csv": PERIODS,
    "pm_project.csv": "sys_id,number,short_description\nP1,PRJ1,Pumps\n",
    "fm_expense_line.csv": "sys_id,state,date,amount,task\nX1,processed,2026-02-01,12.50,P1\nX2,processed,soon,1,P1\n",
}


def export(folder: Path, **changes: str | None) -> Path:
    """A small export; a change replaces the text of a table's file, None leaves it out."""
    source = folder / "export"
    source.mkdir(parents=True, exist_ok=True)
    files = EXPORT | {f"{name}.csv": text for name, text in changes.items()}
    for name, text in files.items():
        if text is not None:
            (source / name).write_text(text, encoding="utf-8")
    return source


def tieout(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def run(source: Path, warehouse: Path, *further: object, as_of: str = "2026-03-01") -> Result:
    return tieout("run", "--source", source, "--warehouse", warehouse, "--as-of", as_of, *further)


def refused(outcome: Result) -> str:
    """The reason why nothing was published: one paragraph, and nothing else but progress."""
    assert outcome.exit_code == 1
    assert "Traceback" not in outcome.output
    assert not isinstance(outcome.exception, Exception) or isinstance(outcome.exception, SystemExit)
    reason = outcome.stderr.strip().splitlines()[-1]
    assert reason.startswith("Nothing was published. ")
    return reason


def test_a_run_publishes_and_says_what_and_where(tmp_path: Path) -> None:
    warehouse = tmp_path / "new" / "portfolio.duckdb"

    outcome = run(export(tmp_path), warehouse)

    assert outcome.exit_code == 0
    assert rows(warehouse, "SELECT work_item, actual_cost FROM mart.work_item") == [("P1", 12.5)]
    page = re.sub(r" +", " ", outcome.stdout)
    assert "fm_expense_line 2 1 1 unreadable_date 1" in page
    assert "actual cost 12.50 1" in page
    assert "budget unknown 0" in page
    assert "missing_source" in page
    assert str(warehouse) in page.replace("\n", "")
    assert "seen from 2026-03-01" in page


def test_progress_is_told_while_it_works(tmp_path: Path) -> None:
    outcome = run(export(tmp_path), tmp_path / "portfolio.duckdb")

    lines = outcome.stderr.splitlines()
    assert any("fm_expense_line: 2 rows read" in line for line in lines)
    assert any("mart.work_item: 1 rows" in line for line in lines)


def test_on_a_terminal_progress_is_one_line_that_goes_away(tmp_path: Path) -> None:
    with (tmp_path / "screen").open("w") as screen:
        console = Console(file=screen, force_terminal=True, width=80)
        with progress_lines(console) as say:
            say("pm_project: 3 rows read")

    assert "pm_project: 3 rows read" in (tmp_path / "screen").read_text()


def test_unused_columns_are_named_in_the_log_and_in_the_summary(tmp_path: Path) -> None:
    source = export(tmp_path, pm_project="sys_id,u_colour\nP1,red\n")

    outcome = run(source, tmp_path / "portfolio.duckdb")

    assert "pm_project.csv: not used: u_colour" in outcome.stderr
    assert "audit.unused_input" in outcome.stdout


def test_currencies_that_are_written_in_amounts_and_do_not_count_are_named(tmp_path: Path) -> None:
    """The amount counts in the currency of its row; nobody is to find that out from a total."""
    lines = "sys_id,state,date,amount,task\nE1,processed,2026-02-01,EUR;12.5,P1\nE2,new,2026-02-01,£1,P1\n"
    warehouse = tmp_path / "portfolio.duckdb"

    outcome = run(export(tmp_path, fm_expense_line=lines), warehouse)

    assert outcome.exit_code == 0, outcome.output
    assert rows(warehouse, 'SELECT source_file, "column", reason FROM audit.unused_input') == [
        (
            "fm_expense_line.csv",
            "amount",
            f"the currency written in amounts (EUR, £): {CURRENCY_USED}",
        )
    ]
    assert rows(warehouse, "SELECT actual_cost FROM mart.work_item") == [(Decimal("12.5"),)]


def test_without_as_of_it_is_today_in_the_instance_time_zone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.night.today", lambda _settings: dt.date(2026, 8, 1))

    outcome = tieout("run", "--source", export(tmp_path), "--warehouse", tmp_path / "portfolio.duckdb")

    assert "seen from 2026-08-01" in outcome.stdout


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"fiscal_period": None}, "fiscal_period"),
        ({"pm_project": None}, "pm_project or dmn_demand"),
        ({"pm_project": "number\nPRJ1\n"}, "pm_project.csv has no column sys_id"),
        ({"fm_expense_line": "sys_id;state;date;amount\n"}, "has no column"),
        ({"fiscal_period": PERIODS.replace("07-01 00", "08-01 00")}, "there is a gap"),
        ({"fiscal_period": PERIODS.replace("2026-07-01 00", "2026-06-01 00")}, "may not overlap"),
        ({"fiscal_period": PERIODS.replace("FY,FY26,year", "FY,FY26,quarter")}, "lies in 0 fiscal years"),
    ],
)
def test_an_export_without_figures_in_it_is_refused(tmp_path: Path, changes: dict[str, str | None], words: str) -> None:
    warehouse = tmp_path / "portfolio.duckdb"

    assert words in refused(run(export(tmp_path, **changes), warehouse))
    assert not warehouse.exists()
    assert not (tmp_path / "versions").exists()


def test_a_source_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.touch()
    empty = tmp_path / "empty"
    empty.mkdir()

    assert "does not exist" in refused(run(tmp_path / "nowhere", tmp_path / "portfolio.duckdb"))
    assert "is a file, not a folder" in refused(run(file, tmp_path / "portfolio.duckdb"))
    assert "no export file at all" in refused(run(empty, tmp_path / "portfolio.duckdb"))


def test_a_refused_run_leaves_the_published_file_as_it_was(tmp_path: Path) -> None:
    warehouse = tmp_path / "portfolio.duckdb"
    run(export(tmp_path), warehouse)
    before = (warehouse.readlink(), warehouse.read_bytes(), sorted((tmp_path / "versions").iterdir()))

    refused(run(export(tmp_path, pm_project="number\nPRJ1\n"), warehouse))

    assert (warehouse.readlink(), warehouse.read_bytes(), sorted((tmp_path / "versions").iterdir())) == before


def test_a_later_day_is_not_replaced_by_an_earlier_one_unless_asked(tmp_path: Path) -> None:
    source, warehouse = export(tmp_path), tmp_path / "portfolio.duckdb"
    run(source, warehouse, as_of="2026-03-02")

    assert "--allow-older" in refused(run(source, warehouse, as_of="2026-03-01"))
    assert run(source, warehouse, as_of="2026-03-02").exit_code == 0
    assert run(source, warehouse, "--allow-older", as_of="2026-03-01").exit_code == 0
    assert rows(warehouse, "SELECT CAST(as_of AS VARCHAR) FROM audit.run") == [("2026-03-01",)]


@pytest.mark.parametrize("name", ["mart.duckdb", "SOURCE.duckdb", "audit.db", "history"])
def test_a_file_named_like_a_schema_is_refused(tmp_path: Path, name: str) -> None:
    assert "name of one of its schemas" in refused(run(export(tmp_path), tmp_path / name))


def test_a_place_that_cannot_be_written_is_refused_before_any_work(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()

    outcome = run(export(tmp_path), blocked / "portfolio.duckdb")

    assert "is a file, not a folder" in refused(outcome)
    assert "rows read" not in outcome.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_refused(tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=stat.S_IRUSR | stat.S_IXUSR)

    assert "does not allow it" in refused(run(export(tmp_path), locked / "portfolio.duckdb"))


def test_what_breaks_inside_is_told_in_a_paragraph_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object) -> None:
        raise RuntimeError("no space left on device\nand more")

    monkeypatch.setattr(execution.NightTables, "build", broken)

    reason = refused(run(export(tmp_path), tmp_path / "portfolio.duckdb"))

    assert "no space left on device" in reason
    assert not (tmp_path / "portfolio.duckdb").exists()


def test_what_breaks_between_two_steps_is_told_in_a_paragraph_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(execution.Intake, "cut", broken)

    assert "the run failed: OSError: no space left on device" in refused(
        run(export(tmp_path), tmp_path / "portfolio.duckdb")
    )
    assert not (tmp_path / "portfolio.duckdb").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["run", "--as-of", "yesterday"],
        ["run", "--no-such-option"],
        ["runs"],
        ["run", "--settings", "nowhere.toml"],
    ],
)
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    assert tieout(*arguments).exit_code == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('instance_time_zone = "Mars/Base"', "'Mars/Base' is not a time zone name"),
        ('approved_states = {pm_projet = ["approved"]}', "'pm_projet' is no table of work items"),
        ('npv_first_yaer = "as_of"', "there is no setting 'npv_first_yaer'"),
        ('missing_discount_rate = "one"', "missing_discount_rate = 'one'"),
        ("= 3", "can't be read"),
    ],
)
def test_wrong_settings_are_explained(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(text, encoding="utf-8")

    outcome = run(export(tmp_path), tmp_path / "portfolio.duckdb", "--settings", file)

    assert outcome.exit_code == 2
    assert words in outcome.stderr


def test_settings_are_stored_with_the_run(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('planned_return_sign = "benefit_minus_cost"', encoding="utf-8")
    warehouse = tmp_path / "portfolio.duckdb"

    run(export(tmp_path), warehouse, "--settings", file)

    query = "SELECT settings ->> 'planned_return_sign' FROM audit.run"
    assert rows(warehouse, query) == [("benefit_minus_cost",)]


def test_amounts_are_converted_to_the_functional_currency(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('functional_currency = "EUR"', encoding="utf-8")
    rates = "from_currency,to_currency,rate,valid_from\nUSD,EUR,0.9,2020-01-01\n"
    source = export(tmp_path, pm_project="sys_id,currency\nP1,usd\n", fx_rate=rates)
    warehouse = tmp_path / "portfolio.duckdb"
    done = run(source, warehouse, "--settings", file)

    assert done.exit_code == 0, done.output
    in_euros = rows(warehouse, "SELECT sum(amount), sum(entered_amount) * 0.9 FROM audit.expense_funnel")
    assert in_euros[0][0] == in_euros[0][1]


def test_the_installed_command_works_from_any_folder(tmp_path: Path) -> None:
    command = [str(Path(sys.executable).parent / "tieout"), "run", "--as-of", "2026-03-01"]
    export(tmp_path)

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "portfolio.duckdb").is_symlink()


def test_help_names_every_option() -> None:
    text = tieout("run", "--help").output

    for option in ("--source", "--warehouse", "--as-of", "--settings", "--allow-older"):
        assert option in text


def test_ui_starts_dagster_on_this_machine_only_with_the_projects_own_dagster_yaml(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Runs that have died meanwhile are freed first: the next night would wait for them."""
    started: dict[str, object] = {}

    def frees_a_dead_run(_home: Path | None, *, dry_run: bool) -> list[Note]:
        return [freed("a run", dry_run=dry_run)]

    def start(command: list[str], **given: object) -> int:
        started.update(given, command=command)
        return 0

    monkeypatch.setattr("subprocess.call", start)
    monkeypatch.setattr("pipelines.doctor.examination.runs_in_dagster", frees_a_dead_run)

    outcome = tieout("ui", "--source", tmp_path)

    assert outcome.exit_code == 0
    assert outcome.stdout == "freed    a run\n"
    command, environment = started["command"], started["env"]
    assert isinstance(command, list)
    assert isinstance(environment, dict)
    assert command[command.index("-h") + 1] == "127.0.0.1"
    assert (Path(environment["DAGSTER_HOME"]) / "dagster.yaml").is_file()
    assert environment["TIEOUT_SOURCE"] == str(tmp_path)


def test_a_calendar_of_which_no_row_can_be_read_is_refused(tmp_path: Path) -> None:
    source = export(tmp_path, fiscal_period=PERIODS.replace(" 00:00:00", "").replace(" 23:59:59", ""))

    assert "No row of fiscal_period can be used" in refused(run(source, tmp_path / "portfolio.duckdb"))


def test_a_record_that_was_set_aside_is_not_said_to_be_unknown(tmp_path: Path) -> None:
    warehouse = tmp_path / "portfolio.duckdb"
    projects = "sys_id,number,actual_cost\nP1,PRJ1,1\nP2,PRJ2,abc\n"
    assert run(export(tmp_path, pm_project=projects), warehouse).exit_code == 0

    for given in ("P2", "PRJ2"):
        outcome = tieout("explain", warehouse, given, "actual_cost")
        assert outcome.exit_code == 1
        assert (
            "But a row of pm_project that has it was set aside (pm_project.csv, record 2): actual_cost"
            in outcome.stderr
        )
    assert "set aside" not in tieout("explain", warehouse, "PRJ9", "actual_cost").stderr
