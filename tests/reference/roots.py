"""All distinct real roots of a polynomial at x > 0, found with exact arithmetic: Sturm sequence, then bisection."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

Polynomial = list[Fraction]
"""Coefficients from the constant term up; the last one is not zero."""


def positive_roots(coefficients: Sequence[Fraction], precision: Fraction) -> list[tuple[Fraction, Fraction]]:
    """Ascending intervals (low, high], each with exactly one root, with 1/low - 1/high at most `precision`.

    A polynomial of degree 0 has no roots; the zero polynomial is not allowed.
    """
    polynomial = _trimmed(coefficients)
    while not polynomial[0]:
        polynomial = polynomial[1:]
    chain = _sturm_chain(_square_free(polynomial))
    bound = 1 + max(abs(c / polynomial[-1]) for c in polynomial)
    intervals = _isolated(chain, Fraction(0), Fraction(bound))
    return [_narrowed(chain[0], low, high, precision) for low, high in intervals]


def _trimmed(coefficients: Sequence[Fraction]) -> Polynomial:
    trimmed = list(coefficients)
    while trimmed and not trimmed[-1]:
        trimmed.pop()
    return trimmed


def _value(polynomial: Polynomial, x: Fraction) -> Fraction:
    total = Fraction(0)
    for coefficient in reversed(polynomial):
        total = total * x + coefficient
    return total


def _derivative(polynomial: Polynomial) -> Polynomial:
    return [power * coefficient for power, coefficient in enumerate(polynomial)][1:]


def _divided(dividend: Polynomial, divisor: Polynomial) -> tuple[Polynomial, Polynomial]:
    """Quotient and remainder."""
    remainder = list(dividend)
    quotient = [Fraction(0)] * max(len(dividend) - len(divisor) + 1, 0)
    for shift in reversed(range(len(quotient))):
        factor = remainder[shift + len(divisor) - 1] / divisor[-1]
        quotient[shift] = factor
        for power, coefficient in enumerate(divisor):
            remainder[shift + power] -= factor * coefficient
    return quotient, _trimmed(remainder)


def _square_free(polynomial: Polynomial) -> Polynomial:
    """The polynomial with each root once: divided by its greatest common divisor with its derivative."""
    left, right = polynomial, _trimmed(_derivative(polynomial))
    while right:
        left, right = right, _divided(left, right)[1]
    return _divided(polynomial, left)[0]


def _sturm_chain(polynomial: Polynomial) -> list[Polynomial]:
    chain = [polynomial, _trimmed(_derivative(polynomial))]
    while chain[-1]:
        chain.append([-c for c in _divided(chain[-2], chain[-1])[1]])
    return chain[:-1]


def _sign_changes(chain: list[Polynomial], x: Fraction) -> int:
    signs = [value > 0 for value in (_value(polynomial, x) for polynomial in chain) if value]
    return sum(one != other for one, other in pairwise(signs))


def _isolated(chain: list[Polynomial], low: Fraction, high: Fraction) -> list[tuple[Fraction, Fraction]]:
    """Intervals (low, high] with one root each. Sturm: their number is the loss of sign changes from low to high."""
    count = _sign_changes(chain, low) - _sign_changes(chain, high)
    if count <= 1:
        return [(low, high)] * count
    middle = (low + high) / 2
    return _isolated(chain, low, middle) + _isolated(chain, middle, high)


def _narrowed(polynomial: Polynomial, low: Fraction, high: Fraction, precision: Fraction) -> tuple[Fraction, Fraction]:
    """Bisect (low, high] until the reciprocals of its ends are close enough; a root met exactly ends it."""
    while not low or 1 / low - 1 / high > precision:
        middle = (low + high) / 2
        at_middle, at_high = _value(polynomial, middle), _value(polynomial, high)
        if not at_middle or not at_high:
            exact = high if not at_high else middle
            return exact, exact
        if (at_middle > 0) == (at_high > 0):
            high = middle
        else:
            low = middle
    return low, high
