"""`tieout publish --roles`: a file for each role, with its relations and nothing else, in the bytes too.

Every table that a warehouse can have holds a secret of its own, and each role's file is searched for all of them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest
from typer.testing import CliRunner

from models.access import AGENTS, CUSTOMER_PROJECT_MANAGER, MANAGERS, PROJECT_ADMIN, PROJECT_USER, READ, AccessControl
from models.audit import Run, RunDay
from models.figures import WorkItem
from models.oversight_link import OversightNote
from models.oversight_rule import CUSTOMER_PROJECTS_PLUGIN
from pipelines import new_warehouse, role_files
from pipelines.cli import app
from pipelines.execution import run_night
from pipelines.new_warehouse import published_tables
from pipelines.night import load_settings
from pipelines.published_file import WarehouseError
from pipelines.readers import keep_to_the_group
from pipelines.role_files import MANIFEST, publish_roles
from pipelines.role_rights import readable_tables
from pipelines.target import PublishRefused
from pipelines.warehouse import contents, verify_only
from tests.golden.sample_run import AS_OF, SETTINGS
from tests.promises.planted.secret_export import secret_export
from tests.promises.planted.secret_warehouse import COPIES, DAY, secret_of, secret_warehouse, secrets_in, text_in
from tests.promises.test_all_or_nothing import BOTH, kills_survived
from tests.published import rows, table, tables
from tests.spec.test_access_control import LINE_LIST, ORDERS, PROJECT_FORM, TASK_LISTS, TEMPLATES

LINKS = {f"mart.{name}" for name in LINE_LIST | TASK_LISTS}
FORM = {f"mart.{name}" for name in PROJECT_FORM}
BY_HAND = {
    **dict.fromkeys(AGENTS, ORDERS | FORM | LINKS | TEMPLATES),
    **dict.fromkeys(MANAGERS, ORDERS | LINKS),
    PROJECT_USER: FORM | LINKS | TEMPLATES,
}
"""What Table 1 of the specification lets these roles read; agents contain the project user."""
DAY_ONLY = "audit.run"
EVERY_TABLE = published_tables()
FEW = (OversightNote, WorkItem)


def stored_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let files be written without compression, so that their bytes can be searched."""
    opened = new_warehouse.opened

    def uncompressed(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
        connection = opened(path, read_only=read_only)
        connection.execute("SET force_compression = 'uncompressed'")
        return connection

    monkeypatch.setattr(new_warehouse, "opened", uncompressed)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("roles")


@pytest.fixture(scope="module")
def warehouse(folder: Path) -> Path:
    with pytest.MonkeyPatch.context() as patched:
        stored_as_it_is(patched)
        return secret_warehouse(folder / "portfolio.duckdb")


@pytest.fixture(scope="module")
def roles(folder: Path, warehouse: Path) -> Path:
    """The folder of the role files, written without compression."""
    with pytest.MonkeyPatch.context() as patched:
        stored_as_it_is(patched)
        publish_roles(warehouse, folder / "roles")
    return folder / "roles"


def file_of(roles: Path, role: str) -> Path:
    return roles / f"{role}.duckdb"


@pytest.mark.parametrize("role", BY_HAND)
def test_a_file_holds_the_relations_of_its_role_and_the_day(roles: Path, role: str) -> None:
    assert set(tables(file_of(roles, role))) == BY_HAND[role] | {DAY_ONLY}
    assert rows(file_of(roles, role), "SELECT count(*) FROM duckdb_views() WHERE NOT internal") == [(0,)]
    assert table(file_of(roles, role), DAY_ONLY).rows(named=True) == [{"as_of": DAY}]


def test_there_is_a_file_for_each_role_and_nothing_else(roles: Path, warehouse: Path) -> None:
    known = [name for (name,) in rows(warehouse, "SELECT DISTINCT role FROM mart.access_control")]

    assert {path.name for path in roles.iterdir()} == {MANIFEST, *(f"{role}.duckdb" for role in known)}


def test_no_secret_of_another_relation_is_in_a_file_neither_in_its_bytes_nor_in_what_can_be_asked(
    roles: Path, warehouse: Path
) -> None:
    everything = {f"{one.layer}.{one.table_name()}" for one in EVERY_TABLE}
    assert secrets_in(warehouse.read_bytes()) == everything - {"mart.access_control", "audit.admission"}, (
        "all of them are found where they are"
    )
    for role, readable in BY_HAND.items():
        file = file_of(roles, role)
        assert secrets_in(file.read_bytes()) == readable
        assert secrets_in(text_in(file).encode()) == readable


def test_every_row_and_comment_of_a_relation_is_there(roles: Path, warehouse: Path) -> None:
    file = file_of(roles, PROJECT_USER)
    said = "SELECT comment FROM duckdb_columns() WHERE table_name = 'oversight_note' AND schema_name = 'mart'"

    assert rows(file, "SELECT count(*) FROM mart.oversight_note") == [(COPIES,)]
    assert table(file, "mart.oversight_note").equals(table(warehouse, "mart.oversight_note"))
    assert rows(file, said) == rows(warehouse, said)
    assert all(comment for (comment,) in rows(file, said))


def test_the_manifest_says_whose_each_file_is_what_is_in_it_and_of_which_run(roles: Path) -> None:
    manifest = json.loads((roles / MANIFEST).read_text(encoding="utf-8"))

    assert (manifest["run"], manifest["as_of"]) == (f"night-{DAY}", str(DAY))
    for role, told in manifest["roles"].items():
        assert hashlib.sha256((roles / told["file"]).read_bytes()).hexdigest() == told["sha256"]
        bare = {name.removeprefix("mart.") for name in tables(file_of(roles, role))}
        assert set(told["relations"]) == bare


def right(role: str, relation: str, condition: str | None) -> dict[str, str | None]:
    inherited = {"contains_role": CUSTOMER_PROJECT_MANAGER, "inherited_from": CUSTOMER_PROJECT_MANAGER}
    return {"role": role, "relation": relation, "access": READ, "condition": condition, **inherited}


@pytest.mark.parametrize(
    ("active", "readable"),
    [("true", {"oversight_note", "oversight_program"}), ("false", {"oversight_note"}), (None, {"oversight_note"})],
)
def test_a_right_with_a_condition_counts_only_where_that_plugin_is_active(
    tmp_path: Path, active: str | None, readable: set[str]
) -> None:
    rights = [
        right("agent", "oversight_note", None),
        right("agent", "oversight_program", CUSTOMER_PROJECTS_PLUGIN),
        {**right("agent", "work_item", None), "access": "post_notes"},
        {"role": "other", "contains_role": "agent"},
    ]
    access = pl.DataFrame(rights, schema=AccessControl.dtypes())
    plugins = {} if active is None else {CUSTOMER_PROJECTS_PLUGIN: active}
    warehouse = secret_warehouse(tmp_path / "portfolio.duckdb", access=access, plugins=plugins, only=FEW)

    found = readable_tables(warehouse.resolve())

    assert {one.table_name() for one in found["agent"]} - {"run"} == readable
    assert found["other"] == (RunDay,), "a role's rights are listed, those of roles that it contains too"


def test_a_role_that_no_file_should_be_named_after_is_refused(tmp_path: Path) -> None:
    for role in ("../../etc/cron.d/x", "mart", ".hidden", "a b", "x\n"):
        access = pl.DataFrame([right(role, "oversight_note", None)], schema=AccessControl.dtypes())
        warehouse = secret_warehouse(tmp_path / "portfolio.duckdb", access=access, only=FEW)
        with pytest.raises(PublishRefused, match="named after"):
            publish_roles(warehouse, tmp_path / "roles")
        assert not (tmp_path / "roles").exists()


def small(folder: Path, *named: str, day: dt.date = DAY) -> Path:
    """A warehouse in which each of the roles may read one table."""
    access = pl.DataFrame([right(role, "oversight_note", None) for role in named], schema=AccessControl.dtypes())
    return secret_warehouse(folder / "portfolio.duckdb", access=access, day=day, only=FEW)


def listed(roles: Path) -> list[str]:
    return sorted(path.stem for path in roles.glob("*.duckdb"))


def test_a_role_that_goes_away_loses_its_file_and_readers_keep_what_they_hold(tmp_path: Path) -> None:
    publish_roles(small(tmp_path, "first", "second"), tmp_path / "roles")
    with duckdb.connect(str(tmp_path / "roles" / "second.duckdb"), read_only=True) as reader:
        publish_roles(small(tmp_path, "first", "third"), tmp_path / "roles")

        assert listed(tmp_path / "roles") == ["first", "third"]
        assert reader.execute("SELECT count(*) FROM mart.oversight_note").fetchone() == (COPIES,)


def test_all_files_are_replaced_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    warehouse, roles = small(tmp_path, "first", "second"), tmp_path / "roles"
    publish_roles(warehouse, roles)
    before = roles.readlink()
    verify = role_files.verify_only

    def second_is_wrong(path: Path, expected: object) -> None:
        if path.stem == "second":
            with duckdb.connect(str(path)) as connection:
                connection.execute("CREATE TABLE mart.work_item AS SELECT 'SECRET' AS name")
        verify(path, expected)  # type: ignore[arg-type]

    monkeypatch.setattr(role_files, "verify_only", second_is_wrong)
    with pytest.raises(PublishRefused, match=r'holds what it must not: mart."work_item"'):
        publish_roles(warehouse, roles)

    assert roles.readlink() == before
    assert [path.name for path in (tmp_path / "versions").iterdir() if ".building" in path.name] == []


def test_rows_that_are_not_those_of_the_warehouse_are_found(tmp_path: Path) -> None:
    warehouse = small(tmp_path, "first")
    publish_roles(warehouse, tmp_path / "roles")
    file = tmp_path / "roles" / "first.duckdb"
    readable = readable_tables(warehouse.resolve())["first"]
    expected = contents(warehouse.resolve(), readable)
    verify_only(file, expected)
    file.chmod(0o600)
    with duckdb.connect(str(file)) as connection:
        connection.execute("UPDATE mart.oversight_note SET value = 'other' WHERE rowid = 7")

    with pytest.raises(WarehouseError, match="oversight_note"):
        verify_only(file, expected)


def test_files_never_go_back_in_time_unless_asked(tmp_path: Path) -> None:
    roles = tmp_path / "roles"
    publish_roles(small(tmp_path, "first", day=dt.date(2026, 2, 1)), roles)
    older = small(tmp_path, "first", day=dt.date(2026, 1, 1))

    with pytest.raises(PublishRefused, match=r"already shows 2026-02-01"):
        publish_roles(older, roles)
    publish_roles(older, roles, allow_older=True)

    assert rows(roles / "first.duckdb", "SELECT as_of FROM audit.run") == [(dt.date(2026, 1, 1),)]


def test_what_others_have_put_there_is_left_alone(tmp_path: Path) -> None:
    warehouse = small(tmp_path, "first")
    (tmp_path / "roles").mkdir()
    (tmp_path / "roles" / "theirs.txt").write_text("x")

    with pytest.raises(PublishRefused, match="left alone"):
        publish_roles(warehouse, tmp_path / "roles")
    with pytest.raises(PublishRefused, match=r"a file, not a folder|left alone"):
        publish_roles(warehouse, tmp_path / "roles" / "theirs.txt")

    assert (tmp_path / "roles" / "theirs.txt").read_text() == "x"


def may_read(file: Path, *, groups: list[int]) -> bool:
    """Whether another user, who is in these groups, can read a file: tried by one."""
    tried = subprocess.run(
        ["/bin/head", "-c", "1", str(file)],
        user=65534,
        group=65534,
        extra_groups=groups,
        capture_output=True,
        check=False,
    )
    return tried.returncode == 0


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that other users can get to, unlike those that pytest makes."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def test_only_the_group_of_a_file_reads_it_and_keeps_it_from_night_to_night(place: Path) -> None:
    """Needs root, as CI has it: no one else can speak for other users."""
    everyone, agents = 4_000_001, 4_000_002
    os.chown(place, -1, everyone)
    place.chmod(0o2750)
    mask = os.umask(0)
    try:
        keep_to_the_group()
        warehouse, roles = small(place, "agent", "manager"), place / "roles"
        publish_roles(warehouse, roles)
        os.chown(roles / "agent.duckdb", -1, agents)
        publish_roles(warehouse, roles)
    finally:
        os.umask(mask)

    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (roles, *roles.iterdir())}
    assert modes == {"roles": 0o750, "agent.duckdb": 0o440, "manager.duckdb": 0o440, MANIFEST: 0o440}
    assert may_read(roles / "agent.duckdb", groups=[everyone, agents])
    assert not may_read(roles / "agent.duckdb", groups=[everyone])
    assert may_read(roles / "manager.duckdb", groups=[everyone])
    assert not may_read(roles / "manager.duckdb", groups=[agents])


