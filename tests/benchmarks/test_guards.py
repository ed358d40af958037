"""A regression of half as much again is seen by every run of the tests. See guards.py; `make guards` records anew."""

from __future__ import annotations

import pytest

from tests.benchmarks.guards import GROUPS, SLACK, exceeded, recorded


def test_every_guard_has_a_recorded_ratio() -> None:
    assert set(recorded()) == {name for group in GROUPS.values() for name in group.ratios}


@pytest.mark.parametrize("name", GROUPS)
def test_tieout_is_not_much_slower_beside_its_yardsticks_than_it_was(name: str) -> None:
    limits = {guard: recorded()[guard] * SLACK for guard in GROUPS[name].ratios}

    assert exceeded(name, limits) == []
