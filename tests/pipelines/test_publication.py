"""A warehouse is published as a whole or not at all, by one writer at a time, and never turned back by accident."""

from __future__ import annotations

import datetime as dt
import errno
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from models.catalogue import PUBLISHED_LAYERS
from pipelines import only_writer, publication
from pipelines.publication import RESERVED, VERSIONS_KEPT, preflight, publish
from pipelines.target import CHECKSUM, PublishRefused, Target

MONDAY, TUESDAY, WEDNESDAY = (dt.date(2026, 5, day) for day in (11, 12, 13))
NAME = "portfolio.duckdb"
NOBODY = 65534


class Fault(Exception):  # noqa: N818
    """What goes wrong in a test."""


def fails(*_: object, **__: object) -> None:
    raise Fault


def never(_: Path) -> None:
    pytest.fail("nothing should be built")


def writes(text: str) -> Callable[[Path], None]:
    def build(path: Path) -> None:
        path.write_text(text)

    return build


def accepts(path: Path) -> None:
    assert path.is_file()


def published(
    file: Path,
    run_id: str = "r1",
    as_of: dt.date = TUESDAY,
    *,
    allow_older: bool = False,
    build: Callable[[Path], None] | None = None,
    verify: Callable[[Path], None] = accepts,
) -> Path:
    """Publish a file that says which run wrote it."""
    return publish(
        file, run_id=run_id, as_of=as_of, allow_older=allow_older, build=build or writes(run_id), verify=verify
    )


def tree(folder: Path) -> dict[str, str]:
    """Everything in a folder but lock files and right checksums: the text of files, the targets of links, …"""
    paths = sorted(path for path in folder.rglob("*") if path.suffix != ".lock" and not _is_right_checksum(path))
    return {str(path.relative_to(folder)): _content(path) for path in paths}


def _is_right_checksum(path: Path) -> bool:
    file = path.with_suffix("")
    if path.suffix != CHECKSUM or not file.is_file():
        return False
    return path.read_text() == f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n"


def _content(path: Path) -> str:
    if path.is_symlink():
        return f"-> {path.readlink()}"
    return "" if path.is_dir() else path.read_text()


def version(run_id: str = "r1", as_of: dt.date = TUESDAY) -> str:
    return f"versions/portfolio.{as_of}.{run_id}.duckdb"


def litter(file: Path, run_id: str = "killed") -> list[Path]:
    """What a run leaves that is killed at the worst moment."""
    private = file.parent / "versions" / f".{file.name}.{run_id}.building"
    left = [private, private.with_name(f"{private.name}.wal"), file.parent / f".{file.name}.{run_id}.link"]
    for path in left:
        path.write_text("half")
    return left


def refusal(file: Path, as_of: dt.date = TUESDAY) -> str:
    """The reason why nothing is published; told before anything is built, and nothing changes."""
    before = tree(file.parent) if file.parent.is_dir() else {}
    with pytest.raises(PublishRefused) as beforehand:
        preflight(file, as_of=as_of, allow_older=False)
    with pytest.raises(PublishRefused) as refused:
        published(file, "late", as_of, build=never)
    assert str(refused.value) == str(beforehand.value)
    assert before == (tree(file.parent) if file.parent.is_dir() else {})
    return str(refused.value)


def test_file_is_a_link_to_a_read_only_version_beside_it(tmp_path: Path) -> None:
    path = published(tmp_path / NAME)

    assert path == tmp_path / version()
    assert path.stat().st_mode & 0o777 == 0o440
    assert tree(tmp_path) == {NAME: f"-> {version()}", "versions": "", version(): "r1"}


def test_the_folder_can_be_moved(tmp_path: Path) -> None:
    published(tmp_path / "here" / NAME)

    (tmp_path / "here").rename(tmp_path / "there")

    assert (tmp_path / "there" / NAME).read_text() == "r1"
    published(tmp_path / "there" / NAME, "r2")
    assert (tmp_path / "there" / NAME).read_text() == "r2"


def test_missing_folders_are_made(tmp_path: Path) -> None:
    published(tmp_path / "a" / "b" / NAME)

    assert (tmp_path / "a" / "b" / NAME).read_text() == "r1"


def test_a_path_may_be_relative_and_lead_through_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))

    assert published(Path("real") / NAME) == tmp_path / "real" / version()
    assert published(Path("link") / NAME, build=never) == tmp_path / "real" / version()
    assert published(Path("~") / "link" / NAME, build=never) == tmp_path / "real" / version()


