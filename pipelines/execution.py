"""One night in this process, from the command line: published, or a reason why not.

The same steps, tables and checks as the Dagster job; Dagster itself would take longer than a small night does.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from models.audit import Run
from models.figures import WorkItem
from models.settings import Settings
from models.table import Table
from pipelines.checks import Verdict, verdicts
from pipelines.night import Night
from pipelines.publication import preflight
from pipelines.steps import (
    REFUSALS,
    Written,
    compute_table,
    ingest_tables,
    publish_warehouse,
    recall_tables,
    record_run,
    second_opinion,
)
from pipelines.warehouse import Workspace
from transforms.catalogue import all_transforms


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
    """Run the night once, in memory. Raises NotPublished."""
    workspace = Workspace()
    try:
        preflight(warehouse, as_of=as_of, allow_older=allow_older)
        _run(Night(source, warehouse, as_of, settings, workspace, allow_older, progress))
    except REFUSALS as refusal:
        raise NotPublished(str(refusal)) from refusal
    finally:
        workspace.close()


def _run(night: Night) -> None:
    """Every step, in order; nothing is published where a check does not hold."""
    steps = {"ingest": ingest_tables, "recall": recall_tables}
    steps |= {_name(found.table): partial(compute_table, transform=found) for found in all_transforms()}
    for name, step in {**steps, _name(Run): record_run}.items():
        with _told(name):
            written = step(night)
        _check(night, written)
    _refuse(WorkItem, second_opinion(night))
    with _told("publishing"):
        publish_warehouse(night, str(uuid.uuid4()))


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


def _check(night: Night, written: Written) -> None:
    for table, rows in written.items():
        for verdict in verdicts(table, rows, night.workspace.read):
            _refuse(table, verdict)


def _refuse(table: type[Table], verdict: Verdict) -> None:
    """Raise NotPublished where a check has found something wrong."""
    if verdict.faults:
        raise NotPublished(f"The check {verdict.name} of {_name(table)} does not hold: {verdict.in_words}")


def _name(table: type[Table]) -> str:
    return f"{table.layer}.{table.table_name()}"
