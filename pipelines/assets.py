"""Tables as Dagster assets, derived from transforms and models: nothing is listed.

Tables travel through the night's workspace, not through Dagster. (Dagster reads annotations while it runs: this module
and its neighbours do without postponed ones.)
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import dagster as dg
import polars as pl

from models.table import Table
from pipelines.checks import Verdict, check_names, verdicts
from pipelines.shown_text import in_one_line
from pipelines.steps import REFUSALS, compute_table
from pipelines.workspace import KeptNight
from transforms.catalogue import Transform, all_transforms

NIGHT: Final = "night"


def asset_key(table: type[Table]) -> dg.AssetKey:
    """Layer and name."""
    return dg.AssetKey([table.layer, table.table_name()])


def night_of(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> KeptNight:
    """The run that an asset is part of."""
    night = context.resources.night
    assert isinstance(night, KeptNight)
    return night


@contextmanager
def refusals_are_final() -> Iterator[None]:
    """Turn a refusal into a failure that is told as it is and not tried again."""
    try:
        yield
    except REFUSALS as refusal:
        raise dg.Failure(description=in_one_line(str(refusal)), allow_retries=False) from refusal


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


def definition_metadata(table: type[Table]) -> dict[str, Any]:
    """Columns and grain, known before the first run."""
    return {"dagster/column_schema": column_schema(table), "grain": ", ".join(table.primary_key()) or "a row"}


def check_specs_of(table: type[Table]) -> list[dg.AssetCheckSpec]:
    """The checks that the table has, all of which block."""
    return [dg.AssetCheckSpec(name, asset=asset_key(table), blocking=True) for name in check_names(table)]


def check_result(table: type[Table], verdict: Verdict) -> dg.AssetCheckResult:
    """A verdict as Dagster shows it."""
    return dg.AssetCheckResult(
        passed=not verdict.faults,
        asset_key=asset_key(table),
        check_name=verdict.name,
        description=verdict.in_words or None,
        metadata={"faults": len(verdict.faults)},
    )


def materialised(night: KeptNight, table: type[Table], rows: pl.DataFrame) -> dg.MaterializeResult:
    """What Dagster is told of a computed table: how many rows it has, and how its checks came out."""
    checks = [check_result(table, verdict) for verdict in verdicts(table, rows, night.workspace.read)]
    return dg.MaterializeResult(
        asset_key=asset_key(table), metadata={"dagster/row_count": rows.height}, check_results=checks
    )


def table_spec(table: type[Table]) -> dg.AssetSpec:
    """What Dagster shows of a table that comes from outside: from an export or from the published file."""
    return dg.AssetSpec(
        asset_key(table),
        group_name=table.layer,
        description=table.meaning(),
        metadata=definition_metadata(table),
        kinds={"duckdb"},
    )


def table_asset(transform: Transform) -> dg.AssetsDefinition:
    """The asset of the table that a transform returns."""
    table = transform.table

    @dg.asset(
        key=asset_key(table),
        deps=[asset_key(needed) for needed in transform.inputs.values()],
        group_name=table.layer,
        description=f"{table.meaning()}\n\n{transform.function.__doc__ or ''}",
        metadata=definition_metadata(table),
        kinds={"polars"},
        check_specs=check_specs_of(table),
        required_resource_keys={NIGHT},
    )
    def compute(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        night = night_of(context)
        with refusals_are_final():
            (rows,) = compute_table(night, transform, night.workspace).values()
        return materialised(night, table, rows)

    return compute


TABLE_ASSETS: Final = [table_asset(transform) for transform in all_transforms()]
