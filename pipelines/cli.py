"""The command line."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import time
import typing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from models.settings import Settings
from pipelines.night import SettingsError, load_settings, named_settings, today

app: Final = typer.Typer(
    help="Every portfolio number, tied out to its source.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
rules: Final = typer.Typer(help="Try oversight rules before they go live.", no_args_is_help=True)
app.add_typer(rules, name="rules")
baselines: Final = typer.Typer(help="Keep what work items are planned, funded and spent today.", no_args_is_help=True)
app.add_typer(baselines, name="baseline")
NOT_PUBLISHED: Final = 1
NOT_ANSWERED: Final = 1
WRONG_USAGE: Final = 2
INTERRUPTED: Final = 130
LOOPBACK: Final = "127.0.0.1"
LOG_WIDTH: Final = 140

Source = Annotated[Path, typer.Option(help="Folder with the exported tables.", envvar="TIEOUT_SOURCE")]
Warehouse = Annotated[Path, typer.Option(help="DuckDB file to publish.", envvar="TIEOUT_WAREHOUSE")]
Published = Annotated[Path, typer.Option("--warehouse", help="Published DuckDB file.", envvar="TIEOUT_WAREHOUSE")]
SettingsFile = Annotated[
    Path | None, typer.Option("--settings", help="Settings, a TOML file.", envvar="TIEOUT_SETTINGS")
]
AsOf = Annotated[
    dt.datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="Day the figures are seen from; default: today in the instance time zone."),
]


@app.command()
def run(
    source: Source = Path("export"),
    warehouse: Warehouse = Path("out/portfolio.duckdb"),
    as_of: AsOf = None,
    settings: SettingsFile = None,
    *,
    allow_older: Annotated[bool, typer.Option("--allow-older", help="Publish over a later day's warehouse.")] = False,
) -> None:
    """Ingest an export, compute every figure, and publish the warehouse as a whole."""
    from pipelines.execution import NotPublished, run_night  # noqa: PLC0415  # Dagster takes a second to load
    from pipelines.summary import show  # noqa: PLC0415

    choices = _settings(settings)
    day = as_of.date() if as_of else today(choices)
    try:
        with progress_lines(Console(stderr=True)) as say:
            run_night(source, warehouse, as_of=day, settings=choices, allow_older=allow_older, progress=say)
    except NotPublished as reason:
        _stop(f"Nothing was published. {reason}", NOT_PUBLISHED)
    except KeyboardInterrupt:
        _stop("Interrupted: nothing was published.", INTERRUPTED)
    show(warehouse, wide_console())


def _settings(file: Path | None) -> Settings:
    try:
        return load_settings(file)
    except SettingsError as fault:
        _stop(str(fault), WRONG_USAGE)


def _stop(reason: str, code: int) -> typing.NoReturn:
    typer.echo(reason, err=True)
    raise typer.Exit(code)


@contextmanager
def progress_lines(console: Console) -> Iterator[Callable[[str], None]]:
    """A function that shows what is being done: as one moving line on a terminal, else line by line."""
    if not console.is_terminal:
        begin = time.monotonic()
        yield lambda line: typer.echo(f"{time.monotonic() - begin:7.1f} s  {line}", err=True)
        return
    columns = (SpinnerColumn(), BarColumn(bar_width=20), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("starting", total=None)
        yield lambda line: bar.update(task, description=line)


@rules.command("test")
def try_rules(
    new: Annotated[Path, typer.Option("--rules", help="The new rules: a file, or a folder with oversight_rule.")],
    source: Source = Path("export"),
    out: Annotated[Path | None, typer.Option(help="File for the changes: .csv, .json, .jsonl or .parquet.")] = None,
    settings: SettingsFile = None,
) -> None:
    """Show what new oversight rules would decide otherwise on the orders of an export. Nothing is published."""
    from pipelines.changes_file import write_changes  # noqa: PLC0415  # Polars takes a while to load
    from pipelines.formats.raw_table import SourceError  # noqa: PLC0415
    from pipelines.rule_trial import show_trial, trial  # noqa: PLC0415

    try:
        found = trial(new, source, _settings(settings))
        if out is not None:
            write_changes(found.changes, out)
    except SourceError as reason:
        _stop(f"The rules could not be tried. {reason}", NOT_PUBLISHED)
    show_trial(found, wide_console(), lists_changes=out is None)
    if len(found.rejected):
        _stop(f"{len(found.rejected)} of the new rules can't be used.", NOT_PUBLISHED)


def _named_settings(given: str) -> Settings:
    try:
        return named_settings(given)
    except SettingsError as fault:
        _stop(str(fault), WRONG_USAGE)


def _named_format(out: Path | None) -> Path | None:
    from pipelines.changes_file import check_ending  # noqa: PLC0415  # Polars takes a while to load
    from pipelines.formats.raw_table import SourceError  # noqa: PLC0415

    try:
        if out is not None:
            check_ending(out)
    except SourceError as reason:
        raise typer.BadParameter(str(reason)) from reason
    return out


@app.command("compare-settings")
def compare_settings(
    a: Annotated[str, typer.Argument(metavar="A", help="Settings: a TOML file, `specification` or `platform`.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Those to compare with, likewise.")],
    source: Source = Path("export"),
    as_of: AsOf = None,
    out: Annotated[
        Path | None,
        typer.Option(help="File for all rows: .csv, .json, .jsonl or .parquet.", callback=_named_format),
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    lists_all: Annotated[bool, typer.Option("--all", help="List all that moves, programs and portfolios too.")] = False,
) -> None:
    """Show which work items have other figures under other settings, choice by choice. Nothing is published."""
    from pipelines.changes_file import write_changes  # noqa: PLC0415  # Polars takes a while to load
    from pipelines.formats.raw_table import SourceError  # noqa: PLC0415
    from pipelines.settings_comparison import compare  # noqa: PLC0415
    from pipelines.settings_report import as_document, rows, show_comparison  # noqa: PLC0415

    before, after = _named_settings(a), _named_settings(b)
    try:
        with progress_lines(Console(stderr=True)) as say:
            found = compare(before, after, source, as_of.date() if as_of else today(before), say)
        if out is not None:
            write_changes(rows(found), out)
    except SourceError as reason:
        _stop(f"The settings could not be compared. {reason}", NOT_ANSWERED)
    if as_json:
        typer.echo(as_document(found))
    else:
        show_comparison(found, wide_console(), lists_all=lists_all)


@app.command("as-of")
def as_of_night(
    day: Annotated[dt.datetime, typer.Argument(metavar="DATE", formats=["%Y-%m-%d"], help="Day to look back to.")],
    work_item: Annotated[str, typer.Argument(help="Number or sys_id of a project or demand.")],
    warehouse: Published = Path("out/portfolio.duckdb"),
) -> None:
    """Show every figure of a work item as the last night up to a day has shown it."""
    from pipelines.history_report import as_shown, show_night  # noqa: PLC0415  # Polars takes a while
    from pipelines.past_nights import HistoryError  # noqa: PLC0415
    from pipelines.warehouse import WarehouseError  # noqa: PLC0415

    try:
        shown = as_shown(warehouse, day.date(), work_item)
    except (HistoryError, WarehouseError) as reason:
        _stop(str(reason), NOT_ANSWERED)
    show_night(shown, wide_console())


@app.command()
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
    from pipelines.changes import changes, show_changes  # noqa: PLC0415  # Polars takes a while
    from pipelines.past_nights import HistoryError  # noqa: PLC0415
    from pipelines.warehouse import WarehouseError  # noqa: PLC0415

    try:
        found = changes(warehouse, since.date(), until.date() if until else None)
    except (HistoryError, WarehouseError) as reason:
        _stop(str(reason), NOT_ANSWERED)
    show_changes(found, wide_console(), every_row=every_row)


@app.command("bridge")
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
    from pipelines import bridge_page  # noqa: PLC0415  # Polars takes a while
    from pipelines.bridge import bridge  # noqa: PLC0415
    from pipelines.past_nights import HistoryError  # noqa: PLC0415
    from pipelines.warehouse import WarehouseError  # noqa: PLC0415

    if baseline is not None and since is not None:
        _stop("Compare with a baseline or with a night: give --baseline or --since, not both.", WRONG_USAGE)
    try:
        found = bridge(warehouse, given, baseline=baseline, since=since.date() if since else None)
    except (HistoryError, WarehouseError) as reason:
        _stop(str(reason), NOT_ANSWERED)
    if as_json:
        typer.echo(bridge_page.as_json(found))
    else:
        bridge_page.show_bridge(found, wide_console(), every_row=every_row)


@baselines.command("create")
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
        _stop(f"No baseline was taken. {reason}", NOT_PUBLISHED)
    typer.echo(f"Baseline {name.strip()} of {', '.join(taken)} is in {warehouse}.")


def wide_console() -> Console:
    """A console as wide as the terminal, or wide enough for a log."""
    console = Console()
    if not console.is_terminal:
        console.width = LOG_WIDTH
    return console


@app.command()
def ui(
    source: Annotated[
        Path | None,
        typer.Option(help="Folder with the exported tables; default: the sample.", envvar="TIEOUT_SOURCE"),
    ] = None,
    warehouse: Warehouse = Path("out/portfolio.duckdb"),
    settings: SettingsFile = None,
    port: Annotated[int, typer.Option(help="Port on this machine.")] = 3000,
) -> None:
    """Start Dagster, with the nightly schedule, on this machine only: http://127.0.0.1:3000."""
    from pipelines.definitions import PROJECT, SETTINGS, SOURCE, WAREHOUSE  # noqa: PLC0415

    _settings(settings)
    night = {SOURCE: source, WAREHOUSE: warehouse, SETTINGS: settings}
    given = {name: str(path.absolute()) for name, path in night.items() if path is not None}
    environment = {**os.environ, **given, "DAGSTER_HOME": str(PROJECT)}
    command = [
        sys.executable,
        "-m",
        "dagster",
        "dev",
        "-m",
        "pipelines.definitions",
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
    ]
    raise typer.Exit(subprocess.call(command, cwd=PROJECT, env=environment))  # noqa: S603


def main() -> None:
    """The command `tieout`."""
    app()
