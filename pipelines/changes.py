"""What has changed since the last night, and whether it pays to carry that one on.

A work item is changed where a row that is connected with it is new, gone or other than last night, or where last night
itself moved its estimate: then what is remembered of it is new.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Final

import polars as pl

from models.audit import Admission
from models.catalogue import MEMORIES, SOURCES
from models.fiscal_calendar import BasePeriod
from models.table import Table
from pipelines.intake import PORTION, Intake, is_cut
from pipelines.last_night import ROW, LastNight
from pipelines.night import Night
from pipelines.steps import run_record
from transforms.content import HASHES, content, is_among
from transforms.copied_rows import copied_rows
from transforms.portion import highest, ties

UNCHANGED: Final = -2
"""The portion of rows that are carried on."""
FEW_ROWS = 100_000
"""Rows of work items up to which computing all of them takes no longer than finding out which have changed."""
MOST_CHANGED = 0.25
"""Of all rows of work items; beyond it, computing all of them takes no longer."""
SHARED_SOURCES: Final = [table for table in SOURCES.values() if table.reach == "shared"]


class NotCarried(Exception):  # noqa: N818
    """Last night can't be carried on, and why: everything has to be computed."""


def last_night(night: Night, version: LastNight | str) -> LastNight:
    """The published version that tonight's may carry on, before any row has been looked at. Raises NotCarried."""
    if isinstance(version, str):
        raise NotCarried(version)
    tonight = run_record(night).collect()
    if not tonight.drop("as_of").equals(version.run.drop("as_of")):
        raise NotCarried("settings or version have changed")
    if version.as_of > night.as_of:
        raise NotCarried(f"it is seen from {version.as_of}, a later day")
    return version


def check_shared(night: Night, intake: Intake, last: LastNight) -> None:
    """Raise NotCarried where it would not pay, or something has changed that concerns every work item."""
    if intake.rows <= FEW_ROWS:
        raise NotCarried(f"{intake.rows:,} rows of work items are soon computed")
    present = set(intake.frames[Admission]["source_table"])
    came_or_went = present ^ set(last.admission["source_table"])
    if came_or_went:
        raise NotCarried(f"the export has other tables ({', '.join(sorted(came_or_went))})")
    for table in SHARED_SOURCES:
        held, found = last.rows(table), intake.frames.get(table, table.create_empty())
        if not held.sort(table.primary_key()).equals(found.sort(table.primary_key())):
            raise NotCarried(f"{table.table_name()} has changed")
    ended = last.rows(BasePeriod).filter(pl.col("end_date") >= last.as_of, pl.col("end_date") < night.as_of)
    if len(ended):
        raise NotCarried(f"a period has ended since {last.as_of} ({ended['fiscal_period_name'].sort()[0]})")


def _all_of(rows: pl.DataFrame) -> pl.Series:
    return pl.repeat(value=True, n=rows.height, eager=True)


class Changes:
    """What has changed since last night: rows before and after, cut into portions."""

    def __init__(self, intake: Intake, last: LastNight) -> None:
        self._intake = intake
        self._last = last
        self.before: dict[tuple[type[Table], int], pl.DataFrame] = {}
        """The rows that last night had of the work items of each portion."""
        self._rows = self._changed = 0

    def cut(self, rows: int) -> int:
        """Cut changed work items into portions, and say how many there are. Raises NotCarried where it is too much."""
        intake, last = self._intake, self._last
        sources = [table for table in SOURCES.values() if is_cut(table)]
        is_new = {table: self._find_differences(table) for table in sources}
        named = {memory: last.distinct(memory, ties(memory)) for memory in MEMORIES.values() if is_cut(memory)}
        for memory, values in named.items():
            intake.ties.add((memory, "named"), values)
        moved = last.moved_work_items()
        intake.ties.add("moved", moved)
        changed: dict[Hashable, pl.Series] = {"moved": _all_of(moved)}
        for table, (is_other, gone) in is_new.items():
            changed |= {(table, "gone"): _all_of(gone)}
            changed |= {table: is_other} if len(is_other) else {}
        places = intake.ties.portions(rows=rows, among=changed)
        self._count(places, sources)
        intake.begin_to_cut()
        for table in sources:
            self._cut_source(table, is_new[table], places)
        for memory, values in named.items():
            self._cut_memory(memory, values.with_columns(places[memory, "named"].alias(PORTION)))
        return 1 + max(highest(places.values()), 0)

    def _count(self, places: Mapping[Hashable, pl.Series], sources: Iterable[type[Table]]) -> None:
        mine = [places[table] for table in sources if table in places]
        self._rows, self._changed = sum(map(len, mine)), sum(int(place.is_not_null().sum()) for place in mine)
        if self._changed > MOST_CHANGED * self._rows:
            raise NotCarried(self.told())

    def told(self) -> str:
        """How much has changed, in words."""
        return f"{self._changed:,} of {self._rows:,} rows are of work items that have changed"

    def _find_differences(self, table: type[Table]) -> tuple[pl.Series, pl.DataFrame]:
        """Whether each row of tonight is new or other, and the rows of last night that are gone or other."""
        held = self._last.hashes(table)
        tonight = pl.concat([content(table.create_empty()), *map(content, self._intake.pieces.uncut(table))])
        gone = self._last.rows_at(table, held[ROW].filter(~is_among(held.select(HASHES), [tonight])))
        self._intake.ties.add((table, "gone"), gone.select(ties(table)))
        return ~is_among(tonight, [held.select(HASHES)]), gone

    def _cut_source(
        self, table: type[Table], differences: tuple[pl.Series, pl.DataFrame], places: Mapping[Hashable, pl.Series]
    ) -> None:
        is_new, gone = differences
        start = 0
        before = [gone.with_columns(places[table, "gone"].alias(PORTION))]
        if table in places:
            for rows, place in self._intake.with_places(table, places):
                self._intake.add(table, rows, place.cast(pl.Int64).fill_null(UNCHANGED))
                stayed = ~is_new.slice(start, rows.height)
                mine = rows.with_columns(place.alias(PORTION)).filter(stayed & place.is_not_null())
                before.append(copied_rows(mine))
                start += rows.height
        for (number,), rows in pl.concat(before).partition_by(PORTION, include_key=False, as_dict=True).items():
            self.before[table, int(str(number))] = rows

    def _cut_memory(self, memory: type[Table], values: pl.DataFrame) -> None:
        rows = self._last.remembered(memory, values.filter(pl.col(PORTION).is_not_null()))
        self._intake.add(memory, rows.select(memory.column_names()), rows[PORTION].cast(pl.Int64))
