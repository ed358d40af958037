"""The note that the platform leaves in the last row of an export that it has cut off.

A workbook of too many cells ends in "Export stopped due to excessive size. Use CSV for a complete export"; other limits
and other tools word it otherwise. A note is one text that says so, alone in its row. An ordinary row has a key, and
every other row without one is set aside anyway, so nothing that could be a record is taken for a note.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

TRUNCATED_EXPORT: Final = "truncated_export"
LONGEST_NOTE: Final = 300
AROUND_A_NOTE: Final = ' \t\r\n",;*-#'
FIELD_BOUNDARY: Final = re.compile(r'[";\t]|,(?!\s|\d{3}(?!\d))')
"""What stands between two fields of a broken line and never in a note, whose commas group digits or words."""
NUMBER: Final = r"\d[\d.,\s]*"
THINGS: Final = r"(?:rows|records|lines|results|entries|cells)"
STOPPED: Final = r"\b(?:stopped|truncated|cut off|cut short|aborted|cancell?ed|incomplete)\b"
LIMITED: Final = rf"\blimited\s+to\b.*\b(?:{NUMBER}|{THINGS}\b)"
OVER: Final = r"\b(?:reached|exceed(?:ed|s)?|hit)\b"
WORDINGS: Final = (
    rf"export(?:ed|s)?\b.*(?:{STOPPED}|{LIMITED}|\blimit\b.*{OVER}|{OVER}.*\blimit\b)",
    rf"(?:{THINGS}|output)\b.*(?:\btruncated\b|\bcut off\b|{LIMITED}|{OVER}.*\blimit\b)",
    rf"(?:row|record|cell|result|size|maximum)s?\s+(?:export\s+)?limit\b.*{OVER}",
    rf"limit\s+(?:of\s+{NUMBER}{THINGS}\s+)?.*{OVER}",
    rf"(?:limited\s+to|truncated\s+(?:at|to|after)|stopped\s+(?:at|after))\s+{NUMBER}{THINGS}\b",
    rf"(?:export\w*|show\w*|only)\b.*\bfirst\s+{NUMBER}{THINGS}\b",
    rf"(?:export\w*|show\w*|only)\s+{NUMBER}(?:{THINGS}\s+)?(?:out\s+)?of\s+{NUMBER}{THINGS}\b",
    rf"maximum\s+(?:number\s+of\s+{THINGS}|execution\s+time|export\s+size)\b.*{OVER}",
    r"transaction\s+cancell?ed\b.*\b(?:time|quota|limit)\b",
)
NOTE: Final = re.compile(
    r"(?:(?:note|warning|error|attention)\W+)?(?:(?:the|this|your|list|data|excel|xlsx?|csv|xml|json|report)\s+)*"
    rf"(?:{'|'.join(WORDINGS)})",
    re.IGNORECASE,
)


def is_export_note(text: str) -> bool:
    """Whether a record of one text says that the export was cut off."""
    words = text.strip(AROUND_A_NOTE)
    return len(words) <= LONGEST_NOTE and FIELD_BOUNDARY.search(words) is None and NOTE.match(words) is not None


def note_in(cells: Iterable[object]) -> str | None:
    """The note that a row consists of; None for any other row.

    It is the only filled cell, or several where a comma between its digits was taken for the end of a field.
    """
    filled = ",".join(text for cell in cells if cell is not None and (text := str(cell).strip()))
    return filled if is_export_note(filled) else None
