"""Baselines, variances and the bridge of generated histories equal those of the slow reference, night after night."""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import pairwise
from typing import Final

import pytest

from models.variance_bridge import PARTS
from tests.night import remembered
from tests.properties.baseline_nights import differences, fast_night
from tests.properties.comparison import told
from tests.properties.nights import broken_laws
from tests.reference.baselines import Published, nights_of
from tests.reference.baselines.world_nights import history
from tests.reference.worlds import World

HISTORIES: Final = 10
BRIDGES: Final = "mart.variance_bridge"


@cache
def nights(seed: int) -> tuple[list[World], list[Published]]:
    """A history with the reference's tables of each night."""
    worlds = history(seed)
    return worlds, nights_of(worlds)


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_every_night_of_a_history_equals_the_reference_and_every_law_holds(seed: int) -> None:
    memory = None
    for place, (world, expected) in enumerate(zip(*nights(seed), strict=True)):
        frames = fast_night(world, memory)
        memory = remembered(frames)

        found = list(differences(frames, expected))
        assert not found, told(seed, [f"night {place}", *found])
        assert broken_laws(frames) == []


def seen(table: str, *columns: str) -> Counter[tuple[object, ...]]:
    """How often these values are in a table of the reference."""
    published = [night for seed in range(HISTORIES) for night in nights(seed)[1]]
    return Counter(tuple(row[column] for column in columns) for night in published for row in night[table])


def test_the_histories_hold_every_part_of_the_bridge_from_baselines_and_from_nights() -> None:
    kinds = {"approval", "platform", "night"}
    parts = seen(BRIDGES, "kind", "part")

    assert {part for _, part in parts} == set(PARTS)
    assert {kind for kind, _ in parts} == kinds
    assert all(len([part for one, part in parts if one == kind]) >= len(PARTS) - 1 for kind in kinds)


def test_the_histories_hold_what_is_unknown_gone_new_and_in_several_currencies() -> None:
    unknown = seen("mart.baseline_variance", "estimate_at_completion_variance")
    flags = seen("baseline.header", "has_planned_cost", "has_actual_cost", "has_budget")
    rates = seen("baseline.cost_plan_breakdown", "exchange_rate")
    went, came = items_that_went_and_came()

    assert unknown[None,] > 0
    assert len(flags) > 2
    assert len(rates) > 3
    assert went > 0
    assert came > 0
    assert seen("mart.baseline_pair_variance", "work_item")
    assert seen("mart.program_variance_bridge", "program")


def items_that_went_and_came() -> tuple[int, int]:
    """How many projects vanish from one night to the next, and how many are new."""
    went = came = 0
    for seed in range(HISTORIES):
        keys = [{row["sys_id"] for row in world.tables["pm_project"]} for world in nights(seed)[0]]
        for before, after in pairwise(keys):
            went, came = went + len(before - after), came + len(after - before)
    return went, came
