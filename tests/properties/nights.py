"""Generated worlds on their way through the fast code: as export files, or row by row without any file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from models.audit import (
    Admission,
    Conservation,
    Quarantine,
    SetAsideAmount,
    SourceFile,
    SourceFileAmount,
    UnknownReference,
)
from models.catalogue import AUDITS, MARTS, SOURCES
from models.settings import Settings
from models.table import Table
from pipelines.sources import Ingested, ingest
from tests.night import Frames, night
from tests.reference import Placement, World
from tests.transforms.export import part
from transforms.admission import Admitted, admitted

Records = list[dict[str, object]]

CHOICES: Final = (
    "instance_time_zone",
    "demand_direct_actuals",
    "budget_without_migration_record",
    "planned_return_sign",
    "npv_first_year",
    "missing_discount_rate",
    "functional_currency",
    "missing_exchange_rate",
    "plan_rate_date",
    "actual_rate_date",
    "approved_states",
)
"""The settings that generated worlds vary."""


@dataclass(frozen=True)
class Export:
    """What a night starts from: admitted tables with what admission says about them, the day and the settings."""

    tables: dict[type[Table], pl.DataFrame]
    as_of: dt.date
    settings: Settings

    def computed(self, wanted: set[type[Table]] | None = None) -> Frames:
        """Every table of the night, or `wanted` ones and what they need."""
        return night(self.tables, as_of=self.as_of, settings=self.settings, wanted=wanted)


def settings_of(drawn: World) -> Settings:
    """The settings of a world, as the fast code takes them."""
    return Settings(**{choice: getattr(drawn.settings, choice) for choice in CHOICES})


def from_files(drawn: World, folder: Path) -> Export:
    """The world as ingested from the export files in the folder."""
    return _export(drawn, ingest(folder, settings_of(drawn)))


def from_rows(drawn: World) -> Export:
    """The world as admitted without files: each table is one CSV in name only."""
    parts = {table: [part(rows, f"{table}.csv")] for table, rows in drawn.tables.items()}
    return _export(drawn, admitted(parts, instance_time_zone=drawn.settings.instance_time_zone))


def _export(drawn: World, outcome: Ingested | Admitted) -> Export:
    tables = {SOURCES[name]: rows for name, rows in outcome.tables.items()}
    audits: dict[type[Table], pl.DataFrame] = {
        Admission: outcome.admission,
        SourceFile: outcome.source_file,
        SourceFileAmount: outcome.source_file_amount,
        Quarantine: outcome.quarantine,
        SetAsideAmount: outcome.set_aside_amount,
        UnknownReference: outcome.unknown_reference,
    }
    return Export({**tables, **audits}, drawn.as_of, settings_of(drawn))


def placement(drawn: World) -> Placement:
    """Where `from_rows` finds each row."""
    return {
        table: [(f"{table}.csv", number) for number in range(1, len(rows) + 1)] for table, rows in drawn.tables.items()
    }


def published(frames: Frames) -> dict[str, Records]:
    """The rows of every mart and audit table that there is, by qualified name."""
    tables = [table for table in (*MARTS.values(), *AUDITS.values()) if table in frames]
    return {f"{table.layer}.{table.table_name()}": frames[table].collect().to_dicts() for table in tables}


def broken_laws(frames: Frames) -> Records:
    """The laws of conservation that do not hold."""
    return frames[Conservation].filter(~pl.col("holds")).collect().to_dicts()
