"""Measure all cases: `python -m tests.benchmarks.suite --items 100000 --rounds 5`.

Each run of a case is a process of its own; the cases take turns, round after round, so that a slow minute of the machine
meets all of them. Worlds, results and what has been measured are kept in one folder.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, NamedTuple

from tests.benchmarks.case import FIRST, NEXT, ROOT, Case, Place
from tests.benchmarks.cases import CASES, case_named
from tests.benchmarks.measurement import Measurement, Suite, layers
from tests.benchmarks.nights import CHANGED, FIRST_DAY, PUBLISHED, night
from tests.benchmarks.report import write_report

GROWING: Final = ("scan", "write", "duckdb_sql", "polars_strings", "first_night")
"""Measured in smaller worlds, too."""
KIBIBYTE: Final = 1024
LIBRARIES: Final = ("polars", "duckdb", "pandas", "numpy")


class Ended(NamedTuple):
    """A process that has ended."""

    code: int
    wall: float
    cpu: float
    peak: int


@dataclass(frozen=True)
class Bench:
    """What is measured, and where."""

    folder: Path
    items: int
    rounds: int
    night_rounds: int
    """How many of them whole nights take part in: they take minutes."""
    smaller: Sequence[int]
    cases: Sequence[Case]
    limit: float
    """Seconds after which a process is ended, and the case counts as failed."""

    @property
    def sizes(self) -> list[int]:
        """All worlds that are needed."""
        return sorted({*self.smaller, *(case.items(self.items) for case in self.cases), self.items})

    def place(self, items: int) -> Place:
        """Where a case of this size finds its world."""
        return Place(self.folder / "worlds", items, self.folder / "scratch")

    def turns(self) -> Iterator[tuple[Case, int]]:
        """Each case and the size of its world, round after round; smaller worlds first."""
        for items in sorted(self.smaller):
            growing = [case for case in self.cases if case.name in GROWING]
            yield from ((case, items) for number in range(self.rounds) for case in self._of_round(number, growing))
        yield from ((case, self.items) for number in range(self.rounds) for case in self._of_round(number, self.cases))

    def _of_round(self, number: int, cases: Sequence[Case]) -> list[Case]:
        return [case for case in cases if case.command is None or number < self.night_rounds]


def main(arguments: Sequence[str]) -> int:
    """Measure, save, report; 1 where cases that must agree do not, or where one has failed."""
    asked = _parser().parse_args(arguments)
    names = asked.cases or [case.name for case in CASES]
    cases = [case for case in map(case_named, names) if _possible(case)]
    nights = asked.rounds if asked.night_rounds is None else asked.night_rounds
    bench = Bench(asked.folder.resolve(), asked.items, asked.rounds, nights, asked.smaller, cases, asked.limit)
    _prepare(bench)
    suite = Suite(bench.items, bench.rounds, _machine(), _sizes(bench), tuple(_measurements(bench)))
    suite.save(bench.folder / f"{bench.items}.json")
    report = asked.report or bench.folder / f"{bench.items}.md"
    write_report(suite, report)
    _say(f"written to {report}")
    return _judged(suite)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.suite", description=__doc__)
    parser.add_argument("--items", type=int, default=100_000, help="work items of the world")
    parser.add_argument("--smaller", type=int, nargs="*", default=[], help="smaller worlds, to see how cost grows")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--night-rounds", type=int, help="rounds that whole nights take part in; default: all")
    parser.add_argument("--cases", nargs="*", help=f"of {', '.join(case.name for case in CASES)}; default: all")
    parser.add_argument("--folder", type=Path, default=ROOT / "out" / "bench", help="for worlds and results")
    parser.add_argument("--report", type=Path, help="the page to write; default: in the folder")
    parser.add_argument("--limit", type=float, default=3600, help="seconds after which a process is ended")
    return parser


def _possible(case: Case) -> bool:
    """Whether the packages that it needs are there."""
    missing = [package for package in case.needs if importlib.util.find_spec(package) is None]
    if missing:
        _say(f"{case.name} is left out: {', '.join(missing)} is not installed")
    return not missing


def _prepare(bench: Bench) -> None:
    """Worlds, the warehouse of the first night, and files that have been read once."""
    for items in bench.sizes:
        place = bench.place(items)
        _make_world(place, FIRST, 0.0)
        if items == bench.items:
            _make_world(place, NEXT, CHANGED)
    for items in bench.sizes:
        _measured(case_named("scan"), bench.place(items), bench)
    if any(case.command and case.before for case in bench.cases):
        place = bench.place(bench.items)
        _emptied(place.first_night)
        _say(f"first night of {bench.items:,} work items, for the nights after it")
        ended = _ended(night(place.world(FIRST), place.first_night, FIRST_DAY), bench.folder, bench.limit)
        assert ended.code == 0, (bench.folder / "stderr").read_text(encoding="utf-8")
        assert (place.first_night / PUBLISHED).exists()


def _make_world(place: Place, which: str, changed: float) -> None:
    """Written once; a world that was made by other code is made again."""
    folder = place.world(which)
    made_by, mark = _generator(), folder.with_suffix(".made")
    if mark.exists() and mark.read_text(encoding="utf-8") == made_by:
        return
    _say(f"world of {place.items:,} work items, {which} night")
    shutil.rmtree(folder, ignore_errors=True)
    place.figures.unlink(missing_ok=True)
    words = ["--items", str(place.items), "--changed", str(changed), "--out", str(folder)]
    subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.portfolio_world", *words],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    mark.write_text(made_by, encoding="utf-8")


def _generator() -> str:
    """The code that makes worlds."""
    files = sorted((ROOT / "tests" / "benchmarks" / "portfolio_world").glob("*.py"))
    return "".join(file.read_text(encoding="utf-8") for file in files)


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _measurements(bench: Bench) -> Iterator[Measurement]:
    for case, asked in bench.turns():
        place = bench.place(case.items(asked))
        found = replace(_measured(case, place, bench), asked=asked)
        yield found
        words = found.failure or f"{found.wall:.2f} s, processor {found.cpu:.2f} s, {found.peak / 1e6:,.0f} MB"
        _say(f"{case.name} of {found.items:,}: {words}")


def _measured(case: Case, place: Place, bench: Bench) -> Measurement:
    """One run in a fresh process."""
    _emptied(place.scratch)
    if case.before is not None:
        case.before(place)
    ended = _ended(case.arguments(place), bench.folder, bench.limit)
    log = (bench.folder / "stderr").read_text(encoding="utf-8", errors="replace").splitlines()
    whole = Measurement(case.name, place.items, place.items, ended.wall, ended.cpu, ended.peak, ended.wall, ended.cpu)
    if ended.code != 0:
        return replace(whole, failure=f"ended with {ended.code}: {log[-1] if log else 'no word'}")
    if case.command is not None:
        return replace(whole, layers=layers(log), **_check_of_command(case, place))
    return replace(whole, **json.loads((bench.folder / "stdout").read_text(encoding="utf-8")))


def _check_of_command(case: Case, place: Place) -> dict[str, str]:
    if not case.check:
        return {}
    command = [sys.executable, "-m", "tests.benchmarks.fresh", "check", case.name, *place.words()]
    told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found: dict[str, str] = json.loads(told.stdout)
    return found


def _ended(command: Sequence[str], folder: Path, limit: float) -> Ended:
    """Run a command to its end; processor time and memory are those of it and all that it waited for."""
    with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as err:
        begin = time.perf_counter()
        child = subprocess.Popen(command, cwd=ROOT, env=_environment(), stdout=out, stderr=err)
        timer = threading.Timer(limit, child.kill)
        timer.start()
        _child, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - begin
        timer.cancel()
    child.returncode = os.waitstatus_to_exitcode(status)
    return Ended(child.returncode, wall, used.ru_utime + used.ru_stime, used.ru_maxrss * KIBIBYTE)


def _environment() -> dict[str, str]:
    """This repository's code, wherever it was installed from."""
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def _sizes(bench: Bench) -> dict[int, int]:
    folders = {items: bench.place(items).world() for items in bench.sizes}
    return {items: sum(file.stat().st_size for file in folder.glob("*.parquet")) for items, folder in folders.items()}


def _machine() -> dict[str, str]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = {name: _version(name) for name in LIBRARIES}
    return {
        "processors": f"{len(os.sched_getaffinity(0))} ({platform.machine()})",
        "memory": f"{memory:.0f} GiB",
        "Python": platform.python_version(),
        **{name: version for name, version in versions.items() if version},
    }


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _judged(suite: Suite) -> int:
    """Whether all cases have run, and those that must agree do."""
    failed = [f"{one.case}: {one.failure}" for one in suite.measurements if one.failure]
    differing = disagreements(suite)
    for line in (*failed, *differing):
        _say(line)
    return 1 if failed or differing else 0


def disagreements(suite: Suite) -> list[str]:
    """The worlds in which cases that must come to the same do not."""
    found: dict[tuple[str, int], dict[str, set[str]]] = {}
    for one in suite.measurements:
        word = case_named(one.case).agrees_on
        if word and one.check:
            found.setdefault((word, one.items), {}).setdefault(one.check, set()).add(one.case)
    return [
        f"{word} of {items:,} work items: {' and '.join(', '.join(sorted(names)) for names in checks.values())} differ"
        for (word, items), checks in found.items()
        if len(checks) > 1
    ]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
