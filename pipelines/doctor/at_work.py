"""Runs that live: at work, slow, stopped or silent. None of them is touched."""

from __future__ import annotations

import datetime as dt
import socket
from contextlib import suppress
from pathlib import Path
from typing import Final

from pipelines.claim import Claim
from pipelines.doctor.note import Kind, Note, since, time_of

SILENT: Final = dt.timedelta(hours=1)
"""A run says something at every table: after so long without a word, a person should look."""
STOPPED: Final = ("T", "t")


def at_work(claim: Claim, what: str) -> Note:
    """What the holder of a claim is doing, and whether it still does."""
    doing = f": {claim.doing}" if claim.doing else ""
    told = f"its last sign of life was {since(claim.told)} ago{doing}"
    if claim.host != socket.gethostname():
        who = f"on {claim.host}" if claim.host else "that could not say who it is"
        return Note(Kind.AT_WORK, f"{what} {who} is alive, {told}")
    who = f"{what} (process {claim.process}, since {time_of(claim.began)})"
    if state_of(claim.process) in STOPPED:
        advice = f"`kill -CONT {claim.process}` lets it go on, `kill -KILL {claim.process}` ends it"
        return Note(Kind.LOOK, f"{who} is stopped and keeps what it holds, {told}; {advice}")
    if dt.datetime.now(dt.UTC) - claim.told > SILENT:
        advice = f"if it hangs, `kill -KILL {claim.process}` ends it"
        return Note(Kind.LOOK, f"{who} is alive, but {told}; {advice}")
    return Note(Kind.AT_WORK, f"{who} is alive, {told}")


def state_of(process: int) -> str:
    """The letter that the operating system has for what a process does; empty where it can't be seen."""
    with suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    return ""
