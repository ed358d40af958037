"""There is one writer, and neither a dead nor a stopped one stops the next night."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import pytest

from pipelines import only_writer
from pipelines.doctor import at_work, dagster_runs
from pipelines.doctor.note import Kind
from pipelines.doctor.remains import runs, writer
from pipelines.project import PROJECT
from pipelines.publication import publish
from pipelines.target import PublishRefused, Target
from tests.pipelines.test_cli import export
from tests.pipelines.test_publication import NAME, WEDNESDAY, process, writes
from tests.promises.marked_warehouses import litter
from tests.promises.whole_nights import Nights

REFUSALS = ("Run again", "would turn it back")


@contextmanager
def gone_afterwards(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    """A process that does not outlive the test, also when it is stopped."""
    with process:
        try:
            yield process
        finally:
            process.kill()


def stopped(pid: int) -> None:
    """Stop a process, as Ctrl-Z does, and wait until it is."""
    os.kill(pid, signal.SIGSTOP)
    while at_work.state_of(pid) not in at_work.STOPPED:
        time.sleep(0.01)


def ended(nights: Nights, night: subprocess.Popen[str], number: int) -> bool:
    """Whether a night that others ran beside was published; else it has said in a paragraph why not."""
    said = night.communicate()[0]
    if night.returncode == 0:
        return True
    reason = said.strip().splitlines()[-1]
    assert night.returncode == 1, said
    assert reason.startswith("Nothing was published. "), said
    assert any(words in reason for words in REFUSALS), said
    assert nights.shown() != number
    return False


def test_a_night_that_is_stopped_neither_stops_the_next_one_nor_breaks_it_when_it_goes_on(tmp_path: Path) -> None:
    nights = Nights.under(tmp_path)
    with gone_afterwards(nights.started(1)) as first:
        assert first.stdout is not None
        first.stdout.readline()
        stopped(first.pid)

        with nights.started(2) as second:
            assert ended(nights, second, 2)
        assert nights.shown() == 2
        (note,) = runs(Target.at(nights.warehouse), dry_run=False)
        assert note.kind is Kind.LOOK
        assert f"kill -CONT {first.pid}" in note.text

        os.kill(first.pid, signal.SIGCONT)
        expected = 1 if ended(nights, first, 1) else 2
        assert nights.shown() == expected
    assert litter(nights.warehouse) == []


def test_a_writer_that_is_stopped_is_named_to_the_next_one_and_publishes_when_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(only_writer, "LOCK_PATIENCE", 0.2)
    file = tmp_path / NAME

    def publish_next() -> None:
        publish(file, run_id="next", as_of=WEDNESDAY, allow_older=False, build=writes("next"), verify=lambda _: None)

    writes_slowly = "def build(path): print(flush=True); time.sleep(0.2); path.write_text('stopped')"
    with gone_afterwards(process(file, writes_slowly)) as first:
        assert first.stdout is not None
        first.stdout.readline()
        stopped(first.pid)

        with pytest.raises(PublishRefused) as refused:
            publish_next()
        (note,) = writer(Target.at(file), dry_run=False)
        os.kill(first.pid, signal.SIGCONT)
        assert first.wait() == 0

    assert f"Another run (process {first.pid}) is publishing to {file}. Run again when it has ended." in str(
        refused.value
    )
    assert f"tieout doctor --warehouse {file}" in str(refused.value)
    assert note.kind is Kind.LOOK
    assert f"a writer (process {first.pid}, since " in note.text
    assert file.read_text() == "stopped"
    publish_next()
    assert file.read_text() == "next"


def test_a_lock_that_a_dead_machine_has_left_stops_nobody(tmp_path: Path) -> None:
    """Also where the number that is written in it is that of a living process by now."""
    nights = tmp_path / NAME
    lock = Target.at(nights).lock
    lock.parent.mkdir()
    lock.write_text(str(os.getpid()))

    publish(nights, run_id="next", as_of=WEDNESDAY, allow_older=False, build=writes("next"), verify=lambda _: None)

    assert nights.read_text() == "next"


@pytest.mark.torture
@pytest.mark.parametrize("round_", range(10))
def test_of_nights_at_once_each_is_published_or_says_why_not(tmp_path: Path, round_: int) -> None:
    nights = Nights.under(tmp_path)
    numbers = [10 * round_ + number for number in (1, 2, 3)]

    at_once = [nights.started(number) for number in numbers]
    published = [number for number, night in zip(numbers, at_once, strict=True) if ended(nights, night, number)]

    assert published
    assert nights.shown() in published
    assert litter(nights.warehouse) == []
    nights.run(10 * round_ + 4)


OWN_DEFINITIONS = """
from pathlib import Path
from pipelines import definitions

definitions.WORKSPACE = Path("workspace.duckdb").absolute()
defs = definitions.defs
"""
"""The definitions, with a workspace beside them instead of in the checkout."""


@pytest.mark.torture
def test_a_night_in_dagster_whose_process_is_killed_is_found_dead_and_the_next_one_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(PROJECT / "dagster.yaml", tmp_path)
    source, warehouse = export(tmp_path), tmp_path / "warehouse" / NAME
    (tmp_path / "night.yaml").write_text(
        f"resources: {{night: {{config: {{source: {source}, warehouse: {warehouse}, as_of: '2026-03-01'}}}}}}"
    )
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    command = [
        Path(sys.executable).parent / "dagster",
        "job",
        "execute",
        "-m",
        "pipelines.definitions",
        "-j",
        "nightly",
    ]
    command += ["-c", "night.yaml"]

    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as night:
        while not list(tmp_path.glob(".tieout/dagster/claims/*")):
            time.sleep(0.1)
        (alive,) = dagster_runs.dagster_runs(tmp_path, dry_run=False)
        night.kill()
    (dead,) = dagster_runs.dagster_runs(tmp_path, dry_run=False)

    assert alive.kind is Kind.AT_WORK
    assert f"(process {night.pid}, since " in alive.text
    assert dead.kind is Kind.FREED
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert [run.status for run in instance.get_runs()] == [dg.DagsterRunStatus.FAILURE]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert warehouse.exists()
    assert list(dagster_runs.dagster_runs(tmp_path, dry_run=False)) == []