def tieout(*arguments: object) -> tuple[int, str]:
    outcome = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert not isinstance(outcome.exception, Exception) or isinstance(outcome.exception, SystemExit)
    return outcome.exit_code, outcome.output


def test_the_command_says_what_it_has_published_or_why_not(tmp_path: Path) -> None:
    warehouse = small(tmp_path, "first")

    assert tieout("publish", "--warehouse", warehouse)[0] == 2
    code, said = tieout("publish", "--roles", "--warehouse", tmp_path / "none.duckdb")
    assert (code, "has not been published yet" in said) == (1, True)
    code, said = tieout("publish", "--roles", "--warehouse", warehouse, "--to", tmp_path / "for others" / "roles")
    assert code == 0, said
    assert "first.duckdb: 2 tables" in said
    assert listed(tmp_path / "for others" / "roles") == ["first"]
    assert tieout("publish", "--roles", "--warehouse", warehouse)[0] == 0
    assert listed(tmp_path / "roles") == ["first"]


def test_a_warehouse_that_does_not_say_who_may_read_what_has_no_role_files(tmp_path: Path) -> None:
    warehouse = small(tmp_path)

    with pytest.raises(PublishRefused, match="does not say who may read what"):
        publish_roles(warehouse, tmp_path / "roles")


def test_administrators_read_everything_and_the_project_administrator_the_finance_marts(roles: Path) -> None:
    admin, finance = set(tables(file_of(roles, "admin"))), set(tables(file_of(roles, PROJECT_ADMIN)))

    assert admin == {f"{one.layer}.{one.table_name()}" for one in EVERY_TABLE}
    assert {"mart.work_item", "mart.order_financials", "mart.oversight_decision"} <= finance
    assert {name for name in finance if name.startswith(("audit.", "history.", "state.", "baseline."))} == {DAY_ONLY}
    assert table(file_of(roles, "admin"), DAY_ONLY).columns == Run.column_names()


