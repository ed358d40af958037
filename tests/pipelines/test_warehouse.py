"""The workspace keeps tables exactly; the published file is what the models say, in types that every reader knows."""

from __future__ import annotations

import datetime as dt
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from models.audit import Run
from models.catalogue import AUDITS, MARTS, STEPS
from models.cost import CostPlan, CostPlanBreakdown
from models.currency import ExchangeRate
from models.figures import WorkItem
from models.table import Table
from pipelines.new_warehouse import published_tables
from pipelines.publication import publish
from pipelines.published_file import WarehouseError, opened, query, reading, registered
from pipelines.statements import column_type, qualified
from pipelines.warehouse import published_as_of, verify
from pipelines.workspace import Workspace
from tests import published
from tests.frames import rows
from tests.night import Frames, night
from tests.spec.world import admitted

AS_OF = dt.date(2026, 5, 15)
PLANS = rows(CostPlan, "sys_id | name | task \n C2 | second | P1 \n C1 | first | P1")
STEP = next(iter(STEPS.values()))
PUBLISHED = [pytest.param(table, id=f"{table.layer}.{table.table_name()}") for table in published_tables()]
PLAIN_TYPES = {"VARCHAR", "DATE", "TIMESTAMP", "BOOLEAN", "DOUBLE", "BIGINT", "DECIMAL(38,4)", "DECIMAL(38,12)"}
TYPES_OF_KINDS = {
    "key": "VARCHAR",
    "reference": "VARCHAR",
    "choice": "VARCHAR",
    "text": "VARCHAR",
    "money": "DECIMAL(38,4)",
    "number": "DECIMAL(38,4)",
    "rate": "DECIMAL(38,12)",
    "ratio": "DOUBLE",
    "date": "DATE",
    "date_time": "TIMESTAMP",
    "flag": "BOOLEAN",
    "count": "BIGINT",
}


def a_night() -> Frames:
    """Every table of a small night; the export has no exchange rates."""
    tables = admitted(
        without=["fx_rate"],
        cost_plan="sys_id | task \n C2 | P1 \n C1 | P1",
        cost_plan_breakdown="sys_id | cost_plan | value \n b2 | C1 | 0.0001 \n b1 | C2 | 99999999999999.9999",
        fm_expense_line="task | amount | short_description \n P1 | -3.25 | an unmistakable text",
    )
    run = pl.LazyFrame([(AS_OF, "{}", "0.1.0")], schema=Run.dtypes(), orient="row")
    every = [*published_tables(), *STEPS.values()]
    return {table: table.create_empty(lazy=True) for table in every} | night(tables, as_of=AS_OF) | {Run: run}


@pytest.fixture(scope="module")
def frames() -> Frames:
    return a_night()


@pytest.fixture(scope="module")
def kept(frames: Frames, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A workspace that an earlier process has left."""
    path = tmp_path_factory.mktemp("workspace") / "workspace.duckdb"
    with a_workspace(path) as first:
        write_all(first, frames)
    with a_workspace(path) as second:
        yield second


@pytest.fixture(scope="module")
def built(kept: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published file of the night; not to be changed."""
    path = tmp_path_factory.mktemp("built") / "portfolio.duckdb"
    kept.build(path)
    return path


@contextmanager
def a_workspace(kept: Path | None) -> Iterator[Workspace]:
    workspace = Workspace(kept)
    try:
        yield workspace
    finally:
        workspace.close()


def write_all(workspace: Workspace, frames: Frames) -> None:
    for table, frame in frames.items():
        workspace.write(table, frame)


def changed(built: Path, folder: Path, *statements: str) -> Path:
    """A copy of a published file after these statements."""
    path = folder / built.name
    shutil.copy(built, path)
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)
    return path


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    with a_workspace(tmp_path / "w.duckdb") as workspace:
        assert_frame_equal(workspace.write(CostPlan, PLANS), PLANS.collect())
        assert_frame_equal(workspace.read(CostPlan), PLANS)


def test_every_table_is_the_same_to_a_later_process(kept: Workspace, frames: Frames) -> None:
    for table, frame in frames.items():
        assert_frame_equal(kept.read(table), frame)


