"""Every figure of generated worlds, from files of any format to published tables, equals that of the slow reference."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from tests.properties.comparison import differences, told
from tests.properties.nights import broken_laws, from_files, from_rows, placement, published
from tests.reference import World, compute, world, write_mixed
from tests.reference.worlds import OPTIONAL_TABLES

WORLDS: Final = 30
MORE_WORLDS: Final = 300
"""What `make torture` goes on to."""
EVERY_WORLD: Final = [
    *range(WORLDS),
    *(pytest.param(seed, marks=pytest.mark.torture) for seed in range(WORLDS, MORE_WORLDS)),
]


def drawn_world(seed: int) -> World:
    """Even seeds are clean, odd ones dirty."""
    return world(seed, dirty=seed % 2 == 1)


def without(drawn: World, *missing: str) -> World:
    return replace(drawn, tables={name: rows for name, rows in drawn.tables.items() if name not in missing})


@pytest.mark.parametrize("seed", EVERY_WORLD)
def test_every_table_equals_the_reference_and_every_law_holds(seed: int, tmp_path: Path) -> None:
    drawn = drawn_world(seed)
    places = write_mixed(drawn, tmp_path, seed)
    expected = compute(drawn.tables, as_of=drawn.as_of, settings=drawn.settings)

    frames = from_files(drawn, tmp_path).computed()

    found = list(differences(published(frames), expected, places))
    assert not found, told(seed, found)
    assert broken_laws(frames) == []


@pytest.mark.parametrize("missing", [*OPTIONAL_TABLES, "pm_project", "dmn_demand"])
def test_what_a_missing_table_takes_away_equals_the_reference(missing: str) -> None:
    seed = 1000 + len(missing)
    drawn = without(drawn_world(seed), missing)
    expected = compute(drawn.tables, as_of=drawn.as_of, settings=drawn.settings)

    frames = from_rows(drawn).computed()

    found = list(differences(published(frames), expected, placement(drawn)))
    assert not found, told(seed, found)
    assert broken_laws(frames) == []
