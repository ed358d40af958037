"""A file that says who is at work: locked for as long as the process lives that holds it.

The operating system gives the lock back when its holder dies, in whatever way, and with the machine. So a lock tells
the dead from the living, and nothing is ever concluded from a process number, which the next process may have. What is
written in the file is for people only.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
import socket
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOM: Final = 1000
"""Bytes of what is written: always as many, so that a full disk does not matter once they are there."""


@dataclass(frozen=True)
class Claim:
    """What the holder of a file has said last."""

    host: str
    process: int
    doing: str
    began: dt.datetime
    told: dt.datetime
    """Its last sign of life."""


def locked(path: Path) -> int | None:
    """An open handle on the file, which no other can have; None where another has it or has just taken it away.

    The file is made where it is not there. Raises OSError.
    """
    with suppress(BlockingIOError, FileNotFoundError), ExitStack() as unless_locked:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        unless_locked.callback(os.close, handle)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(handle), path.stat()):
            unless_locked.pop_all()
            return handle
    return None


def tell(handle: int, doing: str, began: dt.datetime) -> None:
    """Say who holds the file and what it does; where that can't be written, nobody is told."""
    said = {"host": socket.gethostname(), "process": os.getpid(), "began": began.isoformat(), "doing": doing[:200]}
    with suppress(OSError):
        os.pwrite(handle, json.dumps(said).ljust(ROOM).encode()[:ROOM], 0)


def telling(handle: int, say: Callable[[str], None], began: dt.datetime) -> Callable[[str], None]:
    """A function that says a line, and leaves it in the file as a sign of life."""

    def said(line: str) -> None:
        tell(handle, line, began)
        say(line)

    return said


def holder(path: Path) -> Claim | None:
    """Who holds the file; None where nobody does, or where it is not there."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return claim_in(path)
    finally:
        os.close(handle)
    return None


def claim_in(path: Path) -> Claim:
    """What is written in a claimed file, by whoever held it last."""
    told = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
    try:
        said = json.loads(path.read_text())
        return Claim(said["host"], said["process"], said["doing"], dt.datetime.fromisoformat(said["began"]), told)
    except (ValueError, KeyError, TypeError):
        return Claim("", 0, "", told, told)
