"""The doctor frees what the dead have left, leaves the living alone, and knows whether what is published is sound."""

from __future__ import annotations

import datetime as dt
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from dagster._core.code_pointer import ModuleCodePointer
from dagster._core.origin import JobPythonOrigin, RepositoryPythonOrigin

from pipelines import project
from pipelines.checksum import fingerprint, keep
from pipelines.claim import locked, tell
from pipelines.doctor import at_work, dagster_runs, examination, remains, room, versions
from pipelines.doctor.note import Kind, bytes_in_words, since
from pipelines.project import PROJECT
from pipelines.run_claim import claim_of
from pipelines.schedules import NIGHTLY
from pipelines.spool import ALIVE
from pipelines.target import Target, kept_beside
from tests.pipelines.test_cli import export, run, tieout
from tests.pipelines.test_spool import folder_of, holding

NAME = "portfolio.duckdb"


@pytest.fixture(scope="module")
def two_nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a warehouse and one kept version."""
    folder = tmp_path_factory.mktemp("nights")
    for day in ("2026-03-01", "2026-03-02"):
        assert run(export(folder), folder / "warehouse" / NAME, as_of=day).exit_code == 0
    return folder / "warehouse"


@pytest.fixture
def file(two_nights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(examination, "dagster_home", lambda: None)
    shutil.copytree(two_nights, tmp_path / "warehouse", symlinks=True)
    return tmp_path / "warehouse" / NAME


def told(file: Path, *options: str) -> tuple[int, list[str]]:
    """How the command ends, and the lines that it prints."""
    outcome = tieout("doctor", "--warehouse", file, *options)
    assert not outcome.stderr
    return outcome.exit_code, outcome.stdout.splitlines()


def at_work_and_left(file: Path, *, dry_run: bool = False) -> list[str]:
    """The lines about runs, without a look at what is published."""
    target = Target.at(file)
    return [str(note) for look in (remains.runs, remains.writer) for note in look(target, dry_run=dry_run)]


def of_kind(kind: Kind, lines: list[str]) -> list[str]:
    return [line.removeprefix(f"{kind:<8} ") for line in lines if line.startswith(f"{kind:<8} ")]


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def shown(file: Path) -> Path:
    version = Target.at(file).published()
    assert version is not None
    return version


def test_all_is_well(file: Path) -> None:
    code, lines = told(file)

    assert code == 0
    published, kept, room_left = of_kind(Kind.WELL, lines)
    assert published.startswith(f"{file} shows 2026-03-02, written ")
    assert published.endswith("read as a whole, as its models say; all laws hold")
    assert kept.startswith("kept: 2026-03-01")
    assert "a night needs about" in room_left
    assert len(lines) == 3


def left_by_the_dead(file: Path) -> dict[str, Path]:
    """What killed runs leave at their worst moments."""
    target = Target.at(file)
    spool, private, version = target.spool("dead"), target.private("dead"), target.version(dt.date(2026, 3, 3), "dead")
    spool.mkdir()
    (spool / "new.duckdb").write_bytes(b"x" * 2_000_000)
    handle = locked(spool / ALIVE)
    assert handle is not None
    tell(handle, "mart.work_item: 3 rows", dt.datetime(2026, 3, 3, 2, tzinfo=dt.UTC))
    os.close(handle)
    private.write_text("half")
    version.write_text("never shown")
    target.private_link("dead").symlink_to(version.relative_to(file.parent))
    return {"spool": spool, "private": private, "version": version, "link": target.private_link("dead")}


def test_what_the_dead_have_left_is_told_then_freed_and_then_there_is_nothing_more_to_tell(file: Path) -> None:
    before = names(file.parent)
    left = left_by_the_dead(file)
    with_litter = names(file.parent)

    code, lines = told(file, "--dry-run")
    assert (code, names(file.parent)) == (0, with_litter)
    to_free = of_kind(Kind.TO_FREE, lines)

    code, lines = told(file)
    assert (code, names(file.parent)) == (0, before)
    assert of_kind(Kind.FREED, lines) == to_free
    assert len(lines) == len(to_free) + 3
    assert to_free[0].startswith(f"the folder of a run that has died (process {os.getpid()}, last sign of life ")
    assert "mart.work_item: 3 rows" in to_free[0]
    assert f"{left['spool'].name}, 2.0 MB" in to_free[0]
    assert sum("a version that was never shown: portfolio.2026-03-03.dead.duckdb" in line for line in to_free) == 1
    assert len(to_free) == len(left)
    assert at_work_and_left(file) == []


@pytest.fixture
def live_run(file: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Another process in the middle of a run, and its folder."""
    with holding(file) as process:
        yield process, folder_of(process)


LiveRun = tuple[subprocess.Popen[str], Path]


