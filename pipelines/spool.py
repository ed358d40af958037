"""The folder that a run has to itself while it lasts, beside the file that it publishes."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipelines.claim import locked, tell, telling
from pipelines.only_writer import give_back
from pipelines.readers import OWNER_OF_FOLDERS
from pipelines.target import Target

ALIVE: Final = "alive"
"""A file in the folder that is claimed as long as its run lives."""

ATTEMPTS: Final = 20


@dataclass(frozen=True)
class Spool:
    """The folder of a run that lives, and where it says what it does."""

    folder: Path
    handle: int
    began: dt.datetime

    def telling(self, say: Callable[[str], None]) -> Callable[[str], None]:
        """A function that says a line, and leaves it in the folder as a sign of life."""
        return telling(self.handle, say, self.began)


@contextmanager
def spool(file: Path) -> Iterator[Spool]:
    """A new folder for a run that publishes `file`; it is gone afterwards, and so are those that dead runs have left.

    Raises PublishRefused where it can't be made.
    """
    target = Target.at(file)
    missing = [path for path in target.versions.parents if not path.exists()]
    try:
        own = _made(target)
        try:
            for folder in target.spools():
                remove_if_dead(folder)
            yield own
        finally:
            os.close(own.handle)
            shutil.rmtree(own.folder, ignore_errors=True)
    finally:
        give_back(target, missing)


def _made(target: Target) -> Spool:
    """A new folder that is claimed. Another run may take it for a dead one's before it is, but not again and again."""
    began = dt.datetime.now(dt.UTC)
    for attempts_left in reversed(range(ATTEMPTS)):
        folder = target.spool(uuid.uuid4().hex)
        try:
            folder.mkdir(OWNER_OF_FOLDERS, parents=True)
            handle = locked(folder / ALIVE)
        except OSError as fault:
            shutil.rmtree(folder, ignore_errors=True)
            if not attempts_left:
                raise target.refusal(fault) from fault
        else:
            if handle is not None:
                tell(handle, "starting", began)
                return Spool(folder, handle, began)
    raise target.refusal(OSError("other runs take the folders of this one away"))


def remove_if_dead(folder: Path) -> bool:
    """Remove the folder of a run that has died, and say whether it was one: then nobody holds its claim."""
    with suppress(OSError):
        handle = locked(folder / ALIVE)
        if handle is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(handle)
            return not folder.exists()
    return False
