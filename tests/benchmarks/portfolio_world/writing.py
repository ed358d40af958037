"""A world as a folder of Parquet files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.portfolio_world.options import Options
from tests.benchmarks.portfolio_world.tables import Exported
from tests.benchmarks.portfolio_world.world import world


def written(options: Options, folder: Path) -> Iterator[str]:
    """Write one file a table, and tell of each what it holds."""
    folder.mkdir(parents=True, exist_ok=True)
    total = 0
    for name, made in Exported(world(options)).tables.items():
        path = folder / f"{name}.parquet"
        rows = made()
        rows.write_parquet(path)
        total += path.stat().st_size
        yield f"{name}: {len(rows):,} rows, {path.stat().st_size / 1e6:,.1f} MB"
    yield f"{folder}: {total / 1e6:,.1f} MB"
