"""The folder that a run has to itself while it lasts, beside the file that it publishes."""

from __future__ import annotations

import fcntl
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from pipelines.publication import PublishRefused, Target

ENDING: Final = "run"
ALIVE: Final = "alive"
"""A file in the folder that is locked as long as its run lives."""


@contextmanager
def spool(file: Path) -> Iterator[Path]:
    """A new folder for a run that publishes `file`; it is gone afterwards, and so are those that dead runs have left.

    Raises PublishRefused where it can't be made.
    """
    target = Target.at(file)
    begun = target.versions / f".{target.file.name}.{uuid.uuid4().hex}"
    folder = begun.with_name(f"{begun.name}.{ENDING}")
    missing = [path for path in (target.versions, *target.versions.parents) if not path.exists()]
    try:
        begun.mkdir(parents=True)
        handle = _locked(begun / ALIVE)
        begun.rename(folder)
    except OSError as fault:
        raise PublishRefused(f"{target.file} can't be written: {fault.strerror} ({folder}).") from fault
    try:
        _sweep(target)
        yield folder
    finally:
        os.close(handle)
        shutil.rmtree(folder, ignore_errors=True)
        for path in missing:
            with suppress(OSError):
                path.rmdir()


def _locked(path: Path) -> int:
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return handle


def _sweep(target: Target) -> None:
    """Remove the folders of runs that have been killed: nobody holds their lock."""
    for alive in target.versions.glob(f".{target.file.name}.*/{ALIVE}"):
        with suppress(OSError):
            os.close(_locked(alive))
            shutil.rmtree(alive.parent, ignore_errors=True)
