"""Commands that look back: what a night has shown, what has changed, and why an estimate has."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.console import NOT_ANSWERED, WRONG_USAGE, print_document, stop, wide_console
from pipelines.commands.options import Published


def as_of_night(
    day: Annotated[dt.datetime, typer.Argument(metavar="DATE", formats=["%Y-%m-%d"], help="Day to look back to.")],
    work_item: Annotated[str, typer.Argument(help="Number or sys_id of a project or demand.")],
    warehouse: Published = Path("out/portfolio.duckdb"),
) -> None:
    """Show every figure of a work item as the last night up to a day has shown it."""
    from pipelines.look_back.history_report import as_shown, show_night  # noqa: PLC0415  # Polars takes a while
    from pipelines.look_back.past_nights import HistoryError  # noqa: PLC0415
    from pipelines.published_file import WarehouseError  # noqa: PLC0415

    try:
        shown = as_shown(warehouse, day.date(), work_item)
    except (HistoryError, WarehouseError) as reason:
        stop(str(reason), NOT_ANSWERED)
    show_night(shown, wide_console())


def changed(
    since: Annotated[dt.datetime, typer.Option(formats=["%Y-%m-%d"], help="Day to compare with.")],
    until: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day that is compared; default: the last night.")
    ] = None,
    warehouse: Published = Path("out/portfolio.duckdb"),
    *,
    every_row: Annotated[bool, typer.Option("--all", help="Every row, not only those that moved most.")] = False,
) -> None:
    """List the figures of work items and base periods that moved between two nights, and the rows that moved them."""
    from pipelines.look_back.changes import changes, show_changes  # noqa: PLC0415  # Polars takes a while
    from pipelines.look_back.past_nights import HistoryError  # noqa: PLC0415
    from pipelines.published_file import WarehouseError  # noqa: PLC0415

    try:
        found = changes(warehouse, since.date(), until.date() if until else None)
    except (HistoryError, WarehouseError) as reason:
        stop(str(reason), NOT_ANSWERED)
    show_changes(found, wide_console(), every_row=every_row)


def show_the_bridge(
    given: Annotated[str, typer.Argument(metavar="ITEM", help="Number or sys_id of a work item or group.")],
    baseline: Annotated[
        str | None, typer.Option(help="Name of the baseline; default: the newest, else the last night.")
    ] = None,
    since: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Compare with the last night up to this day.")
    ] = None,
    warehouse: Published = Path("out/portfolio.duckdb"),
    *,
    every_row: Annotated[bool, typer.Option("--all", help="Every cell, not only those that moved most.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Explain why an estimate at completion is not what it was, in parts that add up to the cent."""
    from pipelines.look_back import bridge_page  # noqa: PLC0415  # Polars takes a while
    from pipelines.look_back.bridge import bridge  # noqa: PLC0415
    from pipelines.look_back.past_nights import HistoryError  # noqa: PLC0415
    from pipelines.published_file import WarehouseError  # noqa: PLC0415

    if baseline is not None and since is not None:
        stop("Compare with a baseline or with a night: give --baseline or --since, not both.", WRONG_USAGE)
    try:
        found = bridge(warehouse, given, baseline=baseline, since=since.date() if since else None)
    except (HistoryError, WarehouseError) as reason:
        stop(str(reason), NOT_ANSWERED)
    if as_json:
        print_document(bridge_page.as_json(found))
    else:
        bridge_page.show_bridge(found, wide_console(), every_row=every_row)
