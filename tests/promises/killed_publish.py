"""A publish that is killed at each of its system calls in turn.

`python -m tests.promises.killed_publish FOLDER MODULE first later` is a program of its own, with one thread: it makes
copies of itself, which publish, and look at what was left.
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


def calls_of_a_first_publish(folder: Path, nights: ModuleType) -> int:
    """The number of calls, after a kill at each: then there is nothing, or all of it."""
    number = 1
    while Trial(folder / "new" / "portfolio.duckdb", nights, number, None).is_killed(folder):
        shutil.rmtree(folder / "new")
        number += 1
    return number - 1


def calls_of_a_later_publish(folder: Path, nights: ModuleType) -> int:
    """The number of calls, after a kill at each: then there is the last one, or all of the new one."""
    file, number, before = folder / "portfolio.duckdb", 1, "before"
    assert exit_code_of_a_copy(lambda: nights.publish_marked(file, before)) == 0
    while (trial := Trial(file, nights, number, before)).is_killed(folder):
        number, before = number + 1, trial.after
    return number - 1


PUBLISHES: Final = {"first": calls_of_a_first_publish, "later": calls_of_a_later_publish}


def main() -> None:
    """Print how many calls there were; a fault ends this with a traceback."""
    folder, nights = Path(sys.argv[1]), importlib.import_module(f"tests.promises.{sys.argv[2]}")
    calls = {}
    for name in sys.argv[3:]:
        (folder / name).mkdir(parents=True)
        calls[name] = PUBLISHES[name](folder / name, nights)
    sys.stdout.write(json.dumps(calls))


if __name__ == "__main__":
    main()