def test_the_new_version_is_on_the_disk_before_file_points_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(tmp_path / NAME, "r1")
    flushed: list[tuple[str, str]] = []
    known = {tmp_path: "folder", tmp_path / "versions": "versions"}

    def fsync(handle: int) -> None:
        inode = os.fstat(handle).st_ino
        name = next((name for path, name in known.items() if path.stat().st_ino == inode), "new file")
        flushed.append((name, (tmp_path / NAME).read_text()))

    monkeypatch.setattr(os, "fsync", fsync)
    published(tmp_path / NAME, "r2")

    version_and_checksum = [("new file", "r1")] * 2
    assert flushed == [*version_and_checksum, ("versions", "r1"), ("folder", "r2")]


def leaves_a_log(path: Path) -> None:
    path.write_text("not closed")
    path.with_name(f"{path.name}.wal").write_text("rest")


def stops_halfway(path: Path) -> None:
    leaves_a_log(path)
    raise Fault


def is_interrupted(path: Path) -> None:
    path.write_text("half")
    raise KeyboardInterrupt


BUILDS = {
    "build fails": (stops_halfway, accepts),
    "build is interrupted": (is_interrupted, accepts),
    "build writes nothing": (lambda _: None, lambda _: None),
    "build does not close": (leaves_a_log, never),
    "verify fails": (writes("wrong"), fails),
}
STEPS = [(Path, "chmod"), (Path, "rename"), (Path, "symlink_to"), (Path, "replace"), (os, "fsync"), (os, "pwrite")]


@contextmanager
def one_of(*errors: type[BaseException]) -> Iterator[None]:
    with pytest.raises(errors):
        yield


