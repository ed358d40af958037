"""The checksum of a file: of an export's, taken when it is read; of a published one, kept beside it.

Beside a version lies `<version>.sha256`, in the form that `sha256sum --check` reads. Whoever reads the version compares
first: a file whose bytes are not those that were published is not read.
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
from functools import cache
from pathlib import Path
from typing import Final

from pipelines.on_disk import flush
from pipelines.readers import READERS
from pipelines.target import Target, kept_beside
from transforms.fingerprint import Fingerprint

LINE: Final = re.compile(rb"\\?([0-9a-f]{64})  ")
ESCAPED: Final = {"\\": "\\\\", "\n": "\\n", "\r": "\\r"}
"""How `sha256sum` writes what would end a name; a line with such a name begins with a backslash."""

State = tuple[int, ...]


class Damaged(Exception):  # noqa: N818
    """A file that is not as it was published, with what to do."""


def state(path: Path) -> State:
    """What tells that a file has been written to or replaced, also where its time was set back. Raises OSError."""
    found = path.stat()
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def fingerprint(path: Path) -> Fingerprint:
    """Size and checksum; the file is read in blocks. Raises OSError."""
    with path.open("rb") as content:
        checksum = hashlib.file_digest(content, "sha256")
        return Fingerprint(content.tell(), checksum.hexdigest())


def keep(sha256: str, file: Path) -> None:
    """Write the checksum of a file, to the disk, beside where it is or will be. Raises OSError."""
    name = "".join(ESCAPED.get(character, character) for character in file.name)
    escaped = "" if name == file.name else "\\"
    kept = kept_beside(file)
    kept.write_bytes(os.fsencode(f"{escaped}{sha256}  {name}\n"))
    kept.chmod(READERS)
    flush(kept)


def kept_checksum(file: Path) -> str | None:
    """The checksum that was kept; None where there is none, as of files of earlier versions of tieout.

    Raises Damaged where it can't be read.
    """
    kept = kept_beside(file)
    if not kept.exists():
        return None
    line = LINE.match(kept.read_bytes())
    if line is None:
        raise Damaged(f"{kept} holds no checksum: it is damaged, and {file} can't be held against it. {way_back(file)}")
    return line[1].decode()


def check_undamaged(path: Path) -> None:
    """Raise Damaged where the bytes of a published file are not those that were published.

    A process looks once at a file, as long as nobody writes to it. Raises OSError.
    """
    file = path.resolve()
    expected = kept_checksum(file)
    if expected is not None:
        _compare(file, state(file), expected)


@cache
def _compare(file: Path, _: State, expected: str) -> None:
    if fingerprint(file).sha256 != expected:
        raise Damaged(f"{file} is damaged: its bytes are not those that were published. {way_back(file)}")


def way_back(file: Path) -> str:
    """What to do: the version before, of those that are as they were published."""
    target = Target.of_version(file)
    others = [] if target is None else [version for version in target.all_versions() if version != file]
    sound = next((version for version in others if _is_sound(version)), None)
    if target is None or sound is None:
        return "Nothing is read from it. Take it from a backup, or remove it and run the night without memory."
    link = f"ln -sfn {shlex.quote(str(sound.relative_to(target.file.parent)))} {shlex.quote(str(target.file))}"
    return f"Nothing is read from it. To go back to the version of {target.day_of(sound)}: {link}"


def _is_sound(version: Path) -> bool:
    line = LINE.match(kept_beside(version).read_bytes()) if kept_beside(version).exists() else None
    return line is not None and fingerprint(version).sha256 == line[1].decode()
