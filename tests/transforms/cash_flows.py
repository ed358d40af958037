"""Random yearly cash flows of several kinds, as matrices filled up with zeros."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Years = npt.NDArray[np.int64]
Kind = Callable[[np.random.Generator, int, int], Floats]


def anything(random: np.random.Generator, rows: int, years: int) -> Floats:
    """Any sign in any year."""
    return random.normal(0, 1e5, (rows, years)).round(2)


def investment(random: np.random.Generator, rows: int, years: int) -> Floats:
    """Cost first, benefit later: one change of sign."""
    flows = random.lognormal(10, 1, (rows, years)).round(2)
    flows[:, 0] *= -random.integers(1, 9, rows)
    return flows


def with_closing_cost(random: np.random.Generator, rows: int, years: int) -> Floats:
    """Cost at both ends: no root, or two."""
    flows = random.lognormal(10, 0.6, (rows, years)).round(2)
    flows[:, [0, -1]] *= -random.integers(1, 5, (rows, 2))
    return flows


def any_magnitude(random: np.random.Generator, rows: int, years: int) -> Floats:
    """From a hundredth of a cent to ten trillions in one cash flow."""
    sizes = 10.0 ** random.uniform(-4, 13, (rows, years))
    return (random.choice([-1.0, 1.0], (rows, years)) * sizes).round(4)


def small_numbers(random: np.random.Generator, rows: int, years: int) -> Floats:
    """Whole numbers to 5: rates of 0, roots that touch zero and empty years are frequent."""
    return random.integers(-5, 6, (rows, years)).astype(np.float64)


KINDS: Final[tuple[Kind, ...]] = (anything, investment, with_closing_cost, any_magnitude, small_numbers)


def cash_flows(kind: Kind, rows: int, *, longest: int, seed: int = 1) -> tuple[Floats, Years]:
    """Cash flows of 2 to `longest` years, about equally many of each length."""
    random = np.random.default_rng(seed)
    lengths = np.resize(np.arange(2, longest + 1), rows)
    flows = np.zeros((rows, longest))
    for years in range(2, longest + 1):
        own = np.flatnonzero(lengths == years)
        flows[own, :years] = kind(random, len(own), years)
    return flows, lengths


def near_double_roots(rows: int, *, seed: int = 1) -> tuple[Floats, Years]:
    """Two rates 0, 1e-6, 1e-4, 1e-2 or 0.1 apart and up to three others; rounding to money moves some off zero."""
    random = np.random.default_rng(seed)
    flows = np.zeros((rows, 6))
    for row in flows:
        first, others = (
            random.choice([0, 0.1, 0.25, -0.5, 0.07, 1, -0.2]),
            random.uniform(-0.9, 3, random.integers(0, 4)),
        )
        rates = [first, first + random.choice([0, 1e-6, 1e-4, 1e-2, 1e-1]), *others.round(1)]
        flow = np.array([random.choice([-1, 1]) * 10.0 ** random.integers(0, 8)])
        for rate in rates:
            flow = np.convolve(flow, [1, -(1 + rate)])
        row[: len(flow)] = flow.round(4)
    return flows, np.full(rows, 6)
