"""What tieout has published, checked like a rollup."""

from __future__ import annotations

from tests.benchmarks.case import Place
from tests.benchmarks.nights import PUBLISHED
from tests.benchmarks.rollups.result import checksum


def figures(place: Place, _outcome: object) -> str:
    """The checksum of the published figures."""
    return checksum(place.scratch / PUBLISHED, "mart")
