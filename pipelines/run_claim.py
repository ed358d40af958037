"""A run that was started in Dagster says that it lives: Dagster itself does not notice when its process is gone."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from pipelines.claim import locked, tell, telling


def claim_of(instance: dg.DagsterInstance, run_id: str) -> Path:
    """The file that a run holds from its first step to its last."""
    return Path(instance.root_directory).absolute() / "claims" / run_id


@contextmanager
def claimed(context: dg.InitResourceContext, say: Callable[[str], None]) -> Iterator[Callable[[str], None]]:
    """Hold the claim of the run, if it is one; given is a function that says a line and leaves it there."""
    if context.run is None or context.instance is None:
        yield say
        return
    path = claim_of(context.instance, context.run.run_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = locked(path)
    if handle is None:
        raise RuntimeError(f"{path} is held by another process: the run {context.run.run_id} is under way already.")
    began = dt.datetime.now(dt.UTC)
    tell(handle, "starting", began)
    try:
        yield telling(handle, say, began)
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)
