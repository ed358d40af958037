"""Newton's method inside a bracket, for one root of each of many polynomials.

With P the sum of the positive terms and N that of the negative ones without their sign, a root is where
h(v) = ln P - ln N = 0, v = ln x. Of v, h is nearly a straight line, whatever the size of the flows and of the root.
Steps allow for its bend (Halley's method), which leaves errors of the third order.
"""

from __future__ import annotations

import functools
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

PRECISION: Final = 2.0**-51
"""Of v, and so relative to 1 + r."""
FREE_STEPS: Final = (3, 1, 2, 3)
"""Steps before it is asked which roots need more."""
LARGEST_LOG: Final = 600
"""Powers up to e^600 times any amounts of money can be added up."""


class Bracket(NamedTuple):
    """One root each, lower < v <= upper; `sign` is the polynomial's just above the lower end."""

    lower: Floats
    upper: Floats
    sign: Floats

    def chosen(self, which: Indices) -> Bracket:
        """Those of some roots."""
        return Bracket(self.lower.take(which), self.upper.take(which), self.sign.take(which))

    def turned(self) -> Bracket:
        """Those of the same roots as 1/x."""
        return Bracket(-self.upper, -self.lower, -self.sign)


class LogRoots(NamedTuple):
    """Roots v = ln x, and the slope of h there, which is small where rounding blurs the root."""

    value: Floats
    slope: Floats


class Step(NamedTuple):
    """The polynomial's value at a point, the slope of h there, and the step from there to its root."""

    value: Floats
    slope: Floats
    size: Floats

    def is_last(self, degree: int) -> npt.NDArray[np.bool_]:
        """Whether what is left after the step is too little to matter.

        It is below n^4 |s|^3 / (8 h'^2), as n^2 / 4 bounds |h''| and n^3 / 5 bounds |h'''|.
        """
        cube = np.abs(self.size) * self.size * self.size
        is_last: npt.NDArray[np.bool_] = cube <= 8 * PRECISION / degree**4 * self.slope * self.slope
        return is_last


def log_roots(coefficients: Floats, bracket: Bracket, value: Floats) -> LogRoots:
    """The root of each column in its bracket. Whole numbers, constant terms first; no 0 in the first and last row.

    Ends may be infinite. Steps are free at first; where they don't end inside of the bracket, they are guarded.
    """
    left = np.arange(value.size)
    roots, own, limits = LogRoots(value.copy(), np.empty(value.size)), coefficients, bracket
    for steps in FREE_STEPS:
        value, step = _free_steps(own, value, steps)
        roots.value[left], roots.slope[left] = value, step.slope
        ended = step.is_last(len(own) - 1) & (value >= limits.lower) & (value <= limits.upper)
        going_on = np.flatnonzero(~ended)
        if not going_on.size:
            return roots
        left, value, own = left.take(going_on), value.take(going_on), own.take(going_on, axis=1)
        limits = limits.chosen(going_on)
    roots.value[left], roots.slope[left] = _guarded(own, limits)
    return roots


def _free_steps(coefficients: Floats, value: Floats, steps: int) -> tuple[Floats, Step]:
    room = LARGEST_LOG / len(coefficients)
    with np.errstate(divide="ignore", invalid="ignore"):
        for _ in range(steps):
            value = np.clip(value, -room, room)
            step = _step(coefficients, value)
            value += step.size
    return value, step


def _guarded(coefficients: Floats, bracket: Bracket) -> LogRoots:
    """Brackets beyond x = 1 are solved for 1/x: powers above 1 could overflow."""
    bracket = _one_side_of_par(coefficients.sum(axis=0), bracket)
    beyond = bracket.lower >= 0
    within, outside = np.flatnonzero(~beyond), np.flatnonzero(beyond)
    roots = LogRoots(np.empty(beyond.size), np.empty(beyond.size))
    roots.value[within], roots.slope[within] = _guarded_steps(coefficients.take(within, axis=1), bracket.chosen(within))
    turned = coefficients.take(outside, axis=1)[::-1]
    inverse = _guarded_steps(turned, bracket.chosen(outside).turned())
    roots.value[outside], roots.slope[outside] = -inverse.value, inverse.slope
    return roots


def _one_side_of_par(at_par: Floats, bracket: Bracket) -> Bracket:
    """Brackets around x = 1 cut there: the sign of the polynomial tells which side the root is on."""
    around = (bracket.lower < 0) & (bracket.upper > 0)
    above = at_par * bracket.sign > 0
    return bracket._replace(
        lower=np.where(around & above, 0.0, bracket.lower), upper=np.where(around & ~above, 0.0, bracket.upper)
    )


def _guarded_steps(coefficients: Floats, bracket: Bracket) -> LogRoots:
    """From the upper end, which is at most 0; halving where a step would leave the bracket or not get shorter."""
    lower, upper, sign = bracket
    lower = np.maximum(lower, -np.log1p(np.abs(coefficients).max(axis=0, initial=0)))
    root, length = np.where(upper - lower < 1, (lower + upper) / 2, upper), upper - lower
    solution, columns = LogRoots(root.copy(), np.empty(len(root))), np.arange(len(root))
    while columns.size:
        with np.errstate(divide="ignore", invalid="ignore"):
            step = _step(coefficients, root)
        below = step.value * sign > 0
        lower, upper = np.where(below, root, lower), np.where(below, upper, root)
        size, following = np.abs(step.size), root + step.size
        done = step.is_last(len(coefficients) - 1) | (upper - lower <= PRECISION)
        usable = done | ((following > lower) & (following < upper) & (2 * size < length))
        root = np.where(usable, np.clip(following, lower, upper), (lower + upper) / 2)
        length = np.where(usable, size, upper - lower)
        solution.value[columns], solution.slope[columns] = root, step.slope
        left = np.flatnonzero(~done)
        coefficients, columns = coefficients.take(left, axis=1), columns.take(left)
        lower, upper, sign, root, length = (state.take(left) for state in (lower, upper, sign, root, length))
    return solution


def _step(coefficients: Floats, log_x: Floats) -> Step:
    """Of the powers in P, weighted by their terms, less those in N, the slope is the mean and the bend the variance."""
    terms = _powers(np.exp(log_x), len(coefficients))
    terms *= coefficients
    moments = _powers_of_powers(len(coefficients))
    total = moments @ terms
    size = moments @ np.abs(terms, out=terms)
    gain, loss = size + total, size - total
    height = np.log(gain[0] / loss[0])
    for part in (gain, loss):
        part[1:] /= part[0]
        part[2] -= part[1] * part[1]
    _, slope, bend = np.subtract(gain, loss, out=gain)
    straight = -height / slope
    correction = straight * bend / slope
    correction *= 0.5
    correction += 1
    return Step(total[0], slope, straight / np.maximum(correction, 0.5, out=correction))


@functools.cache
def _powers_of_powers(count: int) -> Floats:
    """Rows 1, j, j^2 for j = 0, 1, ..."""
    return np.arange(count) ** np.arange(3.0)[:, None]


def _powers(x: Floats, count: int) -> Floats:
    """Rows 1, x, x^2, ..."""
    powers = np.empty((count, len(x)))
    powers[0] = 1
    for row in range(1, count):
        np.multiply(powers[row - 1], x, out=powers[row])
    return powers
