"""The assets where the run ends: what it was asked for, a second opinion on returns, and the published warehouse."""

from importlib.metadata import version
from pathlib import Path

import dagster as dg
import polars as pl

from models.audit import Run
from models.catalogue import LAYERS
from models.figures import CashFlow, InternalRateOfReturn, WorkItem
from pipelines.assets import (
    NIGHT,
    asset_key,
    check_result,
    check_specs_of,
    definition_metadata,
    materialised,
    night_of,
    refusals_are_final,
)
from pipelines.checks import Verdict
from pipelines.memory import check_nothing_forgotten
from pipelines.night import Night
from pipelines.publication import PublishRefused, publish
from pipelines.returns_check import disagreements
from pipelines.warehouse import verify


@dg.asset(
    key=asset_key(Run),
    group_name=Run.layer,
    description=Run.meaning(),
    metadata=definition_metadata(Run),
    kinds={"duckdb"},
    check_specs=check_specs_of(Run),
    required_resource_keys={NIGHT},
)
def run_record(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """What this run was asked for."""
    night = night_of(context)
    return materialised(night, Run, night.workspace.write(Run, _record(night)))


def _record(night: Night) -> pl.LazyFrame:
    record = {"as_of": night.as_of, "settings": night.settings.model_dump_json(), "version": version("tieout")}
    return pl.LazyFrame([record], schema=Run.dtypes())


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
    deps=[asset_key(table) for layer in LAYERS for table in layer.values()],
    group_name="published",
    kinds={"duckdb"},
    required_resource_keys={NIGHT},
)
def warehouse(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """The warehouse that everyone reads: all tables of the run, checked, in one file that replaces the last one."""
    night = night_of(context)
    night.progress(f"publishing {night.warehouse}")
    with refusals_are_final():
        _check_same_night(night)
        path = publish(
            night.warehouse,
            run_id=context.run.run_id,
            as_of=night.as_of,
            allow_older=night.allow_older,
            build=night.workspace.build,
            verify=lambda built: _verify(night, built),
        )
    return dg.MaterializeResult(metadata={"path": dg.MetadataValue.path(str(path)), "as_of": str(night.as_of)})


def _verify(night: Night, built: Path) -> None:
    verify(built)
    check_nothing_forgotten(night.warehouse, built)


def _check_same_night(night: Night) -> None:
    """Raise PublishRefused where the tables at hand were computed for another day or under other settings."""
    held = night.workspace.read(Run).collect()
    if not held.equals(_record(night).collect()):
        raise PublishRefused(
            f"The tables at hand were computed for {', '.join(map(str, held['as_of'])) or 'no day yet'}, with settings "
            f"{', '.join(held['settings']) or '(none)'}; this run is for {night.as_of}, with "
            f"{night.settings.model_dump_json()}. Run the whole nightly job."
        )
