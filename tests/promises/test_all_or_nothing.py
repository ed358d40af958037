"""A publish is all or nothing, whenever its process is killed: at each system call, and anywhere in a whole night."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.promises import real_nights
from tests.promises.whole_nights import Nights

ROOT = Path(__file__).parents[2]
BOTH = ("first=1", "later=1")


def kills_survived(folder: Path, nights: str, *publishes: str, **environment: str) -> dict[str, int]:
    """Kill publishes at calls that touch their folder, and count the kills; a fault ends the program that does so."""
    program = [sys.executable, "-m", "tests.promises.killed_publish", str(folder), nights, *publishes]
    done = subprocess.run(
        program, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    survived: dict[str, int] = json.loads(done.stdout)
    return survived


def seconds_of(nights: Nights, number: int) -> float:
    """How long a night lasts that nobody kills."""
    begin = time.monotonic()
    nights.run(number)
    return time.monotonic() - begin


def killed_nights(folder: Path, moments: int, *, seed: int, next_runs: bool) -> int:
    """Kill nights at random moments, spread over their length; the number of those that had not ended is returned.

    What is shown is whole every time. With `next_runs`, a night runs to its end after each; else after the last.
    """
    chance, nights, killed = random.Random(seed), Nights.under(folder), 0
    length, shown = seconds_of(nights, 1), 1
    for number in range(moments):
        new = 2 * number + 2
        with nights.started(new) as night:
            time.sleep(length * (number + chance.random()) / moments)
            night.kill()
        killed += night.returncode != 0
        found = nights.shown()
        assert found in ({shown, new} if night.returncode else {new})
        shown = found
        if next_runs or number == moments - 1:
            length, shown = seconds_of(nights, new + 1), new + 1
    return killed


def test_a_kill_at_every_third_system_call_leaves_the_last_version_or_the_new_one(tmp_path: Path) -> None:
    survived = kills_survived(tmp_path, "plain_files", "later=3")

    assert survived["later"] > 50


def test_a_night_that_is_killed_at_any_moment_leaves_a_whole_warehouse(tmp_path: Path) -> None:
    assert killed_nights(tmp_path, 2, seed=1, next_runs=False) > 0


@pytest.mark.torture
def test_a_kill_at_any_system_call_leaves_what_was_there_or_the_new_version(tmp_path: Path) -> None:
    survived = kills_survived(tmp_path, "plain_files", *BOTH)

    assert min(survived.values()) > 100


@pytest.mark.torture
def test_a_kill_at_any_system_call_leaves_a_duckdb_file_that_can_be_opened(tmp_path: Path) -> None:
    survived = kills_survived(tmp_path, "marked_warehouses", *BOTH)

    assert min(survived.values()) > 200


@pytest.mark.torture
def test_a_kill_at_any_system_call_of_the_end_of_a_night_leaves_a_warehouse_that_holds(tmp_path: Path) -> None:
    base = Nights.under(tmp_path / "base")
    base.run(1)

    survived = kills_survived(tmp_path / "trials", "real_nights", *BOTH, **{real_nights.BASE: str(base.warehouse)})

    assert min(survived.values()) > 300


@pytest.mark.torture
@pytest.mark.parametrize("seed", range(10))
def test_three_hundred_killed_nights_leave_whole_warehouses_and_the_next_one_works(tmp_path: Path, seed: int) -> None:
    assert killed_nights(tmp_path, 30, seed=seed, next_runs=True) > 15
