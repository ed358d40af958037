"""Internal rates of return of many cash flows: ours, and libraries that take them one by one."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from tests.benchmarks.case import Place, Timed
from tests.benchmarks.returns_flows import Floats, cash_flows

CHECKED = 1_000
PRECISION = 1e-9


def ours(mix: str, place: Place) -> Timed:
    """All at once."""
    from transforms.internal_rate_of_return import internal_rates  # noqa: PLC0415

    flows, years = cash_flows(mix, place.items)
    return lambda: internal_rates(flows, years).rate


def pyxirr(mix: str, place: Place) -> Timed:
    """A loop over lists, which it takes faster than arrays."""
    import pyxirr as library  # noqa: PLC0415

    vectors = [vector.tolist() for vector in cash_flows(mix, place.items).vectors()]
    return _loop(lambda vector: library.irr(vector, silent=True), vectors)


def numpy_financial(mix: str, place: Place) -> Timed:
    """A loop over arrays."""
    import numpy_financial as library  # noqa: PLC0415

    warnings.simplefilter("ignore")
    return _loop(library.irr, cash_flows(mix, place.items).vectors())


def _loop(irr: Callable[[Any], float | None], vectors: Iterable[Any]) -> Timed:
    return lambda: [irr(vector) for vector in vectors]


def conventional_ours(place: Place) -> Timed:
    return ours("conventional", place)


def conventional_pyxirr(place: Place) -> Timed:
    return pyxirr("conventional", place)


def conventional_numpy_financial(place: Place) -> Timed:
    return numpy_financial("conventional", place)


def hard_ours(place: Place) -> Timed:
    return ours("hard", place)


def hard_pyxirr(place: Place) -> Timed:
    return pyxirr("hard", place)


def hard_numpy_financial(place: Place) -> Timed:
    return numpy_financial("hard", place)


def rates_of_the_first(_place: Place, rates: Iterable[float | None]) -> str:
    """How many of the first cash flows have a present value of next to nothing at their rate."""
    first = list(rates)[:CHECKED]
    growth = 1 + np.array([np.nan if rate is None else rate for rate in first], dtype=np.longdouble)
    flows: Floats = cash_flows("conventional", len(first)).flows
    value, size = np.zeros((2, len(first)), dtype=np.longdouble)
    for flow in flows.T[::-1]:
        value, size = value / growth + flow, size / growth + np.abs(flow)
    return f"{(np.abs(value) <= PRECISION * size).sum()} of {len(first)}"
