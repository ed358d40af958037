"""A publish that is killed at each of its system calls in turn.

`python -m tests.promises.killed_publish FOLDER MODULE first=1 later=3` kills a first publish at every call, and a later one
at every third. It is a program of its own, with one thread: it makes copies of itself, which publish, and look at what was
left.
"""

from __future__ import annotations

import importlib
import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Final

from pipelines.publication import VERSIONS_KEPT
from pipelines.target import Target
from tests.promises.copies import exit_code_of_a_copy
from tests.promises.marked_warehouses import litter
from tests.promises.system_calls import killed_at


@dataclass(frozen=True)
class Trial:
    """One publish of `new`, killed or not, and what must be found then."""

    file: Path
    nights: ModuleType
    number: int
    before: str | None

    @property
    def new(self) -> str:
        return f"new-{self.number}"

    @property
    def after(self) -> str:
        return f"after-{self.number}"

    def is_killed(self, folder: Path) -> bool:
        """Kill it at the call of its number; what is left is whole, and the next run works and leaves no litter."""
        killed = killed_at(lambda: self.nights.publish_marked(self.file, self.new), folder, self.number)
        allowed = {self.before, self.new} if killed else {self.new}
        assert exit_code_of_a_copy(lambda: self.check(allowed)) == 0, f"call {self.number}"
        return killed

    def check(self, allowed: set[str | None]) -> None:
        shown = self.nights.marker(self.file) if self.file.exists() else None
        assert shown in allowed, f"{shown} is shown, not one of {allowed}"
        self.nights.publish_marked(self.file, self.after)
        assert self.nights.marker(self.file) == self.after
        assert litter(self.file) == []
        days = [path.name.split(".")[2] for path in Target.at(self.file, is_folder=self.file.is_dir()).all_versions()]
        assert len(days) <= VERSIONS_KEPT
        assert (self.new in days) == (shown == self.new), "a version that was never shown is kept"


def kills_of_a_first_publish(folder: Path, nights: ModuleType, every: int) -> int:
    """The number of kills, at every so many calls until it ends: then there is nothing, or all of it."""
    kills = 0
    while Trial(folder / "new" / "portfolio.duckdb", nights, 1 + every * kills, None).is_killed(folder):
        shutil.rmtree(folder / "new")
        kills += 1
    return kills


def kills_of_a_later_publish(folder: Path, nights: ModuleType, every: int) -> int:
    """The number of kills, at every so many calls until it ends: then there is the last one, or all of the new one."""
    file, kills, before = folder / "portfolio.duckdb", 0, "before"
    assert exit_code_of_a_copy(lambda: nights.publish_marked(file, before)) == 0
    while (trial := Trial(file, nights, 1 + every * kills, before)).is_killed(folder):
        kills, before = kills + 1, trial.after
    return kills


PUBLISHES: Final = {"first": kills_of_a_first_publish, "later": kills_of_a_later_publish}


def main() -> None:
    """Print how many kills there were; a fault ends this with a traceback."""
    folder, nights = Path(sys.argv[1]), importlib.import_module(f"tests.promises.{sys.argv[2]}")
    kills = {}
    for publish, every in (given.split("=") for given in sys.argv[3:]):
        (folder / publish).mkdir(parents=True)
        kills[publish] = PUBLISHES[publish](folder / publish, nights, int(every))
    sys.stdout.write(json.dumps(kills))


if __name__ == "__main__":
    main()
