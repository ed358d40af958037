"""The command that checks a published warehouse, and the files that it was made of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from pipelines.commands.console import say, stop
from pipelines.commands.options import Published

if TYPE_CHECKING:
    from pipelines.verification import Compared

DIFFERS: Final = 1


def verify(
    warehouse: Published = Path("out/portfolio.duckdb"),
    source: Annotated[
        Path | None, typer.Option(help="Folder with the exported tables that it was made of, to check them too.")
    ] = None,
) -> None:
    """Check that a warehouse is as it was published, and that files are still those that it was made of."""
    from pipelines.formats.raw_table import SourceError  # noqa: PLC0415
    from pipelines.published_file import WarehouseError  # noqa: PLC0415
    from pipelines.verification import checked, compared  # noqa: PLC0415  # Polars takes a while to load

    try:
        checksum = checked(warehouse)
        files = compared(warehouse, source) if source is not None else []
    except (SourceError, WarehouseError) as reason:
        stop(str(reason), DIFFERS)
    say(_about_warehouse(warehouse.resolve(), checksum))
    if source is not None:
        _tell_files(source, files)


def _about_warehouse(version: Path, checksum: str | None) -> str:
    if checksum is None:
        return f"{version} has no checksum beside it, but all of it can be read: DuckDB finds no damage."
    return f"{version} is as it was published (SHA-256 {checksum})."


def _tell_files(source: Path, files: list[Compared]) -> None:
    """Each file that is not the same; the command ends with 1 where there are any."""
    from pipelines.verification import others  # noqa: PLC0415

    different = others(files)
    for file in different:
        say(file.in_words)
    if different:
        stop(f"{len(different)} of {len(files)} files in {source} are not those that it was made of.", DIFFERS)
    say(f"The {len(files)} files that it was made of are in {source}, as they were.")
