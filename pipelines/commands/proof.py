"""Commands that prove figures: the rows behind them, and the platform's own beside them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Final

import typer

from pipelines.commands.console import NOT_ANSWERED, print_document, stop, wide_console, wrong_value
from pipelines.commands.options import Published, named_format

DRIFTED: Final = 1


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
        print_document(as_json(found))
    else:
        show_page(found, wide_console())


def _limit(given: str | None) -> Decimal | None:
    if given is None:
        return None
    try:
        limit = Decimal(given.replace(",", ""))
    except InvalidOperation as fault:
        raise wrong_value(f"{given!r} is no amount.") from fault
    if not limit.is_finite() or limit < 0:
        raise wrong_value(f"{given} is no amount of 0 or more.")
    return limit


def _known_metric(metric: str | None) -> str | None:
    from transforms.reconciliation.cached_figure import METRICS  # noqa: PLC0415  # Polars takes a while to load

    if metric is not None and metric not in METRICS:
        raise wrong_value(f"There is no metric {metric!r}. Those are: {', '.join(METRICS)}.")
    return metric


def reconcile(
    warehouse: Published = Path("out/portfolio.duckdb"),
    max_drift: Annotated[
        str | None,
        typer.Option(
            metavar="AMOUNT",
            help="Exit with 1 when all differences of amounts together, without sign, are more than this. Matches and "
            "rounding, rates, and figures that only repeat the drift of others are not in it. 1 also when nothing "
            "could be compared.",
        ),
    ] = None,
    metric: Annotated[
        str | None, typer.Option(help="One cached column only, e.g. actual_cost.", callback=_known_metric)
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="File for all that has drifted: .csv, .json, .jsonl or .parquet.", callback=named_format),
    ] = None,
    *,
    lists_all: Annotated[bool, typer.Option("--all", help="List every figure that has drifted.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Show which of the platform's cached figures are not ours, by how much, and why."""
    from pipelines.drift import reconcile_page  # noqa: PLC0415  # Polars takes a while to load
    from pipelines.drift.reconcile import ReconciliationError, drifting  # noqa: PLC0415
    from pipelines.formats.raw_table import SourceError  # noqa: PLC0415
    from pipelines.published_file import WarehouseError  # noqa: PLC0415
    from pipelines.trials.changes_file import write_changes  # noqa: PLC0415

    limit = _limit(max_drift)
    try:
        found = drifting(warehouse, metric)
        if out is not None:
            write_changes(reconcile_page.as_rows(found), out)
    except (ReconciliationError, SourceError, WarehouseError) as reason:
        stop(str(reason), NOT_ANSWERED)
    if as_json:
        print_document(reconcile_page.as_json(found, limit))
    else:
        reconcile_page.show_drift(found, wide_console(), lists_all=lists_all)
    if limit is not None and not found.is_compared:
        stop("No cached figure could be compared: the export has none, or what ours need is missing.", NOT_ANSWERED)
    if limit is not None and found.total > limit:
        stop(f"Cached figures are off by {found.total:,.2f}: more than {limit:,}.", DRIFTED)
