"""A whole night without Dagster and without files: from admitted tables to every table that is computed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from models.audit import Admission, Quarantine, SetAsideAmount, SourceFile, SourceFileAmount, UnknownReference
from models.catalogue import MEMORIES, SOURCES
from models.reconciliation import Drift, DriftHypothesis, Reconciliation
from models.settings import Settings
from models.table import Memory, Table
from transforms.catalogue import all_transforms, transforms_for

Frames = dict[type[Table], pl.LazyFrame]
UNRECONCILED: Final = {transform.table for transform in all_transforms()} - {Drift, DriftHypothesis, Reconciliation}
"""All but the comparison with cached figures: it takes as long as half of all else, and few tests look at it."""


def night(
    admitted: dict[type[Table], pl.DataFrame],
    *,
    as_of: dt.date,
    settings: Settings | None = None,
    memory: Mapping[type[Table], pl.DataFrame] | None = None,
    wanted: set[type[Table]] | None = None,
) -> Frames:
    """The `wanted` tables and what they need, by default all `UNRECONCILED`; sources that are not given are missing.

    `memory` has what the night before published, by the classes of `MEMORIES`; nothing is remembered without it.
    """
    frames = inputs(admitted, memory)
    choices: dict[str, Any] = {**(settings or Settings()).model_dump(), "as_of": as_of}
    for transform in transforms_for(UNRECONCILED if wanted is None else wanted):
        frames[transform.table] = transform(frames, choices).collect(engine="streaming").lazy()
    return frames


def inputs(
    admitted: dict[type[Table], pl.DataFrame], memory: Mapping[type[Table], pl.DataFrame] | None = None
) -> Frames:
    """Everything that a night reads."""
    frames = {table: table.create_empty(lazy=True) for table in (*SOURCES.values(), *MEMORIES.values())}
    frames |= _admission(admitted)
    return frames | {table: frame.lazy() for table, frame in {**admitted, **(memory or {})}.items()}


def remembered(frames: Frames) -> dict[type[Table], pl.DataFrame]:
    """What a night leaves to the next one."""
    memories = [memory for memory in MEMORIES.values() if issubclass(memory, Memory)]
    return {memory: frames[memory.state].collect() for memory in memories if memory.state in frames}


def _admission(admitted: dict[type[Table], pl.DataFrame]) -> Frames:
    sources = {table: frame for table, frame in admitted.items() if table in SOURCES.values()}
    counts = [(table.table_name(), frame.height, frame.height, 0) for table, frame in sources.items()]
    admission = pl.DataFrame(counts, schema=list(Admission.dtypes().items()), orient="row")
    nothing = (SourceFileAmount, SetAsideAmount, Quarantine, UnknownReference)
    return {
        Admission: admission.lazy(),
        SourceFile: _one_file_each(admission).lazy(),
        **{table: table.create_empty(lazy=True) for table in nothing},
    }


def _one_file_each(admission: pl.DataFrame) -> pl.DataFrame:
    """Each table as one file, which nobody has written."""
    name = pl.col("source_table")
    files = admission.with_columns(source_file=name + ".csv", distinct_keys="rows_read", bytes=1, sha256=name)
    return files.select(list(SourceFile.columns())).cast(pl.Schema(SourceFile.dtypes()))
