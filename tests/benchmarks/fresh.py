"""What runs in the process of a case: prepare, time, check. Prints one line of JSON."""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.benchmarks.case import Case, Place
from tests.benchmarks.cases import case_named


def named(function: str) -> Callable[..., Any]:
    """The function of "module:function"."""
    module, name = function.split(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return found


def measured(case: Case, place: Place) -> dict[str, Any]:
    """Seconds of the timed part, on the wall and of processors."""
    timed = named(case.function)(place)
    wall, cpu = time.perf_counter(), time.process_time()
    outcome = timed()
    seconds = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    return {**seconds, **checked(case, place, outcome)}


def checked(case: Case, place: Place, outcome: object = None) -> dict[str, str]:
    """What the case came to, in one short text."""
    return {"check": str(named(case.check)(place, outcome))} if case.check else {}


def main(task: str, name: str, worlds: str, items: str, scratch: str) -> None:
    """`measure` a case, or `check` what its command has left."""
    case, place = case_named(name), Place(Path(worlds), int(items), Path(scratch))
    found = measured(case, place) if task == "measure" else checked(case, place)
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
