"""Following references: each record beside the fields that conditions ask of it and of what it refers to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import polars as pl

from models.catalogue import SOURCES
from transforms.condition.field import Field, Scope
from transforms.condition.predicate import comparable

KEY = "@key"

Steps = tuple[str, ...]


def walked(
    records: pl.LazyFrame,
    scope: Scope,
    tables: Mapping[str, pl.LazyFrame],
    fields: Collection[Field],
    keep: Sequence[str] = (),
) -> pl.LazyFrame:
    """The columns `keep` of every record, and each field as conditions compare it; null where a step leads nowhere.

    `records` are rows of the scope's table, with its resolved references as further columns.
    """
    visited = _visited(fields)
    root = [pl.col(name) for name in keep] + _asked((), records.collect_schema().names(), fields, visited)
    frame = records.select(root)
    for steps in visited[1:]:
        known = _known(steps, scope, tables, fields, visited)
        frame = frame.join(known, left_on=_way(steps), right_on=KEY, how="left")
    return frame.select([*keep, *sorted({field.column for field in fields})])


def _visited(fields: Collection[Field]) -> list[Steps]:
    """Every place on the way to a field, nearer ones first, beginning with the record itself."""
    places = {field.steps[:length] for field in fields for length in range(len(field.steps) + 1)}
    return sorted({(), *places}, key=lambda steps: (len(steps), steps))


def _way(steps: Steps) -> str:
    """The column with the key of the row that the steps lead to; the name of no field begins like it."""
    return "#" + ".".join(steps)


def _asked(steps: Steps, held: Sequence[str], fields: Collection[Field], visited: Sequence[Steps]) -> list[pl.Expr]:
    """What is needed of the rows at a place: the fields there, and the references that lead on."""
    mine = sorted({field for field in fields if field.steps == steps and field.name in held})
    onward = [place for place in visited if place[:-1] == steps and place != () and place[-1] in held]
    return [
        *(comparable(pl.col(field.name), field.family).alias(field.column) for field in mine),
        *(pl.col(place[-1]).alias(_way(place)) for place in onward),
    ]


def _known(
    steps: Steps,
    scope: Scope,
    tables: Mapping[str, pl.LazyFrame],
    fields: Collection[Field],
    visited: Sequence[Steps],
) -> pl.LazyFrame:
    """What is needed of the rows of all tables that the steps can lead to."""
    parts = list(_parts(steps, scope, tables, fields, visited))
    return parts[0] if len(parts) == 1 else pl.concat(parts, how="diagonal").unique(KEY, keep="first")


def _parts(
    steps: Steps,
    scope: Scope,
    tables: Mapping[str, pl.LazyFrame],
    fields: Collection[Field],
    visited: Sequence[Steps],
) -> Iterator[pl.LazyFrame]:
    for table in scope.targets(steps):
        held = list(SOURCES[table].columns())
        key = pl.col(SOURCES[table].primary_key()[0]).alias(KEY)
        yield tables[table].select(key, *_asked(steps, held, fields, visited))
