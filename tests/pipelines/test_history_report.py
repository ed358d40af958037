"""Looking back from the command line: what a night has shown, and what has changed since."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Final

import duckdb
import pytest
from typer.testing import CliRunner, Result

from pipelines.cli import app
from pipelines.look_back.changes import ABSENT, Moved, MovedRow, changes

PERIODS: Final = """\
sys_id,name,fiscal_type,start_date_time,end_date_time
FY,FY26,year,2026-01-01 00:00:00,2026-12-31 23:59:59
M2,H2,month,2026-07-01 00:00:00,2026-12-31 23:59:59
M1,H1,month,2026-01-01 00:00:00,2026-06-30 23:59:59
"""
NIGHTS: Final = {
    "2026-03-01": {
        "pm_project": "sys_id,number,short_description\nX1,PRJ1,[bold]Pumps\nX2,PRJ2,Pipes\nX3,PRJ3,Valves\n",
        "dmn_demand": "sys_id,number\nD1,DMND1\nD2,DMND1\nD'3,\n",
        "fm_expense_line": (
            "sys_id,state,date,amount,task\n"
            "E1,processed,2026-02-01,1000.50,X1\nE2,processed,2026-08-01,3,X1\nE3,processed,2026-02-01,7,X2\n"
        ),
    },
    "2026-03-05": {
        "pm_project": "sys_id,number,short_description\nX1,PRJ9,[bold]Pumps\nX3,PRJ3,Valves and taps\nX4,PRJ4,Meters\n",
        "dmn_demand": "sys_id,number\nD1,DMND1\nD2,DMND1\nD'3,\n",
        "fm_expense_line": (
            "sys_id,state,date,amount,task\n"
            "E1,processed,2026-02-01,1000.5001,X1\nE2,processed,2026-08-01,-3,X1\nE4,processed,2026-08-01,8,X4\n"
        ),
    },
}
"""The second night: X1 has another number and other costs, X2 is gone, X3 has another name only, X4 is new."""


def tieout(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("looking back")
    for as_of, tables in NIGHTS.items():
        source = folder / as_of
        source.mkdir()
        for name, text in {"fiscal_period": PERIODS, **tables}.items():
            (source / f"{name}.csv").write_text(text, encoding="utf-8")
        outcome = tieout("run", "--source", source, "--warehouse", folder / "p.duckdb", "--as-of", as_of)
        assert outcome.exit_code == 0, outcome.output
    return folder / "p.duckdb"


def page(outcome: Result) -> str:
    """What was printed, with single spaces."""
    assert outcome.exit_code == 0, outcome.output
    return re.sub(r" +", " ", outcome.stdout)


def refused(outcome: Result) -> str:
    """Why there is no answer: one line, and nothing else."""
    assert outcome.exit_code == 1
    assert outcome.stdout == ""
    (reason,) = outcome.stderr.strip().splitlines()
    return reason


def look(warehouse: Path, day: str, item: str) -> Result:
    return tieout("as-of", day, item, "--warehouse", warehouse)


# What a night has shown


@pytest.mark.parametrize("given", ["PRJ1", "X1"])
def test_a_work_item_is_shown_as_it_was_that_night(warehouse: Path, given: str) -> None:
    shown = page(look(warehouse, "2026-03-01", given))

    assert "PRJ1 [bold]Pumps, as the night of 2026-03-01 showed it" in shown
    assert "actual_cost 1,003.50 Processed expense lines that count." in shown
    assert "estimated_cost (empty)" in shown
    assert "So since the night of 2026-03-01; the night of 2026-03-05 shows others." in shown


def test_every_figure_is_shown(warehouse: Path) -> None:
    shown = page(look(warehouse, "2026-03-05", "X1"))

    for figure in ("actual_capital", "budget_variance", "budget_source", "npv", "irr_pct", "irr_status"):
        assert f"\n{figure} " in shown
    assert "actual_cost 997.5001 " in shown
    assert "So since the night of 2026-03-05; they still are." in shown


def test_between_two_nights_the_earlier_one_counts(warehouse: Path) -> None:
    assert "as the night of 2026-03-01 showed it" in page(look(warehouse, "2026-03-04", "X1"))
    assert "as the night of 2026-03-05 showed it" in page(look(warehouse, "2030-01-01", "X1"))


def test_a_number_of_another_night_finds_it_too(warehouse: Path) -> None:
    assert "PRJ1 [bold]Pumps, as the night of 2026-03-01" in page(look(warehouse, "2026-03-01", "PRJ9"))
    assert "PRJ9 [bold]Pumps, as the night of 2026-03-05" in page(look(warehouse, "2026-03-05", "PRJ1"))


def test_a_work_item_without_number_or_name_is_found_by_its_sys_id(warehouse: Path) -> None:
    assert "D'3, as the night of" in page(look(warehouse, "2026-03-05", "D'3"))


def test_a_day_before_the_first_night_has_no_answer(warehouse: Path) -> None:
    assert refused(look(warehouse, "2026-02-28", "X1")) == (
        "2026-02-28 is before the first night in history, which is that of 2026-03-01."
    )
    assert "before the first night" in refused(tieout("changed", "--since", "2026-02-28", "--warehouse", warehouse))


@pytest.mark.parametrize("given", ["PRJ404", "'; DROP TABLE history.work_item; --", ""])
def test_an_unknown_work_item_has_no_answer(warehouse: Path, given: str) -> None:
    reason = refused(look(warehouse, "2026-03-05", given))

    assert reason == f"No night has shown a work item with the sys_id or number {given}."


def test_a_work_item_that_the_night_did_not_have_is_told_from_an_unknown_one(warehouse: Path) -> None:
    assert refused(look(warehouse, "2026-03-05", "PRJ2")) == (
        "The night of 2026-03-05 has not shown PRJ2: it was no longer there from 2026-03-05 on."
    )
    assert refused(look(warehouse, "2026-03-04", "PRJ4")) == (
        "The night of 2026-03-01 has not shown PRJ4: it was first shown by the night of 2026-03-05."
    )


def test_a_number_that_two_work_items_have_is_not_guessed_at(warehouse: Path) -> None:
    assert refused(look(warehouse, "2026-03-05", "DMND1")) == (
        "DMND1 is the number of 2 work items. Give a sys_id: D1, D2."
    )


def test_a_day_that_is_none_is_wrong_usage(warehouse: Path) -> None:
    assert look(warehouse, "yesterday", "X1").exit_code == 2
    assert tieout("changed", "--warehouse", warehouse).exit_code == 2


# What has changed


def test_every_figure_that_moved_is_listed_with_the_periods_that_moved_it(warehouse: Path) -> None:
    found = changes(warehouse, dt.date(2026, 3, 1), None)

    money = [moved for moved in found.moved if moved.figure == "actual_cost"]
    assert money == [
        Moved("PRJ2", "", "actual_cost", Decimal(7), ABSENT),
        Moved("PRJ2", "H1", "actual_cost", Decimal(7), ABSENT),
        Moved("PRJ4", "", "actual_cost", ABSENT, Decimal(8)),
        Moved("PRJ4", "H2", "actual_cost", ABSENT, Decimal(8)),
        Moved("PRJ9", "", "actual_cost", Decimal("1003.50"), Decimal("997.5001")),
        Moved("PRJ9", "H1", "actual_cost", Decimal("1000.5"), Decimal("1000.5001")),
        Moved("PRJ9", "H2", "actual_cost", Decimal(3), Decimal(-3)),
    ]
    assert (found.since, found.until) == (dt.date(2026, 3, 1), dt.date(2026, 3, 5))


def test_what_did_not_move_is_not_listed(warehouse: Path) -> None:
    """Neither another name, nor what is unknown or zero in a row that comes or goes."""
    found = changes(warehouse, dt.date(2026, 3, 1), None)

    assert {moved.item for moved in found.moved} == {"PRJ2", "PRJ4", "PRJ9"}
    assert {moved.figure for moved in found.moved if moved.item == "PRJ9"} == {"actual_cost"}
    assert not [moved for moved in found.moved if {moved.before, moved.after} <= {None, 0, ABSENT}]


def test_the_list_is_printed_with_differences(warehouse: Path) -> None:
    shown = page(tieout("changed", "--since", "2026-03-02", "--until", "2026-04-01", "--warehouse", warehouse))

    assert "What has moved from the night of 2026-03-01 to that of 2026-03-05" in shown
    assert "PRJ9 actual_cost 1,003.50 997.5001 -5.9999" in shown
    assert "PRJ9 H1 actual_cost 1,000.50 1,000.5001 +0.0001" in shown
    assert "PRJ4 H2 actual_cost (not there) 8.00" in shown
    assert "3 work items have moved." in shown


def test_the_rows_that_moved_a_work_item_are_listed_the_largest_move_first(warehouse: Path) -> None:
    """PRJ9's figures moved by two lines; PRJ2's went with its only line, PRJ4's came with one."""
    found = changes(warehouse, dt.date(2026, 3, 1), None)

    assert found.rows == {
        "PRJ2": [MovedRow("PRJ2", "actual_cost", "H1", "fm_expense_line E3", Decimal(7), ABSENT)],
        "PRJ4": [MovedRow("PRJ4", "actual_cost", "H2", "fm_expense_line E4", ABSENT, Decimal(8))],
        "PRJ9": [
            MovedRow("PRJ9", "actual_cost", "H2", "fm_expense_line E2", Decimal(3), Decimal(-3)),
            MovedRow("PRJ9", "actual_cost", "H1", "fm_expense_line E1", Decimal("1000.5"), Decimal("1000.5001")),
        ],
    }


