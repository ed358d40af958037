"""Commands that run the night: once, and every night."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pipelines.commands.console import INTERRUPTED, NOT_PUBLISHED, progress_lines, stop, wide_console
from pipelines.commands.options import AsOf, SettingsFile, Source, Warehouse, settings_of


def run(
    source: Source = Path("export"),
    warehouse: Warehouse = Path("out/portfolio.duckdb"),
    as_of: AsOf = None,
    settings: SettingsFile = None,
    *,
    allow_older: Annotated[bool, typer.Option("--allow-older", help="Publish over a later day's warehouse.")] = False,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Compute everything, also what has not changed.")] = False,
) -> None:
    """Ingest an export, compute every figure, and publish the warehouse as a whole."""
    from pipelines.execution import NotPublished, run_night  # noqa: PLC0415  # Dagster takes a second to load
    from pipelines.night import today  # noqa: PLC0415
    from pipelines.summary import show  # noqa: PLC0415

    choices = settings_of(settings)
    day = as_of.date() if as_of else today(choices)
    try:
        with progress_lines(Console(stderr=True)) as say:
            run_night(
                source,
                warehouse,
                as_of=day,
                settings=choices,
                allow_older=allow_older,
                rebuild=rebuild,
                progress=say,
            )
    except NotPublished as reason:
        stop(f"Nothing was published. {reason}", NOT_PUBLISHED)
    except KeyboardInterrupt:
        stop("Interrupted: nothing was published.", INTERRUPTED)
    show(warehouse, wide_console())


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
    from pipelines.definitions import SETTINGS, SOURCE, WAREHOUSE  # noqa: PLC0415
    from pipelines.doctor.examination import runs_in_dagster  # noqa: PLC0415
    from pipelines.project import DAGSTER, PROJECT  # noqa: PLC0415

    settings_of(settings)
    for note in runs_in_dagster(PROJECT if DAGSTER.is_dir() else None, dry_run=False):
        typer.echo(note)
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
