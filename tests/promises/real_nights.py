"""The end of a real night, without the hours before it: the last one's file is carried on, closed, verified, shown."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from models.audit import Run
from models.figures import WorkItem
from models.table import Table
from pipelines.last_night import LastNight
from pipelines.memory import check_nothing_forgotten
from pipelines.new_warehouse import NewWarehouse
from pipelines.publication import publish
from pipelines.spool import spool
from pipelines.target import Target
from pipelines.warehouse import verify
from tests.promises.marked_warehouses import only_run

MARKERS: Final = "SELECT version FROM audit.run UNION SELECT name FROM mart.work_item"
BASE: Final = "TIEOUT_TEST_BASE"
"""Environment variable with a published warehouse, of which all others are made."""


def publish_marked(file: Path, run: str) -> None:
    """Publish the base once more, with the name of the run in two of its tables."""
    last = LastNight.at(Target.at(Path(os.environ[BASE])).published())
    assert isinstance(last, LastNight)
    with spool(file) as own:
        path = own.folder / "new.duckdb"
        tables = last.copy_to(path)
        new = NewWarehouse(path, begun=tables)
        try:
            new.replace(Run, last.run.with_columns(version=pl.lit(run)))
            new.replace(WorkItem, last.rows(WorkItem).with_columns(name=pl.lit(run)))
            publish(
                file,
                run_id=run,
                as_of=last.as_of,
                allow_older=False,
                build=lambda built: _finish(new, tables, built),
                verify=lambda built: _verify(file, built),
            )
        finally:
            new.abandon()


def _finish(new: NewWarehouse, tables: list[type[Table]], built: Path) -> None:
    new.finish(tables)
    new.path.rename(built)


def _verify(file: Path, built: Path) -> None:
    verify(built)
    check_nothing_forgotten(file, built)


def marker(file: Path) -> str:
    """The run that has written a warehouse, which holds as a whole."""
    verify(file)
    with duckdb.connect(str(file), read_only=True) as connection:
        return only_run(connection, MARKERS)
