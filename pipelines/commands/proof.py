"""Commands that prove figures: the rows behind them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.console import NOT_ANSWERED, stop, wide_console


def explain(
    warehouse: Annotated[Path, typer.Argument(help="Published DuckDB file.")],
    work_item: Annotated[
        str, typer.Argument(help="sys_id, number or name of a work item, plan, program, portfolio or planning item.")
    ],
    metric: Annotated[str, typer.Argument(help="The figure, such as actual_cost or npv.")],
    period: Annotated[str | None, typer.Option(help="Fiscal period, by name or sys_id; default: all.")] = None,
    *,
    every: Annotated[bool, typer.Option("--all", help="Show every row, not only the largest.")] = False,
    machine: Annotated[bool, typer.Option("--json", help="Print JSON, amounts as text.")] = False,
) -> None:
    """Show a figure with the rows that make it, and the rows left out with the reason."""
    from pipelines.explain.answer import explained  # noqa: PLC0415  # others need not wait for it
    from pipelines.explain.machine import as_json  # noqa: PLC0415
    from pipelines.explain.page import ExplainError  # noqa: PLC0415
    from pipelines.explain.show import show as show_page  # noqa: PLC0415
    from pipelines.published_file import WarehouseError  # noqa: PLC0415

    try:
        found = explained(warehouse, work_item, metric, period=period, every=every)
    except (ExplainError, WarehouseError) as reason:
        stop(str(reason), NOT_ANSWERED)
    if machine:
        typer.echo(as_json(found))
    else:
        show_page(found, wide_console())
