"""Newton's method inside a bracket, for one root of each of many polynomials.

With P the sum of the positive terms and N that of the negative ones without their sign, a root is where
h(v) = ln P - ln N = 0, v = ln x. Of v, h is nearly a straight line, whatever the size of the flows and of the root.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

PRECISION: Final = 2.0**-51
"""Of v, and so relative to 1 + r."""


class Bracket(NamedTuple):
    """One root each, lower < v <= upper; `sign` is the polynomial's just above the lower end."""

    lower: Floats
    upper: Floats
    sign: Floats


def log_roots(coefficients: Floats, bracket: Bracket) -> Floats:
    """The root v = ln x of each column in its bracket. Constant terms first; no 0 in the first and last row.

    Ends may be infinite. Brackets beyond x = 1 are solved for 1/x: powers above 1 could overflow.
    """
    bracket = _one_side_of_par(coefficients, bracket)
    beyond = bracket.lower >= 0
    turned = np.where(beyond, coefficients[::-1], coefficients)
    lower = np.where(beyond, -bracket.upper, bracket.lower)
    upper = np.where(beyond, -bracket.lower, bracket.upper)
    sign = np.where(beyond, -bracket.sign, bracket.sign)
    root = _newton(turned, Bracket(np.maximum(lower, _least(turned)), upper, sign))
    return np.where(beyond, -root, root)


def _one_side_of_par(coefficients: Floats, bracket: Bracket) -> Bracket:
    """Brackets around x = 1 cut there: its sign tells which side the root is on."""
    around = (bracket.lower < 0) & (bracket.upper > 0)
    above = coefficients.sum(axis=0) * bracket.sign > 0
    return bracket._replace(
        lower=np.where(around & above, 0.0, bracket.lower), upper=np.where(around & ~above, 0.0, bracket.upper)
    )


def _least(coefficients: Floats) -> Floats:
    """Cauchy's bound: every root has x >= |a_0| / (|a_0| + max |a|)."""
    sizes = np.abs(coefficients)
    least: Floats = -np.log1p(sizes.max(axis=0) / sizes[0])
    return least


def _newton(coefficients: Floats, bracket: Bracket) -> Floats:
    """Newton's steps; halving instead where one would leave the bracket or is not half as long as the one before.

    A root is done when the next step would be too short to matter: after a step s the error is below M s^2 / (2 |h'|),
    where M = n^2 / 4 bounds |h''|.
    """
    lower, upper, sign = bracket
    root, length = np.where(upper - lower < 1, (lower + upper) / 2, upper), upper - lower
    solution, columns = root.copy(), np.arange(len(root))
    reach = 8 * PRECISION / (len(coefficients) - 1) ** 2
    while columns.size:
        height, slope = _log_ratio(coefficients, root)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = np.where(height == 0, 0.0, -height / slope)
        below = height * sign > 0
        lower, upper = np.where(below, root, lower), np.where(below, upper, root)
        done = (step * step <= reach * np.abs(slope)) | (upper - lower <= PRECISION)
        newton = done | ((root + step > lower) & (root + step < upper) & (2 * np.abs(step) < length))
        root = np.where(newton, np.clip(root + step, lower, upper), (lower + upper) / 2)
        length = np.where(newton, np.abs(step), upper - lower)
        solution[columns] = root
        left = np.flatnonzero(~done)
        coefficients, columns = coefficients.take(left, axis=1), columns.take(left)
        lower, upper, sign, root, length = (state.take(left) for state in (lower, upper, sign, root, length))
    return solution


def _log_ratio(coefficients: Floats, log_x: Floats) -> tuple[Floats, Floats]:
    """The function h = ln P - ln N and its derivative: the mean power of the terms of P less that of N."""
    terms = coefficients * _powers(np.exp(log_x), len(coefficients))
    moments = np.stack([np.ones(len(terms)), np.arange(len(terms))])
    gain, gain_moment = moments @ np.maximum(terms, 0)
    loss, loss_moment = moments @ np.minimum(terms, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(-gain / loss), gain_moment / gain - loss_moment / loss


def _powers(x: Floats, count: int) -> Floats:
    """Rows 1, x, x^2, ..."""
    powers = np.ones((count, len(x)))
    for row in range(1, count):
        np.multiply(powers[row - 1], x, out=powers[row])
    return powers
