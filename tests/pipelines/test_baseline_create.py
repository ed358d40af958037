"""Baselines by command: taken of the published file, and published with it as a new version."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest
from polars.testing import assert_frame_equal
from typer.testing import CliRunner, Result

from models.audit import Finding
from models.baseline import BaselineTaken
from models.catalogue import BASELINES
from models.table import Table
from pipelines.baseline_create import RENEWED, BaselineRefused, create_baseline
from pipelines.cli import app
from pipelines.new_warehouse import published_tables
from pipelines.publication import publish
from pipelines.statements import qualified
from tests.published import rows, table, tables
from transforms.catalogue import all_transforms

EXPORT: Final = {
    "fiscal_period": "sys_id,name,fiscal_type,start_date_time,end_date_time\n"
    "FY,FY26,year,2026-01-01 00:00:00,2027-01-01 00:00:00\n"
    "M1,M01,month,2026-01-01 00:00:00,2026-02-01 00:00:00\n"
    "M2,M02,month,2026-02-01 00:00:00,2027-01-01 00:00:00\n",
    "pm_project": "sys_id,number,short_description,state\nP1,PRJ1,One,open\nP2,PRJ2,Two,open\nP3,PRJ2,Twin,open\n",
    "cost_plan": "sys_id,name,task\nC1,plan,P1\nC2,plan,P2\n",
    "cost_plan_breakdown": "sys_id,breakdown_type,cost_plan,fiscal_period,value\n"
    "r1,requirement,C1,M1,100\nr2,requirement,C1,M2,50.25\nr3,requirement,C2,M1,7\n",
    "fm_expense_line": "sys_id,state,date,amount,task\ne1,processed,2026-01-10,30,P1\n",
}
DAY_1, DAY_2 = "2026-02-05", "2026-02-06"


def run(folder: Path, as_of: str, **changes: str) -> Result:
    """A night over a small export."""
    source = folder / f"export-{as_of}"
    source.mkdir(exist_ok=True)
    for name, text in {**EXPORT, **changes}.items():
        (source / f"{name}.csv").write_text(text, encoding="utf-8")
    arguments = ["run", "--source", source, "--warehouse", folder / "portfolio.duckdb", "--as-of", as_of]
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def create(folder: Path, *work_items: str, name: str = "gate 1") -> Result:
    """The command on the folder's warehouse."""
    return CliRunner().invoke(
        app, ["baseline", "create", *work_items, "--name", name, "--warehouse", str(folder / "portfolio.duckdb")]
    )


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a published night."""
    folder = tmp_path_factory.mktemp("published")
    outcome = run(folder, DAY_1)
    assert outcome.exit_code == 0, outcome.output
    return folder


@pytest.fixture
def folder(published: Path, tmp_path: Path) -> Path:
    """A copy of the published night that a test may change."""
    (tmp_path / "versions").mkdir()
    version = (published / "portfolio.duckdb").resolve()
    copy = tmp_path / "versions" / version.name
    copy.write_bytes(version.read_bytes())
    (tmp_path / "portfolio.duckdb").symlink_to(Path("versions") / version.name)
    return tmp_path


def test_a_baseline_is_taken_and_published_without_the_export(folder: Path) -> None:
    outcome = create(folder, "P1")
    warehouse = folder / "portfolio.duckdb"

    assert outcome.exit_code == 0, outcome.output
    assert "gate 1 of P1" in outcome.output
    assert rows(warehouse, "SELECT name, work_item, created_on::VARCHAR, kind FROM baseline.header") == [
        ("gate 1", "P1", DAY_1, "manual")
    ]
    assert rows(warehouse, "SELECT cost_plan_breakdown, planned_cost FROM baseline.cost_plan_breakdown ORDER BY 1") == [
        ("r1", Decimal(100)),
        ("r2", Decimal("50.25")),
    ]
    assert rows(warehouse, "SELECT fiscal_period, actual_cost FROM baseline.actual_cost") == [("M1", Decimal(30))]
    compared = (
        "SELECT planned_cost_variance, estimate_at_completion_baseline, estimate_at_completion_variance "
        "FROM mart.baseline_variance"
    )
    assert rows(warehouse, compared) == [(Decimal(0), Decimal("80.25"), Decimal(0))]


def test_everything_else_is_as_it_was(folder: Path) -> None:
    before = (folder / "portfolio.duckdb").resolve()
    create(folder, "P1")
    after = (folder / "portfolio.duckdb").resolve()

    assert after != before
    assert tables(after) == tables(before)
    renewed = {qualified(changed).replace('"', "") for changed in RENEWED}
    for name in set(tables(before)) - renewed:
        assert_frame_equal(table(after, name), table(before, name))
    others = "FROM audit.conservation WHERE NOT regexp_matches(law, '^(baseline|bridge)')"
    assert rows(after, f"SELECT * {others}") == rows(before, f"SELECT * {others}")
    assert rows(after, "SELECT law FROM audit.conservation") == rows(before, "SELECT law FROM audit.conservation")
    assert after.stat().st_mode & 0o222 == 0


def test_what_is_renewed_is_all_that_depends_on_which_baselines_there_are() -> None:
    """But findings: a baseline that is taken is in today's currency, and there is none to be told of it."""
    depending: set[type[Table]] = {BaselineTaken}
    for transform in all_transforms():
        if depending & set(transform.inputs.values()):
            depending.add(transform.table)

    assert {table for table in depending if table in published_tables()} == {*RENEWED, Finding}


