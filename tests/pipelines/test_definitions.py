"""What Dagster is told: assets and checks from models and transforms, the nightly job and schedule, the instance."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from models.audit import Conservation
from models.catalogue import LAYERS
from models.figures import WorkItem
from models.settings import Settings
from models.table import Table
from pipelines import assets, definitions, publish_asset
from pipelines.assets import asset_key
from pipelines.checks import check_names
from pipelines.claim import Claim, holder
from pipelines.definitions import NightResource, defs
from pipelines.execution import run_night
from pipelines.new_warehouse import published_tables
from pipelines.night import Night, Store
from pipelines.project import PROJECT, WORKSPACE
from pipelines.run_claim import claim_of
from pipelines.schedules import NIGHTLY
from pipelines.steps import publish_warehouse
from pipelines.warehouse import stored
from tests.pipelines.test_cli import export
from tests.promises.no_pickle import nothing_pickled
from tests.published import rows
from transforms.catalogue import all_transforms

EVERY_TABLE = [table for layer in LAYERS for table in layer.values()]
ONE_IN = 12
"""Of the computed tables, how many are materialised by themselves: each takes Dagster a second."""
WAREHOUSE = dg.AssetKey(["published", "warehouse"])


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def configured(folder: Path) -> dict[str, Any]:
    """Run configuration of the export in a folder."""
    values = {"source": str(folder / "export"), "warehouse": str(folder / "portfolio.duckdb"), "as_of": "2026-03-01"}
    return {
        "resources": {"night": {"config": values}},
        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
    }


def workspace_of(folder: Path) -> Path:
    return folder / "workspace" / "workspace.duckdb"


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dg.ExecuteInProcessResult]:
    """A folder with a small export, what the nightly job has made of it, and how the job went."""
    folder = tmp_path_factory.mktemp("dagster") / "first"
    folder.mkdir()
    export(folder)
    with pytest.MonkeyPatch.context() as patch, dg.DagsterInstance.ephemeral() as instance:
        patch.setattr(definitions, "WORKSPACE", workspace_of(folder))
        return folder, execute(instance, configured(folder))


@pytest.fixture
def folder(first: tuple[Path, dg.ExecuteInProcessResult], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that folder that a test may go on with."""
    copy = tmp_path / "night"
    shutil.copytree(first[0], copy, symlinks=True)
    monkeypatch.setattr(definitions, "WORKSPACE", workspace_of(copy))
    return copy


def execute(instance: dg.DagsterInstance, config: dict[str, Any], *only: dg.AssetKey) -> dg.ExecuteInProcessResult:
    """Run the nightly job, or some of it. Nothing on its way may be pickled: what is unpickled is run."""
    job = defs.resolve_job_def(NIGHTLY)
    with nothing_pickled():
        return job.execute_in_process(
            run_config=config, instance=instance, raise_on_error=False, asset_selection=list(only) or None
        )


def test_every_table_is_an_asset_in_the_group_of_its_layer() -> None:
    graph = defs.resolve_asset_graph()

    for table in EVERY_TABLE:
        assert graph.get(asset_key(table)).group_name == table.layer
    assert graph.get_all_asset_keys() - {WAREHOUSE} == {asset_key(table) for table in EVERY_TABLE}


def test_every_asset_shows_columns_and_meaning_from_its_model() -> None:
    graph = defs.resolve_asset_graph()

    for table in EVERY_TABLE:
        node = graph.get(asset_key(table))
        schema = node.metadata["dagster/column_schema"]
        described = [(column.name, column.description) for column in schema.columns]
        assert described == [(name, table.column_meaning(name)) for name in table.columns()]
        assert table.meaning() in (node.description or "")


def test_an_asset_depends_on_the_tables_that_its_transform_reads() -> None:
    graph = defs.resolve_asset_graph()

    for transform in all_transforms():
        needed = {asset_key(table) for table in transform.inputs.values()}
        assert graph.get(asset_key(transform.table)).parent_keys == needed


def test_the_warehouse_waits_for_every_table_and_all_checks_block() -> None:
    graph = defs.resolve_asset_graph()

    assert graph.get(WAREHOUSE).parent_keys == {asset_key(table) for table in EVERY_TABLE}
    checks = [graph.get(key) for key in graph.asset_check_keys]
    assert len(checks) > len(EVERY_TABLE)
    assert all(check.blocking for check in checks)


@pytest.mark.parametrize("table", EVERY_TABLE, ids=lambda table: f"{table.layer}.{table.table_name()}")
def test_every_table_has_the_checks_that_its_model_asks_for(table: type[Table]) -> None:
    graph = defs.resolve_asset_graph()

    keys = {key.name for key in graph.asset_check_keys if key.asset_key == asset_key(table)}
    assert keys - {"numpy_financial_agrees"} == set(check_names(table))
    assert ("numpy_financial_agrees" in keys) == (table is WorkItem)


def test_the_schedule_sees_the_night_from_its_own_day() -> None:
    schedule = defs.resolve_schedule_def(NIGHTLY)
    due = dt.datetime(2026, 3, 1, 2, 0, tzinfo=dt.UTC)

    request = next(iter(schedule.evaluate_tick(dg.build_schedule_context(scheduled_execution_time=due)).run_requests))

    config = dg.validate_run_config(defs.resolve_job_def(NIGHTLY), request.run_config)
    night = definitions.default_night()
    assert config["resources"]["night"]["config"] == {**definitions.parameters(night), "as_of": "2026-03-01"}
    assert schedule.job_name == NIGHTLY
    assert schedule.cron_schedule == "0 2 * * *"


