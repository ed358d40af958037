"""Runs that were started in Dagster: after their process is gone, Dagster still says that they are under way."""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import dagster as dg

from pipelines.claim import holder
from pipelines.doctor.at_work import at_work
from pipelines.doctor.note import Kind, Note, freed, since
from pipelines.run_claim import claim_of

UNDER_WAY: Final = [
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
BEGINNING: Final = dt.timedelta(minutes=5)
"""So long a run may take until its first step, when it claims that it lives."""
ENDING: Final = 5.0
"""Seconds that a run may take from its last step until Dagster knows."""
DEFINITIONS: Final = "pipelines.definitions"


def dagster_runs(home: Path, *, dry_run: bool) -> Iterator[Note]:
    """Every run of ours that is under way, as Dagster says: what it is doing, or that it is dead and marked so."""
    with contextlib.chdir(home), dg.DagsterInstance.from_config(str(home)) as instance:
        dead = []
        for run in _under_way(instance):
            note = _alive(instance, run)
            if note is None:
                dead.append(run)
            else:
                yield note
        time.sleep(ENDING if dead else 0)
        still_under_way = {run.dagster_run.run_id for run in _under_way(instance)}
        for run in dead:
            if run.dagster_run.run_id in still_under_way:
                yield _ended(instance, run, dry_run=dry_run)


def _under_way(instance: dg.DagsterInstance) -> list[dg.RunRecord]:
    records = instance.get_run_records(dg.RunsFilter(statuses=UNDER_WAY))
    return [record for record in records if _is_ours(record.dagster_run)]


def _is_ours(run: dg.DagsterRun) -> bool:
    origin = run.job_code_origin
    return origin is not None and getattr(origin.repository_origin.code_pointer, "module", "") == DEFINITIONS


def _alive(instance: dg.DagsterInstance, record: dg.RunRecord) -> Note | None:
    """What a run that lives is doing. Only a run that has not begun its first step may be without a claim."""
    path = claim_of(instance, record.dagster_run.run_id)
    claim = holder(path)
    if claim is not None:
        return at_work(claim, f"{_name(record)} of Dagster")
    if not path.exists() and dt.datetime.now(dt.UTC) - record.update_timestamp < BEGINNING:
        return Note(Kind.AT_WORK, f"{_name(record)} of Dagster has been starting for {since(record.update_timestamp)}")
    return None


def _ended(instance: dg.DagsterInstance, record: dg.RunRecord, *, dry_run: bool) -> Note:
    """Mark a run that is dead as what it is, so that Dagster begins the next one."""
    run = record.dagster_run
    status, message = run.status.value, "Its process is gone, as tieout doctor has found."
    if not dry_run:
        if run.status is dg.DagsterRunStatus.CANCELING:
            instance.report_run_canceled(run, message)
        else:
            instance.report_run_failed(run, message)
        claim_of(instance, run.run_id).unlink(missing_ok=True)
    text = f"{_name(record)} of Dagster is {status} since {since(record.update_timestamp)}, but its process is gone"
    return freed(f"{text}: marked as ended, so that others can begin", dry_run=dry_run)


def _name(record: dg.RunRecord) -> str:
    day = record.dagster_run.tags.get("as_of")
    return f"run {record.dagster_run.run_id[:8]}{f' for {day}' if day else ''}"
