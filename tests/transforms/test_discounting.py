"""Discounted sums become money again: whole cents, half away from zero."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.discounting import round_money


def rounded(*values: float | None) -> list[Decimal | None]:
    frame = pl.LazyFrame({"npv": values}, schema={"npv": pl.Float64})
    return frame.select(round_money(pl.col("npv"))).collect().get_column("npv").to_list()


@pytest.mark.parametrize(
    ("value", "money"),
    [
        (10.005, "10.01"),
        (-10.005, "-10.01"),
        (10.004999999999999, "10.00"),
        (1.5e20, "150000000000000000000"),
        (2.675, "2.68"),
        (1.005, "1.01"),
        (0.005, "0.01"),
        (-0.005, "-0.01"),
        (0.0049, "0.00"),
        (-0.0, "0.00"),
        (1e-310, "0.00"),
        (114054.05324, "114054.05"),
        (9_999_999_999_999.99, "9999999999999.99"),
        (-1_234_567_890_123.45, "-1234567890123.45"),
    ],
)
def test_half_a_cent_goes_away_from_zero_although_the_float_is_a_little_below(value: float, money: str) -> None:
    assert rounded(value) == [Decimal(money)]


def test_the_type_is_money() -> None:
    frame = pl.LazyFrame({"npv": [1.5]}).select(round_money(pl.col("npv")))
    assert frame.collect_schema() == {"npv": pl.Decimal(38, 4)}
    assert frame.collect().schema == {"npv": pl.Decimal(38, 4)}


def test_unknown_and_what_no_amount_can_hold_are_null() -> None:
    assert rounded(None, math.nan, math.inf, -math.inf, 1e40) == [None] * 5


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_whole_cents_below_ten_to_the_13_come_back_exactly(cents: int) -> None:
    amount = Decimal(cents).scaleb(-2)
    assert rounded(float(amount)) == [amount]


@given(st.integers(-(10**12), 10**12))
def test_half_cents_go_away_from_zero_whatever_the_last_binary_digit_says(cents: int) -> None:
    tie = Decimal(2 * cents + 1) / 200
    assert rounded(float(tie)) == [tie.quantize(Decimal("0.01"), ROUND_HALF_UP)]


@given(st.floats(-9.9e15, 9.9e15))
def test_equal_to_rounding_the_shortest_text_of_the_float_once(value: float) -> None:
    expected = Decimal(repr(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert rounded(value) == [expected]
