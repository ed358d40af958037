"""The published file and the versions kept: whether they can be read, and hold what their models and audit say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from pipelines.checksum import Damaged, check_undamaged, way_back
from pipelines.doctor.note import Kind, Note, bytes_in_words, time_of
from pipelines.on_disk import size
from pipelines.publication import check_what_is_there
from pipelines.published_file import WarehouseError, query
from pipelines.target import PublishRefused, Target
from pipelines.version import version as this_tieout
from pipelines.warehouse import read_whole, verify

RUN = "SELECT as_of, version FROM audit.run"
BROKEN_LAWS = "SELECT law FROM audit.conservation WHERE NOT holds ORDER BY law"


def published(target: Target) -> Note:
    """The version that FILE shows."""
    try:
        check_what_is_there(target)
    except PublishRefused as reason:
        return Note(Kind.LOOK, str(reason))
    version = target.published()
    if version is None or not version.exists():
        gone = f"{target.file} points to {version}, which is gone" if version else f"{target.file} is not there"
        return Note(Kind.LOOK, f"{gone}: tieout run publishes it")
    try:
        check_undamaged(version)
        fault, how = _fault(target, version)
    except Damaged as reason:
        return Note(Kind.LOOK, str(reason))
    if fault:
        return Note(Kind.LOOK, f"{target.file} {fault}. {way_back(version)}")
    return Note(Kind.WELL, f"{target.file} shows {target.day_of(version)}, {_facts(version)}: {how}")


def kept(target: Target) -> Iterator[Note]:
    """The versions that FILE does not show: they may be of another version of tieout, but must be readable."""
    for version in target.all_versions():
        if version != target.published() and version not in target.never_shown():
            try:
                read_whole(version)
            except WarehouseError:
                yield Note(Kind.LOOK, f"{version} is damaged, and of no use any more: remove it")
            else:
                yield Note(Kind.WELL, f"kept: {target.day_of(version)}, {_facts(version)}: read as a whole")


def _facts(version: Path) -> str:
    written = dt.datetime.fromtimestamp(version.stat().st_mtime, dt.UTC)
    return f"written {time_of(written)}, {bytes_in_words(size(version))}"


def _fault(target: Target, version: Path) -> tuple[str, str]:
    """What is wrong with the version that FILE shows, if anything, and how that was found out."""
    try:
        runs = query(version, RUN)
        broken = [law for (law,) in query(version, BROKEN_LAWS)]
        ours = [by for _, by in runs] == [this_tieout()]
        check = verify if ours else read_whole
        check(version)
    except WarehouseError as fault:
        return f"is damaged: {fault}", ""
    if len(runs) != 1:
        return f"is damaged: audit.run has {len(runs)} rows", ""
    ((as_of, by),) = runs
    if as_of != target.day_of(version):
        return f"is seen from {as_of}, but its name says {target.day_of(version)}", ""
    if broken:
        return f"breaks laws: {', '.join(broken)}", ""
    how = "as its models say" if ours else f"but not held against models, as it is of tieout {by}"
    return "", f"read as a whole, {how}; all laws hold"
