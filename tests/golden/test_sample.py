"""The sample's figures do not change unless someone means to, and show every situation that the sample is for."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from models.finding import FINDINGS
from models.oversight import OUTCOMES, PPM_NOT_INSTALLED
from models.oversight_rule_lint import PROBLEMS
from models.variance_bridge import LATE_ACTUAL, PARTS, SCOPE_REMOVED
from models.vocabulary import BUDGET_SOURCES, EXPENSE_OUTCOMES, IRR_STATUSES
from pipelines.look_back.bridge import bridge
from tests.golden.sample_run import FOLDER, GOLDEN, SAMPLE, as_csv, published_sample
from tests.published import rows


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published_sample(tmp_path_factory.mktemp("sample"))


@pytest.mark.parametrize("name", GOLDEN)
def test_figures_are_those_last_found_right(warehouse: Path, name: str) -> None:
    assert as_csv(warehouse, name) == (FOLDER / f"{name}.csv").read_text(encoding="utf-8")


def values(warehouse: Path, query: str) -> set[object]:
    return {value for (value,) in rows(warehouse, query)}


def test_every_outcome_status_and_source_of_the_specification_occurs(warehouse: Path) -> None:
    assert values(warehouse, "SELECT outcome FROM audit.expense_funnel") == set(EXPENSE_OUTCOMES)
    assert values(warehouse, "SELECT irr_status FROM mart.work_item") == set(IRR_STATUSES)
    assert values(warehouse, "SELECT budget_source FROM mart.work_item") == set(BUDGET_SOURCES)
    assert set(OUTCOMES) - values(warehouse, "SELECT outcome FROM mart.oversight_decision") == {PPM_NOT_INSTALLED}
    assert values(warehouse, "SELECT problem FROM mart.oversight_rule_lint") == set(PROBLEMS)


def test_every_part_of_the_bridge_occurs_but_late_actuals(warehouse: Path) -> None:
    """Actual cost of the platform's own baselines is derived from today's lines: none of it can have come since."""
    assert values(warehouse, "SELECT part FROM mart.variance_bridge") == set(PARTS) - {LATE_ACTUAL}


def test_a_plan_that_only_a_baseline_has_is_named_in_its_bridge(warehouse: Path) -> None:
    removed = bridge(warehouse, "PRJ0010026").rows.filter(part=SCOPE_REMOVED)

    assert set(removed["plan_name"]) == {"Rented analyzers"}


def test_nothing_is_found_that_the_catalogue_does_not_explain(warehouse: Path) -> None:
    found = values(warehouse, "SELECT code FROM audit.finding")

    assert found <= set(FINDINGS)
    assert len(found) >= 15


def test_every_law_holds(warehouse: Path) -> None:
    assert rows(warehouse, "SELECT law FROM audit.conservation WHERE NOT holds") == []


def test_the_published_example_of_the_community_is_in_it(warehouse: Path) -> None:
    """ServiceNow community td-p/1015562."""
    assert (Decimal("114054.05"),) in rows(warehouse, "SELECT npv FROM mart.work_item")


def test_it_comes_in_several_formats() -> None:
    endings = {path.suffix for path in SAMPLE.rglob("*.*") if path.is_file()}

    assert {".csv", ".json", ".jsonl"} <= endings