HIDDEN_FROM_AGENTS = ("fm_expense_line", "cost_plan", "benefit_plan", "pm_portfolio", "resource_type_definition")
"""Tables of the sample whose texts are in no relation that an agent may read."""


@pytest.mark.torture
@pytest.mark.parametrize("compressed", [True, False])
def test_no_name_of_a_real_night_is_in_the_bytes_of_a_role_that_may_not_read_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, compressed: bool
) -> None:
    if not compressed:
        stored_as_it_is(monkeypatch)
    warehouse = tmp_path / "portfolio.duckdb"
    run_night(
        secret_export(tmp_path), warehouse, as_of=AS_OF, settings=load_settings(SETTINGS), progress=lambda _line: None
    )

    publish_roles(warehouse, tmp_path / "roles")

    everything = secrets_in(text_in(warehouse).encode())
    assert len(everything) > 30
    for role, relations in BY_HAND.items():
        file = file_of(tmp_path / "roles", role)
        there = set(tables(warehouse))
        allowed = secrets_in(repr([table(warehouse, one).rows() for one in relations & there]).encode())
        in_bytes = secrets_in(file.read_bytes())
        assert in_bytes == allowed if not compressed else in_bytes <= allowed
        assert secrets_in(text_in(file).encode()) == allowed
        assert [one for one in allowed if one.startswith(HIDDEN_FROM_AGENTS)] == []
        assert allowed < everything


@pytest.mark.torture
def test_no_byte_of_what_the_process_has_read_before_is_left_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Blocks of a file are written from memory in which hidden rows were a moment ago."""
    stored_as_it_is(monkeypatch)
    warehouse = small(tmp_path, "first", "second", "third")
    for _ in range(20):
        with duckdb.connect() as hidden:
            hidden.execute(
                f"CREATE TABLE hidden AS SELECT repeat('{secret_of(WorkItem)}', 20) AS text FROM range(100_000)"
            )
            hidden.execute("SELECT max(text) FROM hidden").fetchall()
        publish_roles(warehouse, tmp_path / "roles")
        for role in ("first", "second", "third"):
            assert secrets_in((tmp_path / "roles" / f"{role}.duckdb").read_bytes()) == {"mart.oversight_note"}


@pytest.mark.torture
def test_a_kill_at_any_system_call_leaves_all_files_of_the_last_night_or_of_the_new_one(tmp_path: Path) -> None:
    survived = kills_survived(tmp_path, "plain_folders", *BOTH)

    assert min(survived.values()) > 100
