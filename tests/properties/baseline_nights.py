"""Generated histories on their way through the fast code, and section 7 held against the reference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import polars as pl

from models.audit import Conservation
from models.catalogue import BASELINES, MARTS, MEMORIES
from models.table import Memory, Table
from tests.night import Frames, night
from tests.properties.comparison import unequal
from tests.properties.nights import Records, from_rows
from tests.reference.baselines import Published
from tests.reference.worlds import World

KEYS: Final = {
    "baseline.header": ("baseline",),
    "baseline.cost_plan_breakdown": ("baseline", "cost_plan_breakdown"),
    "baseline.benefit_plan_breakdown": ("baseline", "benefit_plan_breakdown"),
    "baseline.budget": ("baseline", "source_table", "sys_id", "fiscal_period", "expense_type"),
    "baseline.actual_cost": ("baseline", "fiscal_period", "expense_type", "currency", "rate_date"),
    "mart.baseline_variance_period": ("baseline", "fiscal_period"),
    "mart.baseline_variance": ("baseline",),
    "mart.program_baseline_variance": ("program", "name"),
    "mart.portfolio_baseline_variance": ("portfolio", "name"),
    "mart.baseline_pair_variance": ("baseline", "later_baseline"),
    "mart.variance_bridge": (
        *("compared_with", "work_item", "part", "cost_plan"),
        *("fiscal_period", "expense_type"),
    ),
    "mart.program_variance_bridge": ("program", "name", "part"),
    "mart.portfolio_variance_bridge": ("portfolio", "name", "part"),
}
TABLES: Final[dict[str, type[Table]]] = {
    **{f"baseline.{name}": table for name, table in BASELINES.items()},
    **{f"mart.{name}": table for name, table in MARTS.items()},
}
WANTED: Final[set[type[Table]]] = {
    *(TABLES[name] for name in KEYS),
    *(memory.state for memory in MEMORIES.values() if issubclass(memory, Memory) and memory.state.layer != "state"),
    Conservation,
}
"""What is compared, and what a night leaves to the next: oversight apart."""
Remembered = Mapping[type[Table], pl.DataFrame]


def fast_night(world: World, memory: Remembered | None) -> Frames:
    """What the fast code makes of a night and of what is remembered."""
    export = from_rows(world)
    return night(export.tables, as_of=export.as_of, settings=export.settings, memory=memory, wanted=WANTED)


def differences(frames: Frames, expected: Published) -> Iterator[str]:
    """Each difference as table, key, column and both values."""
    for table, key in KEYS.items():
        found: Records = frames[TABLES[table]].collect().to_dicts()
        for one, column, theirs, ours in unequal(key, found, expected[table]):
            yield f"{table} {one} {column}: found {theirs!r}, the reference has {ours!r}"
