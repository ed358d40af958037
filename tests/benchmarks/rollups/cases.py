"""The floor, and the rollups without tieout."""

from __future__ import annotations

from typing import Final

from tests.benchmarks.case import Case

MEASURING: Final = "tests.benchmarks.rollups.measuring"
FIGURES: Final = "figures"
"""What all rollups and nights agree on."""
SMALL: Final = 10_000
MIDDLE: Final = 100_000


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
    Case("write", "night", "bare write of the two result tables into DuckDB", function=f"{MEASURING}:write"),
    _rollup("duckdb_sql", "rollup in DuckDB SQL on string keys"),
    _rollup("polars_strings", "rollup in Polars on string keys, streaming"),
    _rollup("pandas_strings", "rollup in pandas on string keys", largest=MIDDLE, needs=("pandas",)),
    _rollup("plain_python", "rollup in Python, row by row", largest=SMALL),
)
