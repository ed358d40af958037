"""What a night does, step by step, whoever runs it: the command line in its own process, or Dagster asset by asset.

Every step writes its tables to the night's workspace and returns them with their rows.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from models.audit import (
    Admission,
    Quarantine,
    Run,
    SetAsideAmount,
    SourceFile,
    SourceFileAmount,
    UnknownReference,
    UnusedInput,
)
from models.catalogue import SOURCES
from models.figures import CashFlow, InternalRateOfReturn, WorkItem
from models.fiscal_calendar import FiscalPeriod
from models.table import Table
from pipelines.calendar_check import check_calendar
from pipelines.checks import Read, Verdict
from pipelines.formats.raw_table import SourceError
from pipelines.intake import Intake
from pipelines.memory import check_nothing_forgotten, recalled, recalled_in_pieces
from pipelines.night import Night, Store, Tables
from pipelines.publication import publish
from pipelines.published_file import WarehouseError
from pipelines.returns_check import disagreements
from pipelines.sources import Ingested, ingest
from pipelines.target import PublishRefused
from pipelines.version import version
from pipelines.warehouse import verify
from transforms.catalogue import Transform

Written = dict[type[Table], pl.DataFrame]
REFUSALS: Final = (SourceError, PublishRefused, WarehouseError)
"""What stops a run although nothing is broken: the message says what to do, and trying again would not help."""
SECOND_OPINION: Final = "numpy_financial_agrees"
TOLD_OF_ROWS: Final[dict[type[Table], str]] = {
    Admission: "admission",
    SourceFile: "source_file",
    SourceFileAmount: "source_file_amount",
    Quarantine: "quarantine",
    SetAsideAmount: "set_aside_amount",
    UnusedInput: "unused_input",
    UnknownReference: "unknown_reference",
}
"""What becomes of the rows of an export, and where the outcome of ingesting has it."""
INGESTED: Final[tuple[type[Table], ...]] = (*SOURCES.values(), *TOLD_OF_ROWS)


def ingest_tables(night: Night, store: Store) -> Written:
    """Every source table as admitted, and what became of all rows.

    From here on the tables at hand are of two runs, until the record of this one says that it has computed them all.
    """
    store.forget(Run)
    outcome = ingest(night.source, night.settings, night.progress)
    check_calendar(outcome.tables["fiscal_period"], outcome.quarantine, night.settings.instance_time_zone)
    return {table: _written(store, table, frame) for table, frame in _frames(outcome).items()}


def take_in_export(night: Night, intake: Intake) -> None:
    """The same, each table handed on as soon as it is judged, so that the export need not fit into memory."""
    outcome = ingest(night.source, night.settings, night.progress, hand_on=intake.take_in)
    periods = intake.read(FiscalPeriod).collect()
    check_calendar(periods, outcome.quarantine, night.settings.instance_time_zone)
    for table, name in TOLD_OF_ROWS.items():
        intake.take_in(table, getattr(outcome, name))


def _written(store: Store, table: type[Table], frame: pl.DataFrame | None) -> pl.DataFrame:
    """The rows of an ingested table, kept; none, and nothing kept, where it is not in the export."""
    if frame is None:
        store.forget(table)
        return table.create_empty()
    return store.write(table, frame.lazy())


def _frames(outcome: Ingested) -> dict[type[Table], pl.DataFrame | None]:
    """The rows of every ingested table; None for a source table that is not in the export."""
    told = {table: getattr(outcome, name) for table, name in TOLD_OF_ROWS.items()}
    return {**{table: outcome.tables.get(name) for name, table in SOURCES.items()}, **told}


def recall_tables(night: Night, store: Store) -> Written:
    """Every memory table, as the published warehouse has left it."""
    return {table: store.write(table, rows.lazy()) for table, rows in recalled(night.warehouse).items()}


def take_in_memory(night: Night, intake: Intake) -> None:
    """The same, piece by piece."""
    for table, rows in recalled_in_pieces(night.warehouse):
        intake.take_in(table, rows)


def compute_table(night: Night, transform: Transform, tables: Tables) -> Written:
    """The table of a transform, from what `tables` hold."""
    frames = {needed: tables.read(needed) for needed in transform.inputs.values()}
    table = transform.table
    rows = tables.write(table, transform(frames, night.choices))
    night.progress(f"{table.layer}.{table.table_name()}: {rows.height:,} rows")
    return {table: rows}


def record_run(night: Night, store: Store) -> Written:
    """What this run was asked for."""
    return {Run: store.write(Run, run_record(night))}


def run_record(night: Night) -> pl.LazyFrame:
    """The row of audit.run."""
    record = {"as_of": night.as_of, "settings": night.settings.model_dump_json(), "version": version()}
    return pl.LazyFrame([record], schema=Run.dtypes())


def second_opinion(read: Read) -> Verdict:
    """Net present values and rates of return of a sample, computed again by numpy-financial."""
    values = read(WorkItem).select("work_item", "npv", "discount_rate")
    rates = read(InternalRateOfReturn).select("work_item", "irr")
    return Verdict(SECOND_OPINION, tuple(disagreements(read(CashFlow), values, rates)))


def publish_warehouse(night: Night, run_id: str, store: Store) -> Path:
    """Put all tables of the run into one file that replaces the last one. Raises PublishRefused."""
    night.progress(f"publishing {night.warehouse}")
    _check_same_night(night, store)
    return publish(
        night.warehouse,
        run_id=run_id,
        as_of=night.as_of,
        allow_older=night.allow_older,
        build=store.build,
        verify=lambda built: _verify(night, built),
    )


def _verify(night: Night, built: Path) -> None:
    verify(built)
    check_nothing_forgotten(night.warehouse, built)


def _check_same_night(night: Night, store: Store) -> None:
    """Raise PublishRefused where the tables at hand were computed for another day or under other settings."""
    held = store.read(Run).collect()
    if not held.equals(run_record(night).collect()):
        raise PublishRefused(
            f"The tables at hand were computed for {', '.join(map(str, held['as_of'])) or 'no day yet'}, with settings "
            f"{', '.join(held['settings']) or '(none)'}; this run is for {night.as_of}, with "
            f"{night.settings.model_dump_json()}. Run the whole nightly job."
        )
