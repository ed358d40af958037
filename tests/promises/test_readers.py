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


def read_while_published(file: Path, nights: ModuleType, *, seconds: float, at_least: int) -> list[dict[str, int]]:
    """Publish again and again beside three readers, one of which keeps its connection: any fault of either is raised.

    It lasts so long, and on a busy machine until so many were published; how much each has read is returned.
    """
    nights.publish_marked(file, "r0")
    with ExitStack() as stack:
        habits = ("holding", "opening", "opening")
        readers = [stack.enter_context(reading(file, nights, habit)) for habit in habits]
        end, published = time.monotonic() + seconds, 0
        while time.monotonic() < end or published < at_least:
            published += 1
            nights.publish_marked(file, f"r{published}")
        counts = [reader.said() for reader in readers]
    assert nights.marker(file) == f"r{published}"
    assert litter(file) == []
    return counts


def test_readers_see_whole_runs_while_others_are_published(tmp_path: Path) -> None:
    counts = read_while_published(tmp_path / "portfolio.duckdb", marked_warehouses, seconds=1.5, at_least=8)

    assert all(count["reads"] > 5 and count["seen"] > 1 for count in counts)


@pytest.mark.torture
def test_readers_see_whole_runs_for_a_minute(tmp_path: Path) -> None:
    counts = read_while_published(tmp_path / "portfolio.duckdb", marked_warehouses, seconds=60, at_least=200)

    assert all(count["reads"] > 200 and count["seen"] > 10 for count in counts)


@pytest.mark.torture
def test_readers_see_whole_nights_for_a_minute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = Nights.under(tmp_path / "base")
    base.run(1)
    monkeypatch.setitem(os.environ, real_nights.BASE, str(base.warehouse))

    counts = read_while_published(tmp_path / "new" / "portfolio.duckdb", real_nights, seconds=60, at_least=30)

    assert all(count["reads"] > 30 and count["seen"] > 5 for count in counts)
