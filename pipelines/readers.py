"""Who may read what is written: its owner and, where it is published, the owner's group; nobody else.

A warehouse holds all figures of everyone. Who may see them is decided by who is in the group of the folder it is in.
"""

from __future__ import annotations

import os
from typing import Final

READERS: Final = 0o440
"""The mode of a published file: for owner and group, and never written to again."""
READERS_OF_FOLDERS: Final = 0o750
OWNER: Final = 0o600
OWNER_OF_FOLDERS: Final = 0o700
"""The modes of what only a run itself needs."""
NOTHING_FOR_OTHERS: Final = 0o027


def keep_to_the_group() -> None:
    """Whatever this process writes from now on is for owner and group only. A stricter mask stays as it is."""
    os.umask(os.umask(NOTHING_FOR_OTHERS) | NOTHING_FOR_OTHERS)
