"""The command that looks after a warehouse and its runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from pipelines.commands.console import say
from pipelines.commands.options import Published

NEEDS_A_PERSON: Final = 1


def doctor(
    warehouse: Published = Path("out/portfolio.duckdb"),
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing, only say what would be done.")] = False,
) -> None:
    """Free what dead runs have left, tell the dead from the slow, and check what is published."""
    from pipelines.doctor.examination import examined  # noqa: PLC0415  # Polars takes a while to load
    from pipelines.doctor.note import Kind  # noqa: PLC0415

    notes = []
    for note in examined(warehouse, dry_run=dry_run):
        say(str(note))
        notes.append(note)
    if any(note.kind is Kind.LOOK for note in notes):
        raise typer.Exit(NEEDS_A_PERSON)