def test_several_work_items_are_named_by_key_or_number_and_each_is_taken_once(folder: Path) -> None:
    outcome = create(folder, "PRJ1", "P1", "P3")

    assert outcome.exit_code == 0, outcome.output
    assert rows(folder / "portfolio.duckdb", "SELECT work_item FROM baseline.header ORDER BY 1") == [("P1",), ("P3",)]


def test_the_next_night_keeps_it_and_compares_it(folder: Path) -> None:
    create(folder, "P1")
    before = {name: table(folder / "portfolio.duckdb", f"baseline.{name}") for name in BASELINES}
    plan = EXPORT["cost_plan_breakdown"].replace("50.25", "60.75")
    outcome = run(folder, DAY_2, cost_plan_breakdown=plan)

    assert outcome.exit_code == 0, outcome.output
    for name, kept in before.items():
        assert_frame_equal(table(folder / "portfolio.duckdb", f"baseline.{name}"), kept)
    assert rows(folder / "portfolio.duckdb", "SELECT planned_cost_variance FROM mart.baseline_variance") == [
        (Decimal("10.5"),)
    ]


def test_a_work_item_can_have_many(folder: Path) -> None:
    create(folder, "P1")
    second = create(folder, "P1", "P2", name="gate 2")

    assert second.exit_code == 0, second.output
    assert rows(folder / "portfolio.duckdb", "SELECT name, work_item FROM baseline.header ORDER BY 1, 2") == [
        ("gate 1", "P1"),
        ("gate 2", "P1"),
        ("gate 2", "P2"),
    ]


@pytest.mark.parametrize(
    ("work_items", "name", "reasons"),
    [
        pytest.param(("P1", "P9", "PRJ9"), "gate 2", ("no work item P9", "no work item PRJ9"), id="unknown"),
        pytest.param(("PRJ2",), "gate 2", ("several work items: name one of P2, P3",), id="ambiguous number"),
        pytest.param(("P2", "P1"), " gate 1 ", ("P1 already has a baseline named gate 1",), id="name taken"),
        pytest.param(("P1",), "approval 2026-01-01", ("choose another name",), id="name of a run"),
        pytest.param(("P1",), " ", ("not blank",), id="blank name"),
    ],
)
def test_what_can_not_be_taken_is_refused_with_reasons_and_changes_nothing(
    folder: Path, work_items: tuple[str, ...], name: str, reasons: tuple[str, ...]
) -> None:
    assert create(folder, "P1").exit_code == 0
    before = (folder / "portfolio.duckdb").resolve()
    outcome = create(folder, *work_items, name=name)

    assert outcome.exit_code == 1
    for reason in reasons:
        assert reason in outcome.output
    assert (folder / "portfolio.duckdb").resolve() == before
    assert rows(before, "SELECT count(*) FROM baseline.header") == [(1,)]


def test_without_a_published_file_none_is_taken(tmp_path: Path) -> None:
    outcome = create(tmp_path, "P1")

    assert outcome.exit_code == 1
    assert "has not been published yet" in outcome.output
    assert "Traceback" not in outcome.output


def test_a_file_of_another_version_is_refused(folder: Path) -> None:
    version = (folder / "portfolio.duckdb").resolve()
    version.write_bytes(b"something else")
    outcome = create(folder, "P1")

    assert outcome.exit_code == 1
    assert "was not published by this version" in outcome.output


def test_a_night_that_is_published_meanwhile_is_not_overwritten(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    warehouse = folder / "portfolio.duckdb"
    other = warehouse.resolve().with_name(f"portfolio.{DAY_1}.other.duckdb")

    def overtaken(file: Path, **options: object) -> Path:
        other.write_bytes(warehouse.resolve().read_bytes())
        warehouse.unlink()
        warehouse.symlink_to(Path("versions") / other.name)
        return publish(file, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("pipelines.baseline_create.publish", overtaken)

    with pytest.raises(BaselineRefused, match="since this one read it"):
        create_baseline(["P1"], "gate 1", warehouse)
    assert warehouse.resolve() == other


def test_it_needs_a_work_item_and_a_name() -> None:
    assert CliRunner().invoke(app, ["baseline", "create", "--name", "gate 1"]).exit_code == 2
    assert CliRunner().invoke(app, ["baseline", "create", "P1"]).exit_code == 2
