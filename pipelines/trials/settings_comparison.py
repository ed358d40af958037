"""The same input computed under two settings, and what moves: by each choice on its own, and by all together.

Nothing is remembered and nothing is published: decisions of oversight are those of a first night.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

import polars as pl

from models.audit import Admission, UnknownReference
from models.catalogue import MEMORIES, SOURCES
from models.figures import WorkItem
from models.oversight import OversightDecision
from models.settings import Settings
from models.table import Table
from pipelines.calendar_check import check_calendar
from pipelines.sources import ingest
from transforms.catalogue import transforms_for
from transforms.figure_change import COMPARED, FIGURES, LEVELS, change_totals, figure_changes
from transforms.oversight.rule_change import decided_otherwise

Tables = dict[type[Table], pl.LazyFrame]

ALL: Final = "all"
"""Stands for all choices together, where several differ."""
WANTED: Final[tuple[type[Table], ...]] = (*COMPARED, OversightDecision)
TRANSFORMS: Final = transforms_for(WANTED)
INGESTION: Final = ("alias_file", "instance_time_zone")
"""The settings under which an export is read; all others are about what is computed from it."""
NONE: Final = "(none)"


class Choice(NamedTuple):
    """One setting that differs."""

    name: str
    a: str
    b: str
    is_read: bool
    """Whether anything that is compared is made under it."""


@dataclass(frozen=True)
class Comparison:
    """What moves when the choices of B take the place of those of A."""

    as_of: dt.date
    choices: tuple[Choice, ...]
    changes: pl.DataFrame
    """One row for each choice and figure that moves; see `figure_changes`."""
    totals: pl.DataFrame
    """Per choice, level and figure; see `change_totals`."""
    decisions: dict[str, int]
    """Per choice, how many decisions of oversight come out otherwise."""
    work_items: int
    """How many there are under A."""

    @property
    def parts(self) -> list[str]:
        """Each choice, and all together where there are several."""
        names = [choice.name for choice in self.choices]
        return [*names, ALL] if len(names) > 1 else names

    def moved(self, part: str, level: type[Table] = WorkItem) -> int:
        """How many work items, programs or portfolios a choice moves."""
        return self.changes.filter(choice=part, level=level.table_name())["id"].n_unique()


@dataclass(frozen=True)
class Export:
    """An export, read once for each way of reading it."""

    source: Path
    progress: Callable[[str], None]
    readings: dict[tuple[Any, ...], Tables] = field(default_factory=dict)

    def read(self, settings: Settings) -> Tables:
        """The admitted tables, and nothing remembered. Raises SourceError."""
        way = tuple(getattr(settings, name) for name in INGESTION)
        if way not in self.readings:
            self.readings[way] = _admitted(self.source, settings, self.progress)
        return self.readings[way]


def compare(
    a: Settings, b: Settings, source: Path, as_of: dt.date, progress: Callable[[str], None] = lambda _line: None
) -> Comparison:
    """What moves in an export. Raises SourceError where it can't be used."""
    return compared(a, b, Export(source, progress).read, as_of, progress)


def compared(
    a: Settings,
    b: Settings,
    read: Callable[[Settings], Tables],
    as_of: dt.date,
    progress: Callable[[str], None] = lambda _line: None,
) -> Comparison:
    """Compute what is read under A, under A with each differing choice of B, and under B, and say what moves."""
    choices = tuple(_differing(a, b))
    before = _night(read(a), a, as_of)
    found, decisions = [_no_changes()], {}
    for part, settings in _variants(a, b, choices).items():
        progress(f"computing under {part}")
        after = _night_after(before, a, settings, read, as_of)
        found.append(_changes(before, after, part))
        decisions[part] = decided_otherwise(before[OversightDecision], after[OversightDecision]).collect().height
    changes = _in_order(pl.concat(found), list(decisions))
    totals = _in_order(change_totals(changes.lazy()).collect(), list(decisions))
    return Comparison(as_of, choices, changes, totals, decisions, before[WorkItem].collect().height)


def _differing(a: Settings, b: Settings) -> Iterator[Choice]:
    read = {*INGESTION, *(name for transform in TRANSFORMS for name in transform.settings)}
    for name in Settings.model_fields:
        if getattr(a, name) != getattr(b, name):
            yield Choice(name, _said(getattr(a, name)), _said(getattr(b, name)), name in read)


def _said(value: object) -> str:
    if value is None or value == {}:
        return NONE
    return json.dumps(value) if isinstance(value, dict) else str(value)


def _variants(a: Settings, b: Settings, choices: Collection[Choice]) -> dict[str, Settings]:
    """A with each choice of B alone, and B itself where that is several choices."""
    alone = {choice.name: a.model_copy(update={choice.name: getattr(b, choice.name)}) for choice in choices}
    return {**alone, ALL: b} if len(alone) > 1 else alone


def _admitted(source: Path, settings: Settings, progress: Callable[[str], None]) -> Tables:
    outcome = ingest(source, settings, progress)
    check_calendar(outcome.tables["fiscal_period"], outcome.quarantine, settings.instance_time_zone)
    empty = {table: table.create_empty(lazy=True) for table in (*SOURCES.values(), *MEMORIES.values())}
    read = {SOURCES[name]: rows.lazy() for name, rows in outcome.tables.items()}
    return {**empty, **read, Admission: outcome.admission.lazy(), UnknownReference: outcome.unknown_reference.lazy()}


def _night_after(
    before: Tables, a: Settings, settings: Settings, read: Callable[[Settings], Tables], as_of: dt.date
) -> Tables:
    """The tables under other settings, taken from those under A as far as these are the same."""
    changed = {name for name in Settings.model_fields if getattr(a, name) != getattr(settings, name)}
    if changed & set(INGESTION):
        return _night(read(settings), settings, as_of)
    return _night(before, settings, as_of, changed)


def _night(known: Tables, settings: Settings, as_of: dt.date, changed: Collection[str] = ()) -> Tables:
    """The wanted tables and what they are made from.

    What is known stays as it is, except tables in which a changed choice has a part, and what is made from these.
    """
    choices: dict[str, Any] = {**settings.model_dump(), "as_of": as_of}
    frames, renewed = dict(known), set[type[Table]]()
    for transform in TRANSFORMS:
        is_other = set(changed) & set(transform.settings) or renewed & set(transform.inputs.values())
        if is_other or transform.table not in known:
            frames[transform.table] = transform(frames, choices).collect(engine="streaming").lazy()
            renewed.add(transform.table)
    return frames


def _changes(before: Tables, after: Tables, part: str) -> pl.DataFrame:
    moved = [figure_changes(before[table], after[table], table) for table in COMPARED]
    return pl.concat(moved).select(pl.lit(part).alias("choice"), pl.all()).collect()


def _no_changes() -> pl.DataFrame:
    nothing: Tables = {table: table.create_empty(lazy=True) for table in COMPARED}
    return _changes(nothing, nothing, "")


def _in_order(rows: pl.DataFrame, parts: list[str]) -> pl.DataFrame:
    """In the order of settings, tables, keys and figures."""
    sorted_by = [pl.col("choice").cast(pl.Enum(parts)), pl.col("level").cast(LEVELS), pl.col("figure").cast(FIGURES)]
    keys = [pl.col("id")] if "id" in rows.columns else []
    return rows.sort(*sorted_by[:2], *keys, sorted_by[2])