@pytest.fixture(params=[*BUILDS, *(f"{name} fails" for _, name in STEPS)])
def failing_publish(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """A publish of run `late` that fails at one step."""

    def run(file: Path) -> None:
        build, verify = BUILDS.get(request.param, (writes("late"), accepts))
        with monkeypatch.context() as patched, one_of(Fault, KeyboardInterrupt, FileNotFoundError, PublishRefused):
            for owner, name in STEPS:
                if request.param == f"{name} fails":
                    patched.setattr(owner, name, fails)
            published(file, "late", WEDNESDAY, build=build, verify=verify)

    return run


def test_a_publish_that_fails_leaves_everything_as_it_was(
    tmp_path: Path, failing_publish: Callable[[Path], None]
) -> None:
    published(tmp_path / NAME)
    before = tree(tmp_path)

    failing_publish(tmp_path / NAME)

    assert tree(tmp_path) == before
    published(tmp_path / NAME, "r2")


def test_a_first_publish_that_fails_takes_its_folders_away_again(
    tmp_path: Path, failing_publish: Callable[[Path], None]
) -> None:
    failing_publish(tmp_path / "a" / "b" / NAME)

    assert list(tmp_path.iterdir()) == []
    published(tmp_path / "a" / "b" / NAME)


def test_a_first_publish_that_fails_leaves_what_others_have_in_its_folders(tmp_path: Path) -> None:
    published(tmp_path / "other.duckdb")
    (tmp_path / "notes.txt").write_text("mine")
    before = tree(tmp_path)

    with pytest.raises(Fault):
        published(tmp_path / NAME, build=stops_halfway)

    assert tree(tmp_path) == before


def test_an_interrupt_right_after_the_swap_leaves_the_new_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(tmp_path / NAME)

    def swaps_and_is_interrupted(link: Path, file: Path) -> None:
        link.rename(file)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", swaps_and_is_interrupted)
    with pytest.raises(KeyboardInterrupt):
        published(tmp_path / NAME, "r2")

    assert (tmp_path / NAME).read_text() == "r2"


def test_what_fails_after_the_swap_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """FILE shows the new version: saying that nothing was published would be wrong."""
    for run in range(VERSIONS_KEPT):
        published(tmp_path / NAME, f"r{run}")

    def flushes_no_folder(handle: int) -> None:
        if (tmp_path / NAME).read_text() == "late":
            raise OSError(handle)

    def removes_no_version(path: Path, *, missing_ok: bool = False) -> None:
        raise PermissionError(path, missing_ok)

    monkeypatch.setattr(os, "fsync", flushes_no_folder)
    monkeypatch.setattr(Path, "unlink", removes_no_version)
    published(tmp_path / NAME, "late", build=writes("late"))

    assert (tmp_path / NAME).read_text() == "late"
    assert len(Target.at(tmp_path / NAME).all_versions()) == VERSIONS_KEPT + 1


KILLS = {
    "building": "def build(path): path.write_text('half'); Path(f'{path}.wal').write_text('rest'); kill()",
    "verifying": "def verify(path): kill()",
    "before the version has its name": "Path.rename = kill",
    "before the link is made": "Path.symlink_to = kill",
    "before the link is swapped": "Path.replace = kill",
    "after the link is swapped": "publication._prune = kill",
}


def process(file: Path, code: str) -> subprocess.Popen[str]:
    """Another process that publishes run `killed`, after changes to `build`, `verify` or the module."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(code=code, file=str(file))],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(publication.__file__).parents[1],
    )


PROGRAM = """
import datetime, os, signal, time
from pathlib import Path
from pipelines import publication
def kill(*_): os.kill(os.getpid(), signal.SIGKILL)
def build(path): path.write_text("killed")
def verify(path): pass
{code}
run = dict(run_id="killed", as_of=datetime.date(2026, 5, 13), allow_older=False)
publication.publish(Path({file!r}), build=build, verify=verify, **run)
"""


@pytest.mark.parametrize("moment", KILLS)
def test_a_killed_run_leaves_file_readable_and_the_next_run_sweeps_up(tmp_path: Path, moment: str) -> None:
    published(tmp_path / NAME, "r1")

    with process(tmp_path / NAME, KILLS[moment]) as killed:
        assert killed.wait() == -signal.SIGKILL

    assert (tmp_path / NAME).read_text() == ("killed" if moment == "after the link is swapped" else "r1")
    published(tmp_path / NAME, "r2", WEDNESDAY)
    swapped = {version("killed", WEDNESDAY): "killed"} if moment == "after the link is swapped" else {}
    assert tree(tmp_path) == {
        NAME: f"-> {version('r2', WEDNESDAY)}",
        "versions": "",
        version("r1"): "r1",
        version("r2", WEDNESDAY): "r2",
        **swapped,
    }


def test_a_first_run_that_is_killed_is_swept_up_also_by_one_that_fails(tmp_path: Path) -> None:
    with process(tmp_path / NAME, KILLS["building"]) as killed:
        killed.wait()
    assert len(tree(tmp_path)) == 3

    with pytest.raises(Fault):
        published(tmp_path / NAME, build=stops_halfway)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("moment", ["before the version has its name", "before the link is swapped"])
def test_a_version_that_a_first_run_could_not_show_any_more_is_swept_up(tmp_path: Path, moment: str) -> None:
    with process(tmp_path / NAME, KILLS[moment]) as killed:
        killed.wait()

    published(tmp_path / NAME, "r2")

    assert tree(tmp_path) == {NAME: f"-> {version('r2')}", "versions": "", version("r2"): "r2"}


def test_versions_that_were_shown_stay_where_file_was_turned_back_by_hand(tmp_path: Path) -> None:
    for run in ("r1", "r2"):
        published(tmp_path / NAME, run)
    (tmp_path / NAME).unlink()
    (tmp_path / NAME).symlink_to(version("r1"))

    published(tmp_path / NAME, "r3")

    assert {version("r1"), version("r2"), version("r3")} <= tree(tmp_path).keys()


def test_what_duckdb_had_moved_out_of_memory_is_swept_up(tmp_path: Path) -> None:
    published(tmp_path / NAME, "r1")
    before = tree(tmp_path)
    spill = litter(tmp_path / NAME)[0].with_suffix(".building.spill")
    spill.mkdir()
    (spill / "block").write_text("half")

    published(tmp_path / NAME, "r1", build=never)

    assert tree(tmp_path) == before


def test_a_run_is_published_once(tmp_path: Path) -> None:
    first = published(tmp_path / NAME)

    assert published(tmp_path / NAME, build=never, verify=never) == first


def test_a_run_whose_version_is_gone_is_published_again(tmp_path: Path) -> None:
    published(tmp_path / NAME).unlink()

    published(tmp_path / NAME, build=writes("again"))

    assert (tmp_path / NAME).read_text() == "again"


def test_a_run_that_file_does_not_show_any_more_is_published_again(tmp_path: Path) -> None:
    published(tmp_path / NAME, "r1")
    published(tmp_path / NAME, "r2")

    published(tmp_path / NAME, "r1", build=writes("again"))

    assert (tmp_path / NAME).read_text() == "again"


def test_an_earlier_day_is_refused(tmp_path: Path) -> None:
    published(tmp_path / NAME, as_of=TUESDAY)

    reason = refusal(tmp_path / NAME, as_of=MONDAY)

    assert "already shows 2026-05-12, which is later than 2026-05-11" in reason
    assert "--allow-older" in reason


def test_an_earlier_day_is_accepted_where_it_is_allowed(tmp_path: Path) -> None:
    published(tmp_path / NAME, "r1", TUESDAY)

    published(tmp_path / NAME, "r2", MONDAY, allow_older=True)

    assert Target.at(tmp_path / NAME).published_as_of() == MONDAY
    published(tmp_path / NAME, "r3", MONDAY)
    published(tmp_path / NAME, "r4", TUESDAY)


@pytest.mark.parametrize("as_of", [TUESDAY, WEDNESDAY])
def test_the_same_day_and_a_later_one_are_always_accepted(tmp_path: Path, as_of: dt.date) -> None:
    published(tmp_path / NAME, "r1", TUESDAY)

    published(tmp_path / NAME, "r2", as_of)

    assert (tmp_path / NAME).read_text() == "r2"


def test_a_later_night_that_finishes_while_a_run_waits_is_not_turned_back(tmp_path: Path) -> None:
    published(tmp_path / NAME, "r1", MONDAY)

    with another_writer(tmp_path / NAME):
        waiting = Writer(tmp_path / NAME, "r2", TUESDAY)
        shutil.copy(tmp_path / version("r1", MONDAY), tmp_path / version("r3", WEDNESDAY))
        (tmp_path / NAME).unlink()
        (tmp_path / NAME).symlink_to(version("r3", WEDNESDAY))

    assert "would turn it back" in str(waiting.outcome())


class Writer(threading.Thread):
    """A publish that goes on beside the test, and has been going on for a moment."""

    def __init__(self, file: Path, run_id: str, as_of: dt.date = TUESDAY) -> None:
        super().__init__()
        self._arguments = (file, run_id, as_of)
        self._error: Exception | None = None
        self.start()
        time.sleep(0.15)

    def run(self) -> None:
        try:
            published(*self._arguments)
        except Exception as error:  # noqa: BLE001
            self._error = error

    def outcome(self) -> Exception | None:
        self.join()
        return self._error


@contextmanager
def another_writer(file: Path) -> Iterator[None]:
    """Hold the lock as another writer would."""
    handle = os.open(Target.at(file).lock, os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(handle)


def test_a_second_writer_waits_for_the_first(tmp_path: Path) -> None:
    published(tmp_path / NAME, "r1")

    with another_writer(tmp_path / NAME):
        second = Writer(tmp_path / NAME, "r2")
        assert (tmp_path / NAME).read_text() == "r1"

    assert second.outcome() is None
    assert (tmp_path / NAME).read_text() == "r2"


def test_a_second_writer_is_refused_when_its_patience_ends_and_let_in_when_the_first_has_died(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(only_writer, "LOCK_PATIENCE", 0.2)
    with process(tmp_path / NAME, "def build(path): print('building', flush=True); time.sleep(60)") as first:
        assert first.stdout is not None
        first.stdout.readline()

        with pytest.raises(PublishRefused) as refused:
            published(tmp_path / NAME, build=never)
        first.kill()
        first.wait()

    assert f"Another run (process {first.pid}) is publishing to {tmp_path / NAME}" in str(refused.value)
    assert "Run again when it has ended." in str(refused.value)
    published(tmp_path / NAME)


def test_writers_of_different_files_do_not_wait_for_each_other(tmp_path: Path) -> None:
    published(tmp_path / NAME)

    with another_writer(tmp_path / NAME):
        published(tmp_path / "other.duckdb")


def test_a_first_publish_that_fails_lets_in_the_writer_that_waits(tmp_path: Path) -> None:
    waiting: list[Writer] = []

    def fails_while_another_waits(_: Path) -> None:
        waiting.append(Writer(tmp_path / "a" / NAME, "r2"))
        raise Fault

    with pytest.raises(Fault):
        published(tmp_path / "a" / NAME, "r1", build=fails_while_another_waits)

    assert waiting[0].outcome() is None
    assert tree(tmp_path / "a") == {NAME: f"-> {version('r2')}", "versions": "", version("r2"): "r2"}


def test_there_is_never_more_than_one_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the first ones fail, and take away the folder of the lock that the others wait for."""
    monkeypatch.setattr(time, "sleep", lambda _: threading.Event().wait(0.001))
    writing, alone = threading.Lock(), []

    def build(path: Path) -> None:
        alone.append(writing.acquire(blocking=False))
        path.write_text("built")
        threading.Event().wait(0.002)
        writing.release()
        if len(alone) % 4:
            raise Fault

    def write(run_id: str) -> None:
        for _ in range(6):
            with suppress(Fault):
                published(tmp_path / "a" / NAME, run_id, build=build)

    writers = [threading.Thread(target=write, args=(f"w{number}",)) for number in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert len(alone) >= len(writers)
    assert all(alone)
    assert (tmp_path / "a" / NAME).read_text() == "built"


def test_every_layer_is_a_reserved_name() -> None:
    assert set(PUBLISHED_LAYERS) <= RESERVED


@pytest.mark.parametrize("name", [*sorted(RESERVED), "mart.duckdb", "MART.duckdb", "Audit.v2.duckdb"])
def test_a_file_named_like_a_schema_is_refused(tmp_path: Path, name: str) -> None:
    assert f"can't be called {name}: that is the name of one of its schemas" in refusal(tmp_path / name)


@pytest.mark.parametrize("name", [".mart.duckdb", "..mart.duckdb"])
def test_a_file_that_duckdb_would_call_like_a_schema_is_refused(tmp_path: Path, name: str) -> None:
    assert f"can't be called {name}" in refusal(tmp_path / name)


@pytest.mark.parametrize("name", ["mart?.duckdb", "a?b/portfolio.duckdb", os.fsdecode(b"\xff.duckdb")])
def test_a_path_that_duckdb_would_not_take_as_it_is_is_refused(tmp_path: Path, name: str) -> None:
    assert "must be UTF-8 text without a question mark" in refusal(tmp_path / name)


def test_a_file_named_like_the_folder_of_versions_is_refused(tmp_path: Path) -> None:
    assert "can't be called versions" in refusal(tmp_path / "versions")


def test_a_folder_that_can_not_be_made_is_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "mkdir", full)

    with pytest.raises(PublishRefused, match=r"can't be written: No space left on device. Make room"):
        published(tmp_path / "new" / NAME, build=never)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()

    assert "is a folder. Name a file in it" in refusal(tmp_path / NAME)


def test_a_file_that_somebody_else_wrote_is_refused(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("years of work")

    assert "is a file that tieout has not published; it is left alone" in refusal(tmp_path / NAME)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "other.txt",
        "/dev/null",
        "elsewhere/portfolio.2026-05-12.r1.duckdb",
        "versions/notes.txt",
        "versions/other.2026-05-12.r1.duckdb",
    ],
)
def test_a_link_to_elsewhere_is_refused(tmp_path: Path, elsewhere: str) -> None:
    """Also where nothing is there: somebody made it for a reason."""
    (tmp_path / NAME).symlink_to(elsewhere)

    assert "is a link to" in refusal(tmp_path / NAME)


