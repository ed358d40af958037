"""A reader of a warehouse that is published again and again. `python -m tests.promises.reader FILE MODULE holding|opening`.

It reads until its standard input is closed, and prints how often, and which runs it has seen; a fault ends it with a
traceback.
"""

from __future__ import annotations

import importlib
import json
import select
import sys
from collections.abc import Iterator

import duckdb

from tests.promises.marked_warehouses import only_run

PAUSE = 0.02
SEEN_ANEW = 10
"""Of the reads of a held connection, how many beside a new connection."""


def opened(file: str) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(file, read_only=True)


def opening(file: str, markers: str) -> Iterator[str]:
    """What is shown to a reader that connects for every question, asked twice."""
    while True:
        with opened(file) as connection:
            run = only_run(connection, markers)
            assert only_run(connection, markers) == run
            yield run


def holding(file: str, markers: str) -> Iterator[str]:
    """What is shown to a reader that keeps its connection: the same for ever; it sees new runs when it connects again."""
    with opened(file) as held:
        run = only_run(held, markers)
        while True:
            for _ in range(SEEN_ANEW):
                assert only_run(held, markers) == run
                yield run
            with opened(file) as again:
                yield only_run(again, markers)


def main() -> None:
    """Read until told to stop."""
    file, module, habit = sys.argv[1:]
    markers = importlib.import_module(f"tests.promises.{module}").MARKERS
    reads, seen = 0, set()
    for run in {"opening": opening, "holding": holding}[habit](file, markers):
        seen.add(run)
        reads += 1
        if reads == 1:
            sys.stdout.write("reading\n")
            sys.stdout.flush()
        if select.select([sys.stdin], [], [], PAUSE)[0]:
            break
    sys.stdout.write(json.dumps({"reads": reads, "seen": len(seen)}))


if __name__ == "__main__":
    main()
