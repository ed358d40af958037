"""Assets: every table of the catalogue, and the two ends of the run where the world is touched.

Tables are derived from transforms; only ingest, the record of the run, and publishing have bodies of their own. Tables
travel through the night's workspace, not through Dagster.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any, Final

import dagster as dg
import polars as pl

from models.audit import Admission, Quarantine, Run, SetAsideAmount, UnknownReference, UnusedInput
from models.catalogue import AUDITS, MARTS, SOURCES, STEPS
from models.figures import CashFlow, InternalRateOfReturn, WorkItem
from models.fiscal_calendar import FiscalPeriod
from models.table import Table
from pipelines.checks import Verdict, check_names, verdicts
from pipelines.formats.raw_table import SourceError
from pipelines.night import Night
from pipelines.publication import PublishRefused, publish
from pipelines.returns_check import disagreements
from pipelines.sources import Ingested, ingest
from pipelines.warehouse import WarehouseError, verify
from transforms.catalogue import Transform, all_transforms
from transforms.fiscal_calendar import calendar_fault, fiscal_span

REFUSALS: Final = (SourceError, PublishRefused, WarehouseError)
"""What stops a run although nothing is broken: the message says what to do, and trying again would not help."""
INGESTED: Final[tuple[type[Table], ...]] = (
    *SOURCES.values(),
    Admission,
    Quarantine,
    SetAsideAmount,
    UnusedInput,
    UnknownReference,
)
NIGHT: Final = "night"
SHOWN_FAULTS: Final = 20


def asset_key(table: type[Table]) -> dg.AssetKey:
    """Layer and name."""
    return dg.AssetKey([table.layer, table.table_name()])


def night_of(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> Night:
    """The run that an asset is part of."""
    night = context.resources.night
    assert isinstance(night, Night)
    return night


@contextmanager
def refusals_are_final() -> Iterator[None]:
    """Turn a refusal into a failure that is told as it is and not tried again."""
    try:
        yield
    except REFUSALS as refusal:
        raise dg.Failure(description=str(refusal), allow_retries=False) from refusal


def column_schema(table: type[Table]) -> dg.TableSchema:
    """What Dagster shows of a table's columns."""
    columns = [
        dg.TableColumn(
            name,
            str(column.dtype),
            table.column_meaning(name),
            dg.TableColumnConstraints(nullable=column.nullable, unique=table.primary_key() == [name]),
        )
        for name, column in table.columns().items()
    ]
    return dg.TableSchema(columns=columns)


def _definition_metadata(table: type[Table]) -> dict[str, Any]:
    return {"dagster/column_schema": column_schema(table), "grain": ", ".join(table.primary_key()) or "a row"}


def _check_specs(table: type[Table]) -> list[dg.AssetCheckSpec]:
    return [dg.AssetCheckSpec(name, asset=asset_key(table), blocking=True) for name in check_names(table)]


def check_result(table: type[Table], verdict: Verdict) -> dg.AssetCheckResult:
    """A verdict as Dagster shows it."""
    return dg.AssetCheckResult(
        passed=not verdict.faults,
        asset_key=asset_key(table),
        check_name=verdict.name,
        description=" ".join(verdict.faults[:SHOWN_FAULTS]) or None,
        metadata={"faults": len(verdict.faults)},
    )


def _materialised(night: Night, table: type[Table], rows: pl.DataFrame) -> dg.MaterializeResult:
    """What Dagster is told of a computed table: how many rows it has, and how its checks came out."""
    checks = [check_result(table, verdict) for verdict in verdicts(table, rows, night.workspace.read)]
    return dg.MaterializeResult(
        asset_key=asset_key(table), metadata={"dagster/row_count": rows.height}, check_results=checks
    )


