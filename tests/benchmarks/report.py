"""The page that says how fast: tables, a picture, and what was reached of what was aimed at.

`python -m tests.benchmarks.report out/bench/1000000.json docs/performance.md` writes it again from what was measured.
"""

from __future__ import annotations

import math
import statistics
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from tests.benchmarks.case import Case
from tests.benchmarks.cases import CASES, case_named
from tests.benchmarks.measurement import Measurement, Suite, loaded, scaled
from tests.benchmarks.picture import growth_picture
from tests.benchmarks.targets import target_lines

HOW: Final = """\
# How fast it is

Written by `make bench-full` (1,000,000 work items) or `make bench` (100,000); measured, not edited. Each run of a case is a
process of its own. The cases take turns, round after round, and what is shown is the median over the rounds. *Processor* is
time of all cores together: it moves less than the clock when the machine is busy, so ratios are of it. Yardsticks are
counted without start and imports, `tieout run` with them. *Memory* is the most that the process had at any time.

All rollups take the rows that admission would take (one of identical copies, none of copies that differ, none that point to
nothing) and compute planned cost, planned benefit, actual cost, actual benefit and budget per work item and fiscal period,
and in all; a checksum over every figure must be the same for all of them, and for what `tieout run` has published. `tieout
run` does more: it also writes the admitted rows, the rows behind every figure, history, findings, reconciliation and the
other marts, and checks laws of conservation before it publishes.
"""
GROUPS: Final = {
    "night": "A night",
    "fixed cost": "Fixed cost",
    "returns_conventional": "Internal rates of return, conventional cash flows",
    "returns_hard": "Internal rates of return, hard cash flows",
    "rules": "Oversight rules",
    "variance": "Variance to baselines",
}
GROWING: Final = ("scan", "duckdb_sql", "polars_strings", "first_night")


def write_report(suite: Suite, page: Path) -> None:
    """The page, and its picture beside it."""
    page.parent.mkdir(parents=True, exist_ok=True)
    picture = page.with_name(f"{page.stem}-growth.svg")
    grown = {case: growth(suite, case) for case in GROWING}
    sections = [HOW, _machine(suite), *(_group(suite, group) for group in _groups(suite)), _targets(suite)]
    if any(len(points) > 1 for points in grown.values()):
        picture.write_text(growth_picture(grown), encoding="utf-8")
        sections += [_growth(suite, grown), f"![Processor seconds against work items]({picture.name})\n"]
    page.write_text("\n".join(section for section in [*sections, _layers(suite)] if section), encoding="utf-8")


def growth(suite: Suite, case: str) -> list[tuple[int, float]]:
    """Work items and processor seconds."""
    sizes = sorted({one.asked for one in suite.measurements})
    runs = {items: suite.of(case, items) for items in sizes}
    return [(items, scaled(found, "cpu")) for items, found in runs.items() if found]


def exponent(points: Sequence[tuple[int, float]]) -> float:
    """The slope of the straight line through the points, both axes logarithmic: 1 = cost grows as the world does."""
    return statistics.linear_regression([math.log(x) for x, _y in points], [math.log(y) for _x, y in points]).slope


def _machine(suite: Suite) -> str:
    words = ", ".join(f"{name} {value}" for name, value in suite.machine.items())
    size = suite.bytes_read[suite.items] / 1e6
    return (
        f"{suite.items:,} work items, {size:,.0f} MB of Parquet, {_rounds(suite)}. Processors, memory and versions: "
        f"{words}.\n"
    )


def _rounds(suite: Suite) -> str:
    """How often each case was measured; whole nights may be measured less often."""
    nights = len(suite.of("first_night"))
    fewer = f", {nights} of whole nights" if nights not in (0, suite.rounds) else ""
    return f"{suite.rounds} rounds{fewer}"


def _groups(suite: Suite) -> list[str]:
    measured = {one.case for one in suite.measurements}
    return list(dict.fromkeys(case.group for case in CASES if case.name in measured))