def test_a_table_is_there_once_it_is_written(tmp_path: Path) -> None:
    with a_workspace(tmp_path / "w.duckdb") as first:
        assert not first.has(CostPlan)
        first.write(CostPlan, PLANS)
        assert first.has(CostPlan)

    with a_workspace(tmp_path / "w.duckdb") as second:
        assert second.has(CostPlan)
        assert not second.has(CostPlanBreakdown)


def test_a_table_that_is_not_there_has_its_columns_and_no_rows(tmp_path: Path) -> None:
    with a_workspace(tmp_path / "w.duckdb") as workspace:
        assert_frame_equal(workspace.read(CostPlan), CostPlan.create_empty(lazy=True))


def test_writing_again_replaces_the_rows(tmp_path: Path) -> None:
    with a_workspace(tmp_path / "w.duckdb") as first:
        first.write(CostPlan, PLANS)
        first.write(CostPlan, PLANS.head(1))
        assert_frame_equal(first.read(CostPlan), PLANS.head(1))

    with a_workspace(tmp_path / "w.duckdb") as second:
        assert_frame_equal(second.read(CostPlan), PLANS.head(1))


def test_a_forgotten_table_is_gone(tmp_path: Path) -> None:
    with a_workspace(tmp_path / "w.duckdb") as first:
        first.write(CostPlan, PLANS)
    with a_workspace(tmp_path / "w.duckdb") as second:
        second.forget(CostPlan)
        second.forget(CostPlanBreakdown)
        assert not second.has(CostPlan)
    with a_workspace(tmp_path / "w.duckdb") as third:
        assert not third.has(CostPlan)


def test_a_workspace_for_one_run_keeps_tables_as_long_as_it_lasts(frames: Frames) -> None:
    with a_workspace(None) as workspace:
        workspace.write(STEP, frames[STEP])
        assert workspace.has(STEP)
        assert_frame_equal(workspace.read(STEP), frames[STEP])
    with a_workspace(None) as another:
        assert not another.has(STEP)


def test_the_published_file_is_the_same_from_memory_and_from_a_kept_workspace(
    frames: Frames, built: Path, tmp_path: Path
) -> None:
    with a_workspace(None) as workspace:
        write_all(workspace, frames)
        workspace.build(tmp_path / "portfolio.duckdb")

    for name in published.tables(built):
        assert_frame_equal(published.table(tmp_path / "portfolio.duckdb", name), published.table(built, name))


@pytest.mark.parametrize(
    "wrong",
    [
        PLANS.drop("name"),
        PLANS.with_columns(extra=1),
        PLANS.select(reversed(CostPlan.column_names())),
        PLANS.with_columns(total_planned_cost=1.5),
        PLANS.with_columns(pl.col("total_planned_cost").cast(pl.Decimal(38, 2))),
    ],
    ids=["missing", "extra", "order", "float", "scale"],
)
def test_rows_with_other_columns_than_the_table_has_are_refused(tmp_path: Path, wrong: pl.LazyFrame) -> None:
    with a_workspace(tmp_path / "w.duckdb") as workspace:
        with pytest.raises(WarehouseError, match=r'source\."cost_plan" should have the columns'):
            workspace.write(CostPlan, wrong)
        assert not workspace.has(CostPlan)


def test_a_table_that_another_version_of_the_models_has_left_is_refused(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "w.duckdb")) as connection:
        connection.execute("CREATE SCHEMA source; CREATE TABLE source.cost_plan (sys_id VARCHAR)")

    with (
        a_workspace(tmp_path / "w.duckdb") as workspace,
        pytest.raises(WarehouseError, match=r'source\."cost_plan" should have the columns'),
    ):
        workspace.read(CostPlan)


def test_a_workspace_that_is_no_duckdb_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "w.duckdb").write_text("not a database" * 1000)

    with pytest.raises(WarehouseError, match="can't be opened as a DuckDB file"):
        Workspace(tmp_path / "w.duckdb")


def test_a_workspace_that_another_process_uses_is_refused(tmp_path: Path) -> None:
    program = f"import duckdb; c = duckdb.connect({str(tmp_path / 'w.duckdb')!r}); print('open', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(WarehouseError, match="lock"):
            Workspace(tmp_path / "w.duckdb")
        other.communicate("\n")

    Workspace(tmp_path / "w.duckdb").close()


