"""What holds for every command, before it begins: what it may be given, and that it can say it."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable

from pipelines.commands.console import WRONG_USAGE, say


def speak_any_language() -> None:
    """Print what a terminal has no letters for as its number, instead of giving up."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def check_arguments(given: Iterable[str]) -> None:
    """Stop where an argument is no text: no file of a warehouse, and nothing in one, has such a name."""
    for argument in given:
        try:
            argument.encode()
        except UnicodeEncodeError:
            say(f"{argument} is not UTF-8 text. Rename what it stands for.", err=True)
            sys.exit(WRONG_USAGE)