def test_a_run_that_lives_is_told_and_left_alone(file: Path, live_run: LiveRun) -> None:
    process, folder = live_run

    lines = at_work_and_left(file)

    (line,) = of_kind(Kind.AT_WORK, lines)
    assert line.startswith(f"a run (process {process.pid}, since ")
    assert "its last sign of life was" in line
    assert line.endswith("ago: starting")
    assert folder.exists()


def test_a_run_that_is_stopped_needs_a_person_and_is_left_alone(file: Path, live_run: LiveRun) -> None:
    process, folder = live_run
    process.send_signal(signal.SIGSTOP)
    while at_work.state_of(process.pid) not in at_work.STOPPED:
        time.sleep(0.01)

    code, lines = told(file)

    assert code == 1
    (line,) = of_kind(Kind.LOOK, lines)
    assert f"(process {process.pid}, since " in line
    assert "is stopped and keeps what it holds" in line
    assert f"`kill -CONT {process.pid}` lets it go on" in line
    assert folder.exists()


def test_a_run_that_has_been_silent_for_long_needs_a_person_and_is_left_alone(file: Path, live_run: LiveRun) -> None:
    process, folder = live_run
    long_ago = time.time() - 3 * 3600
    os.utime(folder / ALIVE, (long_ago, long_ago))

    lines = at_work_and_left(file)

    (line,) = of_kind(Kind.LOOK, lines)
    assert "is alive, but its last sign of life was 3 h ago: starting" in line
    assert f"if it hangs, `kill -KILL {process.pid}` ends it" in line
    assert folder.exists()


def test_nothing_is_concluded_about_a_process_on_another_machine(
    file: Path, live_run: LiveRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = socket.gethostname()
    monkeypatch.setattr(at_work.socket, "gethostname", lambda: "elsewhere")

    lines = at_work_and_left(file)

    assert of_kind(Kind.AT_WORK, lines)[0].startswith(f"a run on {here} is alive, its last sign of life was")
    assert live_run[1].exists()


def test_nothing_is_taken_away_while_someone_publishes(file: Path) -> None:
    private = left_by_the_dead(file)["private"]
    handle = locked(Target.at(file).lock)
    assert handle is not None
    tell(handle, "publishing", dt.datetime.now(dt.UTC))

    lines = at_work_and_left(file)

    os.close(handle)
    assert of_kind(Kind.AT_WORK, lines)[0].startswith(f"a writer (process {os.getpid()}, since ")
    assert private.exists()


@pytest.mark.parametrize("beside", ["the link", "the version"])
def test_what_a_reader_has_spilled_is_freed_after_a_day(file: Path, beside: str) -> None:
    """DuckDB spills beside the file that it reads, under the name by which that was opened."""
    read = file if beside == "the link" else shown(file)
    spilled = read.with_name(f"{read.name}.tmp") / "duckdb_temp_storage-0.tmp"
    spilled.parent.mkdir()
    spilled.write_bytes(bytes(2_000))

    fresh = told(file)
    os.utime(spilled, (0, 0))
    still_fresh = told(file)
    os.utime(spilled.parent, (0, 0))
    announced, freed = told(file, "--dry-run"), told(file)

    expected = f"what a reader has spilled: {spilled.parent.name}, 2.0 kB, of "
    for code, lines in (fresh, still_fresh):
        assert code == 0
        assert [line.startswith(expected) for line in of_kind(Kind.AT_WORK, lines)] == [True]
    assert of_kind(Kind.TO_FREE, announced[1])[0].startswith(expected)
    assert of_kind(Kind.FREED, freed[1])[0].startswith(expected)
    assert not spilled.parent.exists()


def test_a_lock_file_with_the_number_of_a_living_process_says_nothing(file: Path) -> None:
    """As after a restart of the machine: numbers come again, locks do not."""
    Target.at(file).lock.write_text(str(os.getpid()))

    assert at_work_and_left(file) == []


@contextmanager
def writable(path: Path) -> Iterator[Path]:
    path.chmod(0o644)
    yield path
    path.chmod(0o444)


def damage(path: Path) -> None:
    """Overwrite the middle of a file."""
    with writable(path), path.open("r+b") as opened:
        opened.seek(path.stat().st_size // 2)
        opened.write(os.urandom(1_000_000))


def test_a_damaged_file_needs_a_person_who_is_told_how_the_last_sound_version_is_shown(file: Path) -> None:
    damage(shown(file))

    code, lines = told(file)

    assert code == 1
    (line,) = of_kind(Kind.LOOK, lines)
    assert line.startswith(f"{shown(file)} is damaged: its bytes are not those that were published.")
    advice = line.rpartition("To go back to the version of 2026-03-01: ")[2]
    subprocess.run(shlex.split(advice), cwd=file.parent, check=True)
    code, lines = told(file)
    assert of_kind(Kind.WELL, lines)[0].startswith(f"{file} shows 2026-03-01")


def test_where_every_version_is_damaged_a_backup_is_needed(file: Path) -> None:
    for version in Target.at(file).all_versions():
        damage(version)

    code, lines = told(file)

    assert code == 1
    published, kept = of_kind(Kind.LOOK, lines)
    assert "Take it from a backup" in published
    assert "is damaged, and of no use any more: remove it" in kept


def changed(file: Path, statement: str) -> None:
    """Change a version, and its checksum with it, as if it had been published so."""
    with writable(shown(file)) as path, duckdb.connect(str(path)) as connection:
        connection.execute(statement)
    kept_beside(shown(file)).unlink()
    keep(fingerprint(shown(file)).sha256, shown(file))


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE audit.conservation SET holds = false WHERE law = (SELECT min(law) FROM audit.conservation)", "breaks"),
        ("UPDATE audit.run SET as_of = DATE '2026-02-01'", "is seen from 2026-02-01, but its name says 2026-03-02"),
        ("DELETE FROM audit.run", "is damaged: audit.run has 0 rows"),
        ("DELETE FROM source.fm_expense_line", "should hold 1 admitted rows, but holds 0"),
        ("DROP SCHEMA audit CASCADE", "is damaged"),
    ],
)
def test_a_file_that_is_not_what_was_published_needs_a_person(file: Path, statement: str, words: str) -> None:
    changed(file, statement)

    note = versions.published(Target.at(file))

    assert note.kind is Kind.LOOK
    assert words in note.text


