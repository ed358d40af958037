"""What holds for every command, before it begins: who may read what it writes, and what it may read and say."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable
from typing import Final

from pipelines.commands.console import WRONG_USAGE, say

NOTHING_FOR_OTHERS: Final = 0o027


def keep_to_the_group() -> None:
    """Whatever is written is for its owner and, to read, for the group: exports, figures and logs are nobody else's.

    A stricter mask stays as it is.
    """
    os.umask(os.umask(NOTHING_FOR_OTHERS) | NOTHING_FOR_OTHERS)


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