def test_a_night_in_dagster_publishes_and_keeps_its_tables(first: tuple[Path, dg.ExecuteInProcessResult]) -> None:
    folder, result = first

    assert result.success
    assert rows(folder / "portfolio.duckdb", "SELECT actual_cost FROM mart.work_item") == [(12.5,)]
    assert all(check.passed for check in result.get_asset_check_evaluations())
    assert workspace_of(folder).is_file()


def test_after_a_run_any_asset_can_be_materialised_by_itself(instance: dg.DagsterInstance, folder: Path) -> None:
    for transform in all_transforms()[::ONE_IN]:
        assert execute(instance, configured(folder), asset_key(transform.table)).success, transform.table


def test_a_run_in_dagster_says_that_it_lives_and_what_it_does(
    instance: dg.DagsterInstance, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims: list[Claim | None] = []

    def publishes(night: Night, run_id: str, store: Store) -> Path:
        path = publish_warehouse(night, run_id, store)
        claims.append(holder(claim_of(instance, run_id)))
        return path

    monkeypatch.setattr(publish_asset, "publish_warehouse", publishes)
    result = execute(instance, configured(folder), WAREHOUSE)

    assert result.success
    assert [claim.doing for claim in claims if claim] == [f"publishing {folder / 'portfolio.duckdb'}"]
    assert holder(claim_of(instance, result.run_id)) is None


def test_a_broken_law_stops_the_publish_and_says_which(
    instance: dg.DagsterInstance, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (folder / "portfolio.duckdb").readlink()
    broken = {"law": "cents", "expected": 1, "found": 2, "difference": 1, "holds": False}
    written = assets.verdicts

    def one_law_broken(table: type[Table], frame: pl.DataFrame, read: object) -> object:
        wrong = pl.DataFrame([broken], schema=Conservation.dtypes())
        return written(table, wrong if table is Conservation else frame, read)  # type: ignore[arg-type]

    monkeypatch.setattr(assets, "verdicts", one_law_broken)
    result = execute(instance, configured(folder))

    assert not result.success
    failed = [check for check in result.get_asset_check_evaluations() if not check.passed]
    assert [check.check_name for check in failed] == ["laws_hold"]
    assert failed[0].description == "cents: expected 1.0000, found 2.0000, difference 1.0000."
    assert (folder / "portfolio.duckdb").readlink() == before


def test_a_refusal_is_a_failure_with_its_reason(instance: dg.DagsterInstance, folder: Path) -> None:
    (folder / "export" / "fiscal_period.csv").unlink()

    result = execute(instance, configured(folder))

    (failure,) = [event.step_failure_data for event in result.all_node_events if event.is_step_failure]
    assert failure.user_failure_data is not None
    assert "has no table fiscal_period" in (failure.user_failure_data.description or "")


def test_the_projects_own_dagster_yaml_is_fit_for_a_nightly_on_one_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    with dg.DagsterInstance.from_config(str(PROJECT)) as instance:
        assert instance.run_monitoring_enabled
        assert instance.run_monitoring_max_runtime_seconds == 2 * 60 * 60
        assert instance.run_retries_enabled
        assert instance.get_concurrency_config().run_queue_config.max_concurrent_runs == 1
        assert not instance.telemetry_enabled
        assert WORKSPACE.parent.name == ".tieout"


def test_a_night_without_a_day_is_seen_from_today(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(definitions, "WORKSPACE", tmp_path / "w.duckdb")
    monkeypatch.setattr(definitions, "today", lambda _settings: dt.date(2026, 5, 5))
    resource = NightResource(source="data/sample", warehouse="out/portfolio.duckdb")

    with resource.yield_for_execution(dg.build_init_resource_context()) as night:
        assert night.as_of == dt.date(2026, 5, 5)
        assert night.source == PROJECT / "data" / "sample"


@pytest.mark.parametrize(
    ("given", "source", "settings_file"),
    [
        ({}, "data/sample", "data/sample.toml"),
        ({"TIEOUT_SOURCE": "exports"}, "exports", ""),
        ({"TIEOUT_SOURCE": "exports", "TIEOUT_SETTINGS": "own.toml"}, "exports", "own.toml"),
    ],
)
def test_the_sample_with_its_settings_is_shown_where_no_export_is_named(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], source: str, settings_file: str
) -> None:
    for name in ("TIEOUT_SOURCE", "TIEOUT_SETTINGS"):
        monkeypatch.delenv(name, raising=False)
    for name, path in given.items():
        monkeypatch.setenv(name, path)

    night = definitions.default_night()

    assert (night.source, night.settings_file) == (source, settings_file)


def test_publishing_alone_is_refused_where_the_tables_are_those_of_another_day(
    instance: dg.DagsterInstance, folder: Path
) -> None:
    config = configured(folder)
    assert execute(instance, config, WAREHOUSE).success
    config["resources"]["night"]["config"]["as_of"] = "2026-03-02"

    result = execute(instance, config, WAREHOUSE)

    (failure,) = [event.step_failure_data for event in result.all_node_events if event.is_step_failure]
    assert "were computed for 2026-03-01" in failure.user_failure_data.description
    assert rows(folder / "portfolio.duckdb", "SELECT CAST(as_of AS VARCHAR) FROM audit.run") == [("2026-03-01",)]


def test_dagster_and_the_command_line_publish_the_same(
    first: tuple[Path, dg.ExecuteInProcessResult], tmp_path: Path
) -> None:
    folder, by_hand = first[0], tmp_path / "by_hand.duckdb"
    run_night(folder / "export", by_hand, as_of=dt.date(2026, 3, 1), settings=Settings(), progress=lambda _line: None)

    for table, frame in stored(by_hand, published_tables()).items():
        expected = stored(folder / "portfolio.duckdb", [table])[table]
        assert_frame_equal(frame, expected, check_row_order=table.layer != "source")
