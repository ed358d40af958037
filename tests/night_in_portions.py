"""A night that takes its work items in portions, without Dagster and without files: beside `tests.night`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from models.settings import Settings
from models.table import Table
from tests.night import Frames, inputs
from transforms.catalogue import Transform, transforms_that_reach
from transforms.portion import Ties, own_key, put_together
from transforms.portion import ties as ties_of


def night_in_portions(
    admitted: dict[type[Table], pl.DataFrame],
    *,
    as_of: dt.date,
    rows: int,
    settings: Settings | None = None,
    memory: Mapping[type[Table], pl.DataFrame] | None = None,
) -> tuple[int, Frames]:
    """Into how many portions of about so many `rows` it was cut, and every table."""
    choices: dict[str, Any] = {**(settings or Settings()).model_dump(), "as_of": as_of}
    frames = inputs(admitted, memory)
    _compute(frames, transforms_that_reach("shared"), choices)
    cut = {table: frame.collect() for table, frame in frames.items() if table.reach == "portion" and _is_input(table)}
    places = _places(cut, rows)
    computed: dict[type[Table], list[pl.DataFrame]] = {}
    count = 1 + max(int(place.max() or 0) for place in places.values())  # type: ignore[arg-type]
    for portion in range(count):
        mine = frames | {table: whole.filter(places[table] == portion).lazy() for table, whole in cut.items()}
        _compute(mine, transforms_that_reach("portion"), choices)
        for transform in transforms_that_reach("portion"):
            computed.setdefault(transform.table, []).append(mine[transform.table].collect())
    frames |= {table: put_together(table, portions).lazy() for table, portions in computed.items()}
    _compute(frames, transforms_that_reach("whole"), choices)
    return count, frames


def _is_input(table: type[Table]) -> bool:
    return table.layer in ("source", "memory")


def _places(cut: Mapping[type[Table], pl.DataFrame], rows: int) -> dict[type[Table], pl.Series]:
    ties = Ties()
    for table, whole in cut.items():
        ties.add(table, whole.select(ties_of(table)), own_key(table))
    places = ties.portions(rows=rows)
    return {table: places[table] for table in cut}


def _compute(frames: Frames, transforms: Iterable[Transform], choices: dict[str, Any]) -> None:
    for transform in transforms:
        frames[transform.table] = transform(frames, choices).collect(engine="streaming").lazy()
