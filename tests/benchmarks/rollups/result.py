"""The figures that every rollup has: which columns, and one number that two files share only if all figures are equal."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import duckdb

PARTS: Final = ("cost", "capital", "operating")
PERIOD_AMOUNTS: Final = (
    *(f"planned_{part}" for part in PARTS),
    "planned_benefit",
    *(f"{stream}_{part}" for stream in ("actual", "budget") for part in PARTS),
    "actual_benefit",
)
RENAMED: Final = {"planned_cost": "estimated_cost", "planned_benefit": "estimated_benefit"}
ITEM_AMOUNTS: Final = tuple(RENAMED.get(name, name) for name in PERIOD_AMOUNTS)
TABLES: Final = {
    "work_item_period": (("work_item", "fiscal_period"), PERIOD_AMOUNTS),
    "work_item": (("work_item",), ITEM_AMOUNTS),
}


def checksum(file: Path, schema: str = "main") -> str:
    """Row counts and the sum of the hashes of all rows, which does not depend on their order."""
    with duckdb.connect(str(file.resolve()), read_only=True) as connection:
        found = [connection.execute(_hashed(schema, name)).fetchone() for name in TABLES]
    return " ".join(f"{count}:{digest % 2**64:016x}" for count, digest in found)


def _hashed(schema: str, table: str) -> str:
    keys, amounts = TABLES[table]
    columns = ", ".join([*keys, *(f"{name}::DECIMAL(18, 4)" for name in amounts)])
    return f'SELECT count(*), coalesce(sum(hash({columns})), 0) FROM "{schema}"."{table}"'
