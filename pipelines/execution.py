"""One night in this process, from the command line: published, or a reason why not.

The same steps, tables and checks as the Dagster job; Dagster itself would take longer than a small night does.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from models.figures import WorkItem
from models.settings import Settings
from models.table import Reach, Table
from pipelines.checks import Verdict, verdicts
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
from transforms.catalogue import transforms_that_reach


class NotPublished(Exception):  # noqa: N818
    """Nothing was published, and why, in a paragraph."""


def run_night(
    source: Path,
    warehouse: Path,
    *,
    as_of: dt.date,
    settings: Settings,
    allow_older: bool = False,
    progress: Callable[[str], None],
) -> None:
    """Run the night once. Raises NotPublished."""
    try:
        preflight(warehouse, as_of=as_of, allow_older=allow_older)
        with spool(warehouse) as folder, closing(NightTables(folder)) as tables:
            _run(Night(source, warehouse, as_of, settings, tables, allow_older, progress), tables)
    except REFUSALS as refusal:
        raise NotPublished(str(refusal)) from refusal


def _run(night: Night, tables: NightTables) -> None:
    """Every step, in order; nothing is published where a check does not hold."""
    with _told("ingest"):
        take_in_export(night, tables)
    with _told("recall"):
        take_in_memory(night, tables)
    portions = tables.cut()
    _compute(night, "shared", tables)
    for number in range(portions):
        if portions > 1:
            night.progress(f"portion {number + 1} of {portions}")
        _run_portion(night, tables.portion(number))
    _compute(night, "whole", tables)
    _check(tables, record_run(night))
    with _told("publishing"):
        publish_warehouse(night, str(uuid.uuid4()))


def _run_portion(night: Night, portion: Portion) -> None:
    """Everything that is computed of some work items, and the source rows that it is computed from."""
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
    except REFUSALS:
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
