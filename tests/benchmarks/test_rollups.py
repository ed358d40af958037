"""What tieout's speed is measured against computes the same figures."""

from __future__ import annotations

import datetime as dt
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import polars as pl
import pytest

from models.catalogue import SOURCES
from models.figures import WorkItem, WorkItemPeriod
from models.settings import Settings
from pipelines.sources import ingest
from tests.benchmarks.fresh import named
from tests.benchmarks.portfolio_world.options import MONTHS, NATURAL, SHUFFLED, WEEKS, Options
from tests.benchmarks.portfolio_world.writing import written
from tests.benchmarks.rollups.cases import ROLLUPS
from tests.benchmarks.rollups.polars_strings import write
from tests.benchmarks.rollups.result import TABLES, checksum
from tests.night import night

AS_OF: Final = dt.date(2026, 1, 15)
WORLDS: Final = {
    "natural": Options(300, order=NATURAL, calendar=MONTHS),
    "dirty": Options(300, order=SHUFFLED, calendar=WEEKS, orphans=0.02, copies=0.02),
    "changed": Options(300, changed=0.2, seed=7),
}


@pytest.mark.parametrize("world", WORLDS)
def test_every_rollup_has_tieouts_figures(tmp_path: Path, world: str) -> None:
    list(written(WORLDS[world], tmp_path / "world"))
    expected = of_tieout(tmp_path / "world", tmp_path / "tieout.duckdb")

    for case in ROLLUPS:
        if case.agrees_on and all_there(case.needs):
            result = tmp_path / f"{case.name}.duckdb"
            named(f"tests.benchmarks.rollups.{case.name}:rollup")(tmp_path / "world", result)
            assert checksum(result) == expected, case.name


def all_there(packages: Sequence[str]) -> bool:
    return all(importlib.util.find_spec(package) for package in packages)


def of_tieout(world: Path, result: Path) -> str:
    admitted = {SOURCES[name]: rows for name, rows in ingest(world, Settings()).tables.items()}
    frames = night(admitted, as_of=AS_OF, wanted={WorkItem, WorkItemPeriod})
    write(result, work_item_period=frames[WorkItemPeriod].collect(), work_item=frames[WorkItem].collect())
    return checksum(result)


def test_a_checksum_sees_one_cent_and_not_the_order_of_rows(tmp_path: Path) -> None:
    keys, amounts = TABLES["work_item_period"]
    rows = pl.DataFrame(
        {"work_item": ["a", "b"], "fiscal_period": ["p", "p"], **{name: [1.0, 2.0] for name in amounts}}
    )
    items = pl.DataFrame({"work_item": ["a"], **{name: [1.0] for name in TABLES["work_item"][1]}})
    cent = rows.with_columns(
        pl.when(pl.col("work_item") == "a").then(1.01).otherwise("actual_cost").alias("actual_cost")
    )
    for name, period in (("one", rows), ("turned", rows.reverse()), ("other", cent)):
        write(tmp_path / f"{name}.duckdb", work_item_period=period, work_item=items)

    one, turned, other = (checksum(tmp_path / f"{name}.duckdb") for name in ("one", "turned", "other"))
    assert keys == ("work_item", "fiscal_period")
    assert one == turned
    assert one != other
