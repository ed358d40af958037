"""One night in this process, from the command line: published, or a reason why not.

The same steps, tables and checks as the Dagster job; Dagster itself would take longer than a small night does.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from models.figures import WorkItem
from models.settings import Settings
from models.table import Reach, Table
from pipelines.carrying import CarriedTables
from pipelines.changes import Changes, NotCarried, check_shared, last_night
from pipelines.checks import Verdict, verdicts
from pipelines.intake import Intake
from pipelines.last_night import LastNight
from pipelines.new_warehouse import NewWarehouse
from pipelines.night import Night, Tables
from pipelines.night_tables import NightTables, Portion
from pipelines.publication import preflight
from pipelines.spool import spool
from pipelines.steps import (
    REFUSALS,
    Written,
    compute_table,
    publish_warehouse,
    record_run,
    second_opinion,
    take_in_export,
    take_in_memory,
)
from pipelines.target import Target
from transforms.catalogue import transforms_that_reach

PORTION_ROWS: Final = 1_000_000
"""Rows of source and memory tables that a portion has, about; some two gigabytes while they are computed."""


class NotPublished(Exception):  # noqa: N818
    """Nothing was published, and why, in a paragraph."""


def run_night(
    source: Path,
    warehouse: Path,
    *,
    as_of: dt.date,
    settings: Settings,
    allow_older: bool = False,
    rebuild: bool = False,
    progress: Callable[[str], None],
) -> None:
    """Run the night once; with `rebuild`, nothing is carried on from the last one. Raises NotPublished."""
    try:
        preflight(warehouse, as_of=as_of, allow_older=allow_older)
        with spool(warehouse) as own, _told("the run"):
            night = Night(source, warehouse, as_of, settings, allow_older, own.telling(progress))
            _run(night, Room(own.folder), "it was asked for" if rebuild else None)
    except REFUSALS as refusal:
        raise NotPublished(str(refusal)) from refusal


@dataclass
class Room:
    """Where a run puts what it takes in, and the file that it writes."""

    folder: Path
    attempts: int = 0

    def of_an_attempt(self) -> Path:
        """A new folder: rows that were cut for one attempt are of no use for the next."""
        self.attempts += 1
        made = self.folder / str(self.attempts)
        made.mkdir()
        return made


def _run(night: Night, room: Room, rebuild: str | None) -> None:
    """Carry the last night on, or compute everything; the reason is told."""
    folder = room.of_an_attempt()
    intake = Intake(folder)
    with _told("ingest"):
        take_in_export(night, intake)
    try:
        _carry_on(night, intake, folder / "new.duckdb", rebuild)
    except NotCarried as reason:
        if intake.has_been_cut:
            _run(night, room, str(reason))
            return
        night.progress(f"Every work item is computed: {reason}.")
        _compute_everything(night, intake, folder / "new.duckdb")


def _compute_everything(night: Night, intake: Intake, path: Path) -> None:
    with _told("recall"):
        take_in_memory(night, intake)
    portions = intake.cut(PORTION_ROWS)
    with closing(NightTables(intake, NewWarehouse(path))) as tables:
        _check(tables, tables.publish_taken_in())
        _compute(night, "shared", tables)
        for number in range(portions):
            _run_portion(night, tables, number, portions)
        _finish(night, tables)


def _carry_on(night: Night, intake: Intake, path: Path, rebuild: str | None) -> None:
    """Compute what has changed since the last night, in a copy of what it published. Raises NotCarried."""
    last = last_night(night, rebuild or LastNight.at(Target.at(night.warehouse).published()))
    check_shared(night, intake, last)
    changes = Changes(intake, last)
    with _told("comparing with the last night"):
        portions = changes.cut(PORTION_ROWS)
    night.progress(f"Carried on from {last.as_of}: {changes.told()}")
    with _told("carrying on"):
        new = NewWarehouse(path, begun=last.copy_to(path))
    with closing(CarriedTables(intake, new, last, changes, night)) as tables:
        _check(tables, tables.publish_taken_in())
        _compute(night, "shared", tables)
        tables.check_what_is_shared()
        for number in range(portions):
            tables.take_out_before(number)
            _run_portion(night, tables, number, portions)
        _finish(night, tables)


def _finish(night: Night, tables: NightTables) -> None:
    _compute(night, "whole", tables)
    _check(tables, record_run(night, tables))
    with _told("publishing"):
        publish_warehouse(night, str(uuid.uuid4()), tables)


def _run_portion(night: Night, tables: NightTables, number: int, portions: int) -> None:
    """Everything that is computed of some work items, and the source rows that it is computed from."""
    if portions > 1:
        night.progress(f"portion {number + 1} of {portions}")
    portion = tables.portion(number)
    with _told("publishing source rows"):
        taken_in = portion.publish_taken_in()
    _check(portion, taken_in)
    _compute(night, "portion", portion)
    _refuse(WorkItem, second_opinion(portion.read))
    portion.close()


def _compute(night: Night, reach: Reach, tables: NightTables | Portion) -> None:
    """Every table of this reach, checked; what nothing reads any more is given up."""
    transforms = transforms_that_reach(reach)
    for place, transform in enumerate(transforms):
        with _told(_name(transform.table)):
            written = compute_table(night, transform, tables)
        _check(tables, written)
        ahead = {table for later in transforms[place + 1 :] for table in later.inputs.values()}
        tables.give_up_unread({transform.table, *transform.inputs.values()} - ahead)


@contextmanager
def _told(step: str) -> Iterator[None]:
    """Turn a fault of ours into a reason that people can report."""
    try:
        yield
    except (*REFUSALS, NotCarried, NotPublished):
        raise
    except Exception as fault:
        what = str(fault).strip().splitlines() or ["no reason given"]
        raise NotPublished(f"{step} failed: {type(fault).__name__}: {what[0]}") from fault


def _check(tables: Tables, written: Written) -> None:
    for table, rows in written.items():
        for verdict in verdicts(table, rows, tables.read):
            _refuse(table, verdict)


def _refuse(table: type[Table], verdict: Verdict) -> None:
    """Raise NotPublished where a check has found something wrong."""
    if verdict.faults:
        raise NotPublished(f"The check {verdict.name} of {_name(table)} does not hold: {verdict.in_words}")


def _name(table: type[Table]) -> str:
    return f"{table.layer}.{table.table_name()}"
