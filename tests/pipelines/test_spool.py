from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipelines.spool import spool
from pipelines.target import PublishRefused

HOLDING = """
import sys, time
from pathlib import Path
from pipelines.spool import spool
with spool(Path(sys.argv[1])) as own:
    print(own.folder, flush=True)
    time.sleep(60)
"""


def test_a_run_has_a_folder_while_it_lasts(tmp_path: Path) -> None:
    with spool(tmp_path / "out" / "portfolio.duckdb") as own:
        (own.folder / "piece").write_text("rows")
        assert own.folder.parent == tmp_path / "out" / "versions"

    assert not list(tmp_path.iterdir())


def test_what_was_there_stays(tmp_path: Path) -> None:
    versions = tmp_path / "versions"
    versions.mkdir()
    (versions / "portfolio.2026-01-15.run.duckdb").write_text("last night")
    with spool(tmp_path / "portfolio.duckdb"):
        pass

    assert [path.name for path in versions.iterdir()] == ["portfolio.2026-01-15.run.duckdb"]


def test_the_folder_is_gone_after_a_fault(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), spool(tmp_path / "portfolio.duckdb"):
        raise RuntimeError

    assert not list(tmp_path.iterdir())


@contextmanager
def holding(file: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process in the middle of a run that will publish `file`."""
    with subprocess.Popen([sys.executable, "-c", HOLDING, str(file)], stdout=subprocess.PIPE, text=True) as run:
        try:
            yield run
        finally:
            run.kill()


@pytest.fixture
def other_run(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    with holding(tmp_path / "portfolio.duckdb") as run:
        yield run


def folder_of(run: subprocess.Popen[str]) -> Path:
    assert run.stdout
    return Path(run.stdout.readline().strip())


def test_the_folder_of_a_run_that_lives_is_left_alone_and_that_of_a_killed_one_removed(
    tmp_path: Path, other_run: subprocess.Popen[str]
) -> None:
    theirs = folder_of(other_run)
    with spool(tmp_path / "portfolio.duckdb"):
        assert theirs.exists()
    other_run.kill()
    other_run.wait()
    time.sleep(0.1)

    with spool(tmp_path / "portfolio.duckdb"):
        assert not theirs.exists()


def test_a_folder_of_which_a_killed_run_could_not_say_any_more_that_it_lives_is_removed(tmp_path: Path) -> None:
    left = tmp_path / "versions" / ".portfolio.duckdb.killed.run"
    left.mkdir(parents=True)

    with spool(tmp_path / "portfolio.duckdb"):
        assert not left.exists()


@pytest.mark.parametrize("name", ["[x]*.duckdb", "a?b.duckdb", ".hidden", "**"])
def test_any_name_can_be_swept_and_neighbours_are_left_alone(tmp_path: Path, name: str) -> None:
    mine, other = (tmp_path / "versions" / f".{file}.killed.run" for file in (name, f"{name}.other"))
    for folder in (mine, other):
        folder.mkdir(parents=True)

    with spool(tmp_path / name):
        assert not mine.exists()

    assert other.exists()


def test_runs_that_begin_at_once_do_not_take_each_others_folders_away(tmp_path: Path) -> None:
    """Each sweeps up what dead runs have left while others are about to say that they live."""
    survived = []

    def begin() -> None:
        for _ in range(30):
            with spool(tmp_path / "portfolio.duckdb") as own:
                survived.append(own.folder.exists())

    runs = [threading.Thread(target=begin) for _ in range(8)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()

    assert len(survived) == 8 * 30
    assert all(survived)
    assert not list(tmp_path.iterdir())


def test_where_no_folder_can_be_made_it_is_told(tmp_path: Path) -> None:
    (tmp_path / "versions").write_text("a file")

    with pytest.raises(PublishRefused, match="can't be written"), spool(tmp_path / "portfolio.duckdb"):
        pass
