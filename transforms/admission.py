"""Every row of an export is either admitted or set aside with a reason: rows in = accepted + quarantined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import polars as pl

from models.audit import Admission, Quarantine, SetAsideAmount, SourceFile, SourceFileAmount, UnknownReference
from models.catalogue import SOURCES
from models.table import Table
from transforms.copied_rows import copied_rows
from transforms.duplicate import duplicate_defects, shared_key_defects
from transforms.period_rule import PERIOD, misplaced_periods
from transforms.quarantine import conforming, quarantine, set_aside_amount
from transforms.reference import (
    Keys,
    admission_groups,
    dangling_references,
    judged_alone,
    unknown_references,
    with_known_references,
)
from transforms.source_file import source_file, source_file_amount
from transforms.typed_table import Part, TypedTable, typed_table


class Admitted(NamedTuple):
    """What became of all rows."""

    tables: dict[str, pl.DataFrame]
    """The admitted rows of every table that is there, in the order of the files."""
    admission: pl.DataFrame
    source_file: pl.DataFrame
    source_file_amount: pl.DataFrame
    quarantine: pl.DataFrame
    set_aside_amount: pl.DataFrame
    unknown_reference: pl.DataFrame


TOLD: Final[tuple[type[Table], ...]] = (
    Admission,
    SourceFile,
    SourceFileAmount,
    Quarantine,
    SetAsideAmount,
    UnknownReference,
)
"""What is told of rows, in the order of the fields of `Admitted`."""
ADDED_UP: Final = ("rows_", "amount_", "distinct_keys")
"""How the names of columns begin that count."""


class Judge:
    """Judges the tables of an export, some at a time, in the order of `admission_groups`."""

    def __init__(self, instance_time_zone: str) -> None:
        self._zone = instance_time_zone
        self._keys = Keys()
        self._fiscal_period: pl.DataFrame | None = None

    def admit(self, parts: Mapping[str, Sequence[Part]]) -> Admitted:
        """What becomes of the rows of these tables, of which those come first that others refer to.

        Keys of tables that others are judged by are remembered. Of a table that is `judged_alone` some rows may come
        now and others later, if those that share a key, or name each other, come together (`transforms.chunk`).
        """
        judged: dict[str, TypedTable] = {}
        keys = self._keys
        for name, mine in parts.items():
            judged[name] = self._judged(typed_table(SOURCES[name], mine, instance_time_zone=self._zone), keys)
            keys = keys.with_table(judged[name])
            if name == PERIOD:
                self._fiscal_period = judged[name].sound
        if not all(judged_alone(name, SOURCES) for name in parts):
            self._keys = keys
        return _outcome(judged, keys)

    def _judged(self, table: TypedTable, keys: Keys) -> TypedTable:
        """The table with all its defects."""
        unique = table.with_defects(duplicate_defects(table), shared_key_defects(table, keys))
        connected = unique.with_defects(dangling_references(unique, keys))
        if self._fiscal_period is None:
            return connected
        return connected.with_defects(misplaced_periods(connected, self._fiscal_period, instance_time_zone=self._zone))


def admitted(parts: Mapping[str, Sequence[Part]], *, instance_time_zone: str) -> Admitted:
    """Judge every row of every table, tables that others refer to first, so that quarantine cascades.

    `parts` has the files of every table that is there, by canonical name; a table may have no rows.
    """
    judge = Judge(instance_time_zone)
    groups = [[name for name in group if name in parts] for group in admission_groups(SOURCES)]
    return together(judge.admit({name: parts[name] for name in group}) for group in groups)


def together(outcomes: Iterable[Admitted]) -> Admitted:
    """One outcome of several: rows stand side by side, and what was counted of the same table or file is added up."""
    tables: dict[str, list[pl.DataFrame]] = {}
    told: list[tuple[pl.DataFrame, ...]] = []
    for found, *counts in outcomes:
        told.append(tuple(counts))
        for name, rows in found.items():
            tables.setdefault(name, []).append(rows)
    counted = [_added_up(table, pl.concat(frames)) for table, *frames in zip(TOLD, *told, strict=True)]
    return Admitted({name: pl.concat(tables[name]) for name in SOURCES if name in tables}, *counted)


def _added_up(table: type[Table], frame: pl.DataFrame) -> pl.DataFrame:
    """Counts and amounts of the same key added up, other rows as they are; in the order of the catalogue."""
    ordered = frame.sort(pl.col("source_table").cast(pl.Enum(list(SOURCES))), maintain_order=True)
    sums = [column for column in frame.columns if column.startswith(ADDED_UP)]
    if not sums:
        return ordered
    same = [column for column in frame.columns if column not in sums]
    return conforming(ordered.group_by(same, maintain_order=True).agg(pl.col(sums).sum()), table)


def _outcome(judged: Mapping[str, TypedTable], keys: Keys) -> Admitted:
    return Admitted(
        {
            name: with_known_references(table, keys).select(list(table.source.columns()))
            for name, table in judged.items()
        },
        _together((_counts(table) for table in judged.values()), Admission),
        _together((source_file(table) for table in judged.values()), SourceFile),
        _together((source_file_amount(table) for table in judged.values()), SourceFileAmount),
        _together((quarantine(table) for table in judged.values()), Quarantine),
        _together((set_aside_amount(table) for table in judged.values()), SetAsideAmount),
        _together((unknown_references(table, keys) for table in judged.values()), UnknownReference),
    )


def _together(frames: Iterable[pl.DataFrame], table: type[Table]) -> pl.DataFrame:
    """What is told of few of the rows; the others may be given up."""
    empty = pl.DataFrame(schema=table.dtypes())
    return pl.concat([empty, *(copied_rows(conforming(frame, table)) for frame in frames if len(frame))])


def _counts(table: TypedTable) -> pl.DataFrame:
    read = table.rows.height + sum(part.unreadable.height for part in table.parts)
    accepted = table.sound.height
    counts = {
        "source_table": table.source.table_name(),
        "rows_read": read,
        "rows_accepted": accepted,
        "rows_quarantined": read - accepted,
    }
    return pl.DataFrame([counts])
