"""Positive roots of many polynomials at once, as rates: r = 1/x - 1 for every x > 0 with a_0 + a_1 x + ... + a_n x^n = 0.

Which roots there are is decided without doubt: float64 with bounds on its rounding errors settles nearly all
polynomials, and exact whole numbers the rest, where roots touch zero or nearly do.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from transforms.bracketed_newton import Bracket, log_roots
from transforms.root_isolation import Intervals, exact, isolate, rounded
from transforms.square_free import square_free_part

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
LEAST_RATE: Final = float(np.nextafter(-1.0, 0.0))
"""The float64 next to -100 %, for roots that are nearer to it."""


class Roots(NamedTuple):
    """Distinct roots."""

    polynomial: Indices
    """Its row."""
    rate: Floats


def positive_roots(polynomials: Floats) -> Roots:
    """All distinct roots of rows of whole numbers, constant term first, by row and rate. No row is all 0."""
    roots, undecided = _rounded_roots(polynomials)
    if undecided.size:
        roots = _joined(roots, _renumbered(_touching_roots(polynomials[undecided]), undecided))
    order = np.lexsort((roots.rate, roots.polynomial))
    return Roots(roots.polynomial[order], roots.rate[order])


def _touching_roots(polynomials: Floats) -> Roots:
    """Roots of rows that have, or nearly have, multiple roots: each root counts once in the square-free part."""
    whole = np.frompyfunc(int, 1, 1)(polynomials[:, ::-1])
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
    """Rows of equal length between their first and last coefficient that is not 0, and these coefficients as columns."""
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
    rate = np.expm1(-log_roots(coefficients[:, intervals.polynomial], bracket))
    return Roots(intervals.polynomial, np.maximum(rate, LEAST_RATE))


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
    value, power = coefficients[-1], above
    for coefficient in coefficients[-2::-1]:
        value, power = value * below + coefficient * power, power * above
    return value


def _renumbered(roots: Roots, rows: Indices) -> Roots:
    return Roots(rows[roots.polynomial], roots.rate)


def _joined(*parts: Roots) -> Roots:
    return Roots(*map(np.concatenate, zip(*parts, strict=True)))


_NO_ROOTS: Final = Roots(np.empty(0, dtype=np.int64), np.empty(0))
