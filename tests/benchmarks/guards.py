"""Guards of speed: what tieout takes beside a yardstick, on small worlds, against the ratio that was recorded.

A ratio says the same on a fast machine and on a slow one. Both sides are measured in turns, in one process, in processor
time on one thread, and the least of several runs counts: noise only ever adds. A guard that is over its limit measures
more rounds, then again in another process, before it says so. `make guards` records the ratios anew, after a change that is meant to move them.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from tests.benchmarks.case import ROOT

RECORDED: Final = Path(__file__).with_name("guards.toml")
SLACK: Final = 1.35
"""What a ratio may be of the recorded one. Half as much again is seen; what a busy machine adds is not."""
MOST: Final = 5
"""Rounds of guards that are not content."""
PROCESSES: Final = 3
"""So many processes measure before a guard fails, and for a record: memory lies otherwise in each of them."""
ONE_THREAD: Final = {"POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
AS_OF: Final = dt.date(2026, 1, 15)
MIDDLE, SMALL = 5_000, 300
"""Work items of the worlds: large enough that rows count, small enough for every run of the tests."""
LINES, ASKED = 40_000, 100
"""Order lines that are matched, and how many of them the rule engine is asked about."""
FLOWS, SOLVED = 60_000, 2_000
"""Cash flows whose rates are found, and how many of them numpy-financial is asked for."""


Sides = Mapping[str, Callable[[], object]]
"""What is measured in turns, by name."""


class Ratio(NamedTuple):
    """One guard: what it measures, beside what."""

    ours: str
    theirs: str
    meaning: str


@dataclass(frozen=True)
class Group:
    """Guards that are measured in one process, because they share a world or a yardstick."""

    prepare: Callable[[Path], Sides]
    ratios: Mapping[str, Ratio]
    fewest: int = 3
    """Rounds that are enough where all are content."""


class Found(NamedTuple):
    """What a group has found: the least processor seconds of each side."""

    seconds: dict[str, float]
    rounds: int

    def ratio(self, asked: Ratio) -> float:
        """Ours beside theirs."""
        return self.seconds[asked.ours] / self.seconds[asked.theirs]


def _world(folder: Path, items: int) -> Path:
    from tests.benchmarks.portfolio_world.options import Options  # noqa: PLC0415
    from tests.benchmarks.portfolio_world.writing import written  # noqa: PLC0415

    world = folder / f"world-{items}"
    for _line in written(Options(items), world):
        pass
    return world


def _rolled_up(world: Path, folder: Path) -> Callable[[], None]:
    from tests.benchmarks.rollups.polars_strings import rollup  # noqa: PLC0415

    def measured() -> None:
        result = folder / "rollup.duckdb"
        result.unlink(missing_ok=True)
        rollup(world, result)

    return measured


def _portfolio(folder: Path) -> Sides:
    from models.catalogue import SOURCES  # noqa: PLC0415
    from models.figures import WorkItem, WorkItemPeriod  # noqa: PLC0415
    from models.settings import Settings  # noqa: PLC0415
    from pipelines.sources import ingest  # noqa: PLC0415
    from tests.night import night  # noqa: PLC0415

    world = _world(folder, MIDDLE)
    admitted = {SOURCES[name]: rows for name, rows in ingest(world, Settings()).tables.items()}
    return {
        "rollup": _rolled_up(world, folder),
        "admission": lambda: ingest(world, Settings()),
        "figures": lambda: night(admitted, as_of=AS_OF, wanted={WorkItem, WorkItemPeriod}),
    }


def _nights(folder: Path) -> Sides:
    world, published = _world(folder, SMALL), _new_folder(folder)
    _publish(world, published, AS_OF)
    return {
        "rollup": _rolled_up(_world(folder, MIDDLE), folder),
        "first": lambda: _publish(world, _new_folder(folder), AS_OF),
        "second": lambda: _publish(world, published, AS_OF + dt.timedelta(days=1)),
    }


def _new_folder(folder: Path) -> Path:
    return Path(tempfile.mkdtemp(dir=folder))


def _publish(world: Path, folder: Path, as_of: dt.date) -> None:
    from models.settings import Settings  # noqa: PLC0415
    from pipelines.execution import run_night  # noqa: PLC0415

    run_night(world, folder / "warehouse.duckdb", as_of=as_of, settings=Settings(), progress=lambda _line: None)


def _rules(_folder: Path) -> Sides:
    from models.order import LINE_TABLE  # noqa: PLC0415
    from tests.benchmarks.many_orders import many_orders  # noqa: PLC0415
    from tests.benchmarks.mixed_conditions import mixed_conditions  # noqa: PLC0415
    from tests.benchmarks.row_by_row import asked_row_by_row, rows_of  # noqa: PLC0415
    from tests.benchmarks.test_oversight_matching import first_matches  # noqa: PLC0415

    tables, conditions = many_orders(LINES), mixed_conditions(200)
    some = tables[LINE_TABLE].select("sys_id").head(ASKED).collect()["sys_id"]
    rows = rows_of(tables, some)
    return {"matching": lambda: first_matches(tables, conditions), "engine": lambda: asked_row_by_row(rows, conditions)}


def _returns(_folder: Path) -> Sides:
    import numpy as np  # noqa: PLC0415
    import numpy_financial  # noqa: PLC0415

    from transforms.internal_rate_of_return import internal_rates  # noqa: PLC0415

    dice = np.random.default_rng(20260115)
    flows = np.round(dice.normal(20_000, 60_000, (FLOWS, 8)), 2)
    flows[:, 0] = -np.abs(flows[:, 0]) - 50_000
    years = np.full(FLOWS, 8)
    some = [list(row) for row in flows[:SOLVED]]
    return {
        "rates": lambda: internal_rates(flows, years),
        "library": lambda: [numpy_financial.irr(row) for row in some],
    }


GROUPS: Final = {
    "portfolio": Group(
        _portfolio,
        {
            "admission": Ratio("admission", "rollup", f"reading and admitting {MIDDLE:,} work items, beside a rollup"),
            "figures": Ratio(
                "figures", "rollup", f"figures of {MIDDLE:,} work items and their periods, beside a rollup"
            ),
        },
    ),
    "nights": Group(
        _nights,
        {
            "first_night": Ratio("first", "rollup", f"a night of {SMALL:,} work items, beside a rollup of {MIDDLE:,}"),
            "second_night": Ratio("second", "first", "a night in which nothing has changed, beside the first one"),
        },
        fewest=2,
    ),
    "rules": Group(
        _rules, {"rules": Ratio("matching", "engine", f"{LINES:,} lines matched, beside {ASKED} in a rule engine")}
    ),
    "returns": Group(
        _returns,
        {"returns": Ratio("rates", "library", f"{FLOWS:,} rates of return, beside {SOLVED} by numpy-financial")},
    ),
}


def recorded() -> Mapping[str, float]:
    """The ratios that were recorded."""
    return {name: kept["ratio"] for name, kept in tomllib.loads(RECORDED.read_text(encoding="utf-8")).items()}


def exceeded(name: str, limits: Mapping[str, float]) -> list[str]:
    """The guards of a group that are over their limits in every process, in words."""
    group, least = GROUPS[name], dict.fromkeys(limits, float("inf"))
    for _process in range(PROCESSES):
        found = found_in_a_process(name, limits)
        least = {guard: min(least[guard], found.ratio(asked)) for guard, asked in group.ratios.items()}
        if all(ratio <= limits[guard] for guard, ratio in least.items()):
            break
    return [
        f"{guard} ({group.ratios[guard].meaning}): {ratio:.3g}, at most {limits[guard]:.3g}"
        for guard, ratio in least.items()
        if ratio > limits[guard]
    ]


def found_in_a_process(name: str, limits: Mapping[str, float] | None = None) -> Found:
    """Measure a group in a process of its own, on one thread; without limits, for as many rounds as there may be."""
    command = [sys.executable, "-m", "tests.benchmarks.guards", name, json.dumps(limits)]
    environment = {**os.environ, **ONE_THREAD, "PYTHONPATH": str(ROOT)}
    told = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    return Found(*json.loads(told.stdout.splitlines()[-1]))


def measured(group: Group, limits: Mapping[str, float] | None) -> Found:
    """All sides in turns, until every ratio is within its limit or there have been enough rounds."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        sides = group.prepare(Path(folder))
        found = Found(dict.fromkeys(sides, float("inf")), 0)
        while found.rounds < MOST and not (limits and found.rounds >= group.fewest and content(group, found, limits)):
            least = {name: min(found.seconds[name], _seconds(side)) for name, side in sides.items()}
            found = Found(least, found.rounds + 1)
        return found


