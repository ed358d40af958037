"""Options that several commands have, and what is made of them."""

from __future__ import annotations

import datetime as dt
import typing
from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.console import WRONG_USAGE, stop, wrong_value
from pipelines.plain_path import is_address

if typing.TYPE_CHECKING:
    from models.settings import Settings


def on_this_machine(path: Path | None) -> Path | None:
    """A path, which an address is not: it may hold a password, that nothing should repeat."""
    if path is not None and is_address(path):
        raise wrong_value(f"{path} is an address. Name a path on this machine.")
    return path


Source = Annotated[
    Path,
    typer.Option(help="Folder with the exported tables.", envvar="TIEOUT_SOURCE", callback=on_this_machine),
]
Warehouse = Annotated[
    Path, typer.Option(help="DuckDB file to publish.", envvar="TIEOUT_WAREHOUSE", callback=on_this_machine)
]
Published = Annotated[
    Path,
    typer.Option("--warehouse", help="Published DuckDB file.", envvar="TIEOUT_WAREHOUSE", callback=on_this_machine),
]
SettingsFile = Annotated[
    Path | None,
    typer.Option("--settings", help="Settings, a TOML file.", envvar="TIEOUT_SETTINGS", callback=on_this_machine),
]
AsOf = Annotated[
    dt.datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="Day the figures are seen from; default: today in the instance time zone."),
]


def settings_of(file: Path | None) -> Settings:
    """The settings of a file, or the defaults."""
    from pipelines.night import SettingsError, load_settings  # noqa: PLC0415  # Polars takes a while to load

    try:
        return load_settings(file)
    except SettingsError as fault:
        stop(str(fault), WRONG_USAGE)


def named_settings_of(given: str) -> Settings:
    """The settings of a file, or of a preset."""
    from pipelines.night import SettingsError, named_settings  # noqa: PLC0415  # Polars takes a while to load

    try:
        return named_settings(given)
    except SettingsError as fault:
        stop(str(fault), WRONG_USAGE)


def named_format(out: Path | None) -> Path | None:
    """A file that rows can be written to."""
    from pipelines.formats.raw_table import SourceError  # noqa: PLC0415
    from pipelines.trials.changes_file import check_ending  # noqa: PLC0415  # Polars takes a while to load

    try:
        if out is not None:
            check_ending(out)
    except SourceError as reason:
        raise wrong_value(str(reason)) from reason
    return out
