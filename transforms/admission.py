"""Every row of an export is either admitted or set aside with a reason: rows in = accepted + quarantined."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import polars as pl

from models.audit import Admission, Quarantine, SetAsideAmount, SourceFile, SourceFileAmount, UnknownReference
from models.catalogue import SOURCES
from models.table import Table
from transforms.duplicate import duplicate_defects, shared_key_defects
from transforms.period_rule import PERIOD, misplaced_periods
from transforms.quarantine import conforming, quarantine, set_aside_amount
from transforms.reference import Keys, admission_order, dangling_references, unknown_references, with_known_references
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


def admitted(parts: Mapping[str, Sequence[Part]], *, instance_time_zone: str) -> Admitted:
    """Judge every row of every table, tables that others refer to first, so that quarantine cascades.

    `parts` has the files of every table that is there, by canonical name; a table may have no rows.
    """
    keys = Keys()
    judged: dict[str, TypedTable] = {}
    for name in admission_order(SOURCES):
        if name in parts:
            typed = typed_table(SOURCES[name], parts[name], instance_time_zone=instance_time_zone)
            judged[name] = _judged(typed, judged, keys, instance_time_zone)
            keys = keys.with_table(judged[name])
    return _outcome({name: judged[name] for name in SOURCES if name in judged}, keys)


def _judged(table: TypedTable, judged: Mapping[str, TypedTable], keys: Keys, zone: str) -> TypedTable:
    """The table with all its defects."""
    unique = table.with_defects(duplicate_defects(table), shared_key_defects(table, keys))
    connected = unique.with_defects(dangling_references(unique, keys))
    if PERIOD not in judged:
        return connected
    return connected.with_defects(misplaced_periods(connected, judged[PERIOD].sound, instance_time_zone=zone))


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
    empty = pl.DataFrame(schema=table.dtypes())
    return pl.concat([empty, *(conforming(frame, table) for frame in frames)])


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
