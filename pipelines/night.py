"""One run: what it reads, what it publishes, and from which day it looks."""

from __future__ import annotations

import datetime as dt
import tomllib
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import polars as pl
from pydantic import ValidationError

from models.settings import PRESETS, Settings
from models.table import Table


class Tables(Protocol):
    """Tables of a run while it lasts."""

    def read(self, table: type[Table]) -> pl.LazyFrame:
        """The rows of a table; none where it is not in the export or has not been computed yet."""
        ...

    def write(self, table: type[Table], frame: pl.LazyFrame) -> pl.DataFrame:
        """Compute and keep a table; the computed rows are returned."""
        ...


class Store(Tables, Protocol):
    """All tables of a run."""

    def forget(self, table: type[Table]) -> None:
        """Drop a table."""
        ...

    def build(self, path: Path) -> None:
        """Write everything that is to be published to a new file."""
        ...


class SettingsError(Exception):
    """A settings file that can't be used: where, and what is wrong."""


def _silent(_line: str) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class Night:
    """A run with its parameters."""

    source: Path
    warehouse: Path
    as_of: dt.date
    settings: Settings
    allow_older: bool = False
    progress: Callable[[str], None] = _silent
    """Called with a line for people whenever something is done."""

    @property
    def choices(self) -> dict[str, Any]:
        """Everything that a transform may ask for by name."""
        return {**self.settings.model_dump(), "as_of": self.as_of}


def load_settings(file: Path | None) -> Settings:
    """The settings of a TOML file; all defaults without one. Raises SettingsError.

    A relative `alias_file` is one beside the settings file.
    """
    if file is None:
        return Settings()
    try:
        given = tomllib.loads(file.read_text(encoding="utf-8-sig"))
        settings = Settings(**given)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise SettingsError(f"The settings file {file} can't be read: {fault}.") from fault
    except ValidationError as fault:
        raise SettingsError(f"The settings file {file}: {_in_words(fault)}") from fault
    aliases = settings.alias_file
    return settings if aliases is None else settings.model_copy(update={"alias_file": file.parent / aliases})


def named_settings(given: str) -> Settings:
    """A preset by its name, else the settings of a file; `./platform` is a file. Raises SettingsError."""
    if given in PRESETS:
        return PRESETS[given]
    file = Path(given)
    if not file.exists():
        raise SettingsError(f"There is no settings file {given}. Name a TOML file, or one of {', '.join(PRESETS)}.")
    return load_settings(file)


def _in_words(fault: ValidationError) -> str:
    known = ", ".join(Settings.model_fields)
    said = [
        f"there is no setting {error['loc'][0]!r}; settings are {known}."
        if error["type"] == "extra_forbidden"
        else f"{'.'.join(map(str, error['loc']))} = {error['input']!r}: {error['msg'].removeprefix('Value error, ')}."
        for error in fault.errors()
    ]
    return " ".join(said)


def today(settings: Settings) -> dt.date:
    """The day it is now, in the instance time zone."""
    return dt.datetime.now(zoneinfo.ZoneInfo(settings.instance_time_zone)).date()
