"""A whole night without Dagster and without files: from admitted tables to every table that is computed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from models.audit import Admission, UnknownReference
from models.catalogue import SOURCES
from models.settings import Settings
from models.table import Table
from transforms.catalogue import all_transforms

Frames = dict[type[Table], pl.LazyFrame]


def night(admitted: dict[type[Table], pl.DataFrame], *, as_of: dt.date, settings: Settings | None = None) -> Frames:
    """Every table of the run, computed; source tables that are not given are missing from the export."""
    frames = {table: table.create_empty(lazy=True) for table in SOURCES.values()} | _admission(admitted)
    frames |= {table: frame.lazy() for table, frame in admitted.items()}
    choices: dict[str, Any] = {**(settings or Settings()).model_dump(), "as_of": as_of}
    for transform in all_transforms():
        frames[transform.table] = transform(frames, choices).collect(engine="streaming").lazy()
    return frames


def _admission(admitted: dict[type[Table], pl.DataFrame]) -> Frames:
    sources = {table: frame for table, frame in admitted.items() if table in SOURCES.values()}
    counts = [(table.table_name(), frame.height, frame.height, 0) for table, frame in sources.items()]
    admission = pl.DataFrame(counts, schema=list(Admission.dtypes().items()), orient="row")
    return {Admission: admission.lazy(), UnknownReference: UnknownReference.create_empty(lazy=True)}
