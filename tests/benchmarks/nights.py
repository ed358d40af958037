"""tieout itself: whole nights, from the command on."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Final

from tests.benchmarks.case import FIRST, NEXT, ROOT, Case, Place
from tests.benchmarks.rollups.cases import FIGURES

COMMAND: Final = (sys.executable, "-c", "from pipelines.cli import main; main()", "run")
FIRST_DAY, NEXT_DAY = "2026-01-15", "2026-01-16"
CHANGED: Final = 0.01
"""Share of the work items that have changed in the next night."""
SAMPLE: Final = ROOT / "data" / "sample"
PUBLISHED: Final = "warehouse.duckdb"
CHECK: Final = "tests.benchmarks.rollups.published:figures"


def night(source: Path, folder: Path, day: str, *more: str) -> list[str]:
    """The command of a night that publishes into a folder."""
    return [*COMMAND, "--source", str(source), "--warehouse", str(folder / PUBLISHED), "--as-of", day, *more]


def _after_the_first_night(place: Place) -> None:
    """The warehouse as the first night has left it; versions are never written again, so they need no copy."""
    shutil.copytree(place.first_night, place.scratch, symlinks=True, copy_function=os.link, dirs_exist_ok=True)


NIGHTS: Final = (
    Case(
        "first_night",
        "night",
        "`tieout run`: everything, first night",
        command=lambda place: night(place.world(FIRST), place.scratch, FIRST_DAY),
        check=CHECK,
        agrees_on=FIGURES,
    ),
    Case(
        "unchanged_night",
        "night",
        "`tieout run` a day later, nothing has changed",
        command=lambda place: night(place.world(FIRST), place.scratch, NEXT_DAY),
        before=_after_the_first_night,
        check=CHECK,
        agrees_on=FIGURES,
    ),
    Case(
        "changed_night",
        "night",
        f"`tieout run` a day later, {CHANGED:.0%} of the work items have changed",
        command=lambda place: night(place.world(NEXT), place.scratch, NEXT_DAY),
        before=_after_the_first_night,
        check=CHECK,
        agrees_on="figures of the next night",
    ),
    Case(
        "next_night_in_full",
        "night",
        "`tieout run` on the changed export without memory: a full night",
        command=lambda place: night(place.world(NEXT), place.scratch, NEXT_DAY),
        check=CHECK,
        agrees_on="figures of the next night",
    ),
    Case(
        "sample_night",
        "fixed cost",
        "`tieout run` on the sample, the whole process",
        command=lambda place: night(SAMPLE, place.scratch, FIRST_DAY, "--settings", str(SAMPLE.parent / "sample.toml")),
    ),
)
