"""The view in the published file and the rule in the transforms say the same of every row."""

from __future__ import annotations

import random
from pathlib import Path

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from models.contribution import METRICS, PERIOD_METRICS, Contribution, ContributionRule, LeftOutRow
from models.counted_row import CountedRow
from models.settings import Settings
from tests.contributions import behind, published_file, untied
from tests.golden.sample_run import AS_OF
from tests.properties.test_contributions import export, in_currencies
from tests.published import rows, table


def assert_the_view_is_the_rule(warehouse: Path) -> None:
    """The view has the rows that the rule makes of the published tables, and they add up to the published figures."""
    ((as_of,),) = rows(warehouse, "SELECT as_of FROM audit.run")
    counted = table(warehouse, "history.counted_row").filter(pl.col("valid_to").is_null())
    frames = {
        CountedRow: counted.select(CountedRow.column_names()).lazy(),
        LeftOutRow: table(warehouse, "audit.left_out_row").lazy(),
        ContributionRule: table(warehouse, "audit.contribution_rule").lazy(),
    }
    found = table(warehouse, "audit.contribution")
    figures = [table(warehouse, name).to_dicts() for name in ("mart.work_item", "mart.work_item_period")]

    assert found.columns == Contribution.column_names()
    assert_frame_equal(found, behind(frames, as_of), check_row_order=False, check_exact=True)
    assert untied(found.to_dicts(), *figures) == []


def test_row_by_row_on_the_sample(sample: Path) -> None:
    assert_the_view_is_the_rule(sample)
    assert {name for (name,) in rows(sample, "SELECT DISTINCT metric FROM audit.contribution")} == {
        *METRICS,
        *PERIOD_METRICS,
    }
    assert rows(sample, "SELECT as_of FROM audit.run") == [(AS_OF,)]


@pytest.mark.parametrize("seed", [1, 2, 4])
def test_row_by_row_on_generated_worlds_in_several_currencies(seed: int, tmp_path: Path) -> None:
    before = in_currencies(export(seed), random.Random(seed))

    assert_the_view_is_the_rule(published_file(before.computed(), before.as_of, before.settings, tmp_path))


def test_rows_of_earlier_nights_are_behind_no_figure(tmp_path: Path) -> None:
    before = export(2)
    file = published_file(before.computed(), before.as_of, Settings(), tmp_path)
    shown = rows(file, "SELECT count(*), sum(amount) FROM audit.contribution")
    assert shown[0][0] > 0

    with duckdb.connect(str(file)) as connection:
        connection.execute(
            "INSERT INTO history.counted_row SELECT * REPLACE (valid_from - 9 AS valid_from, valid_from AS valid_to) "
            "FROM history.counted_row"
        )

    assert rows(file, "SELECT count(*), sum(amount) FROM audit.contribution") == shown
