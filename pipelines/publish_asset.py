"""The assets where the run ends: what it was asked for, a second opinion on returns, and the published warehouse."""

from typing import Final

import dagster as dg

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
from pipelines.steps import publish_warehouse, record_run, second_opinion

EVERYTHING: Final = [table for layer in LAYERS for table in layer.values()]


@dg.asset(
    key=asset_key(Run),
    deps=[asset_key(table) for table in EVERYTHING if table is not Run],
    group_name=Run.layer,
    description=Run.meaning(),
    metadata=definition_metadata(Run),
    kinds={"duckdb"},
    check_specs=check_specs_of(Run),
    required_resource_keys={NIGHT},
)
def run_record(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """What this run was asked for; it says that all other tables have been computed."""
    night = night_of(context)
    (rows,) = record_run(night, night.workspace).values()
    return materialised(night, Run, rows)


@dg.asset_check(
    asset=asset_key(WorkItem),
    additional_deps=[asset_key(CashFlow), asset_key(InternalRateOfReturn)],
    blocking=True,
    required_resource_keys={NIGHT},
)
def numpy_financial_agrees(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
    """Net present values and rates of return of a sample, computed again by numpy-financial."""
    return check_result(WorkItem, second_opinion(night_of(context).workspace.read))


@dg.asset(
    key=dg.AssetKey(["published", "warehouse"]),
    deps=[asset_key(table) for table in EVERYTHING],
    group_name="published",
    kinds={"duckdb"},
    required_resource_keys={NIGHT},
)
def warehouse(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """The warehouse that everyone reads: all tables of the run, checked, in one file that replaces the last one."""
    night = night_of(context)
    with refusals_are_final():
        path = publish_warehouse(night, context.run.run_id, night.workspace)
    return dg.MaterializeResult(metadata={"path": dg.MetadataValue.path(str(path)), "as_of": str(night.as_of)})
