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
    crossing: npt.NDArray[np.float64]
    """Where in the interval, from 0 to 1, the root is to be expected."""


class _Parts(NamedTuple):
    """The place of each interval that is looked at, as in Intervals."""

    polynomial: Indices
    below: Matrix
    above: Matrix


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
        above, below = self.values > self.error, self.values < -self.error
        signs: npt.NDArray[np.int8] = above.view(np.int8) - below.view(np.int8)
        return signs


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
    form, parts = whole, _everywhere(whole)
    undecided = np.zeros(whole.values.shape[1], dtype=np.bool_)
    found = [(_chosen(parts, _NONE), form.values[:, :0])]
    for _ in levels:
        if not parts.polynomial.size:
            break
        form, parts = _halved_form(form), _halved(parts)
        signs = form.signs()
        roots = _largest_number_of_roots(signs, form)
        alone = np.flatnonzero(roots == 1)
        found.append((_chosen(parts, alone), form.values.take(alone, axis=1)))
        undecided[parts.polynomial[_is_uncertain(signs[[0, -1]], form.error[[0, -1]]).any(axis=0)]] = True
        open_ones = np.flatnonzero((roots > 1) & ~undecided[parts.polynomial])
        form, parts = form.chosen(open_ones), _chosen(parts, open_ones)
    undecided[parts.polynomial] = True
    return Isolation(_of_decided(found, undecided), undecided)


def _is_uncertain(signs: npt.NDArray[np.int8], error: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Where the sign is not known; without rounding errors, a 0 is one."""
    is_uncertain: npt.NDArray[np.bool_] = (signs == 0) & (error > 0)
    return is_uncertain


def _everywhere(form: Bernstein) -> _Parts:
    """The interval (0, 1) of every column, one step wide."""
    columns = np.arange(form.values.shape[1])
    steps = np.zeros(len(columns), dtype=form.values.dtype)
    return _Parts(columns, steps, steps + 1)


def sign_changes(signs: npt.NDArray[np.int8]) -> Indices:
    """How often the sign changes down each column, zeros skipped."""
    changes = _differences(signs)
    gaps = np.flatnonzero(~signs.all(axis=0))
    if gaps.size:
        changes[gaps] = _differences(_filled(signs.take(gaps, axis=1)))
    return changes


def _differences(signs: npt.NDArray[np.int8]) -> Indices:
    """How often neighbours differ."""
    differ = signs[1:] != signs[:-1]
    count: Indices = np.add.reduce(differ.view(np.uint8), axis=0, dtype=np.min_scalar_type(len(signs))).astype(np.int64)
    return count


def _filled(signs: npt.NDArray[np.int8]) -> npt.NDArray[np.int8]:
    """Zeros replaced by the sign above them, or else by the first one below."""
    first = np.argmax(signs != 0, axis=0)
    known = np.where(signs != 0, np.arange(len(signs))[:, None], first)
    return np.take_along_axis(signs, np.maximum.accumulate(known, axis=0), axis=0)


def _largest_number_of_roots(signs: npt.NDArray[np.int8], form: Bernstein) -> Indices:
    """Changes of sign, plus a root exactly at the upper end; several where a sign is uncertain."""
    roots = _differences(signs)
    gaps = np.flatnonzero(~signs.all(axis=0))
    uncertain = _is_uncertain(signs.take(gaps, axis=1), form.error.take(gaps, axis=1)).any(axis=0)
    roots[gaps] = 2
    zeros = gaps[~uncertain]
    if zeros.size:
        roots[zeros] = sign_changes(signs.take(zeros, axis=1)) + (signs[-1].take(zeros) == 0)
    return roots


def _of_decided(found: list[tuple[_Parts, Matrix]], undecided: npt.NDArray[np.bool_]) -> Intervals:
    """The parts that hold one root, with their Bernstein coefficients, as intervals."""
    parts = _Parts(*map(np.concatenate, zip(*(part for part, _ in found), strict=True)))
    decided = np.flatnonzero(~undecided[parts.polynomial])
    values = np.concatenate([values for _, values in found], axis=1).take(decided, axis=1)
    return Intervals(*_chosen(parts, decided), *_sign_and_crossing(values))


def _sign_and_crossing(values: Matrix) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float64]]:
    """The sign just above the lower end, and where the line through the coefficients crosses zero.

    That sign is the one of the first coefficient that is not 0. Those of the same sign come before the others.
    """
    columns, sign = np.arange(values.shape[1]), np.sign(values[0])
    zeros = np.flatnonzero(sign == 0)
    sign[zeros] = np.sign(values[np.argmax(values[:, zeros] != 0, axis=0), zeros])
    after = np.maximum(np.count_nonzero(values * sign > 0, axis=0), 1)
    before, beyond = np.abs(values[after - 1, columns]), np.abs(values[after, columns])
    crossing = (after - 1 + (before / (before + beyond)).astype(np.float64)) / (len(values) - 1)
    return sign.astype(np.int8), crossing


def _chosen(parts: _Parts, which: Indices) -> _Parts:
    return _Parts(parts.polynomial.take(which), parts.below.take(which), parts.above.take(which))


def _halved(parts: _Parts) -> _Parts:
    """Lower halves, then upper halves, on a grid of twice as many steps."""
    below, above = parts.below * 2, parts.above * 2
    return _Parts(
        np.concatenate([parts.polynomial, parts.polynomial]),
        np.concatenate([below, below + 1]),
        np.concatenate([above, above - 1]),
    )


def _halved_form(form: Bernstein) -> Bernstein:
    """De Casteljau's rule at the middle: lower halves, then upper halves."""
    order = len(form.values)
    if form.values.dtype == object:
        values = _both_halves(_exact_halving(order), form.values)
        return Bernstein(values, np.zeros(values.shape))
    halving = _exact_halving(order).astype(np.float64) / 2.0 ** (order - 1)
    rounding = (order + 2) * UNIT_ROUNDOFF
    error = form.error + rounding * np.abs(form.values)
    return Bernstein(_both_halves(halving, form.values), _both_halves(halving, error) * (1 + 2 * rounding))


@functools.cache
def _exact_halving(order: int) -> Matrix:
    """Weights of the lower half times 2^n, (i over j) 2^(n - i); those of the upper half are their mirror image."""
    return np.array([[math.comb(i, j) << (order - 1 - i) for j in range(order)] for i in range(order)], dtype=object)


def _both_halves(halving: Matrix, form: Matrix) -> Matrix:
    """Side by side."""
    order, count = form.shape
    halves = np.empty((order, 2 * count), dtype=form.dtype)
    np.matmul(halving, form, out=halves[:, :count])
    np.matmul(halving[::-1, ::-1].copy(), form, out=halves[:, count:])
    return halves


_NONE: Final = np.empty(0, dtype=np.int64)