def test_the_file_holds_the_figures_the_audit_and_the_sources_of_this_export(built: Path) -> None:
    held = query(built, "SELECT schema_name || '.\"' || table_name || '\"' FROM duckdb_tables()")

    assert {name for (name,) in held} == {qualified(table) for table in published_tables() if table is not ExchangeRate}


def test_the_file_holds_exactly_the_rows_of_the_run(built: Path, frames: Frames) -> None:
    with reading(built) as connection:
        for table in set(published_tables()) - {ExchangeRate}:
            held = connection.table(qualified(table)).pl()
            assert_frame_equal(held, frames[table].collect(), check_row_order=False)


def test_amounts_are_exact_to_the_last_digit(built: Path) -> None:
    held = query(built, "SELECT value::VARCHAR FROM source.cost_plan_breakdown")

    assert held == [("0.0001",), ("99999999999999.9999",)]


def test_every_table_and_column_says_what_it_is(built: Path) -> None:
    tables = query(built, "SELECT comment FROM duckdb_tables()")
    columns = query(built, "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal")

    assert all(comment for (comment,) in tables)
    assert all(comment for *_, comment in columns)
    assert ("work_item", "estimated_cost", WorkItem.column_meaning("estimated_cost")) in columns


@pytest.mark.parametrize("table", PUBLISHED)
def test_the_type_of_a_column_follows_from_its_kind_and_money_is_never_a_float(table: type[Table]) -> None:
    types = {name: column_type(dtype) for name, dtype in table.dtypes().items()}

    assert types == {name: TYPES_OF_KINDS[table.metadata_of(name)["kind"]] for name in types}


def test_types_are_plain(built: Path) -> None:
    held = query(built, "SELECT DISTINCT data_type FROM duckdb_columns() WHERE NOT internal")

    assert {name for (name,) in held} <= PLAIN_TYPES


@pytest.mark.parametrize("dtype", [pl.Enum(["a"]), pl.List(pl.String()), pl.Float32(), pl.Int128(), pl.Time()])
def test_other_types_have_no_place_in_the_file(dtype: pl.DataType) -> None:
    with pytest.raises(KeyError):
        column_type(dtype)


def test_duckdb_1_2_can_open_the_file(built: Path) -> None:
    """65 is the number of its storage format; a file with a higher one can't be opened by it."""
    assert query(built, "SELECT tags['storage_version'] FROM duckdb_databases() WHERE NOT internal") == [("v1.2.0+",)]
    assert int.from_bytes(built.read_bytes()[12:20], "little") == 65


def test_the_file_is_complete_without_a_log(built: Path) -> None:
    assert list(built.parent.iterdir()) == [built]


def test_figures_are_in_the_order_of_their_key_and_sources_in_that_of_the_export(built: Path) -> None:
    with reading(built) as connection:
        for table in [*MARTS.values(), *AUDITS.values()]:
            held = connection.table(qualified(table)).pl()
            assert_frame_equal(held, held.sort(table.primary_key() or table.column_names(), nulls_last=True))

    assert query(built, "SELECT sys_id FROM source.cost_plan") == [("C2",), ("C1",)]


def test_the_order_in_which_rows_were_computed_does_not_show(tmp_path: Path, frames: Frames, built: Path) -> None:
    with a_workspace(tmp_path / "w.duckdb") as workspace:
        for table, frame in frames.items():
            workspace.write(table, frame if table.layer == "source" else frame.reverse())
        workspace.build(tmp_path / "other.duckdb")

    with reading(built) as one, reading(tmp_path / "other.duckdb") as other:
        for table in [*MARTS.values(), *AUDITS.values()]:
            assert_frame_equal(one.table(qualified(table)).pl(), other.table(qualified(table)).pl())


@pytest.mark.parametrize("name", ["it's [x]*.duckdb", 'a "b"; -- c.duckdb'])
def test_any_path_can_be_built_and_read(tmp_path: Path, kept: Workspace, name: str) -> None:
    kept.build(tmp_path / name)

    verify(tmp_path / name)
    assert published_as_of(tmp_path / name) == AS_OF
    assert list(tmp_path.iterdir()) == [tmp_path / name]


