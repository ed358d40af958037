"""The asset where the run begins: an export folder becomes admitted source tables."""

from collections.abc import Iterator

import dagster as dg

from pipelines.assets import NIGHT, check_specs_of, materialised, night_of, refusals_are_final, table_spec
from pipelines.steps import INGESTED, ingest_tables


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
        written = ingest_tables(night, night.workspace)
    for table, rows in written.items():
        yield materialised(night, table, rows)
