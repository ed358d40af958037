"""All cases, by group. A new group lists its cases in a module of its own, and is added here."""

from __future__ import annotations

from typing import Final

from tests.benchmarks.case import Case
from tests.benchmarks.kernels import KERNELS
from tests.benchmarks.nights import NIGHTS
from tests.benchmarks.rollups.cases import ROLLUPS

CASES: Final[tuple[Case, ...]] = (*ROLLUPS, *NIGHTS, *KERNELS)


def case_named(name: str) -> Case:
    """The case of this name. Raises KeyError."""
    return {case.name: case for case in CASES}[name]
