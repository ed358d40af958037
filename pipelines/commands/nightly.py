"""Commands that run the night: once, and every night."""

from __future__ import annotations

import ipaddress
import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from pipelines.commands.console import INTERRUPTED, NOT_PUBLISHED, progress_lines, say, stop, wide_console
from pipelines.commands.options import AsOf, SettingsFile, Source, Warehouse, on_this_machine, settings_of

LOOPBACK: Final = "127.0.0.1"
NIGHTLY: Final = ("dagster", "dev")
"""The page and the schedule."""
VIEWERS_PAGE: Final = ("dagster_webserver", "--read-only")


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
        with progress_lines() as tell:
            run_night(
                source,
                warehouse,
                as_of=day,
                settings=choices,
                allow_older=allow_older,
                rebuild=rebuild,
                progress=tell,
            )
    except NotPublished as reason:
        stop(f"Nothing was published. {reason}", NOT_PUBLISHED)
    except KeyboardInterrupt:
        stop("Interrupted: nothing was published.", INTERRUPTED)
    show(warehouse, wide_console())


def ui(
    source: Annotated[
        Path | None,
        typer.Option(
            help="Folder with the exported tables; default: the sample.",
            envvar="TIEOUT_SOURCE",
            callback=on_this_machine,
        ),
    ] = None,
    warehouse: Warehouse = Path("out/portfolio.duckdb"),
    settings: SettingsFile = None,
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 3000,
    host: Annotated[str, typer.Option(help="Address to listen on; by default, only this machine can.")] = LOOPBACK,
    *,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="A second page that shows everything and starts nothing.")
    ] = False,
) -> None:
    """Start Dagster, with the nightly schedule, on this machine only: http://127.0.0.1:3000."""
    from pipelines.definitions import SETTINGS, SOURCE, WAREHOUSE  # noqa: PLC0415
    from pipelines.doctor.examination import runs_in_dagster  # noqa: PLC0415
    from pipelines.project import DAGSTER, PROJECT  # noqa: PLC0415

    settings_of(settings)
    if not _is_loopback(host):
        say(_open_to_others(host, read_only=read_only), err=True)
    for note in runs_in_dagster(PROJECT if DAGSTER.is_dir() else None, dry_run=read_only):
        say(str(note))
    night = {SOURCE: source, WAREHOUSE: warehouse, SETTINGS: settings}
    given = {name: str(path.absolute()) for name, path in night.items() if path is not None}
    environment = {**os.environ, **given, "DAGSTER_HOME": str(PROJECT)}
    page = [*(VIEWERS_PAGE if read_only else NIGHTLY), "-m", "pipelines.definitions", "-h", host, "-p", str(port)]
    command = [sys.executable, "-m", *page]
    raise typer.Exit(subprocess.call(command, cwd=PROJECT, env=environment))  # noqa: S603


def _is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address; a name other than localhost may be any."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _open_to_others(host: str, *, read_only: bool) -> str:
    who = "see every log and path" if read_only else "start runs, and choose what they read and where they publish"
    return (
        f"Beware: whoever reaches {host} can {who}, without a password. Put the page behind a proxy that authenticates "
        "people, and let it listen on this machine only: see the README, Every night."
    )