def table_asset(transform: Transform) -> dg.AssetsDefinition:
    """The asset of the table that a transform returns."""
    table = transform.table

    @dg.asset(
        key=asset_key(table),
        deps=[asset_key(needed) for needed in transform.inputs.values()],
        group_name=table.layer,
        description=f"{table.meaning()}\n\n{transform.function.__doc__ or ''}",
        metadata=_definition_metadata(table),
        kinds={"polars"},
        check_specs=_check_specs(table),
        required_resource_keys={NIGHT},
    )
    def compute(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        night = night_of(context)
        frames = {needed: night.workspace.read(needed) for needed in transform.inputs.values()}
        with refusals_are_final():
            rows = night.workspace.write(table, transform(frames, night.choices))
        night.progress(f"{table.layer}.{table.table_name()}: {rows.height:,} rows")
        return _materialised(night, table, rows)

    return compute


def _ingested_spec(table: type[Table]) -> dg.AssetSpec:
    return dg.AssetSpec(
        asset_key(table),
        group_name=table.layer,
        description=table.meaning(),
        metadata=_definition_metadata(table),
        kinds={"duckdb"},
    )


@dg.multi_asset(
    name="ingest",
    specs=[_ingested_spec(table) for table in INGESTED],
    check_specs=[spec for table in INGESTED for spec in _check_specs(table)],
    required_resource_keys={NIGHT},
    description="Read the export, admit its rows, and set the others aside with a reason.",
)
def ingested(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
    """Every source table as admitted, and what became of all rows."""
    night = night_of(context)
    with refusals_are_final():
        outcome = ingest(night.source, night.settings, night.progress)
        _check_calendar(outcome, night.settings.instance_time_zone)
        _check_currency(outcome, night.settings.functional_currency)
    written = {table: _written(night, table, frame) for table, frame in _frames(outcome).items()}
    for table, rows in written.items():
        yield _materialised(night, table, rows)


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
        Quarantine: outcome.quarantine,
        SetAsideAmount: outcome.set_aside_amount,
        UnusedInput: outcome.unused_input,
        UnknownReference: outcome.unknown_reference,
    }
    return {**{table: outcome.tables.get(name) for name, table in SOURCES.items()}, **audits}


def _check_calendar(outcome: Ingested, zone: str) -> None:
    """Raise SourceError for a calendar that no period can be told from."""
    name = FiscalPeriod.table_name()
    set_aside = outcome.quarantine.filter(source_table=name)
    if len(set_aside) and outcome.tables[name].is_empty():
        raise SourceError(f"No row of {name} can be used. The first one: {set_aside['message'][0]}")
    periods = FiscalPeriod.cast(outcome.tables[name].lazy())
    faults = calendar_fault(fiscal_span(periods, instance_time_zone=zone)).collect()["message"].sort()
    if len(faults):
        more = f" And {len(faults) - SHOWN_FAULTS} more." if len(faults) > SHOWN_FAULTS else ""
        raise SourceError(f"The fiscal calendar can't be used. {' '.join(faults.head(SHOWN_FAULTS))}{more}")


def _check_currency(outcome: Ingested, functional: str | None) -> None:
    """Raise SourceError where amounts would have to be converted."""
    if functional is None:
        return
    foreign = {
        code
        for rows in outcome.tables.values()
        if "currency" in rows.columns
        for code in rows["currency"].str.strip_chars().str.to_uppercase().drop_nulls().unique()
    } - {functional.strip().upper()}
    if foreign:
        raise SourceError(
            f"The functional currency is {functional}, but the export has amounts in {', '.join(sorted(foreign))}, and "
            "amounts are not converted. Export one currency, or leave functional_currency out: then they are added up "
            "as if in one, with a finding."
        )


@dg.asset(
    key=asset_key(Run),
    group_name=Run.layer,
    description=Run.meaning(),
    metadata=_definition_metadata(Run),
    kinds={"duckdb"},
    check_specs=_check_specs(Run),
    required_resource_keys={NIGHT},
)
def run_record(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """What this run was asked for."""
    night = night_of(context)
    record = {"as_of": night.as_of, "settings": night.settings.model_dump_json(), "version": version("tieout")}
    return _materialised(night, Run, night.workspace.write(Run, pl.LazyFrame([record], schema=Run.dtypes())))


@dg.asset_check(
    asset=asset_key(WorkItem),
    additional_deps=[asset_key(CashFlow), asset_key(InternalRateOfReturn)],
    blocking=True,
    required_resource_keys={NIGHT},
)
def numpy_financial_agrees(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
    """Net present values and rates of return of a sample, computed again by numpy-financial."""
    read = night_of(context).workspace.read
    values = read(WorkItem).select("work_item", "npv", "discount_rate")
    rates = read(InternalRateOfReturn).select("work_item", "irr")
    return check_result(
        WorkItem, Verdict("numpy_financial_agrees", tuple(disagreements(read(CashFlow), values, rates)))
    )


@dg.asset(
    key=dg.AssetKey(["published", "warehouse"]),
    deps=[asset_key(table) for layer in (SOURCES, STEPS, MARTS, AUDITS) for table in layer.values()],
    group_name="published",
    kinds={"duckdb"},
    required_resource_keys={NIGHT},
)
def warehouse(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """The warehouse that everyone reads: all tables of the run, checked, in one file that replaces the last one."""
    night = night_of(context)
    night.progress(f"publishing {night.warehouse}")
    with refusals_are_final():
        path = publish(
            night.warehouse,
            run_id=context.run.run_id,
            as_of=night.as_of,
            allow_older=night.allow_older,
            build=night.workspace.build,
            verify=verify,
        )
    return dg.MaterializeResult(metadata={"path": dg.MetadataValue.path(str(path)), "as_of": str(night.as_of)})


TABLES: Final = [table_asset(transform) for transform in all_transforms()]
ASSETS: Final = [ingested, *TABLES, run_record, warehouse]
CHECKS: Final = [numpy_financial_agrees]
