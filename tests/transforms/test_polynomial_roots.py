"""The arithmetic behind rates of return: square-free parts, isolating intervals, accurate values."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.roots.coefficient_block import coefficient_blocks
from transforms.roots.compensated_horner import value_and_slope
from transforms.roots.polynomial_roots import positive_roots
from transforms.roots.root_isolation import Intervals, exact, isolate, rounded, sign_changes
from transforms.roots.square_free import square_free_part


def product(*factors: Sequence[int]) -> list[int]:
    """Coefficients in the order of the factors'."""
    result = [1]
    for factor in factors:
        terms = [[0] * shift + [value * other for other in factor] for shift, value in enumerate(result)]
        result = [sum(column) for column in itertools.zip_longest(*terms, fillvalue=0)]
    return result


def whole(*rows: Sequence[int]) -> npt.NDArray[Any]:
    return np.array(rows, dtype=object)


# Square-free part


def test_every_factor_is_kept_once() -> None:
    """(x - 1)^3 (2x - 3)^2 (x^2 + 1), highest power first."""
    polynomial = product([1, -1], [1, -1], [1, -1], [2, -3], [2, -3], [1, 0, 1])
    once = product([1, -1], [2, -3], [1, 0, 1])
    (part,) = square_free_part(whole(polynomial)).tolist()
    sign = part[0] // abs(part[0])
    assert [sign * value for value in part] == once + [0] * (len(polynomial) - len(once))


def test_rows_of_different_degree_are_reduced_side_by_side() -> None:
    rows = square_free_part(whole([0, 0, 4, -8, 4], [0, 1, -2, 0, 0], [6, 0, 0, 0, -6]))
    assert [[abs(value) for value in row] for row in rows.tolist()] == [
        [1, 1, 0, 0, 0],
        [1, 2, 0, 0, 0],
        [1, 0, 0, 0, 1],
    ]


# Isolation


def ends(intervals: Intervals, scale: float) -> list[tuple[float, float]]:
    lower = [scale * float(b) / float(a) for b, a in zip(intervals.below, intervals.above, strict=True)]
    upper = [
        scale * float(b + 1) / float(a - 1) if a > 1 else np.inf
        for b, a in zip(intervals.below, intervals.above, strict=True)
    ]
    return sorted(zip(lower, upper, strict=True))


def assert_one_in_each(found: list[tuple[float, float]], roots: Sequence[float]) -> None:
    assert all(lower < root <= upper for (lower, upper), root in zip(found, roots, strict=True))
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(found))


def test_each_interval_holds_one_root() -> None:
    """(x - 1/2)(x - 2)(x - 2.25)(x - 1000), constant term first."""
    coefficients = product([-1, 2], [-2, 1], [-9, 4], [-1000, 1])
    column = np.array(coefficients, dtype=np.float64)[:, None]
    for form, scale in ((rounded(column, 0.97), 0.97), (exact(whole(coefficients).T), 1)):
        found = ends(isolate(form, range(50)).intervals, scale)
        assert [lower < root <= upper for (lower, upper), root in zip(found, (0.5, 2, 2.25, 1000), strict=True)] == [
            True
        ] * 4


def test_float64_leaves_a_touching_root_undecided_and_invents_no_interval() -> None:
    column = np.array(product([-7, 10], [-7, 10]), dtype=np.float64)[:, None]
    intervals, undecided = isolate(rounded(column, 0.97), range(100))
    assert undecided.tolist() == [True]
    assert intervals.polynomial.size == 0


def test_an_exact_root_at_an_end_belongs_to_the_interval_below_it() -> None:
    """(x - 1)(x - 3)(x - 4): x = 1 and x = 3 are points of the grid."""
    found = ends(isolate(exact(whole(product([-1, 1], [-3, 1], [-4, 1])).T), itertools.count()).intervals, 1)
    assert_one_in_each(found, (1, 3, 4))


@given(st.lists(st.lists(st.integers(-1, 1), min_size=6, max_size=6), min_size=1, max_size=5))
def test_changes_of_sign_are_counted_without_zeros(columns: list[list[int]]) -> None:
    present = [[sign for sign in column if sign] for column in columns]
    changes = [sum(one != other for one, other in itertools.pairwise(column)) for column in present]
    assert sign_changes(np.array(columns, dtype=np.int8).T).tolist() == changes


# Blocks


def test_a_block_holds_rows_of_one_length_in_units_without_the_zeros_around_them() -> None:
    rows = np.array([[0.5, -1.25, 0, 0], [0, 0, 3, 1], [0, 0, 0, 0], [1, 0, 0, 2], [0, 7, 0, 0]])
    blocks = list(coefficient_blocks(rows, np.array([3, 4, 4, 4, 4]), 100))
    assert [block.rows.tolist() for block in blocks] == [[0, 1], [3]]
    assert [block.coefficients.T.tolist() for block in blocks] == [[[50, -125], [300, 100]], [[100, 0, 0, 200]]]


# Roots


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(1, 30)), min_size=1, max_size=5))
def test_all_roots_of_a_product_of_linear_factors_each_once(factors: list[tuple[int, int]]) -> None:
    """Factors a x - b with the root x = b / a, so the rate a / b - 1; repeated ones count once."""
    coefficients = product(*([-b, a] for a, b in factors))
    rates = sorted({Fraction(a, b) - 1 for a, b in factors})
    found = positive_roots(np.array([coefficients], dtype=np.float64), np.array([len(coefficients)]))
    assert sorted(found.roots.rate) == pytest.approx([float(rate) for rate in rates], rel=1e-9, abs=1e-9)


# Accurate values


@given(
    st.lists(st.integers(-(2**53), 2**53), min_size=2, max_size=12),
    st.floats(2**-20, 1, exclude_max=True),
)
def test_values_are_accurate_even_where_everything_cancels(coefficients: list[int], x: float) -> None:
    value, _ = value_and_slope(np.array(coefficients, dtype=np.float64)[:, None], np.array([x]))
    true = size = Fraction(0)
    for coefficient in coefficients:
        true, size = true * Fraction(x) + coefficient, size * Fraction(x) + abs(coefficient)
    assert abs(Fraction(value[0]) - true) <= Fraction(2) ** -52 * abs(true) + Fraction(2) ** -95 * size
