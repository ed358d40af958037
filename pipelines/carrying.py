"""A night that computes only what has changed, and carries everything else on from the last one.

For changed work items the rows of last night are computed once more and taken out of a copy of the published file,
every one of which must be there exactly so; then tonight's are put in. Tables over all work items are made anew from
what the file then holds.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from models.audit import Conservation, Finding, FindingColumns, LawColumns
from models.catalogue import MEMORIES
from models.finding import OVER_EVERYTHING
from models.table import Table
from pipelines.changes import UNCHANGED, Changes, NotCarried
from pipelines.intake import Intake, is_cut
from pipelines.last_night import LastNight
from pipelines.new_warehouse import NewWarehouse
from pipelines.night import Night
from pipelines.night_tables import PUBLISHED, NightTables, SomeWorkItems
from pipelines.pieces import Pieces
from pipelines.statements import quoted
from transforms.catalogue import all_transforms, reaches, transforms_that_reach
from transforms.portion import added_up

READ_BY_PORTIONS: Final = frozenset(
    table
    for transform in transforms_that_reach("portion")
    for table in transform.inputs.values()
    if reaches().get(table) == "shared"
)
"""What is computed of all rows and every portion reads."""


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


class Before(SomeWorkItems):
    """The tables of changed work items as they were last night."""

    def __init__(self, night: CarriedTables, pieces: Pieces, number: int, changes: Changes) -> None:
        source = {table: rows for (table, portion), rows in changes.before.items() if portion == number}
        memories = [memory for memory in MEMORIES.values() if is_cut(memory)]
        super().__init__(night, source | {memory: pieces.scan(memory, number).collect() for memory in memories})
        self._pieces = pieces
        self._changes = changes

    def taken_in(self) -> dict[type[Table], pl.DataFrame]:
        """The source rows."""
        return {table: rows for table, rows in self._frames.items() if table.layer == "source"}

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
