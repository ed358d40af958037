"""Yearly cash flows, always the same ones: conventional investments, and a mix of everything that is hard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Years = npt.NDArray[np.int64]
Kind = Callable[[np.random.Generator, int, int], Floats]

SEED: Final = 20260115
LONGEST: Final = 60
PART: Final = 10_000
"""Cash flows that are drawn together."""


class CashFlows(NamedTuple):
    """Rows of net flows, filled up with zeros after their years."""

    flows: Floats
    years: Years

    def vectors(self) -> list[Floats]:
        """Each cash flow by itself, as libraries take it."""
        return [flow[:years] for flow, years in zip(self.flows, self.years, strict=True)]


def investment(dice: np.random.Generator, rows: int, years: int) -> Floats:
    """Costs of the first year or years, then benefits: one change of sign."""
    flows = dice.lognormal(11, 0.8, (rows, years))
    cost_years = 1 + dice.integers(0, max(1, years // 4), (rows, 1))
    costs = np.arange(years) < cost_years
    sizes = dice.uniform(0.3, 1.5, (rows, 1)) * years / cost_years
    return np.where(costs, -flows * sizes, flows)


def any_sign(dice: np.random.Generator, rows: int, years: int) -> Floats:
    return dice.normal(0, 1e5, (rows, years))


def alternating(dice: np.random.Generator, rows: int, years: int) -> Floats:
    """As many changes of sign as years allow."""
    return np.where(np.arange(years) % 2, 1, -1) * dice.lognormal(9, 0.7, (rows, years))


def closing_cost(dice: np.random.Generator, rows: int, years: int) -> Floats:
    """Cost at both ends: no root, or two."""
    flows = dice.lognormal(10, 0.6, (rows, years))
    flows[:, [0, -1]] *= -dice.uniform(0.2, 3, (rows, 2)) * years / 2
    return flows


def near_touching(dice: np.random.Generator, rows: int, years: int) -> Floats:
    """Two rates 1e-4, 1e-3, 1e-2 or 0.1 apart and up to two others; rounding to money may take the pair away."""
    first = dice.choice([0.0, 0.1, 0.25, -0.5, 0.07, 1.0], rows)
    gap = dice.choice([1e-4, 1e-3, 1e-2, 1e-1], rows)
    others = dice.uniform(-0.6, 2, (2, rows)).round(2)
    flows = np.zeros((rows, years))
    flows[:, 0] = dice.choice([-1, 1], rows) * 10.0 ** dice.integers(3, 8, rows)
    for rate in [first, first + gap, *others][: years - 1]:
        flows[:, 1:] -= (1 + rate)[:, None] * flows[:, :-1]
    return flows


def near_total_loss(dice: np.random.Generator, rows: int, years: int) -> Floats:
    """Benefits of next to nothing on a large cost: rates next to -100 %."""
    flows = dice.lognormal(2, 2, (rows, years))
    flows[:, 0] = -(10.0 ** dice.uniform(5, 12, rows))
    return flows


def of_any_size(dice: np.random.Generator, rows: int, years: int) -> Floats:
    """A portfolio of cents or of trillions."""
    return dice.normal(0.1, 1, (rows, years)) * 10 ** dice.uniform(-1, 13, (rows, 1))


def of_all_sizes(dice: np.random.Generator, rows: int, years: int) -> Floats:
    """Cents beside trillions."""
    return dice.choice([-1.0, 1.0], (rows, years)) * 10 ** dice.uniform(-3, 12, (rows, years))


def with_empty_years(dice: np.random.Generator, rows: int, years: int) -> Floats:
    """Most years are empty, often the first or the last ones."""
    return dice.normal(0, 1e4, (rows, years)) * (dice.random((rows, years)) < 0.4)


def equal_flows(dice: np.random.Generator, rows: int, years: int) -> Floats:
    """The same benefit every year, after one cost, some with a cost at the end."""
    flows = np.tile(10.0 ** dice.integers(1, 6, (rows, 1)), years)
    flows[:, 0] *= -dice.integers(1, 2 * years, rows)
    flows[:, -1] *= np.where(dice.random(rows) < 0.5, 1, -dice.integers(1, years + 1, rows))
    return flows


CONVENTIONAL: Final[tuple[Kind, ...]] = (investment,)
HARD: Final[tuple[Kind, ...]] = (
    investment,
    any_sign,
    alternating,
    closing_cost,
    near_touching,
    near_total_loss,
    of_any_size,
    of_all_sizes,
    with_empty_years,
    equal_flows,
)
MIXES: Final = {"conventional": CONVENTIONAL, "hard": HARD}


def cash_flows(mix: str, rows: int) -> CashFlows:
    """So many cash flows of 2 to 60 years, short ones more often, of each kind about as many, in amounts of money.

    The first ones are the same whatever their number.
    """
    parts = [_drawn(MIXES[mix], np.random.default_rng([SEED, part])) for part in range(-(-rows // PART))]
    return CashFlows(*(np.concatenate(arrays)[:rows] for arrays in zip(*parts, strict=True)))


def _drawn(mix: tuple[Kind, ...], dice: np.random.Generator) -> CashFlows:
    years = np.exp(dice.uniform(np.log(2), np.log(LONGEST + 1), PART)).astype(np.int64)
    kinds = dice.integers(0, len(mix), PART)
    flows = np.zeros((PART, LONGEST))
    for place, kind in enumerate(mix):
        for length in range(2, LONGEST + 1):
            own = np.flatnonzero((kinds == place) & (years == length))
            flows[own, :length] = kind(dice, own.size, length).round(4)
    return CashFlows(flows, years)
