"""The floor, and the rollups without tieout."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

from tests.benchmarks.case import ROOT, Case, Place

MEASURING: Final = "tests.benchmarks.rollups.measuring"
FIGURES: Final = "figures"
"""What all rollups and nights agree on."""
SMALL: Final = 10_000
MIDDLE: Final = 100_000


ROLL_UP: Final = """
import sys
from pathlib import Path
from tests.benchmarks.rollups.duckdb_sql import rollup
rollup(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def _with_figures(place: Place) -> None:
    """Figures to write, made once a world."""
    if not place.figures.exists():
        command = [sys.executable, "-c", ROLL_UP, str(place.world()), str(place.figures)]
        subprocess.run(command, cwd=ROOT, check=True)


def _rollup(name: str, meaning: str, *, largest: int | None = None, needs: tuple[str, ...] = ()) -> Case:
    return Case(
        name,
        "night",
        meaning,
        function=f"{MEASURING}:{name}",
        check=f"{MEASURING}:figures",
        agrees_on=FIGURES,
        largest=largest,
        needs=needs,
    )


ROLLUPS: Final = (
    Case("scan", "night", "bare scan of the needed columns (Polars, streaming)", function=f"{MEASURING}:scan"),
    Case(
        "write",
        "night",
        "bare write of the two result tables into DuckDB",
        function=f"{MEASURING}:write",
        before=_with_figures,
    ),
    _rollup("duckdb_sql", "rollup in DuckDB SQL on string keys"),
    _rollup("polars_strings", "rollup in Polars on string keys, streaming"),
    _rollup("pandas_strings", "rollup in pandas on string keys", largest=MIDDLE, needs=("pandas",)),
    _rollup("plain_python", "rollup in Python, row by row", largest=SMALL),
)
