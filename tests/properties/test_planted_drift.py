"""Planted drift is named, each cause alone and together with others, and nothing is named that was not planted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import pytest

from models.drift_cause import (
    DEMAND_DIRECT_COUNTED,
    DEMAND_DIRECT_LEFT_OUT,
    MATCH,
    OUTSIDE_CALENDAR_COUNTED,
    PLAN_LEFT_OUT,
    SECONDARY,
    SIGN_TURNED,
    STALE,
    SUB_PROJECTS_COUNTED,
    TASK_ROWS_COUNTED,
    TASKS_LEFT_OUT,
    TOP_TASK_COPIES_COUNTED,
    UNCLASSIFIED_COUNTED,
    UNCLASSIFIED_LEFT_OUT,
    UNEXPLAINED,
    UNPROCESSED_COUNTED,
    V1_AND_V2_SUMMED,
    WRONG_BUDGET_VERSION,
)
from tests.properties.planted_drift import Figure, Plantation, Planted, plantation
from tests.reference import world

ALONE: Final = (*range(10), 36)
TOGETHER: Final = range(20, 26)
EVERY_CAUSE: Final = {
    *(MATCH, UNEXPLAINED, UNPROCESSED_COUNTED, TOP_TASK_COPIES_COUNTED, DEMAND_DIRECT_COUNTED, DEMAND_DIRECT_LEFT_OUT),
    *(OUTSIDE_CALENDAR_COUNTED, TASK_ROWS_COUNTED, SUB_PROJECTS_COUNTED, V1_AND_V2_SUMMED, WRONG_BUDGET_VERSION),
    *(TASKS_LEFT_OUT, PLAN_LEFT_OUT, STALE, SIGN_TURNED, UNCLASSIFIED_COUNTED, UNCLASSIFIED_LEFT_OUT),
}


@cache
def alone(seed: int) -> Plantation:
    return plantation(world(seed, dirty=seed % 2 == 1, missing_tables=seed % 4 == 3), seed)


@cache
def together(seed: int) -> Plantation:
    return plantation(world(seed, projects=16, demands=6, missing_tables=False), seed, together=True)


def named(verdict: Mapping[str, Any]) -> frozenset[str]:
    further = verdict["further_causes"]
    return frozenset([verdict["cause"], *(further.split(", ") if further else [])])


def says_as_much(found: Plantation, figure: Figure, planted: Planted) -> bool:
    """Whether the causes that are named instead are worth exactly what was planted: nobody can tell them apart.

    Then the verdict says that there are others, unless they are more causes together.
    """
    worth, verdict = found.worth[figure], found.verdicts[figure]
    instead = named(verdict)
    tells = verdict["other_causes"] > 0 or len(planted.causes) > len(instead) or planted.causes <= {*SECONDARY}
    return tells and instead <= worth.keys() and sum(worth[cause] for cause in instead) == planted.amount


def unlike(found: Plantation) -> tuple[list[str], list[str]]:
    """The figures whose verdict is not what was planted: wrong ones, and those where another cause is worth as much."""
    wrong, ties = [], []
    for figure, planted in found.planted.items():
        if named(found.verdicts[figure]) != planted.causes:
            verdict = found.verdicts[figure]
            told = f"{figure}: planted {planted}, named {verdict['cause']} {verdict['further_causes']}"
            (ties if says_as_much(found, figure, planted) else wrong).append(told)
    return wrong, ties


@pytest.mark.parametrize("seed", ALONE)
def test_each_cause_alone_is_named_and_nothing_else_is(seed: int) -> None:
    found = alone(seed)

    wrong, ties = unlike(found)

    assert not wrong, "\n".join(wrong)
    assert len(ties) <= len(found.planted) / 10, "\n".join(ties)
    assert len(found.verdicts) == len(found.planted)


@pytest.mark.parametrize("seed", TOGETHER)
def test_causes_together_are_named_and_nothing_else_is(seed: int) -> None:
    found = together(seed)

    wrong, ties = unlike(found)

    assert not wrong, "\n".join(wrong)
    assert len(ties) <= len(found.planted) / 10, "\n".join(ties)


def test_the_worlds_plant_every_cause_alone_and_in_twos_and_threes() -> None:
    single = Counter(cause for seed in ALONE for planted in alone(seed).planted.values() for cause in planted.causes)
    numbers = Counter(len(planted.causes) for seed in TOGETHER for planted in together(seed).planted.values())

    assert set(single) >= EVERY_CAUSE
    assert min(numbers[size] for size in (2, 3)) >= 3
