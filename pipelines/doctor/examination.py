"""Everything that the doctor looks at, in the order in which it is told: first who is at work, then what is left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipelines.doctor.note import Note
from pipelines.doctor.remains import runs, spills, writer
from pipelines.doctor.room import enough_room
from pipelines.doctor.versions import kept, published
from pipelines.project import dagster_home
from pipelines.target import Target


def examined(file: Path, *, dry_run: bool) -> Iterator[Note]:
    """What ails the warehouse and its runs; what dead runs have left is freed, unless it is a dry run.

    A run that lives is never touched: what it holds is locked.
    """
    target = Target.at(file)
    yield from runs(target, dry_run=dry_run)
    yield from writer(target, dry_run=dry_run)
    yield from spills(target, dry_run=dry_run)
    yield from runs_in_dagster(dagster_home(), dry_run=dry_run)
    yield published(target)
    yield from kept(target)
    room = enough_room(target)
    if room is not None:
        yield room


def runs_in_dagster(home: Path | None, *, dry_run: bool) -> Iterator[Note]:
    """The runs that Dagster takes for being under way; none where it has never run."""
    if home is not None:
        from pipelines.doctor.dagster_runs import dagster_runs  # noqa: PLC0415  # Dagster takes a second to load

        yield from dagster_runs(home, dry_run=dry_run)
