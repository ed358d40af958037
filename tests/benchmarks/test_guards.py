"""A regression of half as much again is seen by every run of the tests. See guards.py; `make guards` records anew."""

from __future__ import annotations

import pytest

from tests.benchmarks.guards import GROUPS, SLACK, content, found_in_a_process, recorded


def test_every_guard_has_a_recorded_ratio() -> None:
    assert set(recorded()) == {name for group in GROUPS.values() for name in group.ratios}


@pytest.mark.parametrize("name", GROUPS)
def test_tieout_is_not_much_slower_beside_its_yardsticks_than_it_was(name: str) -> None:
    group = GROUPS[name]
    limits = {guard: recorded()[guard] * SLACK for guard in group.ratios}

    found = found_in_a_process(name, limits)

    told = {guard: f"{found.ratio(asked):.3g}, at most {limits[guard]:.3g}" for guard, asked in group.ratios.items()}
    assert content(group, found, limits), f"{told} after {found.rounds} rounds: {found.seconds}"
