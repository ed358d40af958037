"""What one published file leaves to the next: it is never lost, and never taken from a file that can't be trusted."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from typer.testing import CliRunner, Result

from models.catalogue import MEMORIES, STATES
from models.oversight_link import OversightLineState, RememberedLine
from models.oversight_project import OversightProjectState, RememberedProject
from models.table import Table
from pipelines.cli import app
from pipelines.memory import check_nothing_forgotten, recalled
from pipelines.statements import qualified
from pipelines.target import PublishRefused
from tests.published import rows, table
from tests.spec.order_world import identity

EXPORT: Final = {
    "fiscal_period": (
        "sys_id,name,fiscal_type,start_date_time,end_date_time\n"
        "FY,FY26,year,2026-01-01 00:00:00,2026-12-31 23:59:59\n"
        "M1,FY26: M01,month,2026-01-01 00:00:00,2026-12-31 23:59:59\n"
    ),
    "pm_project": "sys_id\nX1\n",
    "v_plugin": "id,active\ncom.snc.financial_planning_pmo,active\n",
    "sys_properties": "name,value\nsn_ind_tmt_orm.project.task.auto.closure,true\n",
    "sn_ind_tmt_orm_order": "sys_id,number,account,state\nO1,ORD1,A1,in_progress\n",
    "sn_ind_tmt_orm_order_line_item": "sys_id,number,order,product_offering,state\nL1,OL1,O1,F1, In_Progress \n",
    "sn_ind_tmt_orm_domain_order": "sys_id,order_line_item,state\nd1,L1, ON_HOLD \n",
    "sys_journal_field": "sys_id,element_id,element,value,sys_created_on\nj1,L1,work_notes,dug in,2026-01-14 09:30:00\n",
    "project_template": "sys_id,name,kind\nT1,Install,project\nT3,Roll-out,program\n",
    "project_template_task": "sys_id,template,name\nP1,T1,Survey\n",
    "csm_table_map": "sys_id,source_table,target_table\nM1,sn_ind_tmt_orm_order_line_item,pm_project\n",
    "csm_field_map": "sys_id,map,source_field,target_field\nF1,M1,number,short_description\n",
    "oversight_rule": (
        "sys_id,decision_table,order,condition,answer\n"
        "R1,order_line_item,1,,T1\n"
        "R3,program,1,,T3\n"
        "G1,domain_order,1,,P1\n"
    ),
}
NEXT_DAY: Final = {
    "sn_ind_tmt_orm_order_line_item": (
        "sys_id,number,order,product_offering,state\nL1,OL1,O1,F1,in_progress\nL2,OL2,O1,F1,in_progress\n"
    ),
    "sn_ind_tmt_orm_domain_order": "sys_id,order_line_item,state\nd1,L1,completed\n",
    "sys_journal_field": None,
    "project_template": "sys_id,name,kind\nT5,Repair,project\n",
    "project_template_task": None,
    "oversight_rule": "sys_id,decision_table,order,condition,answer\nR5,order_line_item,1,,T5\n",
}
"""The line has a second one beside it, its domain order is done, and rules and templates are others."""

PROJECT: Final = identity("project", "L1")
TASK: Final = identity("project_task", PROJECT, "P1")
DAY_1, DAY_2 = "2026-03-01", "2026-03-02"


def run(folder: Path, warehouse: Path, as_of: str, **changes: str | None) -> Result:
    """A night over a small export; a change replaces the text of a table's file, None leaves it out."""
    source = folder / f"export-{as_of}"
    source.mkdir()
    for name, text in {**EXPORT, **changes}.items():
        if text is not None:
            (source / f"{name}.csv").write_text(text, encoding="utf-8")
    arguments = ["run", "--source", source, "--warehouse", warehouse, "--as-of", as_of]
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The files that two nights after each other have published."""
    folder = tmp_path_factory.mktemp("nights")
    warehouse = folder / "portfolio.duckdb"
    first = run(folder, warehouse, DAY_1)
    assert first.exit_code == 0, first.output
    day_1 = warehouse.resolve()
    second = run(folder, warehouse, DAY_2, **NEXT_DAY)
    assert second.exit_code == 0, second.output
    return day_1, warehouse.resolve()


def copied(version: Path, folder: Path) -> Path:
    """A copy of a published file that may be changed."""
    copy = folder / version.name
    shutil.copyfile(version, copy)
    return copy


def edited(version: Path, folder: Path, *statements: str) -> Path:
    """A copy of a published file after some statements."""
    copy = copied(version, folder)
    with duckdb.connect(str(copy)) as connection:
        for statement in statements:
            connection.execute(statement)
    return copy


def publish(version: Path, folder: Path) -> Path:
    """A warehouse in a folder of its own whose published file is this one."""
    versions = folder / "versions"
    versions.mkdir()
    shutil.copyfile(version, versions / version.name)
    warehouse = folder / "portfolio.duckdb"
    warehouse.symlink_to(Path("versions") / version.name)
    return warehouse


# From version to version


def test_the_first_night_publishes_what_the_next_is_to_remember(nights: tuple[Path, Path]) -> None:
    day_1, _ = nights

    assert rows(day_1, "SELECT project, template FROM mart.oversight_project") == [(PROJECT, "T1")]
    assert rows(day_1, "SELECT domain_order, project_task FROM mart.domain_order_project_task") == [("d1", TASK)]
    assert rows(day_1, "SELECT state, status FROM mart.oversight_project_task") == [(2, " ON_HOLD ")]
    for state in STATES.values():
        assert table(day_1, qualified(state)).height == 1


def test_the_next_night_keeps_it_and_adds_to_it(nights: tuple[Path, Path]) -> None:
    """Projects and links are as they were, although rules and templates are others; states are those of the day."""
    _, day_2 = nights

    assert rows(day_2, "SELECT order_line_item, template, state FROM mart.oversight_project ORDER BY 1") == [
        ("L1", "T1", 3),
        ("L2", "T5", -5),
    ]
    assert rows(day_2, "SELECT domain_order, project_task FROM mart.domain_order_project_task") == [("d1", TASK)]
    assert rows(day_2, "SELECT state, status FROM mart.oversight_project_task") == [(3, "completed")]
    assert rows(day_2, "SELECT journal, target, value FROM mart.oversight_note") == [("j1", PROJECT, "dug in")]


def test_every_remembered_row_is_in_the_next_file_as_it_was(nights: tuple[Path, Path]) -> None:
    day_1, day_2 = nights

    for state in STATES.values():
        before, after = table(day_1, qualified(state)), table(day_2, qualified(state))
        assert_frame_equal(after.join(before, on=state.primary_key(), how="semi"), before, check_row_order=False)


# What is read from a published file


def test_without_a_published_file_nothing_is_remembered(tmp_path: Path) -> None:
    memory = recalled(tmp_path / "portfolio.duckdb")

    assert set(memory) == set(MEMORIES.values())
    assert all(remembered.is_empty() for remembered in memory.values())


def test_every_state_table_is_recalled_with_the_types_of_its_memory(nights: tuple[Path, Path]) -> None:
    day_1, _ = nights

    for memory, remembered in recalled(day_1).items():
        assert remembered.schema == pl.Schema(memory.dtypes())
    assert recalled(day_1)[RememberedProject]["project"].to_list() == [PROJECT]


def test_a_table_or_column_that_an_older_version_did_not_have_is_empty(
    nights: tuple[Path, Path], tmp_path: Path
) -> None:
    day_1, _ = nights
    older = edited(
        day_1,
        tmp_path,
        f"DROP TABLE {qualified(OversightLineState)}",
        f"ALTER TABLE {qualified(OversightProjectState)} DROP COLUMN planned_end",
    )

    memory = recalled(older)

    assert memory[RememberedLine].is_empty()
    assert memory[RememberedProject].select("project", "planned_end").rows() == [(PROJECT, None)]


def test_a_column_of_another_type_is_refused_and_named(nights: tuple[Path, Path], tmp_path: Path) -> None:
    day_1, _ = nights
    other = edited(day_1, tmp_path, f"ALTER TABLE {qualified(OversightProjectState)} ALTER planned_end TYPE VARCHAR")

    with pytest.raises(PublishRefused, match="oversight_project"):
        recalled(other)


@pytest.mark.parametrize("content", [b"", b"not a database" * 1000], ids=["empty", "something else"])
def test_a_file_that_is_no_database_gives_a_reason(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "portfolio.duckdb"
    file.write_bytes(content)

    with pytest.raises(PublishRefused, match=r"portfolio\.duckdb"):
        recalled(file)


def test_a_file_that_was_published_before_there_was_anything_to_remember_is_a_first_night(
    nights: tuple[Path, Path], tmp_path: Path
) -> None:
    """The next file has all of it."""
    day_1, _ = nights
    drops = [f"DROP TABLE {qualified(state)}" for state in STATES.values()]
    warehouse = publish(edited(day_1, tmp_path, *drops, "DROP SCHEMA state"), tmp_path)

    outcome = run(tmp_path, warehouse, DAY_2)

    assert outcome.exit_code == 0, outcome.output
    for state in STATES.values():
        assert_frame_equal(table(warehouse, qualified(state)), table(day_1, qualified(state)), check_row_order=False)


def test_a_damaged_published_file_is_refused_with_a_reason_and_left_as_it_is(
    nights: tuple[Path, Path], tmp_path: Path
) -> None:
    """Beginning anew would forget what is in it."""
    day_1, _ = nights
    warehouse = publish(day_1, tmp_path)
    damaged = warehouse.resolve()
    damaged.write_bytes(day_1.read_bytes()[: 3 * 4096])
    before = damaged.read_bytes()

    outcome = run(tmp_path, warehouse, DAY_2)

    assert outcome.exit_code == 1
    assert "Traceback" not in outcome.output
    reason = outcome.stderr.strip().splitlines()[-1]
    assert reason.startswith("Nothing was published. ")
    assert "portfolio" in reason
    assert warehouse.resolve() == damaged
    assert damaged.read_bytes() == before


# What another run has published meanwhile


def test_a_file_that_remembers_all_that_the_published_one_does_may_take_its_place(
    nights: tuple[Path, Path], tmp_path: Path
) -> None:
    day_1, day_2 = nights

    check_nothing_forgotten(tmp_path / "nothing.duckdb", day_1)
    check_nothing_forgotten(day_1, day_1)
    check_nothing_forgotten(day_1, day_2)


def test_a_file_that_would_forget_what_another_run_has_published_since_is_refused(nights: tuple[Path, Path]) -> None:
    day_1, day_2 = nights

    with pytest.raises(
        PublishRefused, match=r"Another run has published .*: \d+ rows of state\.\S+ would be forgotten"
    ):
        check_nothing_forgotten(day_2, day_1)


@pytest.mark.parametrize("state", [pytest.param(state, id=name) for name, state in STATES.items()])
def test_a_row_of_any_state_table_counts(nights: tuple[Path, Path], tmp_path: Path, state: type[Table]) -> None:
    day_1, _ = nights
    name = qualified(state)
    emptied = edited(day_1, tmp_path, f"DELETE FROM {name}")

    with pytest.raises(PublishRefused, match=r"would be forgotten\. Run again\."):
        check_nothing_forgotten(day_1, emptied)