def test_the_rows_are_printed(warehouse: Path) -> None:
    shown = page(tieout("changed", "--since", "2026-03-01", "--warehouse", warehouse))

    assert "PRJ9 H2 actual_cost fm_expense_line E2 3.00 -3.00 -6.00" in shown
    assert "PRJ4 H2 actual_cost fm_expense_line E4 (not there) 8.00" in shown


def test_between_a_night_and_itself_nothing_has_moved(warehouse: Path) -> None:
    shown = page(tieout("changed", "--since", "2026-03-02", "--until", "2026-03-04", "--warehouse", warehouse))

    assert "No figure of any work item has moved" in shown


def test_days_in_the_wrong_order_are_told(warehouse: Path) -> None:
    reason = refused(tieout("changed", "--since", "2026-03-05", "--until", "2026-03-01", "--warehouse", warehouse))

    assert reason.startswith("2026-03-01 is before 2026-03-05: ")


# What is asked


def test_the_warehouse_is_that_of_the_environment_by_default(warehouse: Path) -> None:
    environment = {"TIEOUT_WAREHOUSE": str(warehouse)}

    assert CliRunner().invoke(app, ["as-of", "2026-03-01", "X1"], env=environment).exit_code == 0
    assert CliRunner().invoke(app, ["changed", "--since", "2026-03-01"], env=environment).exit_code == 0


def test_a_file_that_is_not_there_gives_a_reason(tmp_path: Path) -> None:
    reason = refused(look(tmp_path / "nothing.duckdb", "2026-03-01", "X1"))

    assert reason.startswith("There is no file ")
    assert "nothing.duckdb" in reason


def test_a_file_that_is_no_warehouse_gives_a_reason(tmp_path: Path) -> None:
    file = tmp_path / "p.duckdb"
    file.write_bytes(b"not a database" * 1000)

    assert "can't be opened as a DuckDB file" in look(file, "2026-03-01", "X1").stderr
    assert look(file, "2026-03-01", "X1").exit_code == 1


def test_a_file_from_before_there_was_history_says_how_it_begins(warehouse: Path, tmp_path: Path) -> None:
    file = tmp_path / "older.duckdb"
    shutil.copyfile(warehouse, file)
    file.chmod(0o644)
    with duckdb.connect(str(file)) as connection:
        connection.execute("DROP SCHEMA history CASCADE")

    assert refused(look(file, "2026-03-01", "X1")).endswith("has no history. It begins with the next `tieout run`.")
