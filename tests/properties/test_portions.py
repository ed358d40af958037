"""However work items are taken in portions, every table is the same as when all are taken at once."""

from __future__ import annotations

from typing import Final

import polars as pl
import pytest

from tests.night import Frames, night, remembered
from tests.night_in_portions import night_in_portions
from tests.properties.nights import from_rows
from tests.reference.baselines.world_nights import history
from tests.reference.worlds import World, world
from transforms.catalogue import all_transforms

EVERYTHING: Final = {transform.table for transform in all_transforms()}
WORLDS: Final = 4
MORE_HISTORIES: Final = 4
"""What `make torture` goes on to, beyond the first."""
EVERY_HISTORY: Final = [0, *(pytest.param(seed, marks=pytest.mark.torture) for seed in range(1, MORE_HISTORIES))]
A_FEW_ROWS: Final = 40


def assert_same_tables(found: Frames, expected: Frames) -> None:
    assert [
        table.__name__ for table in EVERYTHING if not same_rows(found[table].collect(), expected[table].collect())
    ] == []


def same_rows(found: pl.DataFrame, expected: pl.DataFrame) -> bool:
    return found.sort(pl.all()).equals(expected.sort(pl.all()))


def small_world(seed: int) -> World:
    return world(seed, projects=6, demands=3, dirty=seed % 2 == 1, missing_tables=seed % 4 == 3)


@pytest.mark.parametrize("seed", range(WORLDS))
def test_a_night_in_portions_is_the_night_as_a_whole(seed: int) -> None:
    export = from_rows(small_world(seed))
    count, found = night_in_portions(export.tables, as_of=export.as_of, settings=export.settings, rows=A_FEW_ROWS)

    assert count > 1
    assert_same_tables(found, export.computed(EVERYTHING))


@pytest.mark.parametrize("seed", EVERY_HISTORY)
def test_what_is_remembered_of_a_work_item_is_in_its_portion(seed: int) -> None:
    memory = None
    for one in history(seed):
        export = from_rows(one)
        given_to_both = {"as_of": export.as_of, "settings": export.settings, "memory": memory}
        whole = night(export.tables, wanted=EVERYTHING, **given_to_both)
        _, found = night_in_portions(export.tables, rows=A_FEW_ROWS, **given_to_both)

        assert_same_tables(found, whole)
        memory = remembered(whole)
