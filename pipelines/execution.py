"""One run of the nightly job in this process, from the command line: published, or a reason why not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import dagster as dg

from models.settings import Settings
from pipelines.definitions import defs
from pipelines.night import Night
from pipelines.publication import PublishRefused, preflight
from pipelines.schedules import NIGHTLY
from pipelines.warehouse import Workspace

SILENT: Final = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
"""Dagster's own lines are for its UI; people at the command line get progress and a summary."""


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
    """Run the nightly job once, in memory. Raises NotPublished."""
    try:
        preflight(warehouse, as_of=as_of, allow_older=allow_older)
    except PublishRefused as refusal:
        raise NotPublished(str(refusal)) from refusal
    workspace = Workspace()
    try:
        _execute(Night(source, warehouse, as_of, settings, workspace, allow_older, progress))
    finally:
        workspace.close()


def _execute(night: Night) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        result = defs.resolve_job_def(NIGHTLY).execute_in_process(
            run_config=SILENT, instance=instance, raise_on_error=False, resources={"night": night}
        )
    if not result.success:
        raise NotPublished(" ".join(_reasons(result)))


def _reasons(result: dg.ExecuteInProcessResult) -> Iterator[str]:
    """What stopped the run: refusals, checks that did not hold, and what is our own fault."""
    broken = [check for check in result.get_asset_check_evaluations() if not check.passed]
    for check in broken:
        table = ".".join(check.asset_key.path)
        yield f"The check {check.check_name} of {table} does not hold: {check.description}"
    for event in result.all_node_events:
        if event.is_step_failure:
            yield from _step_failure(event, is_check=bool(broken))


def _step_failure(event: dg.DagsterEvent, *, is_check: bool) -> Iterator[str]:
    failure: Any = event.step_failure_data
    if failure.user_failure_data is not None and failure.user_failure_data.description:
        yield failure.user_failure_data.description
    elif not is_check:
        fault = failure.error.cause or failure.error
        yield f"{event.step_key} failed: {fault.message.strip().splitlines()[0]}"
