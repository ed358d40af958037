"""What commands say: on the terminal, and by their exit codes."""

from __future__ import annotations

import time
import typing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

NOT_PUBLISHED: Final = 1
NOT_ANSWERED: Final = 1
WRONG_USAGE: Final = 2
INTERRUPTED: Final = 130
LOG_WIDTH: Final = 140


def stop(reason: str, code: int) -> typing.NoReturn:
    """End the command with a reason and an exit code."""
    typer.echo(reason, err=True)
    raise typer.Exit(code)


def wide_console() -> Console:
    """A console as wide as the terminal, or wide enough for a log."""
    console = Console()
    if not console.is_terminal:
        console.width = LOG_WIDTH
    return console


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