def test_a_table_that_was_not_computed_is_told_and_can_be_added(tmp_path: Path, frames: Frames) -> None:
    with a_workspace(tmp_path / "w.duckdb") as workspace:
        write_all(workspace, {table: frame for table, frame in frames.items() if table is not WorkItem})
        with pytest.raises(WarehouseError, match=r"incomplete\.duckdb can't be written: .*work_item"):
            workspace.build(tmp_path / "incomplete.duckdb")

        workspace.write(WorkItem, frames[WorkItem])
        workspace.build(tmp_path / "complete.duckdb")

    verify(tmp_path / "complete.duckdb")


@contextmanager
def a_disk_of(size: int) -> Iterator[None]:
    """No file can grow beyond this size."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture(scope="module")
def large(frames: Frames, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A workspace whose published file is some megabytes larger than that of an empty night."""
    keys = pl.LazyFrame({"sys_id": [f"plan {number * 7919 % 1000003}" for number in range(60_000)]})
    plans = keys.select(
        pl.col("sys_id").shuffle(seed=place).alias(name) if dtype == pl.String else pl.lit(None, dtype).alias(name)
        for place, (name, dtype) in enumerate(CostPlan.dtypes().items())
    )
    with a_workspace(tmp_path_factory.mktemp("large") / "w.duckdb") as workspace:
        write_all(workspace, {**frames, CostPlan: plans})
        yield workspace


@pytest.mark.parametrize("size", [100_000, 1_500_000, 5_000_000])
def test_a_full_disk_is_told_wherever_it_fills_up(tmp_path: Path, large: Workspace, size: int) -> None:
    """While rows are written or when the file is closed; what is told is what came first."""
    with a_disk_of(size), pytest.raises(WarehouseError, match=r"can't be written: .*File too large") as told:
        large.build(tmp_path / "full.duckdb")

    assert "DETACH" not in str(told.value)


def test_after_a_full_disk_the_workspace_can_build_again(tmp_path: Path, large: Workspace) -> None:
    with a_disk_of(1_500_000), pytest.raises(WarehouseError):
        large.build(tmp_path / "full.duckdb")

    large.build(tmp_path / "roomy.duckdb")


def test_a_python_variable_is_not_taken_for_a_table_that_is_missing(tmp_path: Path, built: Path) -> None:
    work_item = pl.DataFrame({"work_item": ["P1"]})

    with a_workspace(tmp_path / "w.duckdb") as workspace, pytest.raises(WarehouseError, match="does not exist"):
        workspace.build(tmp_path / "new.duckdb")
    with pytest.raises(WarehouseError, match="does not exist"):
        query(built, "SELECT * FROM work_item")
    assert work_item.height == 1


def test_a_built_file_is_verified(built: Path) -> None:
    verify(built)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("DROP TABLE mart.work_item", 'mart."work_item" is not as its model says'),
        ("DROP TABLE source.cost_plan", 'source."cost_plan" is not as its model says'),
        ("DROP TABLE audit.admission", "admission does not exist"),
        ("DROP SCHEMA audit CASCADE", 'audit."admission"'),
        ("COMMENT ON TABLE mart.work_item IS 'Something else.'", 'mart."work_item" is not as its model says'),
        ("COMMENT ON COLUMN mart.work_item.work_item IS NULL", 'mart."work_item" is not as its model says'),
        ("ALTER TABLE mart.work_item ALTER estimated_cost TYPE DOUBLE", "estimated_cost"),
        ("ALTER TABLE mart.work_item ALTER estimated_cost TYPE DECIMAL(18, 2)", "estimated_cost"),
        ("ALTER TABLE mart.work_item DROP estimated_cost", "estimated_cost"),
        ("ALTER TABLE mart.work_item RENAME estimated_cost TO cost", "estimated_cost"),
        ("ALTER TABLE mart.work_item ADD COLUMN more VARCHAR", "more"),
        ("DELETE FROM source.cost_plan WHERE sys_id = 'C1'", "should hold 2 admitted rows, but holds 1"),
        ("INSERT INTO source.cost_plan FROM source.cost_plan", "should hold 2 admitted rows, but holds 4"),
    ],
)
def test_a_file_that_is_not_as_the_models_say_is_refused(
    built: Path, tmp_path: Path, statement: str, told: str
) -> None:
    path = changed(built, tmp_path, statement)

    with pytest.raises(WarehouseError) as refused:
        verify(path)

    assert told in str(refused.value)


