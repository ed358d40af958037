"""Positive roots of many polynomials at once, as rates: r = 1/x - 1 where x > 0 and a_0 + a_1 x + ... + a_n x^n = 0.

Which roots there are is decided without doubt: float64 with bounds on its rounding errors settles nearly all
polynomials, and exact whole numbers the rest, where roots touch zero or nearly do.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from transforms.roots.bracketed_newton import Bracket, log_roots
from transforms.roots.compensated_horner import value_and_slope
from transforms.roots.root_isolation import Intervals, exact, isolate, rounded
from transforms.roots.square_free import square_free_part

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Matrix = npt.NDArray[Any]

BLOCK: Final = 8192
"""Polynomials worked on together: what fits the processor's cache."""
SCALE: Final = 31 / 32
"""Keeps x = 1 and other usual rates off the grid of intervals: a root on it would cost an exact decision."""
FLOAT_LEVELS: Final = range(100)
EXACT_STEPS: Final = 1 << 60
"""Exact roots are known to 2^-59 relative to 1 + r."""
STEEP: Final = 1e-3
"""Where (1 + r)^n is smaller, a present value changes so fast with the rate that its last binary digit counts."""
CLOSE: Final = 1e-9
"""Longer steps, relative to 1 + r, are no corrections of a last digit."""
LEAST_RATE: Final = float(np.nextafter(-1.0, 0.0))
"""The float64 next to -100 %, for roots that are nearer to it."""


class Roots(NamedTuple):
    """Distinct roots."""

    polynomial: Indices
    """Its row."""
    rate: Floats


def positive_roots(polynomials: Floats) -> Roots:
    """All distinct roots of rows of whole numbers, constant term first, in no particular order. No row is all 0."""
    roots, undecided = _rounded_roots(polynomials)
    if not undecided.size:
        return roots
    return _joined(roots, _renumbered(_touching_roots(polynomials[undecided]), undecided))


def _touching_roots(polynomials: Floats) -> Roots:
    """Roots of rows that have, or nearly have, multiple roots: each root counts once in the square-free part."""
    whole = np.array([[int(coefficient) for coefficient in row[::-1]] for row in polynomials.tolist()], dtype=object)
    reduced = square_free_part(whole)[:, ::-1]
    roots, undecided = _rounded_roots(reduced.astype(np.float64))
    return _joined(roots, _renumbered(_exact_roots(reduced[undecided].T), undecided))


def _rounded_roots(polynomials: Floats) -> tuple[Roots, Indices]:
    """Roots found in float64, and the rows it can't decide."""
    found, undecided = [_NO_ROOTS], [np.empty(0, dtype=np.int64)]
    for rows, coefficients in _blocks(polynomials):
        isolation = isolate(rounded(coefficients, SCALE), FLOAT_LEVELS)
        found.append(_renumbered(_refined(coefficients, isolation.intervals), rows))
        undecided.append(rows[isolation.undecided])
    return _joined(*found), np.concatenate(undecided)


def _blocks(polynomials: Floats) -> Iterator[tuple[Indices, Floats]]:
    """Rows of equal length from their first to their last coefficient that is not 0, with these as columns."""
    if not polynomials.size:
        return
    present = polynomials != 0
    first = np.argmax(present, axis=1)
    length = polynomials.shape[1] - np.argmax(present[:, ::-1], axis=1) - first
    order = np.argsort(length, kind="stable")
    cuts = np.flatnonzero(np.diff(length[order])) + 1
    for group in np.split(order, cuts):
        for rows in np.split(group, range(BLOCK, len(group), BLOCK)):
            if rows.size:
                columns = first[rows] + np.arange(length[rows[0]])[:, None]
                yield rows, polynomials[rows, columns]


def _refined(coefficients: Floats, intervals: Intervals) -> Roots:
    """The root in each interval, in float64."""
    with np.errstate(divide="ignore"):
        lower = np.log(SCALE * intervals.below / intervals.above)
        upper = np.log(SCALE * (intervals.below + 1) / (intervals.above - 1))
    bracket = Bracket(lower, upper, intervals.sign.astype(np.float64))
    own = coefficients.take(intervals.polynomial, axis=1)
    rate = np.maximum(np.expm1(-log_roots(own, bracket)), LEAST_RATE)
    steep = np.flatnonzero(np.minimum(1 + rate, 1) ** (len(own) - 1) < STEEP)
    rate[steep] = _nearest_rate(own.take(steep, axis=1), rate[steep])
    return Roots(intervals.polynomial, rate + 0.0)


def _nearest_rate(coefficients: Floats, rate: Floats) -> Floats:
    """One more step of Newton's method, in g = 1 + r and with accurate values, to the float64 nearest to the root."""
    growth = 1 + rate
    value, slope = value_and_slope(coefficients, growth)
    with np.errstate(divide="ignore", invalid="ignore"):
        step = value / slope
    near = np.abs(step) < growth * CLOSE
    return np.maximum(growth - 1 - np.where(near, step, 0.0), LEAST_RATE)


def _exact_roots(coefficients: Matrix) -> Roots:
    """Roots of columns of whole numbers with simple roots only: isolated and narrowed in exact arithmetic."""
    intervals = isolate(exact(coefficients), itertools.count()).intervals
    own = coefficients[:, intervals.polynomial]
    below, above = intervals.below, intervals.above
    while (wide := (below < EXACT_STEPS) | (above < EXACT_STEPS)).any():
        lower = _value(own[:, wide], below[wide] * 2 + 1, above[wide] * 2 - 1) * intervals.sign[wide] <= 0
        below[wide] = below[wide] * 2 + np.where(lower, 0, 1)
        above[wide] = above[wide] * 2 - np.where(lower, 0, 1)
    return Roots(intervals.polynomial, np.maximum(((above - below) / below).astype(np.float64), LEAST_RATE))


def _value(coefficients: Matrix, below: Matrix, above: Matrix) -> Matrix:
    """The polynomial at x = below / above, times above^n."""
    value: Matrix = coefficients[-1]
    power = above
    for coefficient in coefficients[-2::-1]:
        value, power = value * below + coefficient * power, power * above
    return value


def _renumbered(roots: Roots, rows: Indices) -> Roots:
    return Roots(rows[roots.polynomial], roots.rate)


def _joined(*parts: Roots) -> Roots:
    return Roots(*map(np.concatenate, zip(*parts, strict=True)))


_NO_ROOTS: Final = Roots(np.empty(0, dtype=np.int64), np.empty(0))
