"""Promise 6: whatever is in a file, each row of it is accepted or set aside for a reason, or the file is refused.

Exports are drawn from seeds, written in every format and mostly damaged; a process of little memory takes them in.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any, Final

import pytest

from tests.promises.fuzzed.bombs import BOMBS, LARGE, TAKEN_IN
from tests.promises.fuzzed.writers import WRITERS

ROOT: Final = Path(__file__).parents[2]
A_FEW: Final = 100
MOST_MEMORY: Final = 1024
"""MiB that the process has at most, of which its libraries take some 200."""
LONGEST: Final = 60.0
"""Seconds for one file, on a busy machine."""
CHUNKS: Final = 10
A_CHUNK: Final = 1000


def verdict(*arguments: object) -> dict[str, Any]:
    """What a process has to say of the exports that it has taken in."""
    command = [sys.executable, "-m", "tests.promises.fuzzed.worker", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    *before, last = done.stdout.splitlines() or [""]
    assert done.returncode == 0, (done.returncode, last, done.stderr[-2000:], len(before))
    assert "panicked" not in done.stderr, done.stderr[:2000]
    found: dict[str, Any] = json.loads(last)
    return found


def check(found: dict[str, Any]) -> None:
    assert found["wrong"] == []
    assert found["most_memory"][0] <= MOST_MEMORY, found["most_memory"]
    assert found["longest"][0] <= LONGEST, found["longest"]


def check_bombs(found: dict[str, Any], names: AbstractSet[str]) -> None:
    """Each bomb is refused as a whole, or taken in record by record, as it should be."""
    told = found["told"]
    assert {name for name in names if told[name] == {"taken in": 1}} == TAKEN_IN & names
    assert {name for name in names if told[name] == {"refused": 1}} == names - TAKEN_IN


def made(folder: Path, names: AbstractSet[str]) -> Path:
    """A folder with these bombs."""
    for name in names:
        (folder / name).write_bytes(BOMBS[name]())
    return folder


def test_every_row_of_a_damaged_export_is_accepted_or_set_aside_and_what_exhausts_is_refused(tmp_path: Path) -> None:
    bombs = BOMBS.keys() - LARGE

    found = verdict(0, A_FEW, made(tmp_path, bombs))

    check(found)
    check_bombs(found, bombs)
    assert all({"taken in", "refused"} == set(found["told"][kind]) for kind in WRITERS), found["told"]


@pytest.mark.torture
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_every_row_of_ten_thousand_damaged_exports_is_accepted_or_set_aside(chunk: int, tmp_path: Path) -> None:
    check(verdict(100_000 + chunk * A_CHUNK, A_CHUNK, tmp_path))


@pytest.mark.torture
def test_all_that_is_made_to_exhaust_is_refused(tmp_path: Path) -> None:
    found = verdict(0, 0, made(tmp_path, BOMBS.keys()))

    check(found)
    check_bombs(found, BOMBS.keys())
