"""What one night remembers of the last: read from the published file before a run, and never lost by publishing one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from models.catalogue import BASELINES, KEPT, MEMORIES, STATES
from models.history import NightHistory
from models.table import Memory, Table
from pipelines.published_file import DamagedWarehouse, WarehouseError
from pipelines.statements import qualified
from pipelines.target import PublishRefused
from pipelines.warehouse import stored, stored_in_pieces


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


def recalled_in_pieces(warehouse: Path) -> Iterator[tuple[type[Table], pl.DataFrame]]:
    """The same as `recalled`, so many rows at a time. Raises PublishRefused where the file can't be read."""
    memories: dict[type[Table], type[Memory]] = {
        memory.state: memory for memory in MEMORIES.values() if issubclass(memory, Memory)
    }
    if warehouse.exists():
        with _told(warehouse):
            for state, rows in stored_in_pieces(warehouse, memories):
                yield memories[state], rows.select(memories[state].column_names())


def _held(warehouse: Path) -> dict[type[Table], pl.DataFrame]:
    with _told(warehouse):
        return stored(warehouse, KEPT)


@contextmanager
def _told(warehouse: Path) -> Iterator[None]:
    try:
        yield
    except DamagedWarehouse as damage:
        raise PublishRefused(f"What earlier runs have decided can't be read. {damage}") from damage
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
    lasting = (*STATES.values(), *BASELINES.values())
    before, after = stored(published, lasting), stored(new, lasting)
    _check_no_night_lost(published, new)
    for table, rows in before.items():
        key = table.primary_key()
        forgotten = rows.join(after[table], on=key, how="anti")
        if len(forgotten):
            raise PublishRefused(
                f"Another run has published {published} since this one read it: {len(forgotten)} rows of "
                f"{qualified(table)} would be forgotten. Run again."
            )


def _check_no_night_lost(published: Path, new: Path) -> None:
    """Raise PublishRefused where the published history has an earlier night that the new one lacks."""
    before, after = (stored(path, [NightHistory]).get(NightHistory) for path in (published, new))
    if before is None or after is None:
        return
    lost = before.filter(pl.col("as_of") < after["as_of"].max()).join(after, on="as_of", how="anti")
    if len(lost):
        days = ", ".join(str(day) for day in lost["as_of"].sort())
        raise PublishRefused(
            f"Another run has published {published} since this one read it: the night of {days} would be missing from "
            "its history. Run again."
        )
