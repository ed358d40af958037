"""What runs leave behind in the folder of a warehouse when they die, and those that are still alive there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pipelines.claim import claim_in, holder
from pipelines.doctor.at_work import at_work
from pipelines.doctor.note import Kind, Note, bytes_in_words, freed, time_of
from pipelines.on_disk import remove, size, written
from pipelines.only_writer import only_writer
from pipelines.publication import leftovers, sweep
from pipelines.spool import ALIVE, remove_if_dead
from pipelines.target import PublishRefused, Target

A_DAY: Final = dt.timedelta(days=1)


def runs(target: Target, *, dry_run: bool) -> Iterator[Note]:
    """Every run that has a folder: what it is doing, or that it was dead and its folder is gone."""
    for folder in target.spools():
        claim = holder(folder / ALIVE)
        if claim is not None:
            yield at_work(claim, "a run")
            continue
        text = f"the folder of a run that has died{_when(folder)}: {folder.name}, {bytes_in_words(size(folder))}"
        if dry_run or remove_if_dead(folder):
            yield freed(text, dry_run=dry_run)
        elif folder.exists():
            yield Note(Kind.LOOK, f"{folder} is left by a run that has died, but can't be removed")


def _when(folder: Path) -> str:
    """The last thing that a dead run has said."""
    if not (folder / ALIVE).exists():
        return ""
    last = claim_in(folder / ALIVE)
    return f" (process {last.process}, last sign of life {time_of(last.told)}: {last.doing})" if last.process else ""


def writer(target: Target, *, dry_run: bool) -> Iterator[Note]:
    """What killed publishes have left; nothing is taken away while someone publishes."""
    publishing = holder(target.lock)
    if publishing is not None:
        runs_at_work = [holder(folder / ALIVE) for folder in target.spools()]
        if publishing.process not in {claim.process for claim in runs_at_work if claim is not None}:
            yield at_work(publishing, "a writer")
        return
    left = leftovers(target)
    notes = [freed(_told(target, path), dry_run=dry_run) for path in left]
    if left and not dry_run:
        try:
            with only_writer(target, patience=0):
                sweep(target)
        except (PublishRefused, OSError) as reason:
            notes = [Note(Kind.LOOK, f"what a killed publish has left can't be removed: {reason}")]
    yield from notes


def spills(target: Target, *, dry_run: bool) -> Iterator[Note]:
    """What readers have spilled. They hold no lock, so only what has not been written to for a day is taken away."""
    for folder in target.spills():
        text = (
            f"what a reader has spilled: {folder.name}, {bytes_in_words(size(folder))}, of {time_of(written(folder))}"
        )
        if dt.datetime.now(dt.UTC) - written(folder) < A_DAY:
            yield Note(Kind.AT_WORK, text)
            continue
        try:
            if not dry_run:
                remove(folder)
            yield freed(text, dry_run=dry_run)
        except OSError as reason:
            yield Note(Kind.LOOK, f"{folder} is left by a reader, but can't be removed: {reason}")


def _told(target: Target, path: Path) -> str:
    what = "a version that was never shown" if target.owns(path) else "what a killed publish has left"
    return f"{what}: {path.name}, {bytes_in_words(size(path))}, of {time_of(written(path))}"
