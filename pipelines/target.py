"""What is published, and the names of everything that goes with it. Knows files and folders, not what is in them."""

from __future__ import annotations

import datetime as dt
import errno
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

RUN_ID: Final = r"[A-Za-z0-9_-]+"
"""What a run id is made of: no dots, which part the names of files."""
CHECKSUM: Final = ".sha256"
"""What the name of a version's checksum ends in, after that of the version."""
SPILL: Final = ".tmp"
"""What the name of the folder ends in that DuckDB spills to beside the file that it reads."""
OUT_OF_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""Faults of a disk that is full, or of a limit that is reached."""


class PublishRefused(Exception):  # noqa: N818
    """Nothing was published, and why: what is wrong, where, and what to do."""


@dataclass(frozen=True)
class Target:
    """The file to publish, and the names that go with it."""

    file: Path
    is_folder: bool = False
    """Whether it is a folder of files that belong together."""

    @classmethod
    def at(cls, file: Path, *, is_folder: bool = False) -> Target:
        """The target at a path as the user gave it; the file itself is not followed, as it is a link."""
        path = file.expanduser().absolute()
        return cls(path.parent.resolve() / path.name, is_folder)

    @classmethod
    def of_version(cls, version: Path) -> Target | None:
        """The target that a path would be a version of, as its name says; None where it says nothing of that."""
        named = re.fullmatch(rf"(.+)\.\d{{4}}-\d\d-\d\d\.{RUN_ID}(\.[^.]*)?", version.name)
        return None if named is None else cls(version.parent.parent / f"{named[1]}{named[2] or ''}")

    @property
    def versions(self) -> Path:
        """The folder of all versions."""
        return self.file.parent / "versions"

    @property
    def lock(self) -> Path:
        """The file that only one writer can hold."""
        return self.versions / f".{self.file.name}.lock"

    def version(self, as_of: dt.date, run_id: str) -> Path:
        """The file of one run."""
        return self.versions / f"{self.file.stem}.{as_of}.{run_id}{self.file.suffix}"

    def private(self, run_id: str) -> Path:
        """The name under which a version is built."""
        return self.versions / f".{self.file.name}.{run_id}.building"

    def private_link(self, run_id: str) -> Path:
        """The name under which the new link is made."""
        return self.file.parent / f".{self.file.name}.{run_id}.link"

    def spool(self, name: str) -> Path:
        """The folder that a run has to itself."""
        return self.versions / f".{self.file.name}.{name}.run"

    def owns(self, path: Path) -> bool:
        """Whether a path is where a version of this target would be."""
        stem, suffix = re.escape(self.file.stem), re.escape(self.file.suffix)
        named = re.fullmatch(rf"{stem}\.\d{{4}}-\d\d-\d\d\.{RUN_ID}{suffix}", path.name)
        return named is not None and path.parent == self.versions

    def all_versions(self) -> list[Path]:
        """Every version there is, the last written first."""
        found = [path for path in _in(self.versions) if self.owns(path) and path.is_dir() == self.is_folder]
        return sorted(found, key=lambda path: path.stat().st_mtime_ns, reverse=True)

    def litter(self) -> list[Path]:
        """Private files and links, and checksums of versions that are gone; other targets have their own."""
        return [*self._private(r"(link|building(\.\w+)*)"), *self._checksums_of_nothing()]

    def _checksums_of_nothing(self) -> list[Path]:
        checksums = [path for path in _in(self.versions) if path.suffix == CHECKSUM]
        return [path for path in checksums if self.owns(path.with_suffix("")) and not path.with_suffix("").exists()]

    def spills(self) -> list[Path]:
        """Folders in which readers put what memory does not hold: beside FILE or the version, as they read it."""
        spilled = [path for path in (*_in(self.versions), *_in(self.file.parent)) if path.suffix == SPILL]
        return [path for path in spilled if path.with_suffix("") == self.file or self.owns(path.with_suffix(""))]

    def spools(self) -> list[Path]:
        """The folders of all runs, alive or dead."""
        return self._private("run")

    def _private(self, ending: str) -> list[Path]:
        private = re.compile(rf"\.{re.escape(self.file.name)}\.{RUN_ID}\.{ending}")
        return [path for path in (*_in(self.versions), *_in(self.file.parent)) if private.fullmatch(path.name)]

    def never_shown(self) -> list[Path]:
        """Versions that a run was about to show: its private link, made before them, still points there."""
        links = [self.file.parent / path.readlink() for path in self.litter() if path.is_symlink()]
        return [path for path in links if self.owns(path) and path.exists() and path != self.published()]

    def published(self) -> Path | None:
        """The version that FILE points to, also where that version is gone."""
        return self.file.parent / self.file.readlink() if self.file.is_symlink() else None

    def published_as_of(self) -> dt.date | None:
        """The day of the version that FILE points to, as its name says."""
        version = self.published()
        return self.day_of(version) if version is not None and version.exists() else None

    def day_of(self, version: Path) -> dt.date:
        """The day that a version is seen from, as its name says."""
        return dt.date.fromisoformat(version.name.removeprefix(f"{self.file.stem}.")[:10])

    def run_of(self, version: Path) -> str:
        """The run that has made a version, as its name says."""
        return version.name.removesuffix(self.file.suffix).rpartition(".")[2]

    def refusal(self, fault: OSError) -> PublishRefused:
        """What the operating system does not allow, in words."""
        where = f" ({fault.filename})" if fault.filename else ""
        advice = " Make room there and run again." if fault.errno in OUT_OF_ROOM else ""
        return PublishRefused(f"{self.file} can't be written: {fault.strerror or fault}{where}.{advice}")


def kept_beside(version: Path) -> Path:
    """Where the checksum of a version is."""
    return version.with_name(f"{version.name}{CHECKSUM}")


def _in(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []
