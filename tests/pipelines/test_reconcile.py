"""`tieout reconcile`: what people see of the sample's cached figures, and how it ends for a scheduler."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Final

import duckdb
import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from pipelines.cli import app
from pipelines.summary import show
from tests.golden.sample_run import published_sample
from tests.published import rows

STORY: Final = {
    ("PRJ0010001", "actual_cost"): "top_task_copies_counted",
    ("PRJ0010003", "budget_cost"): "v1_and_v2_summed",
    ("PRJ0010005", "actual_cost"): "stale",
    ("PRJ0010009", "actual_cost"): "unprocessed_counted",
    ("PRJ0010011", "irr_value"): "one_of_several_rates",
    ("PRJ0010016", "budget_cost"): "wrong_budget_version",
    ("PRJ0010021", "estimated_cost"): "task_rows_counted",
    ("PRJ0010021", "planned_capital"): "task_rows_counted",
    ("PRJ0010021", "planned_operating"): "task_rows_counted",
    ("PRJ0010022", "estimated_cost"): "unexplained",
    ("PRJ0010022", "planned_operating"): "unexplained",
    ("PRJ0010022", "planned_return"): "follows_from",
    ("PRJ0010022", "planned_roi"): "follows_from",
    ("PRJ0010022", "estimate_at_completion"): "follows_from",
    ("DMND0001003", "actual_cost"): "demand_direct_counted",
    ("PRJ0010027", "actual_cost"): "not_known",
    ("PRJ0010027", "estimate_at_completion"): "not_known",
}
"""What data/README.md says has happened to figures that the platform keeps."""
BY_WORK_ITEM: Final = """
    SELECT number, metric, cause FROM audit.reconciliation JOIN mart.work_item USING (work_item)
     WHERE source_table IN ('pm_project', 'dmn_demand') AND cause NOT IN ('match', 'rounding')
