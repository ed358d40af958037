"""Positive roots of many polynomials at once, as rates: r = 1/x - 1 where x > 0 and a_0 + a_1 x + ... + a_n x^n = 0.

Which roots there are is decided without doubt: float64 with bounds on its rounding errors settles nearly all
polynomials, and exact whole numbers the rest, where roots touch zero or nearly do.
"""

from __future__ import annotations

import itertools
import math
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from transforms.roots.bracketed_newton import Bracket, log_roots
from transforms.roots.coefficient_block import coefficient_blocks, same_length
from transforms.roots.compensated_horner import value_and_slope
from transforms.roots.root_isolation import Intervals, exact, isolate, rounded, sign_changes
from transforms.roots.square_free import square_free_part

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Matrix = npt.NDArray[Any]

SCALE: Final = 31 / 32
"""Keeps x = 1 and other usual rates off the grid of intervals: a root on it would cost an exact decision."""
FLOAT_LEVELS: Final = range(100)
EXACT_STEPS: Final = 1 << 60
"""Exact roots are known to 2^-59 relative to 1 + r."""
FLAT: Final = 1 / 16
"""Where ln P - ln N is less steep, two roots are so close that rounding errors of float64 would show."""
LARGEST_GROWTH: Final = math.log(1e4)
"""Where (1 + r)^-n is larger, a present value changes so fast with the rate that its last binary digit counts."""
FLAT_STEPS: Final = 3
"""Corrections there: each squares what is left of the error."""
CLOSE: Final = 1e-5
"""Longer steps, relative to 1 + r, are no corrections."""
LEAST_RATE: Final = float(np.nextafter(-1.0, 0.0))
"""The float64 next to -100 %, for roots that are nearer to it."""


class Roots(NamedTuple):
    """Distinct roots, in no particular order."""

    polynomial: Indices
    """Its row."""
    rate: Floats


class Found(NamedTuple):
    """The roots of polynomials, and which of these have terms of both signs; others have no root."""

    roots: Roots
    changing: npt.NDArray[np.bool_]


def positive_roots(polynomials: Floats, lengths: Indices, units: float = 1) -> Found:
    """All distinct roots of rows of numbers that are whole when counted in units, constant term first.

    Rows are filled up with zeros after their lengths.
    """
    found, undecided = _rounded_roots(polynomials, lengths, units)
    if not undecided.size:
        return found
    touching = _touching_roots(polynomials[undecided], lengths[undecided], units)
    return found._replace(roots=_joined(found.roots, _renumbered(touching, undecided)))


def _touching_roots(polynomials: Floats, lengths: Indices, units: float) -> Roots:
    """Roots of rows that have, or nearly have, multiple roots: each root counts once in the square-free part."""
    reduced, length = np.zeros(polynomials.shape, dtype=object), np.zeros(len(polynomials), dtype=np.int64)
    for rows, coefficients in coefficient_blocks(polynomials, lengths, units):
        whole = np.array([[int(value) for value in column] for column in coefficients[::-1].T.tolist()], dtype=object)
        for row, part in zip(rows, square_free_part(whole), strict=True):
            terms = np.trim_zeros(part)[::-1]
            reduced[row, : len(terms)], length[row] = terms, len(terms)
    found, undecided = _rounded_roots(reduced.astype(np.float64), length, 1)
    exact = [
        _renumbered(_exact_roots(reduced[rows, : length[rows[0]]].T), rows)
        for rows in (undecided[group] for group in same_length(length[undecided]))
    ]
    return _joined(found.roots, *exact)


def _rounded_roots(polynomials: Floats, lengths: Indices, units: float) -> tuple[Found, Indices]:
    """What is found in float64, and the rows it can't decide."""
    changing = np.zeros(len(polynomials), dtype=np.bool_)
    found, undecided = [_NO_ROOTS], [np.empty(0, dtype=np.int64)]
    for rows, coefficients in coefficient_blocks(polynomials, lengths, units):
        signs = (coefficients > 0).view(np.int8) - (coefficients < 0).view(np.int8)
        changes = sign_changes(signs)
        changing[rows] = changes > 0
        one, several = np.flatnonzero(changes == 1), np.flatnonzero(changes > 1)
        found.append(Roots(rows[one], _only_rates(_columns(coefficients, one), signs[0].take(one))))
        if not several.size:
            continue
        isolation = isolate(rounded(coefficients.take(several, axis=1), SCALE), FLOAT_LEVELS)
        own = several[isolation.intervals.polynomial]
        found.append(Roots(rows[own], _isolated_rates(coefficients.take(own, axis=1), isolation.intervals)))
        undecided.append(rows[several[isolation.undecided]])
    return Found(_joined(*found), changing), np.concatenate(undecided)


def _columns(coefficients: Floats, which: Indices) -> Floats:
    """Some columns in their order; all of them without a copy."""
    return coefficients if which.size == coefficients.shape[1] else coefficients.take(which, axis=1)


def _only_rates(coefficients: Floats, sign: npt.NDArray[np.int8]) -> Floats:
    """The root of polynomials whose terms change sign once: there is exactly one (Descartes)."""
    everywhere = Bracket(np.full(sign.size, -np.inf), np.full(sign.size, np.inf), sign.astype(np.float64))
    return _rates(coefficients, everywhere, np.zeros(sign.size))


def _isolated_rates(coefficients: Floats, intervals: Intervals) -> Floats:
    """The root in each interval."""
    with np.errstate(divide="ignore"):
        lower, start, upper = (
            np.log(SCALE * (intervals.below + part) / (intervals.above - part)) for part in (0, intervals.crossing, 1)
        )
    return _rates(coefficients, Bracket(lower, upper, intervals.sign.astype(np.float64)), start)


def _rates(coefficients: Floats, bracket: Bracket, start: Floats) -> Floats:
    """The root of each column in its bracket, in float64."""
    roots = log_roots(coefficients, bracket, start)
    rate = np.maximum(np.expm1(-roots.value), LEAST_RATE)
    flat = np.abs(roots.slope) < FLAT
    steep = roots.value * (len(coefficients) - 1) > LARGEST_GROWTH
    for inexact in (flat | steep, *[flat] * (FLAT_STEPS - 1)):
        which = np.flatnonzero(inexact)
        if not which.size:
            break
        rate[which] = _corrected(coefficients.take(which, axis=1), rate[which], bracket.chosen(which))
    rate[(coefficients.sum(axis=0) == 0) & (bracket.lower < 0) & (bracket.upper >= 0)] = 0
    return rate


def _corrected(coefficients: Floats, rate: Floats, bracket: Bracket) -> Floats:
    """One more step of Newton's method, in g = 1 + r and with accurate values, if it is short and in the bracket."""
    growth = 1 + rate
    value, slope = value_and_slope(coefficients, growth)
    with np.errstate(divide="ignore", invalid="ignore"):
        step = value / slope
        root = -np.log(growth - step)
    is_correction = (np.abs(step) < growth * CLOSE) & (root > bracket.lower) & (root <= bracket.upper)
    return np.maximum(growth - 1 - np.where(is_correction, step, 0.0), LEAST_RATE)


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
