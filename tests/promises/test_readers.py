"""Readers are never blocked, never see two runs, and never block the writer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import ModuleType

import pytest

from tests.promises import marked_warehouses, real_nights
from tests.promises.marked_warehouses import litter
from tests.promises.whole_nights import Nights

ROOT = Path(__file__).parents[2]
AT_LEAST = 10
"""Publishes, also on a machine that is busy otherwise."""


class Reader:
    """A reader in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        assert process.stdout is not None
        assert process.stdout.readline() == "reading\n"

    def said(self) -> dict[str, int]:
        """What it has to say when it is told to stop; it must not have met a fault."""
        said, fault = self._process.communicate()
        assert self._process.returncode == 0, fault
        counts: dict[str, int] = json.loads(said)
        return counts


@contextmanager
def reading(file: Path, nights: ModuleType, habit: str) -> Iterator[Reader]:
    program = [sys.executable, "-m", "tests.promises.reader", str(file), nights.__name__.split(".")[-1], habit]
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen(program, cwd=ROOT, text=True, **pipes) as process:  # type: ignore[call-overload]
        try:
            yield Reader(process)
        finally:
            process.kill()


def read_while_published(file: Path, nights: ModuleType, seconds: float) -> tuple[int, list[dict[str, int]]]:
    """Publish again and again beside three readers, one of which keeps its connection: any fault of either is raised."""
    nights.publish_marked(file, "r0")
    with ExitStack() as stack:
        habits = ("holding", "opening", "opening")
        readers = [stack.enter_context(reading(file, nights, habit)) for habit in habits]
        end, published = time.monotonic() + seconds, 0
        while time.monotonic() < end or published < AT_LEAST:
            published += 1
            nights.publish_marked(file, f"r{published}")
        counts = [reader.said() for reader in readers]
    assert nights.marker(file) == f"r{published}"
    assert litter(file) == []
    return published, counts


def test_readers_see_whole_runs_while_others_are_published(tmp_path: Path) -> None:
    published, counts = read_while_published(tmp_path / "portfolio.duckdb", marked_warehouses, 2)

    assert published >= AT_LEAST
    assert all(count["reads"] > AT_LEAST and count["seen"] > 1 for count in counts)


@pytest.mark.torture
def test_readers_see_whole_runs_for_a_minute(tmp_path: Path) -> None:
    published, counts = read_while_published(tmp_path / "portfolio.duckdb", marked_warehouses, 60)

    assert published > 200
    assert all(count["reads"] > 200 and count["seen"] > 20 for count in counts)


@pytest.mark.torture
def test_readers_see_whole_nights_for_a_minute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = Nights.under(tmp_path / "base")
    base.run(1)
    monkeypatch.setitem(os.environ, real_nights.BASE, str(base.warehouse))

    published, counts = read_while_published(tmp_path / "portfolio.duckdb", real_nights, 60)

    assert published > 10
    assert all(count["reads"] > 50 and count["seen"] > 5 for count in counts)
