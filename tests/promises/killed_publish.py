"""A publish that is killed at each of its system calls in turn. `python -m tests.promises.killed_publish FOLDER MODULE`.

A program of its own: it makes copies of itself, which is safe only while it has one thread. So everything that starts
threads, also looking at what was left, is done by such a copy.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from pipelines.publication import VERSIONS_KEPT
from pipelines.target import Target
from tests.promises.marked_warehouses import litter
from tests.promises.system_calls import killed_at


def in_a_copy(body: Callable[[], None]) -> bool:
    """Whether `body` ends well in a copy of this process."""
    child = os.fork()
    if not child:
        try:
            body()
        except BaseException:  # noqa: BLE001 -- a copy of this process must not go on, whatever happens
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


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
        assert in_a_copy(lambda: self.check({self.before, self.new} if killed else {self.new})), f"call {self.number}"
        return killed

    def check(self, allowed: set[str | None]) -> None:
        shown = self.nights.marker(self.file) if self.file.exists() else None
        assert shown in allowed, f"{shown} is shown, not one of {allowed}"
        self.nights.publish_marked(self.file, self.after)
        assert self.nights.marker(self.file) == self.after
        assert litter(self.file) == []
        days = [path.name.split(".")[2] for path in Target.at(self.file).all_versions()]
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
    assert in_a_copy(lambda: nights.publish_marked(file, before))
    while (trial := Trial(file, nights, number, before)).is_killed(folder):
        number, before = number + 1, trial.after
    return number - 1


def main() -> None:
    """Print how many calls there were; a fault ends this with a traceback."""
    folder, nights = Path(sys.argv[1]), importlib.import_module(f"tests.promises.{sys.argv[2]}")
    for name in ("first", "later"):
        (folder / name).mkdir(parents=True)
    first = calls_of_a_first_publish(folder / "first", nights)
    later = calls_of_a_later_publish(folder / "later", nights)
    sys.stdout.write(json.dumps({"first": first, "later": later}))


if __name__ == "__main__":
    main()