"""
ACTUAL_DRIFT: Final = Decimal("755487.69")
"""All that cached actual cost of work items is off by."""


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published_sample(tmp_path_factory.mktemp("reconcile"))


def reconcile(warehouse: Path, *arguments: object) -> Result:
    return CliRunner().invoke(app, ["reconcile", "--warehouse", str(warehouse), *map(str, arguments)])


def words(text: str) -> str:
    return " ".join(text.split())


def test_the_sample_s_stories_of_cached_figures_are_all_told(warehouse: Path) -> None:
    assert {(number, metric): cause for number, metric, cause in rows(warehouse, BY_WORK_ITEM)} == STORY
    assert ("PRJ0010023", "npv_value", "rounding") in rows(
        warehouse, BY_WORK_ITEM.replace("NOT IN ('match', 'rounding')", "= 'rounding'")
    )


def test_a_run_says_how_many_figures_have_drifted(warehouse: Path) -> None:
    console = Console(width=140, record=True, file=StringIO())
    show(warehouse, console)

    assert "35 of 3,611 cached figures are not ours: `tieout reconcile` says why." in console.export_text()


def test_every_cached_figure_has_one_verdict(warehouse: Path) -> None:
    """Breakdown rows that match are counted, not dropped."""
    cached = "SELECT (SELECT count(actual) FROM source.cost_plan_breakdown WHERE breakdown_type = 'task')"
    compared = "SELECT sum(figures) FROM audit.reconciliation WHERE metric = 'task_row.actual'"

    assert rows(warehouse, compared) == rows(warehouse, cached)


def test_the_page_shows_causes_then_the_worst_figures(warehouse: Path) -> None:
    page = reconcile(warehouse)

    assert page.exit_code == 0
    text = words(page.stdout)
    assert "top_task_copies_counted actual_cost 1 534,868.15 Copies on the top task" in text
    assert (
        text.index("Why cached figures")
        < text.index("Figures that have drifted")
        < text.index("cached figures are ours,")
    )
    assert "PRJ0010001 Billing platform" in text
    assert "--all shows them" in text
    assert "EXP" not in text
    assert "Not in the export" not in text


def test_all_lists_every_figure(warehouse: Path) -> None:
    listed = reconcile(warehouse, "--all").stdout

    assert "--all shows them" not in listed
    assert "DMND0001003" in listed
    assert "25.00 %" in listed


def test_one_metric_alone(warehouse: Path) -> None:
    text = words(reconcile(warehouse, "--metric", "actual_cost").stdout)

    assert "30 of 35 cached figures are ours" in text
    assert f"Amounts are off by {ACTUAL_DRIFT:,} in all" in text
    assert "budget_cost" not in text


@pytest.mark.parametrize(("limit", "code"), [("0", 1), ("755487.68", 1), ("755,487.69", 0), ("1e9", 0)])
def test_more_drift_than_allowed_ends_with_one(warehouse: Path, limit: str, code: int) -> None:
    outcome = reconcile(warehouse, "--metric", "actual_cost", "--max-drift", limit)

    assert outcome.exit_code == code
    assert (f"Cached figures are off by {ACTUAL_DRIFT:,}: more than" in outcome.stderr) == (code == 1)


def test_rates_and_figures_that_only_repeat_others_are_in_no_sum(warehouse: Path) -> None:
    for metric in ("planned_return", "planned_roi", "irr_value"):
        assert reconcile(warehouse, "--metric", metric, "--max-drift", "0").exit_code == 0


def test_everything_as_json(warehouse: Path) -> None:
    outcome = reconcile(warehouse, "--json", "--metric", "actual_cost", "--max-drift", "100")

    told = json.loads(outcome.stdout)
    assert outcome.exit_code == 1
    assert (told["total_drift"], told["max_drift"], told["is_exceeded"]) == ("755487.6900", "100", True)
    assert told["compared"]["match"] == 30
    worst = told["figures"][0]
    assert (worst["number"], worst["cached"], worst["computed"]) == ("PRJ0010001", "2082908.4900", "1548040.3400")
    assert {cause["cause"] for cause in told["causes"]} == {figure["cause"] for figure in told["figures"]}


def test_what_has_drifted_as_a_file(warehouse: Path, tmp_path: Path) -> None:
    file = tmp_path / "drift.csv"

    assert reconcile(warehouse, "--out", file).exit_code == 0

    with file.open(encoding="utf-8") as opened:
        written = list(csv.DictReader(opened))
    assert len(written) == 35
    assert written[0]["explanation"].startswith("Copies on the top task")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--metric", "costs"), "There is no metric 'costs'"),
        (("--max-drift", "much"), "'much' is no amount"),
        (("--max-drift", "-1"), "no amount of 0 or more"),
        (("--max-drift", "nan"), "no amount of 0 or more"),
        (("--out", "drift.txt"), "must end in one of"),
    ],
)
def test_wrong_usage_ends_with_two(warehouse: Path, arguments: tuple[str, ...], said: str) -> None:
    outcome = reconcile(warehouse, *arguments)

    assert outcome.exit_code == 2
    assert said in words(outcome.stderr.replace("│", " "))


def test_no_file_and_a_file_that_compares_nothing_end_with_one(tmp_path: Path) -> None:
    missing = reconcile(tmp_path / "none.duckdb")
    other = tmp_path / "other.duckdb"
    duckdb.connect(str(other)).close()

    assert (missing.exit_code, "There is no file" in missing.stderr) == (1, True)
    assert (reconcile(other).exit_code, "compares no cached figures" in reconcile(other).stderr) == (1, True)


def test_an_export_without_cached_figures_says_so(tmp_path: Path) -> None:
    export = tmp_path / "export"
    export.mkdir()
    periods = "sys_id,name,fiscal_type,start_date_time,end_date_time\n"
    year = "FY,FY26,year,2026-01-01 00:00:00,2026-12-31 23:59:59\n"
    (export / "fiscal_period.csv").write_text(periods + year + year.replace("FY,FY26,year", "M,M,month"))
    (export / "pm_project.csv").write_text("sys_id,number\nX1,PRJ1\n")
    file = tmp_path / "p.duckdb"
    arguments = ["run", "--source", str(export), "--warehouse", str(file), "--as-of", "2026-02-01"]
    assert CliRunner().invoke(app, arguments).exit_code == 0

    page, watched = reconcile(file), reconcile(file, "--max-drift", "0")

    assert page.exit_code == 0
    assert words(page.stdout) == "The export has no cached figures: there is nothing to compare."
    assert watched.exit_code == 1, "a scheduler is not to stay green when nothing is compared"
    assert "No cached figure could be compared" in watched.stderr
