"""Isolation of real roots: for many polynomials at once, intervals of x > 0 that hold exactly one root each.

With y = x / (x + scale), which maps x > 0 to (0, 1), a polynomial is written in Bernstein form. On every interval
Descartes' rule of signs then holds: as many roots as the coefficients change sign, or fewer by an even number. So no
change means no root and one change means one; any other interval is halved by de Casteljau's rule until it is decided.

Polynomials are the columns of a matrix, the constant term in its first row. Entries are float64, with a bound on their
rounding errors, or exact whole numbers of any size (dtype object) with a bound of 0.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

Indices = npt.NDArray[np.int64]
Matrix = npt.NDArray[Any]
UNIT_ROUNDOFF: Final = 2.0**-53
CONVERSION_ROUNDINGS: Final = 4
"""At most: a flow as float, a weight as float and their product; and one to spare."""


class Intervals(NamedTuple):
    """Intervals between neighbours on a grid of 2^k equal steps in y, open below and closed above."""

    polynomial: Indices
    """Its column."""
    below: Matrix
    """Steps from y = 0 to the lower end."""
    above: Matrix
    """Steps from the lower end to y = 1; kept beside `below` because it stays exact where y is next to 1."""
    sign: npt.NDArray[np.int8]
    """Sign of the polynomial just above the lower end."""


class Isolation(NamedTuple):
    """Intervals with one root each, and which columns could not be decided (they have no interval)."""

    intervals: Intervals
    undecided: npt.NDArray[np.bool_]


class Bernstein(NamedTuple):
    """Bernstein coefficients on each interval, and bounds on their errors."""

    values: Matrix
    error: npt.NDArray[np.float64]

    def chosen(self, columns: Indices) -> Bernstein:
        """Those of some intervals."""
        return Bernstein(self.values.take(columns, axis=1), self.error.take(columns, axis=1))

    def signs(self) -> npt.NDArray[np.int8]:
        """-1, 0 or 1; 0 also where the sign is not certain."""
        return np.where(np.abs(self.values) > self.error, np.sign(self.values), 0).astype(np.int8)


def rounded(coefficients: npt.NDArray[np.float64], scale: float) -> Bernstein:
    """Bernstein form on all of x > 0 in float64: a_j scale^j / (n over j). First and last coefficients are not 0."""
    degree = len(coefficients) - 1
    weights = np.array([scale**j / math.comb(degree, j) for j in range(degree + 1)])
    values = coefficients * weights[:, None]
    return Bernstein(values, CONVERSION_ROUNDINGS * UNIT_ROUNDOFF * np.abs(values))


def exact(coefficients: Matrix) -> Bernstein:
    """Bernstein form on all of x > 0 for scale 1, times a positive factor that keeps whole numbers whole."""
    degree = len(coefficients) - 1
    common = math.lcm(*(math.comb(degree, j) for j in range(degree + 1)))
    weights = np.array([common // math.comb(degree, j) for j in range(degree + 1)], dtype=object)
    values = coefficients * weights[:, None]
    return Bernstein(values, np.zeros(values.shape))


def isolate(whole: Bernstein, levels: Iterable[int]) -> Isolation:
    """Halve (0, 1) until every interval holds one root or none; `levels` counts how often that may happen.

    A column is undecided when the sign at an end of one of its open intervals is uncertain, which no halving cures, or
    when the levels are used up. With exact numbers and simple roots only, unlimited levels always end.
    """
    form, intervals = whole, _everywhere(whole)
    undecided = np.zeros(whole.values.shape[1], dtype=np.bool_)
    found = []
    for _ in levels:
        signs = form.signs()
        uncertain = (signs == 0) & (form.error > 0)
        roots = np.where(uncertain.any(axis=0), 2, _largest_number_of_roots(signs))
        found.append(_chosen(_with_sign(intervals, signs), np.flatnonzero(roots == 1)))
        undecided[intervals.polynomial[uncertain[0] | uncertain[-1]]] = True
        open_ones = np.flatnonzero((roots > 1) & ~undecided[intervals.polynomial])
        if not open_ones.size:
            break
        form, intervals = _halved_form(form.chosen(open_ones)), _halved(_chosen(intervals, open_ones))
    else:
        undecided[intervals.polynomial] = True
    isolated = Intervals(*map(np.concatenate, zip(*found, strict=True)))
    return Isolation(_chosen(isolated, np.flatnonzero(~undecided[isolated.polynomial])), undecided)


def _everywhere(form: Bernstein) -> Intervals:
    """The interval (0, 1) of every column: one step wide."""
    columns = np.arange(form.values.shape[1])
    steps = np.zeros(len(columns), dtype=form.values.dtype)
    return Intervals(columns, steps, steps + 1, np.zeros(len(columns), dtype=np.int8))


def _largest_number_of_roots(signs: npt.NDArray[np.int8]) -> Indices:
    """Changes of sign, zeros skipped, plus a root exactly at the upper end."""
    last, changes = signs[0].copy(), np.zeros(signs.shape[1], dtype=np.int64)
    for sign in signs[1:]:
        changes += last * sign < 0
        np.copyto(last, sign, where=sign != 0)
    at_upper_end: Indices = (signs[-1] == 0).astype(np.int64)
    return changes + at_upper_end


def _with_sign(intervals: Intervals, signs: npt.NDArray[np.int8]) -> Intervals:
    """The sign just above the lower end is that of the first coefficient that is not 0."""
    first = np.argmax(signs != 0, axis=0)
    return intervals._replace(sign=signs[first, np.arange(len(first))])


def _chosen(intervals: Intervals, which: Indices) -> Intervals:
    polynomial, below, above, sign = intervals
    return Intervals(polynomial.take(which), below.take(which), above.take(which), sign.take(which))


def _halved(intervals: Intervals) -> Intervals:
    """Lower halves, then upper halves, on a grid of twice as many steps."""
    below, above = intervals.below * 2, intervals.above * 2
    return Intervals(
        np.tile(intervals.polynomial, 2),
        np.concatenate([below, below + 1]),
        np.concatenate([above, above - 1]),
        np.tile(intervals.sign, 2),
    )


def _halved_form(form: Bernstein) -> Bernstein:
    """De Casteljau's rule at the middle: lower halves, then upper halves."""
    order = len(form.values)
    if form.values.dtype == object:
        values = _exact_halving(order) @ form.values
        return Bernstein(_side_by_side(values), np.zeros((order, values.shape[1] * 2)))
    halving = _exact_halving(order).astype(np.float64) / 2.0 ** (order - 1)
    rounding = (order + 2) * UNIT_ROUNDOFF
    error = halving @ (form.error + rounding * np.abs(form.values)) * (1 + 2 * rounding)
    return Bernstein(_side_by_side(halving @ form.values), _side_by_side(error))


@functools.cache
def _exact_halving(order: int) -> Matrix:
    """Weights of the lower half times 2^n, (i over j) 2^(n - i), above those of the upper half, its mirror image."""
    lower = [[math.comb(i, j) << (order - 1 - i) for j in range(order)] for i in range(order)]
    return np.array([*lower, *(row[::-1] for row in lower[::-1])], dtype=object)


def _side_by_side(stacked: Matrix) -> Matrix:
    return np.concatenate(np.split(stacked, 2), axis=1)
