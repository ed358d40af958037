"""Commands about baselines."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.console import NOT_PUBLISHED, say, stop
from pipelines.commands.options import Warehouse


def take_baseline(
    work_items: Annotated[list[str], typer.Argument(metavar="WORK_ITEM...", help="Keys or numbers of work items.")],
    name: Annotated[str, typer.Option(help="Name of the baseline; each work item can have it once.")],
    warehouse: Warehouse = Path("out/portfolio.duckdb"),
) -> None:
    """Take a baseline of work items, of the figures as published, and publish the warehouse with it."""
    from pipelines.baseline_create import BaselineRefused, create_baseline  # noqa: PLC0415  # Polars takes a while

    try:
        taken = create_baseline(work_items, name, warehouse)
    except BaselineRefused as reason:
        stop(f"No baseline was taken. {reason}", NOT_PUBLISHED)
    say(f"Baseline {name.strip()} of {', '.join(taken)} is in {warehouse}.")
