"""One run of one case: what it took, what it came to, and where that is kept."""

from __future__ import annotations

import json
import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

FINISHED: Final = re.compile(r"^\s*(?P<seconds>\d+\.\d+) s  (?P<what>[^:]+)")
"""A line of a night's log: so many seconds after the start, this was done."""


@dataclass(frozen=True)
class Measurement:
    """One process."""

    case: str
    asked: int
    """The size of the world that the suite is about."""
    items: int
    """The size that it was measured on."""
    wall: float = 0.0
    cpu: float = 0.0
    peak: int = 0
    """Most memory of the process at any time, in bytes."""
    process_wall: float = 0.0
    process_cpu: float = 0.0
    """With start, imports and preparing."""
    check: str = ""
    failure: str = ""
    layers: dict[str, float] = field(default_factory=dict)
    """Of a night: seconds by what was done."""


@dataclass(frozen=True)
class Suite:
    """All measurements of one run of the suite, and what it was run on."""

    items: int
    rounds: int
    machine: dict[str, str]
    bytes_read: dict[str, int]
    """Size of the Parquet files by number of work items."""
    measurements: tuple[Measurement, ...]

    def of(self, case: str, items: int | None = None) -> list[Measurement]:
        """The successful runs of a case; `items` = in a world of that size, else in the suite's."""
        asked = items or self.items
        return [one for one in self.measurements if one.case == case and one.asked == asked and not one.failure]

    def failures(self, case: str) -> list[str]:
        """Why runs of the case have failed."""
        return [
            one.failure for one in self.measurements if one.case == case and one.asked == self.items and one.failure
        ]

    def save(self, file: Path) -> None:
        """Keep them as JSON."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")


def loaded(file: Path) -> Suite:
    """The suite that was saved."""
    kept = json.loads(file.read_text(encoding="utf-8"))
    sizes = {int(items): size for items, size in kept["bytes_read"].items()}
    measurements = tuple(Measurement(**one) for one in kept["measurements"])
    return Suite(kept["items"], kept["rounds"], kept["machine"], sizes, measurements)


def scaled(runs: Sequence[Measurement], what: str) -> float:
    """The median of the runs, as if all were of the size that was asked for."""
    return statistics.median(getattr(run, what) for run in runs) * runs[0].asked / runs[0].items


def layers(log: Iterable[str]) -> dict[str, float]:
    """Seconds by layer from a night's log; each line ends what began with the line before."""
    spent: dict[str, float] = {}
    before = 0.0
    for line in log:
        found = FINISHED.match(line)
        if found:
            layer = _layer(found["what"])
            spent[layer] = spent.get(layer, 0.0) + float(found["seconds"]) - before
            before = float(found["seconds"])
    return spent


def _layer(what: str) -> str:
    if what.startswith("publishing"):
        return "checks before publishing"
    return what.split(".", maxsplit=1)[0] if "." in what else "start and read"
