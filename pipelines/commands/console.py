"""What commands say: on the terminal, and by their exit codes. Whatever is said, nothing in it acts on the terminal."""

from __future__ import annotations

import time
import typing
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import typer
from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.segment import Segment
from rich.text import Text

from pipelines.shown_text import in_one_line, visible

NOT_PUBLISHED: Final = 1
NOT_ANSWERED: Final = 1
WRONG_USAGE: Final = 2
INTERRUPTED: Final = 130
LOG_WIDTH: Final = 140


class PlainConsole(Console):
    """A console that takes text for text: no markup in it, no emoji, and nothing that acts on the terminal."""

    def __init__(self, **options: Any) -> None:
        super().__init__(markup=False, emoji=False, highlight=False, **options)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Everything that is printed comes by here: pages, their cells and titles, and progress."""
        yield from super().render(_harmless(renderable), options)


def _harmless(renderable: RenderableType) -> RenderableType:
    if isinstance(renderable, str):
        return in_one_line(renderable)
    if isinstance(renderable, Text) and in_one_line(renderable.plain) != renderable.plain:
        shown = in_one_line(renderable.plain)
        return Text(shown, renderable.style, justify=renderable.justify, overflow=renderable.overflow)
    return renderable


def wide_console() -> Console:
    """A console as wide as the terminal, or wide enough for a log."""
    console = PlainConsole()
    if not console.is_terminal:
        console.width = LOG_WIDTH
    return console


def say(line: str, *, err: bool = False) -> None:
    """Print a paragraph."""
    typer.echo(in_one_line(line), err=err)


def print_document(text: str) -> None:
    """Print what machines read; JSON stays the same document."""
    typer.echo(visible(text))


def stop(reason: str, code: int) -> typing.NoReturn:
    """End the command with a reason and an exit code."""
    say(reason, err=True)
    raise typer.Exit(code)


def wrong_value(reason: str) -> typer.BadParameter:
    """What to raise for an option that can't be used."""
    return typer.BadParameter(in_one_line(reason))


@contextmanager
def progress_lines(console: Console | None = None) -> Iterator[Callable[[str], None]]:
    """A function that shows what is being done: as one moving line on a terminal, else line by line."""
    console = PlainConsole(stderr=True) if console is None else console
    if not console.is_terminal:
        begin = time.monotonic()
        yield lambda line: say(f"{time.monotonic() - begin:7.1f} s  {line}", err=True)
        return
    told = TextColumn("{task.description}", markup=False)
    columns = (SpinnerColumn(), BarColumn(bar_width=20), TimeElapsedColumn(), told)
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("starting", total=None)
        yield lambda line: bar.update(task, description=line)
