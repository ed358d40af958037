"""Square-free parts: polynomials with the same roots, each of them once, in exact whole numbers.

Polynomials are the rows of a matrix of Python integers (dtype object), the highest power first and aligned: the first
coefficient is not 0 unless all are. Aligning multiplies by a power of x, which changes no root but x = 0; so roots at 0
are neither kept nor counted here.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[Any]


def square_free_part(polynomials: Matrix) -> Matrix:
    """Each polynomial divided by its greatest common divisor with its derivative. No row may be all 0."""
    dividend = _primitive(_aligned(polynomials))
    powers = np.arange(dividend.shape[1])[::-1].astype(object)
    return _quotient(dividend, _greatest_common_divisor(dividend, _aligned(dividend * powers)))


def _greatest_common_divisor(left: Matrix, right: Matrix) -> Matrix:
    """Euclid, one term at a time: the first term of the longer polynomial is removed until one of the two is 0."""
    left, right = left.copy(), right.copy()
    while (rows := np.flatnonzero(right[:, 0] != 0)).size:
        longer, shorter = _by_length(left[rows], right[rows])
        left[rows] = shorter
        right[rows] = _primitive(_aligned(longer * shorter[:, :1] - shorter * longer[:, :1]))
    return _primitive(left)


def _by_length(left: Matrix, right: Matrix) -> tuple[Matrix, Matrix]:
    """Longer and shorter of each pair."""
    swap = (_length(left) < _length(right))[:, None]
    return np.where(swap, right, left), np.where(swap, left, right)


def _length(polynomials: Matrix) -> npt.NDArray[np.int64]:
    length: npt.NDArray[np.int64] = polynomials.shape[1] - np.argmax(polynomials[:, ::-1] != 0, axis=1)
    return length


def _aligned(polynomials: Matrix) -> Matrix:
    """Leading zeros moved to the end."""
    columns = np.arange(polynomials.shape[1]) + np.argmax(polynomials != 0, axis=1)[:, None]
    return np.take_along_axis(polynomials, columns % polynomials.shape[1], axis=1)


def _primitive(polynomials: Matrix) -> Matrix:
    """Divided by the common divisor of their coefficients; rows of zeros stay."""
    common = np.gcd.reduce(polynomials, axis=1)
    return polynomials // np.where(common == 0, 1, common)[:, None]


def _quotient(dividend: Matrix, divisor: Matrix) -> Matrix:
    """Long division that is known to leave no remainder, and whole numbers (Gauss: the divisor is primitive)."""
    remainder, quotient = dividend.copy(), np.zeros_like(dividend)
    for power in range(dividend.shape[1]):
        quotient[:, power] = remainder[:, 0] // divisor[:, 0]
        remainder = np.roll(remainder - quotient[:, power : power + 1] * divisor, -1, axis=1)
    return quotient
