"""How a new warehouse takes the place of the last one: as a whole, or not at all.

FILE is a link to `versions/<stem>.<as_of>.<run id><suffix>` in its own folder. A new version is built under a private
name, verified, made read-only, flushed to disk and renamed into place; then the link is swapped in one step. A reader
that holds the last version keeps it, a new reader gets the new one, and nobody waits. Knows files and folders, not what
is in them.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from pipelines.checksum import fingerprint, keep
from pipelines.on_disk import finish, flush, remove
from pipelines.only_writer import only_writer
from pipelines.plain_path import NOT_PLAIN, is_plain
from pipelines.target import CHECKSUM, RUN_ID, PublishRefused, Target, kept_beside

RESERVED: Final = frozenset(
    {"source", "step", "mart", "audit", "baseline", "history", "state", "published"}
    | {"main", "temp", "system", "information_schema"}
)
"""Names of schemas and catalogs: a file named like one would make every query on it ambiguous."""
VERSIONS_KEPT: Final = 3


def preflight(file: Path, *, as_of: dt.date, allow_older: bool, is_folder: bool = False) -> None:
    """Refuse at once what could not be published in the end. Changes nothing. Raises PublishRefused."""
    target = Target.at(file, is_folder=is_folder)
    _check_name(target)
    _check_place(target)
    check_what_is_there(target)
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
    if target.file.suffix == CHECKSUM:
        raise PublishRefused(
            f"The warehouse can't be called {target.file.name}: so are checksums of versions. "
            "Choose another name, such as portfolio.duckdb."
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


def check_what_is_there(target: Target) -> None:
    """Raise PublishRefused where FILE is something that tieout has not published, or can't go on from."""
    file, version = target.file, target.published()
    if target.is_folder:
        _check_folder_is_there(target)
    elif file.is_dir():
        raise PublishRefused(f"{file} is a folder. Name a file in it, such as {file / 'portfolio.duckdb'}.")
    if version is None and file.exists():
        raise PublishRefused(
            f"{file} is a file that tieout has not published; it is left alone. Move it, or choose another."
        )
    if version is not None and not target.owns(version):
        raise PublishRefused(
            f"{file} is a link to {version}, which tieout has not published. Remove it, or choose another."
        )
    if version is not None and not version.exists() and target.all_versions():
        raise PublishRefused(
            f"{file} is a link to {version}, which is gone, and with it what earlier nights remember. Point it to an "
            f"older file in {target.versions}, or remove the link to begin without memory."
        )


def _check_folder_is_there(target: Target) -> None:
    if target.file.exists() and not (target.file.is_symlink() and target.file.is_dir()):
        raise PublishRefused(
            f"{target.file} is there, but no folder that tieout has published; it is left alone. Move it, or choose "
            "another."
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
    is_folder: bool = False,
) -> Path:
    """Build, verify and publish a version; the path of the version is returned.

    `build` writes a new file, or a folder of files, at the path it is given and closes it; `verify` raises where that
    is not right. A run that is published already is not published again. Whatever fails, FILE is as before and nothing
    is left behind. Raises PublishRefused.
    """
    if not re.fullmatch(RUN_ID, run_id):
        raise ValueError(f"{run_id!r} is no run id: it must be made of letters, digits, - and _.")
    target = Target.at(file, is_folder=is_folder)
    version = target.version(as_of, run_id)
    preflight(file, as_of=as_of, allow_older=allow_older, is_folder=is_folder)
    try:
        with only_writer(target):
            preflight(file, as_of=as_of, allow_older=allow_older, is_folder=is_folder)
            sweep(target)
            if target.published() != version or not version.exists():
                _replace(target, run_id, version, build, verify)
            _prune(target)
    except OSError as fault:
        raise target.refusal(fault) from fault
    return version


def _replace(
    target: Target, run_id: str, version: Path, build: Callable[[Path], None], verify: Callable[[Path], None]
) -> None:
    """Build a version and point FILE to it; an interrupt can come when that is done: then the version stays."""
    try:
        sha256 = _build_version(target, target.private(run_id), build, verify)
        _show_version(target, run_id, version, sha256)
    except BaseException:
        sweep(target)
        raise


def sweep(target: Target) -> None:
    """Remove what killed runs have left. Only the one writer may. Raises OSError."""
    for left in leftovers(target):
        remove(left)


def leftovers(target: Target) -> list[Path]:
    """Private files and links, and, before the links that give them away, versions that were never shown."""
    never_shown = target.never_shown()
    kept = [kept_beside(version) for version in never_shown if kept_beside(version).exists()]
    return [*kept, *never_shown, *target.litter()]


def _build_version(
    target: Target, private: Path, build: Callable[[Path], None], verify: Callable[[Path], None]
) -> str | None:
    """Build a version; returned is the checksum of what was verified, if that is a file: folders have a manifest."""
    build(private)
    left = [path.name for path in target.litter() if path != private]
    if left:
        raise PublishRefused(
            f"The new warehouse was not closed properly ({', '.join(left)} remains): is the disk full? Run again."
        )
    sha256 = None if target.is_folder else fingerprint(private).sha256
    verify(private)
    finish(private)
    return sha256


def _show_version(target: Target, run_id: str, version: Path, sha256: str | None) -> None:
    """Give the version its name, keep its checksum beside it, and point FILE to it.

    The private link comes first: by it, a version is known that has its name but was never shown. A link that can't be
    flushed does no harm: after a power cut, FILE would show the last version, which is kept.
    """
    link = target.private_link(run_id)
    link.symlink_to(version.relative_to(target.file.parent))
    target.private(run_id).rename(version)
    if sha256 is not None:
        keep(sha256, version)
    flush(target.versions)
    link.replace(target.file)
    with suppress(OSError):
        flush(target.file.parent)


def _prune(target: Target) -> None:
    """Remove all but the last few versions; what FILE points to always stays.

    The new version is published by now: one that can't be removed is left to the next run.
    """
    for version in target.all_versions()[VERSIONS_KEPT:]:
        if version != target.published():
            with suppress(OSError):
                remove(version)
                kept_beside(version).unlink(missing_ok=True)
