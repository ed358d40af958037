"""A process that takes in one drawn export after the other, with little memory, and tells what was not as promised.

`python -m tests.promises.fuzzed.worker SEED COUNT FOLDER` draws exports, and takes each file in the folder for one. The last
line that it prints is the verdict as JSON; before each export it says which one comes, so that one which ends the process
is known.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.promises.fuzzed.damage import damaged
from tests.promises.fuzzed.judge import faults, outcome
from tests.promises.fuzzed.rows import COLUMNS, drawn_rows, with_another_header
from tests.promises.fuzzed.writers import WRITERS

MEMORY = 2 * 2**30
"""Bytes that the process may take beside what its libraries have reserved."""
CALENDAR = (
    "sys_id,name,fiscal_type,start_date_time,end_date_time\n"
    "FY26,FY26,year,2026-01-01 00:00:00,2026-12-31 23:59:59\n"
    "M01,FY26: M01,month,2026-01-01 00:00:00,2026-12-31 23:59:59\n"
)
TELLS_ITS_ROWS = ("xlsx", "parquet")
"""Formats of which an undamaged file has as many rows as were written; text may be in an encoding that is not read."""


class Export(NamedTuple):
    """One file of a table, and how many rows it has where that is known."""

    table: str
    kind: str
    content: bytes
    rows: int | None


def drawn_export(seed: int) -> Export:
    """The export of a seed: rows, written in one of the formats, and most often damaged."""
    draw = Random(seed)
    table, kind = draw.choice(sorted(COLUMNS)), draw.choice(sorted(WRITERS))
    rows = drawn_rows(draw, table, draw.choice((0, 1, 3, 12, 40)))
    header = list(COLUMNS[table])
    draw.shuffle(header)
    lines = [[row[column] for column in header] for row in rows]
    names, fate = header, draw.random()
    if fate < 0.25:
        names = with_another_header(draw, header)
    content = WRITERS[kind](draw, table, names, lines)
    if fate < 0.4:
        return Export(table, kind, content, len(rows) if kind in TELLS_ITS_ROWS and header == names else None)
    return Export(table, kind, damaged(draw, kind, content), None)


def verdict_on(export: Export) -> tuple[str, list[str]]:
    """What became of an export, and what of that is not as promised."""
    with TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "fiscal_period.csv").write_text(CALENDAR)
        if export.table != "pm_project":
            (folder / "pm_project.csv").write_text("sys_id\nP1\n")
        file = folder / f"{export.table}.{export.kind}"
        file.write_bytes(export.content)
        found = outcome(folder)
        told = "refused" if isinstance(found, str) else "taken in"
        return told, list(faults(found, file, table=export.table, rows=export.rows))


def peak() -> int:
    """The most memory that this process has had since it was last asked, in MiB."""
    status = Path("/proc/self/status").read_text()
    most = next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
    return int(most) // 1024


def drawn(seed: int, count: int) -> Iterator[tuple[str, Export]]:
    """So many exports, from a seed on."""
    for number in range(seed, seed + count):
        yield str(number), drawn_export(number)


def of_folder(folder: Path) -> Iterator[tuple[str, Export]]:
    """Every file of a folder, as an export of expense lines."""
    for file in sorted(folder.iterdir()):
        yield file.name, Export("fm_expense_line", file.suffix[1:], file.read_bytes(), None)


def limit_memory() -> None:
    """Let this process have no more than `MEMORY` beside what it has reserved by now."""
    status = Path("/proc/self/status").read_text()
    reserved = int(next(line for line in status.splitlines() if line.startswith("VmSize")).split()[1]) * 1024
    resource.setrlimit(resource.RLIMIT_AS, (reserved + MEMORY, reserved + MEMORY))


def main(exports: Iterator[tuple[str, Export]]) -> None:
    """Judge every export."""
    verdict_on(drawn_export(0))
    limit_memory()
    told: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    wrong: list[str] = []
    most, longest = (0, ""), (0.0, "")
    for name, export in exports:
        say(f"{name} {export.kind}")
        peak()
        begun = time.monotonic()
        try:
            what, found = verdict_on(export)
        except BaseException as fault:  # noqa: BLE001 -- whatever a user would have seen
            what, found = "traceback", [f"{type(fault).__name__}: {str(fault)[:300]}"]
        told[name if "." in name else export.kind][what] += 1
        wrong += [f"{name} ({export.table}.{export.kind}): {one}" for one in found]
        most = max(most, (peak(), name))
        longest = max(longest, (time.monotonic() - begun, name))
    say(json.dumps({"told": told, "wrong": wrong, "most_memory": most, "longest": longest}))


def say(line: str) -> None:
    """Tell whoever has started this process."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    seed, count, folder = sys.argv[1:]
    main(chain(drawn(int(seed), int(count)), of_folder(Path(folder))))
