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
ITERATIONS: Final = 200


class Bracket(NamedTuple):
    """One root each, lower < v <= upper; `sign` is the polynomial's just above the lower end."""

    lower: Floats
    upper: Floats
    sign: Floats


def log_roots(coefficients: Floats, bracket: Bracket) -> Floats:
    """v = ln x of the root of each column (constant term first; first and last row hold no 0) in its bracket.

    Ends may be infinite. Brackets beyond x = 1 are solved for 1/x: powers above 1 could overflow.
    """
    bracket = _one_side_of_par(coefficients, bracket)
    beyond = bracket.lower >= 0
    turned = np.where(beyond, coefficients[::-1], coefficients)
    lower = np.where(beyond, -bracket.upper, bracket.lower)
    upper = np.where(beyond, -bracket.lower, bracket.upper)
    root = _newton(turned, Bracket(np.maximum(lower, _least(turned)), upper, np.where(beyond, -bracket.sign, bracket.sign)))
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
    return -np.log1p(sizes.max(axis=0) / sizes[0])


def _newton(coefficients: Floats, bracket: Bracket) -> Floats:
    """Newton's steps; halving instead where one would leave the bracket or is not half as long as the one before."""
    lower, upper, sign = bracket
    root, length = np.where(upper - lower < 1, (lower + upper) / 2, upper), upper - lower
    solution, columns = root.copy(), np.arange(len(root))
    for _ in range(ITERATIONS):
        height, slope = _log_ratio(coefficients, root)
        step = np.where(height == 0, 0.0, -height / slope)
        lower, upper = np.where(height * sign > 0, root, lower), np.where(height * sign > 0, upper, root)
        tiny = (np.abs(step) <= PRECISION * (1 + np.abs(root))) | (upper - lower <= PRECISION)
        newton = tiny | ((root + step > lower) & (root + step < upper) & (2 * np.abs(step) < length))
        root = np.where(newton, np.clip(root + step, lower, upper), (lower + upper) / 2)
        length = np.where(newton, np.abs(step), upper - lower)
        solution[columns] = root
        if tiny.all():
            break
        lower, upper, sign, root, length, columns = (a[~tiny] for a in (lower, upper, sign, root, length, columns))
        coefficients = coefficients[:, ~tiny]
    return solution


def _log_ratio(coefficients: Floats, log_x: Floats) -> tuple[Floats, Floats]:
    """h = ln P - ln N and its derivative: the mean power of the terms of P less that of N."""
    powers = np.arange(len(coefficients))
    terms = coefficients * np.exp(log_x * powers[:, None])
    moments = np.stack([np.ones(len(powers)), powers])
    gain, gain_moment = moments @ np.maximum(terms, 0)
    loss, loss_moment = moments @ np.maximum(-terms, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(gain / loss), gain_moment / gain - loss_moment / loss
