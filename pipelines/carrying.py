"""A night that computes only what has changed, and carries everything else on from the last one.

A work item is changed where a row that is connected with it is new, gone or other than last night, or where last night
itself moved its estimate: then what is remembered of it is new. For changed work items the rows of last night are
computed once more and taken out of a copy of the published file, every one of which must be there exactly so; then
tonight's are put in. Tables over all work items are made anew from what the file then holds.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Final

import polars as pl

from models.audit import Admission, Conservation, Finding, FindingColumns, LawColumns
from models.catalogue import MEMORIES, SOURCES
from models.finding import OVER_EVERYTHING
from models.fiscal_calendar import BasePeriod
from models.table import Table
from pipelines.intake import Intake, is_cut
from pipelines.last_night import ROW, LastNight
from pipelines.new_warehouse import NewWarehouse
from pipelines.night import Night
from pipelines.night_tables import PUBLISHED, NightTables
from pipelines.pieces import Pieces
from pipelines.statements import quoted
from pipelines.steps import run_record
from transforms.catalogue import all_transforms, reaches, transforms_that_reach
from transforms.content import HASHES, content, is_among
from transforms.portion import added_up, highest, ties

PLACE: Final = "portion of the night"
UNCHANGED: Final = -2
"""The portion of rows that are carried on."""
FEW_ROWS = 100_000
"""Rows of work items up to which computing all of them takes no longer than finding out which have changed."""
MOST_CHANGED = 0.25
"""Of all rows of work items; beyond it, computing all of them takes no longer."""
SHARED_SOURCES: Final = [table for table in SOURCES.values() if table.reach == "shared"]
READ_BY_PORTIONS: Final = frozenset(
    table
    for transform in transforms_that_reach("portion")
    for table in transform.inputs.values()
    if reaches().get(table) == "shared"
)
"""What is computed of all rows and every portion reads."""


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
        intake.has_been_cut = True
        for table in sources:
            self._cut_source(table, is_new[table], places)
        for memory, values in named.items():
            self._cut_memory(memory, values.with_columns(places[memory, "named"].alias(PLACE)))
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
        before = [gone.with_columns(places[table, "gone"].alias(PLACE))]
        if table in places:
            for rows, place in self._intake.with_places(table, places):
                self._intake.add(table, rows, place.cast(pl.Int64).fill_null(UNCHANGED))
                stayed = ~is_new.slice(start, rows.height)
                before.append(rows.with_columns(place.alias(PLACE)).filter(stayed & place.is_not_null()))
                start += rows.height
        for (number,), rows in pl.concat(before).partition_by(PLACE, include_key=False, as_dict=True).items():
            self.before[table, int(str(number))] = rows

    def _cut_memory(self, memory: type[Table], values: pl.DataFrame) -> None:
        rows = self._last.remembered(memory, values.filter(pl.col(PLACE).is_not_null()))
        self._intake.add(memory, rows.select(memory.column_names()), rows[PLACE].cast(pl.Int64))


class CarriedTables(NightTables):
    """The tables of a night that carries the last one on: portions are of changed work items only."""

    def __init__(self, intake: Intake, new: NewWarehouse, last: LastNight, changes: Changes, night: Night) -> None:
        super().__init__(intake, new)
        self._last = last
        self._changes = changes
        self._choices = night.choices
        self._laws_before: list[pl.DataFrame] = []
        self._recomputed: dict[type[Table], pl.LazyFrame] = {}

    def publish(self, table: type[Table], rows: pl.DataFrame) -> None:
        """Write a table over all work items, or one that they share, in the place of last night's."""
        if table is Finding:
            codes = ", ".join(quoted(code) for code in sorted(OVER_EVERYTHING))
            self._new.take_out_where(Finding, f"code IN ({codes})")
            self._new.add(Finding, rows)
        elif table is Conservation:
            self._new.replace(Conservation, self._with_laws_carried_on(rows))
        elif table in PUBLISHED:
            self._new.replace(table, rows)

    def publish_portion(self, table: type[Table], rows: pl.DataFrame) -> None:
        """Write rows of changed work items beside those of the others."""
        if table in PUBLISHED:
            self._new.add(table, rows)

    def read(self, table: type[Table]) -> pl.LazyFrame:
        """The rows of a table; of findings and laws only those of tonight's portions."""
        if table in self._frames or (is_cut(table) and table.layer == "source"):
            return super().read(table)
        if table in MEMORIES.values():
            return self._last.rows(table).lazy()
        if reaches().get(table) != "portion" or issubclass(table, (FindingColumns, LawColumns)):
            return super().read(table)
        if table not in self._recomputed:
            self._recomputed[table] = self._new.read(table).lazy() if table in PUBLISHED else self._computed(table)
        return self._recomputed[table]

    def _computed(self, table: type[Table]) -> pl.LazyFrame:
        """A step over all work items, from what the file holds by now."""
        transform = next(one for one in all_transforms() if one.table is table)
        frames = {needed: self.read(needed) for needed in transform.inputs.values()}
        return transform(frames, self._choices).collect(engine="streaming").lazy()

    def _with_laws_carried_on(self, tonight: pl.DataFrame) -> pl.DataFrame:
        """Laws of portions: what they said, less what changed work items had added to it, and what these add now."""
        before = pl.concat([tonight.clear(), *self._laws_before])
        laws = {table for table in self._frames if issubclass(table, LawColumns)}
        anew = [self._frames[table]["law"] for table in laws.difference({Conservation})]
        carried = self._last.rows(Conservation).filter(~pl.col("law").is_in(pl.concat(anew).implode()))
        amounts = ("expected", "found", "difference")
        gone = before.with_columns(-pl.col(name) for name in amounts)
        total = added_up(pl.concat([tonight, carried, gone]).lazy()).collect()
        return total.with_columns(holds=pl.col("difference") == 0)

    def take_out_before(self, number: int) -> None:
        """Take last night's rows of a portion's work items out of the file. Raises NotCarried where they are not there.

        They are computed from the same rows, settings and day as then, and with what is remembered since: a night that
        is run again gives the same tables.
        """
        before = Before(self, self._intake.pieces, number, self._changes)
        choices = {**self._choices, "as_of": self._last.as_of}
        for table, rows in before.taken_in().items():
            self._take_out(table, rows)
        for transform in transforms_that_reach("portion"):
            frames = {needed: before.read(needed) for needed in transform.inputs.values()}
            rows = before.write(transform.table, transform(frames, choices))
            self._take_out(transform.table, rows)

    def _take_out(self, table: type[Table], rows: pl.DataFrame) -> None:
        if issubclass(table, LawColumns):
            self._laws_before.append(rows.select(Conservation.column_names()))
            return
        target = Finding if issubclass(table, FindingColumns) else table
        if target in PUBLISHED and rows.height:
            found = self._new.take_out(target, rows)
            if found != rows.height:
                name = f"{target.layer}.{target.table_name()}"
                raise NotCarried(f"{rows.height - found:,} rows of {name} are not as they were computed")

    def check_what_is_shared(self) -> None:
        """Raise NotCarried where something that every portion reads was computed otherwise last night."""
        before = Before(self, self._intake.pieces, UNCHANGED, self._changes)
        for transform in transforms_that_reach("shared"):
            if transform.table in READ_BY_PORTIONS:
                frames = {needed: before.read_all(needed) for needed in transform.inputs.values()}
                rows = transform(frames, {**self._choices, "as_of": self._last.as_of}).collect()
                if not rows.sort(pl.all()).equals(self._frames[transform.table].sort(pl.all())):
                    raise NotCarried(f"{transform.table.table_name()} has changed")


