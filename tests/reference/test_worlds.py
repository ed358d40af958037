"""The generated worlds: repeatable, full of traps, and consistent with the laws that hold in every one."""

import csv
import json
from collections import Counter
from decimal import Decimal
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from .engine import Result, compute
from .figures import Record
from .world_files import write_csv, write_mixed
from .worlds import World, world

SEEDS = range(60)


@cache
def _world(seed: int) -> tuple[World, Result]:
    """Even seeds are clean, odd ones dirty."""
    drawn = world(seed, dirty=seed % 2 == 1)
    return drawn, compute(drawn.tables, as_of=drawn.as_of, settings=drawn.settings)


def _records(table: str) -> list[Record]:
    return [row for seed in SEEDS for row in _world(seed)[1].tables[table]]


def _seen(table: str, column: str) -> Counter[object]:
    return Counter(row[column] for row in _records(table))


def _total(rows: list[dict[str, object]], column: str) -> Decimal:
    amounts = [row[column] for row in rows]
    return sum((amount for amount in amounts if isinstance(amount, Decimal)), Decimal(0))


def test_the_same_seed_gives_the_same_world() -> None:
    assert world(7, dirty=True) == world(7, dirty=True)
    assert world(7) != world(8)


def test_the_worlds_hold_every_outcome_status_version_and_rule() -> None:
    assert len(_seen("audit.expense_funnel", "outcome")) == 6
    assert {"ok", "none", "multiple", "no_sign_change", "too_few_years"} <= _seen("mart.work_item", "irr_status").keys()
    assert _seen("mart.work_item", "budget_source").keys() == {"v1", "v2", "none"}
    assert _seen("audit.quarantine", "rule").keys() == {
        "unreadable_number",
        "unreadable_date",
        "unreadable_boolean",
        "missing_key",
        "missing_value",
        "duplicate_row",
        "conflicting_duplicate",
        "unknown_choice",
        "not_finite",
        "out_of_range",
        "too_many_decimals",
        "dangling_reference",
        "not_a_base_period",
        "no_base_period",
    }


def test_the_worlds_hold_planning_items_of_every_kind() -> None:
    items, rows = _records("mart.planning_item"), _records("mart.cost_plan_breakdown")
    kinds = {
        (row["integration"], row["work_item"] is None, row["planned_cost_source"], row["benefit_source"])
        for row in items
    }
    off = set(product(["off"], [True, False], ["execution", "investment"], ["execution", "investment"]))
    assert kinds == off | {("on", True, "execution", "execution"), ("on", False, "execution", "execution")}
    assert {(row["integration"], row["investment"] is None) for row in items} == set(
        product(["on", "off"], [True, False])
    )
    assert {(row["breakdown_type"], row["planning_item"] is None) for row in rows} == set(
        product(["requirement", "task"], [True, False])
    )
    assert _seen("mart.investment", "figures_source").keys() == {"execution", "investment"}


def test_the_worlds_hold_all_kinds_of_calendars_and_settings() -> None:
    worlds = [_world(seed)[0] for seed in SEEDS]
    settings = [drawn.settings for drawn in worlds]
    assert len({one.instance_time_zone for one in settings}) >= 5
    assert {one.npv_first_year for one in settings} == {"first_planned", "as_of"}
    assert {one.demand_direct_actuals for one in settings} == {"exclude", "include"}
    assert {one.budget_without_migration_record for one in settings} == {"v1", "v2_if_only_v2"}
    types = {(row["fiscal_type"] or "").strip().lower() for drawn in worlds for row in drawn.tables["fiscal_period"]}
    assert {"month", "period", "quarter", "year"} <= types
    assert any("cost_plan" not in drawn.tables for drawn in worlds)
    assert any(drawn.tables.get("fm_expense_line") == [] for drawn in map(world, range(400)))


def test_clean_worlds_with_every_table_quarantine_nothing() -> None:
    for seed in range(100, 115):
        drawn = world(seed, missing_tables=False)
        assert compute(drawn.tables, as_of=drawn.as_of, settings=drawn.settings).tables["audit.quarantine"] == []


@pytest.mark.parametrize("seed", SEEDS)
def test_rows_and_money_add_up_in_every_world(seed: int) -> None:
    """Rows in = accepted + quarantined; items sum to their periods; shares sum to what was funded."""
    drawn, result = _world(seed)
    for row in result.tables["audit.admission"]:
        table = str(row["source_table"])
        aside = sum(found["source_table"] == table for found in result.tables["audit.quarantine"])
        assert (row["rows_read"], row["rows_quarantined"]) == (len(drawn.tables[table]), aside)
        assert row["rows_accepted"] == len(drawn.tables[table]) - aside
    items, periods = result.tables["mart.work_item"], result.tables["mart.work_item_period"]
    pairs = {"estimated_cost": "planned_cost", "actual_cost": "actual_cost", "budget_cost": "budget_cost"}
    for own, over_time in pairs.items():
        assert _total(items, own) == _total(periods, over_time)
    counted = [row for row in result.tables["audit.expense_funnel"] if row["outcome"] == "counted"]
    assert _total(counted, "amount") == _total(items, "actual_cost")


def test_csv_files_hold_the_rows_where_the_placement_says(tmp_path: Path) -> None:
    drawn = world(3, dirty=True)
    for table, places in write_csv(drawn, tmp_path).items():
        with (tmp_path / f"{table}.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert [number for _, number in places] == list(range(1, len(rows) + 1))
        assert [{k: v or "" for k, v in row.items()} for row in drawn.tables[table]] == [
            {k: row[k] for k in original} for row, original in zip(rows, drawn.tables[table], strict=True)
        ]


def _keys(path: Path) -> list[str]:
    """Keys of all rows of an export file, whatever its format."""
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix == ".csv":
        rows = list(csv.DictReader(text.splitlines(keepends=True)))
    elif path.suffix == ".jsonl":
        rows = [json.loads(line) for line in text.split("\n") if line]
    else:
        content = json.loads(text)
        rows = content["result"] if isinstance(content, dict) else content
    return [row.get("sys_id", row.get("name")) or "" for row in rows]


@pytest.mark.parametrize("seed", range(4))
def test_a_mixture_of_formats_holds_the_rows_where_the_placement_says(seed: int, tmp_path: Path) -> None:
    drawn = world(seed, dirty=True)
    placement = write_mixed(drawn, tmp_path, seed)
    for table, rows in drawn.tables.items():
        found = [_keys(tmp_path / name)[number - 1] for name, number in placement[table]]
        assert found == [row.get("sys_id", row.get("name")) or "" for row in rows]
        assert [path for path in tmp_path.rglob("*.*") if path.relative_to(tmp_path).parts[0].split(".")[0] == table]
