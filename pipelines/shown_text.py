r"""Text from outside, as people are shown it: nothing in it acts on a terminal, and no password is repeated.

Names, file names and messages may hold anything: sequences that colour, erase, link or fill a clipboard, marks that
turn the order of what is read, line ends that forge a line. All of these are shown as in JSON: `\u001b`. So a document
in JSON stays one, and means the same.
"""

from __future__ import annotations

import json
import re
from typing import Final

ACTING: Final = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f"  # controls of old and of C1; line ends are told apart below
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # unseen, and turning order
    "\ud800-\udfff"  # bytes that are no text, as names of files may have them
    "\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)
"""What acts on a terminal, or is not seen; apart from the end of a line, and from joiners, which some scripts need."""
PASSWORD: Final = re.compile(r"(?<=[a-z0-9]:/)(/?)[^/\s]*@", re.IGNORECASE)
"""Who asks, and with which password, in an address; one of its slashes is lost where it was taken for a path."""


def visible(text: str) -> str:
    """The text, with everything that would act written as in JSON; ends of lines stay."""
    return PASSWORD.sub(r"\1***@", ACTING.sub(_escaped, text))


def in_one_line(text: str) -> str:
    """The same, in which ends of lines are visible too, except at the beginning."""
    shown = visible(text)
    told = shown.lstrip("\n")
    return shown[: len(shown) - len(told)] + told.replace("\n", "\\n")


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found.group())[1:-1]