class Before:
    """The tables of changed work items as they were last night."""

    def __init__(self, night: CarriedTables, pieces: Pieces, number: int, changes: Changes) -> None:
        self._night = night
        self._pieces = pieces
        self._changes = changes
        self._frames = {table: rows for (table, portion), rows in changes.before.items() if portion == number}
        for memory in MEMORIES.values():
            if is_cut(memory):
                self._frames[memory] = pieces.scan(memory, number).collect()

    def taken_in(self) -> dict[type[Table], pl.DataFrame]:
        """The source rows."""
        return {table: rows for table, rows in self._frames.items() if table.layer == "source"}

    def read(self, table: type[Table]) -> pl.LazyFrame:
        """The portion's rows of a table, or all of a shared one."""
        if table in self._frames:
            return self._frames[table].lazy()
        if is_cut(table) or reaches().get(table) == "portion":
            return table.create_empty(lazy=True)
        return self._night.read(table)

    def write(self, table: type[Table], frame: pl.LazyFrame) -> pl.DataFrame:
        """Compute and keep a table; the computed rows are returned."""
        self._frames[table] = frame.collect(engine="streaming")
        return self._frames[table]

    def read_all(self, table: type[Table]) -> pl.LazyFrame:
        """All rows of a source table as they were."""
        if not is_cut(table):
            return self._night.read(table)
        mine = [rows.lazy() for (one, _), rows in self._changes.before.items() if one is table]
        return pl.concat([self._pieces.scan(table, UNCHANGED), *mine])
