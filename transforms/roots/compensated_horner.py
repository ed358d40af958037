"""Values of many polynomials at many points in float64, as accurate as with twice its digits and rounded once.

Products and sums are carried with their rounding errors (Dekker, Knuth), the errors through a second Horner's rule.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

HALF_DIGITS: Final = 2.0**27 + 1
"""Splits a float64 into two halves whose products are exact."""


def value_and_slope(coefficients: Floats, x: Floats) -> tuple[Floats, Floats]:
    """Accurate value and plain derivative of the polynomial in each column (highest power first) at its x."""
    value, error, slope, halves = coefficients[0], np.zeros(len(x)), np.zeros(len(x)), _halves(x)
    for coefficient in coefficients[1:]:
        slope = slope * x + value
        product = value * x
        product_error = _rounded_away(product, _halves(value), halves)
        value, sum_error = _sum(product, coefficient)
        error = error * x + (product_error + sum_error)
    return value + error, slope


def _sum(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """The rounded sum and what rounding took away."""
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


def _rounded_away(product: Floats, a: tuple[Floats, Floats], b: tuple[Floats, Floats]) -> Floats:
    """What rounding took away from the product of two numbers, given as halves."""
    (a_high, a_low), (b_high, b_low) = a, b
    return a_low * b_low - (((product - a_high * b_high) - a_low * b_high) - a_high * b_low)


def _halves(a: Floats) -> tuple[Floats, Floats]:
    shifted = HALF_DIGITS * a
    high = shifted - (shifted - a)
    return high, a - high
