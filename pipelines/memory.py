"""What one night remembers of the last: read from the published file before a run, and never lost by publishing one."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from models.catalogue import MEMORIES, STATES
from models.table import Memory, Table
from pipelines.publication import PublishRefused
from pipelines.warehouse import WarehouseError, qualified, stored


def recalled(warehouse: Path) -> dict[type[Table], pl.DataFrame]:
    """The rows of every memory table, as the published file has them; none where there is no file yet.

    Raises PublishRefused where the file can't be read.
    """
    held = _held(warehouse) if warehouse.exists() else {}
    return {
        memory: held[memory.state].select(memory.column_names()) if memory.state in held else memory.create_empty()
        for memory in MEMORIES.values()
        if issubclass(memory, Memory)
    }


def _held(warehouse: Path) -> dict[type[Table], pl.DataFrame]:
    try:
        return stored(warehouse, STATES.values())
    except WarehouseError as fault:
        raise PublishRefused(
            f"What earlier runs have decided can't be read. {fault} Point {warehouse} to an older file in "
            f"{warehouse.parent / 'versions'}, or remove the link to begin without memory."
        ) from fault


def check_nothing_forgotten(published: Path, new: Path) -> None:
    """Raise PublishRefused where the published file remembers something that the new one does not.

    That happens only where another run has published after this one began: its memory is not ours to drop.
    """
    if not published.exists():
        return
    before, after = stored(published, STATES.values()), stored(new, STATES.values())
    for table, rows in before.items():
        key = table.primary_key()
        forgotten = rows.join(after[table], on=key, how="anti")
        if len(forgotten):
            raise PublishRefused(
                f"Another run has published {published} since this one read it: {len(forgotten)} rows of "
                f"{qualified(table)} would be forgotten. Run again."
            )
