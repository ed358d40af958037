"""How a new warehouse takes the place of the last one: as a whole, or not at all.

FILE is a link to `versions/<stem>.<as_of>.<run id><suffix>` in its own folder. A new version is built under a private name,
verified, made read-only, flushed to disk and renamed into place; then the link is swapped in one step. A reader that
holds the last version keeps it, a new reader gets the new one, and nobody waits. Knows files and folders, not what is in
them.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

RESERVED: Final = frozenset(
    {"source", "step", "mart", "audit", "baseline", "history", "state", "main", "temp", "system", "published"}
)
"""Names of schemas and catalogs: a file named like one would make every query on it ambiguous."""
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

    def all_versions(self) -> list[Path]:
        """Every version there is, the last written first."""
        mine = re.compile(re.escape(self.file.stem) + r"\.\d{4}-\d\d-\d\d\.[^.]+" + re.escape(self.file.suffix))
        found = [path for path in self.versions.iterdir() if mine.fullmatch(path.name)]
        return sorted(found, key=lambda path: path.stat().st_mtime_ns, reverse=True)

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
    if target.file.name.split(".")[0].lower() in RESERVED:
        raise PublishRefused(
            f"The warehouse can't be called {target.file.name}: that is the name of one of its schemas, and every query on "
            "it would be ambiguous. Choose another name, such as portfolio.duckdb."
        )


def _check_place(target: Target) -> None:
    there = next(path for path in (target.file.parent, *target.file.parents) if path.exists())
    if not there.is_dir():
        raise PublishRefused(f"{target.file} can't be written: {there} is a file, not a folder. Choose another place.")
    if not os.access(there, os.W_OK | os.X_OK):
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
    if version is not None and version.parent != target.versions:
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
    target = Target.at(file)
    version = target.version(as_of, run_id)
    with _folders(target), _only_writer(target):
        preflight(file, as_of=as_of, allow_older=allow_older)
        _sweep(target)
        if target.published() != version or not version.exists():
            _build_version(target, run_id, version, build, verify)
            _swap_link(target, run_id, version)
        _prune(target)
    return version


@contextmanager
def _folders(target: Target) -> Iterator[None]:
    """Make the folders that are missing; take those away again if nothing gets published."""
    missing = [path for path in (target.versions, *target.versions.parents) if not path.exists()]
    try:
        target.versions.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        if missing:
            target.lock.unlink(missing_ok=True)
        for folder in missing:
            with suppress(OSError):
                folder.rmdir()
        raise


@contextmanager
def _only_writer(target: Target) -> Iterator[None]:
    """Hold the lock that only one writer can have. The operating system gives it back when its holder dies."""
    patience = time.monotonic() + LOCK_PATIENCE
    while (handle := _locked(target.lock)) is None:
        if time.monotonic() > patience:
            raise PublishRefused(
                f"Another run (process {target.lock.read_text().strip()}) is publishing to {target.file}. Nothing was published; run again."
            )
        time.sleep(0.1)
    try:
        yield
    finally:
        os.close(handle)


def _locked(lock: Path) -> int | None:
    """An open handle with the lock, or None while another writer has it."""
    handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(handle).st_ino != lock.stat().st_ino:
            raise FileNotFoundError(lock)
    except (BlockingIOError, FileNotFoundError):
        os.close(handle)
        return None
    os.ftruncate(handle, 0)
    os.write(handle, str(os.getpid()).encode())
    return handle


def _sweep(target: Target) -> None:
    """Remove what killed runs have left: private files and links, and versions that FILE never pointed to."""
    for folder in (target.versions, target.file.parent):
        for left in (
            *folder.glob(f".{_literal(target.file.name)}.*.building*"),
            *folder.glob(f".{_literal(target.file.name)}.*.link"),
        ):
            left.unlink()
    version = target.published()
    if version is not None and version.exists():
        written = version.stat().st_mtime_ns
        for other in target.all_versions():
            if other.stat().st_mtime_ns > written:
                other.unlink()


def _literal(name: str) -> str:
    return re.sub(r"([\[\]*?])", r"[\1]", name)


def _build_version(
    target: Target, run_id: str, version: Path, build: Callable[[Path], None], verify: Callable[[Path], None]
) -> None:
    private = target.private(run_id)
    try:
        build(private)
        left = [path.name for path in target.versions.glob(f"{_literal(private.name)}?*")]
        if left:
            raise PublishRefused(
                f"The new warehouse was not closed properly ({', '.join(left)} remains). Nothing was published."
            )
        verify(private)
        private.chmod(0o444)
        _flush(private)
        private.rename(version)
        _flush(target.versions)
    finally:
        for path in target.versions.glob(f"{_literal(private.name)}*"):
            path.unlink()


def _swap_link(target: Target, run_id: str, version: Path) -> None:
    link = target.private_link(run_id)
    try:
        link.symlink_to(version.relative_to(target.file.parent))
        link.replace(target.file)
    except BaseException:
        link.unlink(missing_ok=True)
        version.unlink(missing_ok=True)
        raise
    _flush(target.file.parent)


def _flush(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _prune(target: Target) -> None:
    """Remove all but the last few versions; what FILE points to always stays."""
    for version in target.all_versions()[VERSIONS_KEPT:]:
        if version != target.published():
            version.unlink()
