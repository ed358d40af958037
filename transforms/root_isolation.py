"""Isolation of real roots: for many polynomials at once, intervals of x > 0 that hold exactly one root each.

A polynomial of degree n is written in y = x / (1 + x), which maps x > 0 to (0, 1), in Bernstein form. Descartes' rule
of signs then holds for every interval: as many roots as the coefficients change sign, or fewer by an even number. So no
change means no root and one change one root; anything else is halved by de Casteljau's rule until it is decided.

Polynomials are the columns of a matrix, the constant term in the first row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[Any]
"""Float64, or exact whole numbers of any size (dtype object)."""

UNIT_ROUNDOFF: Final = 2.0**-53


class Intervals(NamedTuple):
    """Intervals between neighbours of a grid of 2^k steps in y, open below and closed above."""

    polynomial: npt.NDArray[np.int64]
    """The column that the interval belongs to."""
    below: Matrix
    """Steps from y = 0 to its lower end."""
    above: Matrix
    """Steps from its lower end to y = 1: kept apart because it is exact where y is next to 1."""
    sign: npt.NDArray[np.int8]
    """Sign of the polynomial just above the lower end; 0 while the interval is undecided."""


class Isolation(NamedTuple):
    """Intervals with exactly one root each, and the columns whose signs drown in rounding errors."""

    intervals: Intervals
    undecided: npt.NDArray[np.bool_]


class Bernstein(NamedTuple):
    """Bernstein coefficients of polynomials on their intervals, and a bound on the error of each."""

    values: Matrix
    error: npt.NDArray[np.float64]


Halving = Callable[[Bernstein], Bernstein]
"""The lower halves of all intervals side by side, then the upper halves."""


def isolate(whole: Bernstein, halve: Halving, levels: Iterable[int]) -> Isolation:
    """Halve (0, 1) until each interval has no root or one; `levels` limits how often.

    A column is undecided when the sign at an end of one of its intervals is not certain, or the levels are used up.
    """
    undecided = np.zeros(whole.values.shape[1], dtype=np.bool_)
    intervals, found = _whole(whole.values), [_whole(whole.values[:, :0])]
    for _ in levels:
        roots, certain_ends = _roots_at_most(whole)
        undecided[intervals.polynomial[~certain_ends]] = True
        found.append(_with_sign(_chosen(intervals, roots == 1), whole.values[:, roots == 1]))
        open_ones = (roots > 1) & ~undecided[intervals.polynomial]
        if not open_ones.any():
            break
        intervals = _halved(_chosen(intervals, open_ones))
        whole = halve(Bernstein(whole.values[:, open_ones], whole.error[:, open_ones]))
    else:
        undecided[intervals.polynomial] = True
    joined = Intervals(*map(np.concatenate, zip(*found, strict=True)))
    return Isolation(_chosen(joined, ~undecided[joined.polynomial]), undecided)
