"""Commands that try other choices: settings, and oversight rules."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.console import (
    NOT_ANSWERED,
    NOT_PUBLISHED,
    print_document,
    progress_lines,
    stop,
    wide_console,
)
from pipelines.commands.options import AsOf, SettingsFile, Source, named_format, named_settings_of, settings_of


def try_rules(
    new: Annotated[Path, typer.Option("--rules", help="The new rules: a file, or a folder with oversight_rule.")],
    source: Source = Path("export"),
    out: Annotated[Path | None, typer.Option(help="File for the changes: .csv, .json, .jsonl or .parquet.")] = None,
    settings: SettingsFile = None,
) -> None:
    """Show what new oversight rules would decide otherwise on the orders of an export. Nothing is published."""
    from pipelines.formats.raw_table import SourceError  # noqa: PLC0415
    from pipelines.trials.changes_file import write_changes  # noqa: PLC0415  # Polars takes a while to load
    from pipelines.trials.rule_trial import show_trial, trial  # noqa: PLC0415

    try:
        found = trial(new, source, settings_of(settings))
        if out is not None:
            write_changes(found.changes, out)
    except SourceError as reason:
        stop(f"The rules could not be tried. {reason}", NOT_PUBLISHED)
    show_trial(found, wide_console(), lists_changes=out is None)
    if len(found.rejected):
        stop(f"{len(found.rejected)} of the new rules can't be used.", NOT_PUBLISHED)


def compare_settings(
    a: Annotated[str, typer.Argument(metavar="A", help="Settings: a TOML file, `specification` or `platform`.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Those to compare with, likewise.")],
    source: Source = Path("export"),
    as_of: AsOf = None,
    out: Annotated[
        Path | None,
        typer.Option(help="File for all rows: .csv, .json, .jsonl or .parquet.", callback=named_format),
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    lists_all: Annotated[bool, typer.Option("--all", help="List all that moves, programs and portfolios too.")] = False,
) -> None:
    """Show which work items have other figures under other settings, choice by choice. Nothing is published."""
    from pipelines.formats.raw_table import SourceError  # noqa: PLC0415
    from pipelines.night import today  # noqa: PLC0415
    from pipelines.trials.changes_file import write_changes  # noqa: PLC0415  # Polars takes a while to load
    from pipelines.trials.settings_comparison import compare  # noqa: PLC0415
    from pipelines.trials.settings_report import as_document, rows, show_comparison  # noqa: PLC0415

    before, after = named_settings_of(a), named_settings_of(b)
    try:
        with progress_lines() as tell:
            found = compare(before, after, source, as_of.date() if as_of else today(before), tell)
        if out is not None:
            write_changes(rows(found), out)
    except SourceError as reason:
        stop(f"The settings could not be compared. {reason}", NOT_ANSWERED)
    if as_json:
        print_document(as_document(found))
    else:
        show_comparison(found, wide_console(), lists_all=lists_all)
