"""The worlds that speed is measured on: always the same, and a night later only what changed is different."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from models.settings import Settings
from pipelines.sources import ingest
from tests.benchmarks.portfolio_world.keys import keys
from tests.benchmarks.portfolio_world.options import SHUFFLED, WEEKS, Options
from tests.benchmarks.portfolio_world.writing import written

ITEMS = 400
FACTS = (
    "cost_plan_breakdown",
    "benefit_plan_breakdown",
    "fm_expense_line",
    "project_funding",
    "sn_invst_pln_invst_budget",
)


def write(options: Options, folder: Path) -> dict[str, pl.DataFrame]:
    list(written(options, folder))
    return {file.stem: pl.read_parquet(file) for file in folder.glob("*.parquet")}


def test_keys_are_different_and_look_like_the_platforms() -> None:
    made = keys("record", pl.int_range(100_000, eager=True).to_numpy())

    assert made.n_unique() == 100_000
    assert made.str.contains("^[0-9a-f]{32}$").all()
    assert not set(made) & set(keys("period", pl.int_range(100, eager=True).to_numpy()))


def test_the_same_words_make_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for folder, seed in (("one", 1), ("same", 1), ("other", 2)):
        write(Options(ITEMS, seed=seed), tmp_path / folder)

    one, same, other = ((tmp_path / name / "fm_expense_line.parquet").read_bytes() for name in ("one", "same", "other"))
    assert one == same
    assert one != other


@pytest.mark.parametrize("order", ["natural", SHUFFLED])
def test_a_night_later_what_has_not_changed_is_the_same_in_the_same_order(tmp_path: Path, order: str) -> None:
    tonight = write(Options(ITEMS, order=order, copies=0), tmp_path / "tonight")
    later = write(Options(ITEMS, order=order, copies=0, changed=0.05), tmp_path / "later")

    assert tonight.keys() == later.keys()
    for name in FACTS:
        kept, still = (
            one.join(other, on=one.columns, how="semi", nulls_equal=True, maintain_order="left")
            for one, other in ((tonight[name], later[name]), (later[name], tonight[name]))
        )
        assert kept.equals(still), name
        assert len(tonight[name]) * 0.9 < len(kept) < len(tonight[name]), name


def test_most_rows_are_admitted_and_dirt_is_not(tmp_path: Path) -> None:
    write(Options(ITEMS, calendar=WEEKS, orphans=0.01, copies=0.01), tmp_path)

    found = ingest(tmp_path, Settings())

    rules = found.quarantine.filter(pl.col("source_table").is_in(FACTS))["rule"].unique()
    assert set(rules) == {"dangling_reference", "duplicate_row", "conflicting_duplicate"}
    assert found.admission["rows_accepted"].sum() > found.admission["rows_read"].sum() * 0.95
    assert found.unused_input.is_empty()


def test_a_few_work_items_have_very_many_rows(tmp_path: Path) -> None:
    lines = write(Options(5_000), tmp_path)["cost_plan"]

    sizes = lines.group_by("task").len().sort("len", descending=True)["len"]
    assert sizes[0] > 20 * lines.height / 5_000
    assert sizes.median() <= 2