def _group(suite: Suite, group: str) -> str:
    """A table: each case beside the first one of its group."""
    cases = [case for case in CASES if case.group == group]
    base = suite.of(cases[0].name)
    lines = [_row(suite, case, base) for case in cases if suite.of(case.name) or suite.failures(case.name)]
    first = cases[0].meaning
    head = ["case", "clock, s", "lowest to highest", "processor, s", f"times the {cases[0].name}", "memory, MB"]
    legend = f"Times the {cases[0].name}: processor time against that of the {first}.\n" if len(lines) > 1 else ""
    return f"## {GROUPS.get(group, group.capitalize())}\n\n" + _table(head, lines) + "\n" + legend


def _row(suite: Suite, case: Case, base: Sequence[Measurement]) -> list[str]:
    runs = suite.of(case.name)
    if not runs:
        return [f"{case.meaning}: {suite.failures(case.name)[0]}", "", "", "", "", ""]
    part = runs[0].items < runs[0].asked
    meaning = f"{case.meaning} (measured on {runs[0].items:,}, scaled)" if part else case.meaning
    factor = runs[0].asked / runs[0].items
    walls = [run.wall * factor for run in runs]
    ratio = f"{scaled(runs, 'cpu') / scaled(base, 'cpu'):,.2f}" if base else ""
    memory = f"{statistics.median(run.peak for run in runs) / 1e6:,.0f}" + (" (unscaled)" if part else "")
    spread = f"{min(walls):,.2f} to {max(walls):,.2f}"
    return [meaning, f"{scaled(runs, 'wall'):,.2f}", spread, f"{scaled(runs, 'cpu'):,.2f}", ratio, memory]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    ruler = ["---", *["---:"] * (len(head) - 1)]
    return "".join(f"| {' | '.join(row)} |\n" for row in [head, ruler, *rows])


def _targets(suite: Suite) -> str:
    lines = target_lines(suite)
    if not lines:
        return ""
    return "## What was aimed at\n\n" + _table(["what", "aim", "reached"], lines)


def _growth(suite: Suite, grown: dict[str, list[tuple[int, float]]]) -> str:
    """Processor seconds and memory per size, and how fast they grow."""
    sizes = sorted({items for points in grown.values() for items, _cpu in points})
    head = ["case", *(f"{items:,}: s, MB" for items in sizes), "exponent"]
    rows = []
    for case, points in grown.items():
        seconds = dict(points)
        cells = [_cell(suite, case, items, seconds) for items in sizes]
        rows.append([case_named(case).meaning, *cells, f"{exponent(points):.2f}" if len(points) > 1 else ""])
    text = "Processor seconds and peak memory by number of work items; exponent 1 = cost grows as the world does.\n\n"
    return "## Growth\n\n" + text + _table(head, rows)


def _cell(suite: Suite, case: str, items: int, seconds: dict[int, float]) -> str:
    if items not in seconds:
        return ""
    peak = statistics.median(run.peak for run in suite.of(case, items))
    return f"{seconds[items]:,.2f}, {peak / 1e6:,.0f}"


def _layers(suite: Suite) -> str:
    """Where the clock time of a first night goes, from its own log."""
    runs = [run.layers for run in suite.of("first_night") if run.layers]
    if not runs:
        return ""
    names = list(dict.fromkeys(name for run in runs for name in run))
    spent = {name: statistics.median(run.get(name, 0.0) for run in runs) for name in names}
    whole = scaled(suite.of("first_night"), "wall")
    spent["publish, summary, end"] = whole - sum(spent.values())
    rows = [[name, f"{seconds:,.2f}", f"{seconds / whole:.0%}"] for name, seconds in spent.items()]
    return "## Where a first night goes\n\n" + _table(["layer", "clock, s", "share"], rows)


if __name__ == "__main__":
    write_report(loaded(Path(sys.argv[1])), Path(sys.argv[2]))
