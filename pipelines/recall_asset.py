"""The asset that recalls what the last published night has decided for good."""

from collections.abc import Iterator

import dagster as dg

from models.catalogue import MEMORIES
from pipelines.assets import (
    NIGHT,
    check_specs_of,
    materialised,
    night_of,
    refusals_are_final,
    table_spec,
)
from pipelines.steps import recall_tables


@dg.multi_asset(
    name="recall",
    specs=[table_spec(table) for table in MEMORIES.values()],
    check_specs=[spec for table in MEMORIES.values() for spec in check_specs_of(table)],
    required_resource_keys={NIGHT},
    description="Read what the last published night has created and linked: it stays, whatever rules say now.",
)
def recall(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult]:
    """Every memory table, as the published warehouse has left it."""
    night = night_of(context)
    with refusals_are_final():
        written = recall_tables(night, night.workspace)
    for table, rows in written.items():
        yield materialised(night, table, rows)
