"""Generated instances on their way through the fast code, and its tables held against those of the reference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

import polars as pl

from models.audit import Admission, UnknownReference
from models.catalogue import MARTS, MEMORIES, SOURCES, STATES
from models.settings import Settings
from models.table import Memory, Table
from tests.night import Frames
from tests.reference.oversight import Oversight, Row, Rows, oversee
from tests.reference.oversight.worlds import World, history
from transforms.catalogue import Transform, transforms_for

COMPARED: Final = {
    "oversight_decision": ("decision_table", "record"),
    "oversight_program": ("program",),
    "oversight_project": ("project",),
    "oversight_project_task": ("project_task",),
    "oversight_mapped_field": ("target", "target_field"),
    "order_line_item_project": ("order_line_item",),
    "order_project": ("order",),
    "site_location_site_project": ("site_project",),
    "domain_order_project_task": ("domain_order",),
    "order_task_project_task": ("order_task",),
    "oversight_note": ("journal",),
    "oversight_rule_lint": ("rule", "problem"),
}
"""The marts of oversight and their keys. Of the lint only the key is compared: its wording is free."""
REMEMBERED: Final = {
    "oversight_program": ("program",),
    "oversight_order_program": ("order",),
    "oversight_project": ("project",),
    "oversight_project_task": ("project_task",),
    "oversight_line": ("order_line_item",),
    "oversight_link": ("record_table", "record"),
    "oversight_mapped_field": ("target", "target_field"),
    "oversight_note": ("journal",),
}
"""The state tables and their keys."""
Memories = Mapping[str, Rows]


@cache
def _oversight_transforms() -> list[Transform]:
    wanted = {MARTS[name] for name in COMPARED} | {STATES[name] for name in REMEMBERED}
    return transforms_for(wanted)


def fast_night(world: World, memory: Memories | None = None) -> Oversight:
    """What the fast code makes of a world and of what is remembered."""
    choices = Settings(instance_time_zone=world.zone, condition_null=world.condition_null).model_dump()
    frames = _inputs(world, memory or {})
    for transform in _oversight_transforms():
        frames[transform.table] = transform(frames, choices).collect().lazy()
    return Oversight(
        {name: frames[MARTS[name]].collect().to_dicts() for name in COMPARED},
        {name: frames[STATES[name]].collect().to_dicts() for name in REMEMBERED},
    )


def _inputs(world: World, memory: Memories) -> Frames:
    frames: Frames = {table: table.create_empty(lazy=True) for table in (*SOURCES.values(), *MEMORIES.values())}
    admitted = {SOURCES[name]: _typed(SOURCES[name], rows) for name, rows in world.tables.items()}
    frames |= {table: frame.lazy() for table, frame in admitted.items()}
    for table in MEMORIES.values():
        assert issubclass(table, Memory)
        frames[table] = _typed(table, memory.get(table.state.table_name(), [])).lazy()
    counts = [(table.table_name(), frame.height, frame.height, 0) for table, frame in admitted.items()]
    admission = pl.DataFrame(counts, schema=list(Admission.dtypes().items()), orient="row")
    return frames | {Admission: admission.lazy(), UnknownReference: UnknownReference.create_empty(lazy=True)}


def _typed(table: type[Table], rows: Rows) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=table.dtypes(), orient="row")


@cache
def nights_of_the_reference(seed: int, nights: int) -> list[tuple[World, Memories, Oversight]]:
    """The reference's nights of a history, each with what it remembers at first."""
    memory: Memories = {}
    told = []
    for world in history(seed, nights):
        outcome = oversee(world.instance(memory))
        told.append((world, memory, outcome))
        memory = outcome.states
    return told


def differences(found: Oversight, expected: Oversight) -> Iterator[str]:
    """Each difference as table, key, column and both values."""
    for name, key in COMPARED.items():
        columns = key if name == "oversight_rule_lint" else list(MARTS[name].columns())
        yield from _unequal(f"mart.{name}", key, columns, found.marts[name], expected.marts[name])
    for name, key in REMEMBERED.items():
        columns = list(STATES[name].columns())
        yield from _unequal(f"state.{name}", key, columns, found.states[name], expected.states[name])


def _unequal(table: str, key: Sequence[str], columns: Sequence[str], found: Rows, expected: Rows) -> Iterator[str]:
    theirs, ours = by_key(found, *key), by_key(expected, *key)
    for one in sorted(theirs.keys() | ours.keys(), key=repr):
        if one not in theirs or one not in ours:
            yield f"{table} {one}: found {theirs.get(one)}, the reference has {ours.get(one)}"
            continue
        for column in columns:
            if theirs[one][column] != ours[one][column]:
                both = f"found {theirs[one][column]!r}, the reference has {ours[one][column]!r}"
                yield f"{table} {one} {column}: {both}"


def by_key(rows: Rows, *key: str) -> dict[Any, Row]:
    """Rows by a key that has to be one; a single column is the key itself."""
    keyed = {row[key[0]] if len(key) == 1 else tuple(row[name] for name in key): row for row in rows}
    assert len(keyed) == len(rows), f"{key} is no key"
    return keyed
