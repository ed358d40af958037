"""What the suite aims at, and what was reached."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import NamedTuple

from tests.benchmarks.measurement import Suite, scaled


class Target(NamedTuple):
    """A ratio or a number of seconds that is aimed at."""

    what: str
    aim: str
    cases: tuple[str, ...]
    """All of them must have been measured."""
    reached: Callable[[Suite], str]


def _times(case: str, other: str) -> Callable[[Suite], str]:
    return lambda suite: f"{scaled(suite.of(case), 'cpu') / scaled(suite.of(other), 'cpu'):,.2f} x"


def _target_beside(what: str, ours: str, other: str, least: int) -> Target:
    """How many times as long another takes."""
    return Target(f"{what}: {other} beside ours", f">= {least} x", (ours, other), _times(other, ours))


def _peak_by_input(suite: Suite) -> str:
    peak = statistics.median(run.peak for run in suite.of("first_night"))
    return f"{peak / suite.bytes_read[suite.items]:,.2f} x ({peak / 2**30:,.2f} GiB)"


TARGETS = (
    Target(
        "full load: processor time beside the bare scan",
        "<= 6.5 x",
        ("first_night", "scan"),
        _times("first_night", "scan"),
    ),
    Target(
        "full load beside DuckDB SQL on strings",
        "<= 0.7 x",
        ("first_night", "duckdb_sql"),
        _times("first_night", "duckdb_sql"),
    ),
    Target(
        "full load beside Polars on strings",
        "<= 0.5 x",
        ("first_night", "polars_strings"),
        _times("first_night", "polars_strings"),
    ),
    Target("full load: most memory beside the bytes of the input", "<= 2.5 x", ("first_night",), _peak_by_input),
    Target(
        "1 % of the work items changed, beside a full night",
        "<= 0.10 x",
        ("changed_night", "next_night_in_full"),
        _times("changed_night", "next_night_in_full"),
    ),
    Target(
        "nothing changed, beside the first night",
        "",
        ("unchanged_night", "first_night"),
        _times("unchanged_night", "first_night"),
    ),
    Target(
        "fixed cost of a night on the sample, whole process",
        "<= 8 s",
        ("sample_night",),
        lambda suite: f"{scaled(suite.of('sample_night'), 'wall'):,.1f} s",
    ),
    *(
        _target_beside("rates of return, " + mix, f"returns_{mix}", f"returns_{mix}_{library}", least)
        for mix, library, least in (
            ("conventional", "pyxirr", 12),
            ("conventional", "numpy_financial", 80),
            ("hard", "pyxirr", 6),
            ("hard", "numpy_financial", 80),
        )
    ),
    _target_beside("200 rules on 7 columns", "rules_ours", "rules_zen_batch", 80),
    _target_beside("200 rules on 7 columns", "rules_ours", "rules_duckdb_case", 3),
    _target_beside("200 rules on 7 columns", "rules_ours", "rules_polars_when", 10),
    Target(
        "three baselines beside today, by period, beside the bare scan",
        "<= 3 x",
        ("variance_ours", "variance_scan"),
        _times("variance_ours", "variance_scan"),
    ),
)


def target_lines(suite: Suite) -> list[list[str]]:
    """What, aim and reached, of all that were measured."""
    return [
        [target.what, target.aim, target.reached(suite)]
        for target in TARGETS
        if all(suite.of(case) for case in target.cases)
    ]
