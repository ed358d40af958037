"""One writer at a time: whoever publishes holds a lock, and others wait."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from pipelines.claim import claim_in, locked, tell
from pipelines.on_disk import flush
from pipelines.target import PublishRefused, Target

LOCK_PATIENCE: Final = 60.0
"""Seconds to wait for another writer."""


@contextmanager
def only_writer(target: Target, *, patience: float | None = None) -> Iterator[None]:
    """Hold the lock that only one writer can have, in folders made for it. Raises PublishRefused.

    Only its holder may take the lock file and its folders away: otherwise a writer that waits and one that comes later
    would both be let in.
    """
    missing = [path for path in target.versions.parents if not path.exists()]
    try:
        handle = _wait_for_lock(target, LOCK_PATIENCE if patience is None else patience)
    except PublishRefused:
        _remove_empty(target, missing)
        raise
    try:
        tell(handle, "publishing", dt.datetime.now(dt.UTC))
        for folder in missing:
            flush(folder.parent)
        yield
    except BaseException:
        _take_away_if_unused(target, missing)
        raise
    finally:
        os.close(handle)


def give_back(target: Target, missing: list[Path]) -> None:
    """Take the lock file and the folders away again that were made for a run which has published nothing."""
    with suppress(OSError):
        handle = locked(target.lock) if target.lock.exists() else None
        if handle is not None:
            _take_away_if_unused(target, missing)
            os.close(handle)
    _remove_empty(target, missing)


def _wait_for_lock(target: Target, patience: float) -> int:
    end = time.monotonic() + patience
    while (handle := _locked(target)) is None:
        if time.monotonic() > end:
            raise PublishRefused(
                f"Another run{_holder(target)} is publishing to {target.file}. Run again when it has ended. "
                f"What it is doing: tieout doctor --warehouse {target.file}"
            )
        time.sleep(0.1)
    return handle


def _locked(target: Target) -> int | None:
    """The lock, in a folder made for it: another writer may take that away meanwhile, but not again and again."""
    for attempts_left in (2, 1, 0):
        try:
            target.versions.mkdir(parents=True, exist_ok=True)
            return locked(target.lock)
        except OSError as fault:
            if not attempts_left:
                raise target.refusal(fault) from fault
    return None


def _holder(target: Target) -> str:
    with suppress(OSError):
        process = claim_in(target.lock).process
        return f" (process {process})" if process else ""
    return ""


def _take_away_if_unused(target: Target, missing: list[Path]) -> None:
    """Remove the lock and its folder where there is nothing else in it, and the folders made for them."""
    with suppress(OSError):
        if list(target.versions.iterdir()) == [target.lock]:
            target.lock.unlink()
            _remove_empty(target, missing)


def _remove_empty(target: Target, missing: list[Path]) -> None:
    """Remove the folders of a target as far as they were made for it and nothing is in them."""
    with suppress(OSError):
        for folder in (target.versions, *missing):
            folder.rmdir()