def content(group: Group, found: Found, limits: Mapping[str, float]) -> bool:
    """Whether every ratio of the group is within its limit."""
    return all(found.ratio(asked) <= limits[name] for name, asked in group.ratios.items())


def _seconds(side: Callable[[], object]) -> float:
    begin = time.process_time()
    side()
    return time.process_time() - begin


def record() -> None:
    """Measure every guard, and keep the ratios."""
    lines = ["# What tieout takes beside a yardstick, on one thread; written by `make guards`.\n"]
    for name, group in GROUPS.items():
        runs = [found_in_a_process(name) for _process in range(PROCESSES)]
        for guard, asked in group.ratios.items():
            ratios = [run.ratio(asked) for run in runs]
            lines.append(f"\n[{guard}] # {asked.meaning}\nratio = {statistics.median(ratios):.3g}\n")
            sys.stdout.write(f"{guard}: median of {', '.join(f'{ratio:.3g}' for ratio in ratios)}\n")
    RECORDED.write_text("".join(lines), encoding="utf-8")


def main(arguments: list[str]) -> None:
    """Record all guards, or measure one group in this process: its name, and the limits as JSON."""
    if not arguments:
        record()
        return
    limits: dict[str, float] | None = json.loads(arguments[1])
    sys.stdout.write(json.dumps(measured(GROUPS[arguments[0]], limits)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
