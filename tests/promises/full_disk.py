"""Publishes on a disk with little room. `unshare --mount python -m tests.promises.full_disk FOLDER plain|whole KIND=N …`.

A program of its own, with one thread and its own mounts: a small disk in memory is there for nobody else, and gone with
it. Copies of it publish with N sizes of free space, from nothing to enough; after each it looks at what is there.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pipelines.execution
import pipelines.summary  # noqa: F401 -- loaded once for all copies
from pipelines.cli import app
from pipelines.target import PublishRefused, Target
from tests.promises import plain_files
from tests.promises.copies import exit_code_of_a_copy
from tests.promises.marked_warehouses import litter
from tests.promises.whole_nights import Nights

PAGE: Final = 4096
LINES: Final = 30_000
NOT_PUBLISHED: Final = "Nothing was published. "
IN_WORDS: Final = ("No space left on device", "File too large")


@dataclass(frozen=True)
class Plain:
    """Publishes a file that is no warehouse."""

    nights: Nights
    enough: int = 80 * PAGE
    disk: int = 3 * 1024 * 1024

    def ready(self, number: int) -> Callable[[], None]:
        def publish() -> None:
            try:
                plain_files.publish_marked(self.nights.warehouse, str(number), lines=LINES)
            except (PublishRefused, OSError) as reason:
                sys.stderr.write(f"{NOT_PUBLISHED}{reason}")
                sys.exit(1)

        return publish

    def shown(self) -> int | None:
        file = self.nights.warehouse
        return int(plain_files.marker(file)) if file.exists() else None


@dataclass(frozen=True)
class Whole:
    """Publishes by the command `tieout run`."""

    nights: Nights
    enough: int = 12 * 1024 * 1024
    disk: int = 64 * 1024 * 1024

    def ready(self, number: int) -> Callable[[], None]:
        arguments = self.nights.arguments(number)
        return lambda: app(arguments)

    def shown(self) -> int | None:
        return self.nights.shown()


@dataclass
class Trial:
    """Publishes on a small disk, one after the other."""

    disk: Path
    publisher: Plain | Whole
    number: int = 0
    shown: int | None = None
    published: int = 0

    @property
    def target(self) -> Target:
        return Target.at(self.publisher.nights.warehouse)

    def free(self) -> int:
        found = os.statvfs(self.disk)
        return found.f_bavail * found.f_frsize

    @contextmanager
    def with_only(self, room: int) -> Iterator[None]:
        filler = self.disk / "filler"
        with filler.open("w") as written:
            os.posix_fallocate(written.fileno(), 0, max(self.free() - room, PAGE))
        yield
        filler.unlink()

    def publish(self, *, limit: int = resource.RLIM_INFINITY) -> None:
        """One more publish: it is there, or it has said why not, nothing has changed, and the room is given back."""
        self.number += 1
        free, before = self.free(), self.there()
        code, told = self.told(limit)
        if code:
            reason = told.strip().splitlines()[-1]
            assert reason.startswith(NOT_PUBLISHED), told
            assert any(words in reason for words in IN_WORDS), told
            assert "Traceback" not in told, told
            assert (self.there(), self.free()) == (before, free), f"not as before after {told}"
        self.shown = self.shown if code else self.number
        self.published += not code
        assert exit_code_of_a_copy(self.check) == 0, told

    def there(self) -> list[str]:
        return sorted(str(path) for path in self.disk.rglob("*"))

    def told(self, limit: int) -> tuple[int, str]:
        """How a publish ends, and what it says: through a pipe, since it may not even have room for that."""
        reading, writing = os.pipe()
        begin = self.publisher.ready(self.number)

        def publish() -> None:
            for output in (1, 2):
                os.dup2(writing, output)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            begin()

        code = exit_code_of_a_copy(publish)
        os.close(writing)
        with os.fdopen(reading, errors="replace") as said:
            return code, said.read()

    def check(self) -> None:
        assert self.publisher.shown() == self.shown
        assert litter(self.target.file) == []

    def begin_anew(self) -> None:
        shutil.rmtree(self.target.file.parent, ignore_errors=True)
        self.shown = None


def first_publishes(trial: Trial, sizes: list[int]) -> None:
    """Nothing is there before, and nothing after a failure."""
    for size in sizes:
        with trial.with_only(size):
            trial.publish()
        trial.begin_anew()


def later_publishes(trial: Trial, sizes: list[int]) -> None:
    """Something is there."""
    trial.publish()
    for size in sizes:
        with trial.with_only(size):
            trial.publish()


def limited_publishes(trial: Trial, sizes: list[int]) -> None:
    """No file may be larger than this."""
    trial.publish()
    for size in sizes:
        trial.publish(limit=size)


def publishes_that_may_not_write(trial: Trial, _: list[int]) -> None:
    """The disk is mounted read-only."""
    trial.publish()
    subprocess.run(["mount", "-o", "remount,ro", str(trial.disk)], check=True)
    code, told = trial.told(resource.RLIM_INFINITY)
    assert code == 1
    subprocess.run(["mount", "-o", "remount,rw", str(trial.disk)], check=True)
    place = f"{trial.target.file} can't be written: the folder {trial.target.versions} does not allow it."
    assert told.strip() == f"{NOT_PUBLISHED}{place} Choose another place."
    assert exit_code_of_a_copy(trial.check) == 0


KINDS: Final = {
    "first": first_publishes,
    "later": later_publishes,
    "limited": limited_publishes,
    "read-only": publishes_that_may_not_write,
}


def main() -> None:
    """Print how many publishes there were and how many succeeded; a fault ends this with a traceback."""
    folder, publisher, kinds = Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    disk = folder / "disk"
    disk.mkdir()
    nights = Nights(folder, disk / "warehouse" / "portfolio.duckdb")
    trial = Trial(disk, {"plain": Plain, "whole": Whole}[publisher](nights))
    room, enough = trial.publisher.disk, trial.publisher.enough
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={room}", "tmpfs", str(disk)], check=True)
    for kind, count in (given.split("=") for given in kinds):
        KINDS[kind](trial, [enough * number // max(int(count) - 1, 1) for number in range(int(count))])
        trial.begin_anew()
    sys.stdout.write(json.dumps({"tried": trial.number, "published": trial.published}))


if __name__ == "__main__":
    main()
