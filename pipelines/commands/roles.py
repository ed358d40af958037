"""The command that publishes what each role may read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands.console import NOT_PUBLISHED, WRONG_USAGE, say, stop
from pipelines.commands.options import Published, on_this_machine


def publish(
    warehouse: Published = Path("out/portfolio.duckdb"),
    to: Annotated[
        Path | None,
        typer.Option(help="Folder of the files; default: `roles` beside the warehouse.", callback=on_this_machine),
    ] = None,
    *,
    roles: Annotated[bool, typer.Option("--roles", help="One file for each role of mart.access_control.")] = False,
    allow_older: Annotated[bool, typer.Option("--allow-older", help="Publish over files of a later day.")] = False,
) -> None:
    """Publish one file for each role, with nothing in it but what that role may read."""
    from pipelines.role_files import file_of, publish_roles  # noqa: PLC0415  # Polars takes a while to load
    from pipelines.target import PublishRefused  # noqa: PLC0415

    if not roles:
        stop("Say what to publish: --roles. The warehouse itself is published by tieout run.", WRONG_USAGE)
    folder = warehouse.parent / "roles" if to is None else to
    try:
        night = publish_roles(warehouse, folder, allow_older=allow_older)
    except PublishRefused as reason:
        stop(f"Nothing was published. {reason}", NOT_PUBLISHED)
    for role, tables in night.rights.items():
        say(f"{folder / file_of(role)}: {len(tables)} tables")
    say(f"Published, seen from {night.as_of}.")