def test_a_file_with_other_bytes_than_were_published_needs_a_person(file: Path) -> None:
    with writable(shown(file)) as path, duckdb.connect(str(path)) as connection:
        connection.execute("CHECKPOINT")
        connection.execute("CREATE TABLE mart.mine (figure INTEGER)")

    code, lines = told(file)

    assert code == 1
    assert "its bytes are not those that were published" in of_kind(Kind.LOOK, lines)[0]


def test_a_file_of_another_version_of_tieout_is_read_as_a_whole(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "this_tieout", lambda: "9.9.9")

    code, lines = told(file)

    assert code == 0
    assert "read as a whole, but not held against models, as it is of tieout 0.1.0+" in lines[0]
    damage(shown(file))
    assert told(file)[0] == 1


@pytest.mark.parametrize("there", ["nothing", "a file", "a link to nowhere"])
def test_what_is_not_published_needs_a_person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: str) -> None:
    monkeypatch.setattr(examination, "dagster_home", lambda: None)
    file = tmp_path / NAME
    if there == "a file":
        file.write_text("mine")
    if there == "a link to nowhere":
        file.symlink_to("versions/portfolio.2026-03-01.gone.duckdb")
    before = names(tmp_path)

    code, lines = told(file)

    assert code == 1
    assert len(of_kind(Kind.LOOK, lines)) == len(lines) == 1
    assert names(tmp_path) == before


def test_too_little_room_needs_a_person(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "room", lambda _: 1_000_000)

    code, lines = told(file)

    assert code == 1
    assert of_kind(Kind.LOOK, lines)[0].startswith(f"1.0 MB are free in {file.parent / 'versions'}; a night needs")


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 bytes"), (999, "999 bytes"), (1_500, "1.5 kB"), (7_090_176, "7.1 MB"), (3e12, "3.0 TB")]
)
def test_bytes_in_words(count: float, words: str) -> None:
    assert bytes_in_words(count) == words


@pytest.mark.parametrize(("seconds", "words"), [(-5, "0 s"), (90, "90 s"), (600, "10 min"), (10_800, "3 h")])
def test_spans_in_words(seconds: int, words: str) -> None:
    assert since(dt.datetime.now(dt.UTC) - dt.timedelta(seconds=seconds)) == words


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the project's own settings of Dagster."""
    folder = tmp_path_factory.mktemp("dagster")
    shutil.copy(PROJECT / "dagster.yaml", folder)
    return folder


