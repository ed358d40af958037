"""How a new warehouse takes the place of the last one: as a whole, or not at all.

FILE is a link to `versions/<stem>.<as_of>.<run id><suffix>` in its own folder. A new version is built under a private
name, verified, made read-only, flushed to disk and renamed into place; then the link is swapped in one step. A reader
that holds the last version keeps it, a new reader gets the new one, and nobody waits. Knows files and folders, not what
is in them.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipelines.plain_path import NOT_PLAIN, is_plain

RESERVED: Final = frozenset(
    {"source", "step", "mart", "audit", "baseline", "history", "state", "published"}
    | {"main", "temp", "system", "information_schema"}
)
"""Names of schemas and catalogs: a file named like one would make every query on it ambiguous."""
RUN_ID: Final = r"[A-Za-z0-9_-]+"
"""What a run id is made of: no dots, which part the names of files."""
LOCK_PATIENCE: Final = 60.0
"""Seconds to wait for another writer."""
VERSIONS_KEPT: Final = 3


class PublishRefused(Exception):  # noqa: N818
    """Nothing was published, and why: what is wrong, where, and what to do."""


@dataclass(frozen=True)
class Target:
    """The file to publish, and the names that go with it."""

    file: Path

    @classmethod
    def at(cls, file: Path) -> Target:
        """The target at a path as the user gave it; the file itself is not followed, as it is a link."""
        path = file.expanduser().absolute()
        return cls(path.parent.resolve() / path.name)

    @property
    def versions(self) -> Path:
        """The folder of all versions."""
        return self.file.parent / "versions"

    @property
    def lock(self) -> Path:
        """The file whose lock says who may write."""
        return self.versions / f".{self.file.name}.lock"

    def version(self, as_of: dt.date, run_id: str) -> Path:
        """The file of one run."""
        return self.versions / f"{self.file.stem}.{as_of}.{run_id}{self.file.suffix}"

    def private(self, run_id: str) -> Path:
        """The name under which a version is built."""
        return self.versions / f".{self.file.name}.{run_id}.building"

    def private_link(self, run_id: str) -> Path:
        """The name under which the new link is made."""
        return self.file.parent / f".{self.file.name}.{run_id}.link"

    def owns(self, path: Path) -> bool:
        """Whether a path is where a version of this target would be."""
        stem, suffix = re.escape(self.file.stem), re.escape(self.file.suffix)
        named = re.fullmatch(rf"{stem}\.\d{{4}}-\d\d-\d\d\.{RUN_ID}{suffix}", path.name)
        return named is not None and path.parent == self.versions

    def all_versions(self) -> list[Path]:
        """Every version there is, the last written first."""
        found = [path for path in self.versions.iterdir() if self.owns(path) and path.is_file()]
        return sorted(found, key=lambda path: path.stat().st_mtime_ns, reverse=True)

    def litter(self) -> list[Path]:
        """Private files and links; other targets in the folder have their own."""
        private = re.compile(rf"\.{re.escape(self.file.name)}\.{RUN_ID}\.(link|building(\.\w+)*)")
        found = [*self.versions.iterdir(), *self.file.parent.iterdir()]
        return [path for path in found if private.fullmatch(path.name)]

    def published(self) -> Path | None:
        """The version that FILE points to, also where that version is gone."""
        return self.file.parent / self.file.readlink() if self.file.is_symlink() else None

    def published_as_of(self) -> dt.date | None:
        """The day of the version that FILE points to, as its name says."""
        version = self.published()
        if version is None or not version.exists():
            return None
        return dt.date.fromisoformat(version.name.removeprefix(f"{self.file.stem}.")[:10])


def preflight(file: Path, *, as_of: dt.date, allow_older: bool) -> None:
    """Refuse at once what could not be published in the end. Changes nothing. Raises PublishRefused."""
    target = Target.at(file)
    _check_name(target)
    _check_place(target)
    _check_what_is_there(target)
    _check_not_backwards(target, as_of, allow_older=allow_older)


def _check_name(target: Target) -> None:
    if not is_plain(target.file):
        raise PublishRefused(f"{target.file} can't be written: {NOT_PLAIN}. Choose another place.")
    catalog = re.split(r"[.?]", target.file.name.lstrip("."))[0]
    if catalog.lower() in RESERVED:
        raise PublishRefused(
            f"The warehouse can't be called {target.file.name}: that is the name of one of its schemas, and every "
            "query on it would be ambiguous. Choose another name, such as portfolio.duckdb."
        )
    if target.file == target.versions:
        raise PublishRefused(
            f"The warehouse can't be called {target.file.name}: so is the folder that holds its versions. "
            "Choose another name, such as portfolio.duckdb."
        )


def _check_place(target: Target) -> None:
    for folder in (target.versions, target.file.parent):
        there = next(path for path in (folder, *folder.parents) if os.access(path, os.F_OK))
        if not there.is_dir():
            raise PublishRefused(
                f"{target.file} can't be written: {there} is a file, not a folder. Choose another place."
            )
        if not os.access(there, os.R_OK | os.W_OK | os.X_OK):
            raise PublishRefused(
                f"{target.file} can't be written: the folder {there} does not allow it. Choose another place."
            )


def _check_what_is_there(target: Target) -> None:
    file, version = target.file, target.published()
    if file.is_dir():
        raise PublishRefused(f"{file} is a folder. Name a file in it, such as {file / 'portfolio.duckdb'}.")
    if version is None and file.exists():
        raise PublishRefused(
            f"{file} is a file that tieout has not published; it is left alone. Move it, or choose another."
        )
    if version is not None and not target.owns(version):
        raise PublishRefused(
            f"{file} is a link to {version}, which tieout has not published. Remove it, or choose another."
        )


def _check_not_backwards(target: Target, as_of: dt.date, *, allow_older: bool) -> None:
    held = target.published_as_of()
    if held is not None and held > as_of and not allow_older:
        raise PublishRefused(
            f"{target.file} already shows {held}, which is later than {as_of}: publishing would turn it back. "
            "Use --allow-older to do so all the same, or another file."
        )


def publish(
    file: Path,
    *,
    run_id: str,
    as_of: dt.date,
    allow_older: bool,
    build: Callable[[Path], None],
    verify: Callable[[Path], None],
) -> Path:
    """Build, verify and publish a version; the path of the version is returned.

    `build` writes a new file at the path it is given and closes it; `verify` raises where that file is not right. A run
    that is published already is not published again. Whatever fails, FILE is as before and nothing is left behind.
    Raises PublishRefused.
    """
    if not re.fullmatch(RUN_ID, run_id):
        raise ValueError(f"{run_id!r} is no run id: it must be made of letters, digits, - and _.")
    target = Target.at(file)
    version = target.version(as_of, run_id)
    preflight(file, as_of=as_of, allow_older=allow_older)
    with _only_writer(target):
        preflight(file, as_of=as_of, allow_older=allow_older)
        _sweep(target)
        if target.published() != version or not version.exists():
            _build_version(target, run_id, version, build, verify)
            _swap_link(target, run_id, version)
        _prune(target)
    return version


@contextmanager
def _only_writer(target: Target) -> Iterator[None]:
    """Hold the lock that only one writer can have, in folders made for it.

    The operating system gives it back when its holder dies. Only its holder may take the lock file and its folders
    away: otherwise a writer that waits and one that comes later would both be let in.
    """
    missing = [path for path in target.versions.parents if not path.exists()]
    handle = _wait_for_lock(target)
    try:
        os.truncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        for folder in missing:
            _flush(folder.parent)
        yield
    except BaseException:
        _take_away_if_unused(target, missing)
        raise
    finally:
        os.close(handle)


def _wait_for_lock(target: Target) -> int:
    patience = time.monotonic() + LOCK_PATIENCE
    while (handle := _locked(target)) is None:
        if time.monotonic() > patience:
            raise PublishRefused(
                f"Another run{_holder(target)} is publishing to {target.file}. Run again when it has ended."
            )
        time.sleep(0.1)
    return handle


def _locked(target: Target) -> int | None:
    """An open handle with the lock, or None while another writer has it or has just taken it away."""
    with suppress(BlockingIOError, FileNotFoundError), ExitStack() as unless_locked:
        _make_folder(target)
        handle = os.open(target.lock, os.O_RDWR | os.O_CREAT, 0o644)
        unless_locked.callback(os.close, handle)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(handle), target.lock.stat()):
            unless_locked.pop_all()
            return handle
    return None


def _make_folder(target: Target) -> None:
    """Make the folder of versions. Another writer may take its parents away meanwhile, but not again and again."""
    for attempts_left in (2, 1, 0):
        try:
            target.versions.mkdir(parents=True, exist_ok=True)
        except OSError as fault:
            if not attempts_left:
                place = f"the folder {target.versions} can't be made"
                raise PublishRefused(f"{target.file} can't be written: {place} ({fault.strerror}).") from fault
        else:
            return


def _holder(target: Target) -> str:
    with suppress(OSError):
        return f" (process {target.lock.read_text()})"
    return ""


def _take_away_if_unused(target: Target, missing: list[Path]) -> None:
    """Remove the lock and its folder where there is nothing else in it, and the folders made for them."""
    with suppress(OSError):
        if list(target.versions.iterdir()) == [target.lock]:
            target.lock.unlink()
            for folder in (target.versions, *missing):
                folder.rmdir()


def _sweep(target: Target) -> None:
    """Remove what killed runs have left: private files and links, and versions that FILE never pointed to."""
    for left in target.litter():
        left.unlink()
    version = target.published()
    if version is not None and version.exists():
        written = version.stat().st_mtime_ns
        for other in target.all_versions():
            if other.stat().st_mtime_ns > written:
                other.unlink()


def _build_version(
    target: Target, run_id: str, version: Path, build: Callable[[Path], None], verify: Callable[[Path], None]
) -> None:
    private = target.private(run_id)
    try:
        build(private)
        left = [path.name for path in target.litter() if path != private]
        if left:
            raise PublishRefused(
                f"The new warehouse was not closed properly ({', '.join(left)} remains): is the disk full? Run again."
            )
        verify(private)
        private.chmod(0o444)
        _flush(private)
        private.rename(version)
    finally:
        for path in target.litter():
            path.unlink()


def _swap_link(target: Target, run_id: str, version: Path) -> None:
    """Point FILE to a version.

    An interrupt can come when that is done: then the version stays. A link that can't be flushed does no harm: after a
    power cut, FILE would show the last version, which is kept.
    """
    link = target.private_link(run_id)
    try:
        _flush(target.versions)
        link.symlink_to(version.relative_to(target.file.parent))
        link.replace(target.file)
    except BaseException:
        link.unlink(missing_ok=True)
        if target.published() != version:
            version.unlink(missing_ok=True)
        raise
    with suppress(OSError):
        _flush(target.file.parent)


def _flush(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _prune(target: Target) -> None:
    """Remove all but the last few versions; what FILE points to always stays.

    The new version is published by now: one that can't be removed is left to the next run.
    """
    for version in target.all_versions()[VERSIONS_KEPT:]:
        if version != target.published():
            with suppress(OSError):
                version.unlink()