def test_a_source_table_that_this_export_does_not_have_is_not_missed(built: Path) -> None:
    assert not query(built, "SELECT * FROM audit.admission WHERE source_table = 'fx_rate'")

    verify(built)


@pytest.mark.parametrize("part", [0, 0.01, 0.1, 0.5, 0.95])
def test_a_truncated_file_is_refused(built: Path, tmp_path: Path, part: float) -> None:
    whole = built.read_bytes()
    (tmp_path / "short.duckdb").write_bytes(whole[: int(len(whole) * part)])

    with pytest.raises(WarehouseError, match=r"short\.duckdb can't be"):
        verify(tmp_path / "short.duckdb")


def test_one_wrong_byte_in_a_value_is_found(built: Path, tmp_path: Path) -> None:
    whole = built.read_bytes()
    assert b"unmistakable" in whole
    (tmp_path / "wrong.duckdb").write_bytes(whole.replace(b"unmistakable", b"unmistakeble"))

    with pytest.raises(WarehouseError, match="checksum"):
        verify(tmp_path / "wrong.duckdb")


def test_what_is_no_duckdb_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("not a database" * 1000)

    for path in (tmp_path / "text", tmp_path, tmp_path / "nothing"):
        with pytest.raises(WarehouseError, match="can't be opened as a DuckDB file"):
            verify(path)


def test_a_warehouse_knows_the_day_it_is_seen_from(built: Path, tmp_path: Path) -> None:
    assert published_as_of(built) == AS_OF
    assert published_as_of(tmp_path / "nothing.duckdb") is None


@pytest.mark.parametrize("statement", ["DROP TABLE audit.run", "DROP SCHEMA audit CASCADE", "DELETE FROM audit.run"])
def test_a_duckdb_file_that_no_run_has_made_is_refused(built: Path, tmp_path: Path, statement: str) -> None:
    path = changed(built, tmp_path, statement)

    with pytest.raises(WarehouseError, match="not a tieout warehouse"):
        published_as_of(path)


def test_a_query_that_can_not_be_answered_is_told(built: Path) -> None:
    with pytest.raises(WarehouseError, match=r"portfolio\.duckdb can't be read: .*no_such_table"):
        query(built, "SELECT * FROM no_such_table")


def test_a_reader_can_not_change_the_file(built: Path) -> None:
    with pytest.raises(WarehouseError, match="read-only"):
        query(built, "DELETE FROM audit.run")


def test_a_new_reader_sees_the_new_version_while_an_old_one_reads_on(
    built: Path, kept: Workspace, tmp_path: Path
) -> None:
    """DuckDB shares one instance among the connections of a process to one file: it must tell the two apart."""
    file, the_day_before = tmp_path / "published" / "portfolio.duckdb", AS_OF - dt.timedelta(days=1)
    older = changed(built, tmp_path, f"UPDATE audit.run SET as_of = DATE '{the_day_before}'")

    def copy(path: Path) -> None:
        shutil.copy(older, path)

    publish(file, run_id="r1", as_of=the_day_before, allow_older=False, build=copy, verify=verify)
    with reading(file) as reader:
        publish(file, run_id="r2", as_of=AS_OF, allow_older=False, build=kept.build, verify=verify)

        assert published_as_of(file) == AS_OF
        assert reader.execute("SELECT as_of FROM audit.run").fetchall() == [(the_day_before,)]


def test_what_has_gone_wrong_first_is_told_although_it_ends_the_transaction() -> None:
    connection = opened(Path(":memory:"), read_only=False)
    connection.execute("CREATE TABLE held (key INTEGER PRIMARY KEY)")
    connection.begin()

    twice = pl.DataFrame({"key": [1, 1]})
    with pytest.raises(duckdb.ConstraintException, match="duplicate key"), registered(connection, twice) as view:
        connection.execute(f"INSERT INTO held SELECT key FROM {view}")
