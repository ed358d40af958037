"""A full disk, a limit of file sizes, or a folder that can't be written to harms nothing, and is told in a paragraph."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SIZES = 60


def tried(folder: Path, publisher: str, *kinds: str) -> dict[str, int]:
    """How many publishes were tried with mounts of their own, and how many succeeded; a fault fails the program."""
    own_mounts = ["unshare", "--mount"] if os.getuid() == 0 else ["unshare", "--mount", "--map-root-user"]
    program = [sys.executable, "-m", "tests.promises.full_disk", str(folder), publisher, *kinds]
    done = subprocess.run([*own_mounts, *program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    counts: dict[str, int] = json.loads(done.stdout)
    return counts


def test_a_publish_with_little_room_is_there_or_has_changed_nothing(tmp_path: Path) -> None:
    counts = tried(tmp_path, "plain", "later=30", "first=8", "limited=8")

    assert counts["tried"] == 30 + 8 + 8 + 2
    assert 3 < counts["published"] < counts["tried"] - 3


def test_a_night_without_room_or_in_a_folder_that_may_not_be_written_to_harms_nothing(tmp_path: Path) -> None:
    assert tried(tmp_path, "whole", "later=1", "read-only=1") == {"tried": 3, "published": 2}


@pytest.mark.torture
def test_a_publish_with_any_room_is_there_or_has_changed_nothing(tmp_path: Path) -> None:
    counts = tried(tmp_path, "plain", *(f"{kind}={SIZES}" for kind in ("first", "later", "limited")))

    assert counts["tried"] == 3 * SIZES + 2
    assert 3 < counts["published"] < counts["tried"] - 3


@pytest.mark.torture
@pytest.mark.parametrize("kind", ["first", "later", "limited"])
def test_nights_with_any_room_are_there_or_have_changed_nothing(tmp_path: Path, kind: str) -> None:
    counts = tried(tmp_path, "whole", f"{kind}={SIZES}")

    assert counts["tried"] >= SIZES
    assert 1 < counts["published"] < SIZES
