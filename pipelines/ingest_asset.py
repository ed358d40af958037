"""The asset where the run begins: an export folder becomes admitted source tables."""

from collections.abc import Iterator
from typing import Final

import dagster as dg
import polars as pl

from models.audit import (
    Admission,
    Quarantine,
    SetAsideAmount,
    SourceFile,
    SourceFileAmount,
    UnknownReference,
    UnusedInput,
)
from models.catalogue import SOURCES
from models.table import Table
from pipelines.assets import (
    NIGHT,
    check_specs_of,
    materialised,
    night_of,
    refusals_are_final,
    table_spec,
)
from pipelines.calendar_check import check_calendar
from pipelines.night import Night
from pipelines.sources import Ingested, ingest

INGESTED: Final[tuple[type[Table], ...]] = (
    *SOURCES.values(),
    Admission,
    SourceFile,
    SourceFileAmount,
    Quarantine,
    SetAsideAmount,
    UnusedInput,
    UnknownReference,
)


@dg.multi_asset(
    name="ingest",
    specs=[table_spec(table) for table in INGESTED],
    check_specs=[spec for table in INGESTED for spec in check_specs_of(table)],
    required_resource_keys={NIGHT},
    description="Read the export, admit its rows, and set the others aside with a reason.",
)
def ingested(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
    """Every source table as admitted, and what became of all rows."""
    night = night_of(context)
    with refusals_are_final():
        outcome = ingest(night.source, night.settings, night.progress)
        check_calendar(outcome, night.settings.instance_time_zone)
    written = {table: _written(night, table, frame) for table, frame in _frames(outcome).items()}
    for table, rows in written.items():
        yield materialised(night, table, rows)


def _written(night: Night, table: type[Table], frame: pl.DataFrame | None) -> pl.DataFrame:
    """The rows of an ingested table, kept; none, and nothing kept, where it is not in the export."""
    if frame is None:
        night.workspace.forget(table)
        return table.create_empty()
    return night.workspace.write(table, frame.lazy())


def _frames(outcome: Ingested) -> dict[type[Table], pl.DataFrame | None]:
    """The rows of every ingested table; None for a source table that is not in the export."""
    audits = {
        Admission: outcome.admission,
        SourceFile: outcome.source_file,
        SourceFileAmount: outcome.source_file_amount,
        Quarantine: outcome.quarantine,
        SetAsideAmount: outcome.set_aside_amount,
        UnusedInput: outcome.unused_input,
        UnknownReference: outcome.unknown_reference,
    }
    return {**{table: outcome.tables.get(name) for name, table in SOURCES.items()}, **audits}