@pytest.mark.parametrize("in_the_way", ["a", "a/versions"])
def test_a_file_where_a_folder_should_be_is_refused(tmp_path: Path, in_the_way: str) -> None:
    path = tmp_path / in_the_way
    path.parent.mkdir(exist_ok=True)
    path.write_text("a file")

    assert f"{path} is a file, not a folder" in refusal(tmp_path / "a" / NAME)


@contextmanager
def without_privileges() -> Iterator[None]:
    """Be nobody for a while where the tests run as root, whom no folder keeps out."""
    if os.getuid():
        yield
        return
    os.setresuid(NOBODY, NOBODY, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)


@pytest.mark.parametrize(("closed", "mode"), [("a", 0o555), ("a/versions", 0o555), ("a", 0o000)])
def test_a_folder_that_can_not_be_written_to_is_refused(closed: str, mode: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        (folder / "a" / "versions").mkdir(parents=True)
        for path, permissions in {".": 0o755, "a": 0o777, "a/versions": 0o777, closed: mode}.items():
            (folder / path).chmod(permissions)

        with without_privileges(), pytest.raises(PublishRefused) as refused:
            preflight(folder / "a" / NAME, as_of=TUESDAY, allow_older=False)

        (folder / closed).chmod(0o755)
    assert f"the folder {folder / closed} does not allow it" in str(refused.value)


@pytest.mark.parametrize("run_id", ["", "a.b", "a/b", "../a", "a b"])
def test_a_run_id_that_can_not_be_part_of_a_name_is_a_mistake(tmp_path: Path, run_id: str) -> None:
    with pytest.raises(ValueError, match="is no run id"):
        published(tmp_path / NAME, run_id, build=never)


def test_preflight_changes_nothing(tmp_path: Path) -> None:
    preflight(tmp_path / "a" / NAME, as_of=TUESDAY, allow_older=False)

    assert list(tmp_path.iterdir()) == []


def test_a_link_whose_version_is_gone_is_replaced(tmp_path: Path) -> None:
    shutil.rmtree(published(tmp_path / NAME, "r1", WEDNESDAY).parent)

    published(tmp_path / NAME, "r2", TUESDAY)

    assert (tmp_path / NAME).read_text() == "r2"


def test_a_link_whose_version_is_gone_while_older_ones_are_there_is_refused(tmp_path: Path) -> None:
    """What earlier nights remember would be lost without a word."""
    published(tmp_path / NAME, "r1")
    published(tmp_path / NAME, "r2").unlink()

    reason = refusal(tmp_path / NAME)

    assert f"{version('r2')}, which is gone, and with it what earlier nights remember" in reason
    (tmp_path / NAME).unlink()
    published(tmp_path / NAME, "r3")


def test_the_last_versions_are_kept(tmp_path: Path) -> None:
    for run in range(VERSIONS_KEPT + 2):
        published(tmp_path / NAME, f"r{run}")

    kept = sorted(path.read_text() for path in (tmp_path / "versions").glob("*.duckdb"))
    assert kept == ["r2", "r3", "r4"]


def test_a_reader_keeps_the_version_it_has_opened(tmp_path: Path) -> None:
    published(tmp_path / NAME, "r0")

    with (tmp_path / NAME).open() as reader:
        for run in range(1, VERSIONS_KEPT + 2):
            published(tmp_path / NAME, f"r{run}")
        assert reader.read() == "r0"

    assert not (tmp_path / version("r0")).exists()


def test_what_file_points_to_stays_also_where_the_clock_was_turned_back(tmp_path: Path) -> None:
    for run in range(VERSIONS_KEPT):
        published(tmp_path / NAME, f"r{run}")

    def builds_long_ago(path: Path) -> None:
        path.write_text("long ago")
        os.utime(path, (0, 0))

    published(tmp_path / NAME, "late", build=builds_long_ago)

    assert (tmp_path / NAME).read_text() == "long ago"


def test_what_others_put_beside_the_versions_stays(tmp_path: Path) -> None:
    (tmp_path / "versions" / "portfolio.2026-05-12.folder.duckdb").mkdir(parents=True)
    for name in ("notes.txt", "portfolio.backup.duckdb", "portfolio.2026-05-12.r1.duckdb.bak", ".portfolio.duckdb"):
        (tmp_path / "versions" / name).write_text("mine")
    before = tree(tmp_path)

    for run in range(VERSIONS_KEPT + 2):
        published(tmp_path / NAME, f"r{run}")

    assert before.items() <= tree(tmp_path).items()


ODD_NAMES = ["[x]*.duckdb", "it's.duckdb", "no_suffix", ".hidden.duckdb", "März 26.v2.duckdb", "**"]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_any_name_can_be_published_swept_and_pruned(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    published(file, "r0")
    left = litter(file)

    for run in range(1, VERSIONS_KEPT + 2):
        published(file, f"r{run}")

    assert file.read_text() == f"r{VERSIONS_KEPT + 1}"
    assert not any(path.exists() for path in left)
    versions = tmp_path / "versions"
    kept = [*versions.glob("[!.]*"), *versions.glob(".h*.r?.*")]
    assert len([path for path in kept if path.suffix != CHECKSUM]) == VERSIONS_KEPT
    assert len([path for path in kept if _is_right_checksum(path)]) == VERSIONS_KEPT


NEIGHBOURS = ["a.duckdb", "a.b.duckdb", "b.duckdb", "a", "a.b", "a.duckdb.b", "a.2026-05-12.duckdb", "[ab].duckdb"]


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_neighbours_are_neither_swept_nor_pruned(tmp_path: Path, name: str) -> None:
    for neighbour in set(NEIGHBOURS) - {name}:
        published(tmp_path / neighbour, "r0")
        published(tmp_path / neighbour, "r1")
        litter(tmp_path / neighbour)
    before = tree(tmp_path)

    for run in range(VERSIONS_KEPT + 2):
        published(tmp_path / name, f"r{run}")

    assert before.items() <= tree(tmp_path).items()