@pytest.fixture
def instance(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """Dagster as it is there, without runs; relative folders follow the current one."""
    monkeypatch.chdir(home)
    monkeypatch.setattr(dagster_runs, "ENDING", 0)
    with dg.DagsterInstance.from_config(str(home)) as instance:
        yield instance
        for run in instance.get_runs():
            instance.delete_run(run.run_id)


@dg.job(name=NIGHTLY)
def small_job() -> None:
    """A job of the same name that Dagster records quickly."""


def begun(instance: dg.DagsterInstance, status: dg.DagsterRunStatus, module: str = "pipelines.definitions") -> str:
    """A run that Dagster has on record."""
    repository = RepositoryPythonOrigin("python", ModuleCodePointer(module, "defs"))
    origin = JobPythonOrigin(NIGHTLY, repository)
    return instance.create_run_for_job(
        small_job, status=status, tags={"as_of": "2026-03-01"}, job_code_origin=origin
    ).run_id


@contextmanager
def claimed_by_another(instance: dg.DagsterInstance, run_id: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that lives, and holds the claim of a run."""
    path = claim_of(instance, run_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    program = [sys.executable, "-c", CLAIMING, str(path)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield process
        finally:
            process.kill()


CLAIMING = """
import datetime, sys, time
from pathlib import Path
from pipelines.claim import locked, tell
tell(locked(Path(sys.argv[1])), "mart.work_item: 3 rows", datetime.datetime.now(datetime.UTC))
print(flush=True)
time.sleep(60)
"""


def status(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRunStatus:
    run = instance.get_run_by_id(run_id)
    assert run is not None
    return run.status


STATUS = dg.DagsterRunStatus


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (STATUS.STARTED, STATUS.FAILURE),
        (STATUS.NOT_STARTED, STATUS.FAILURE),
        (STATUS.CANCELING, STATUS.CANCELED),
    ],
)
def test_a_run_in_dagster_whose_process_is_gone_is_marked_as_ended(
    home: Path, instance: dg.DagsterInstance, before: dg.DagsterRunStatus, after: dg.DagsterRunStatus
) -> None:
    run_id = begun(instance, before)
    with claimed_by_another(instance, run_id) as process:
        process.kill()
        process.wait()

    planned = [note.text for note in dagster_runs.dagster_runs(home, dry_run=True)]
    assert status(instance, run_id) is before
    done = list(dagster_runs.dagster_runs(home, dry_run=False))

    assert status(instance, run_id) is after
    assert [note.kind for note in done] == [Kind.FREED]
    assert done[0].text.startswith(f"run {run_id[:8]} for 2026-03-01 of Dagster is {before.value} since ")
    assert len(planned) == 1
    assert list(dagster_runs.dagster_runs(home, dry_run=False)) == []


def test_a_run_in_dagster_that_lives_is_left_alone(home: Path, instance: dg.DagsterInstance) -> None:
    run_id = begun(instance, STATUS.STARTED)
    with claimed_by_another(instance, run_id) as process:
        (note,) = dagster_runs.dagster_runs(home, dry_run=False)

    assert status(instance, run_id) is STATUS.STARTED
    assert note.kind is Kind.AT_WORK
    assert note.text.startswith(f"run {run_id[:8]} for 2026-03-01 of Dagster (process {process.pid}, since ")
    assert note.text.endswith("ago: mart.work_item: 3 rows")


def test_a_run_in_dagster_may_take_its_time_to_begin(
    home: Path, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = begun(instance, STATUS.STARTED)
    (note,) = dagster_runs.dagster_runs(home, dry_run=False)
    assert note.kind is Kind.AT_WORK
    assert "has been starting for" in note.text

    monkeypatch.setattr(dagster_runs, "BEGINNING", dt.timedelta(0))
    (note,) = dagster_runs.dagster_runs(home, dry_run=False)
    assert note.kind is Kind.FREED
    assert status(instance, run_id) is STATUS.FAILURE


def test_a_run_in_dagster_that_ends_while_the_doctor_looks_is_left_alone(
    home: Path, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has given its claim back, and is about to say that it has ended."""
    run_id = begun(instance, STATUS.STARTED)
    run = instance.get_run_by_id(run_id)
    assert run is not None
    monkeypatch.setattr(dagster_runs, "BEGINNING", dt.timedelta(0))
    monkeypatch.setattr(dagster_runs.time, "sleep", lambda _: instance.report_run_canceled(run))

    assert list(dagster_runs.dagster_runs(home, dry_run=False)) == []
    assert status(instance, run_id) is STATUS.CANCELED


def test_runs_of_others_and_runs_that_have_ended_are_none_of_our_business(
    home: Path, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dagster_runs, "BEGINNING", dt.timedelta(0))
    begun(instance, STATUS.STARTED, "somebody.elses")
    begun(instance, STATUS.SUCCESS)

    assert list(dagster_runs.dagster_runs(home, dry_run=False)) == []


def test_the_doctor_looks_where_dagster_has_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    monkeypatch.setattr(project, "DAGSTER", tmp_path / "none")
    assert project.dagster_home() is None
    monkeypatch.setattr(project, "DAGSTER", tmp_path)
    assert project.dagster_home() == PROJECT
    monkeypatch.setenv("DAGSTER_HOME", "/elsewhere")
    assert project.dagster_home() == Path("/elsewhere")
