"""Laws of splitting an amount into equal shares of whole cents."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from models.columns import MONEY_LIMIT_DIGITS, MONEY_PRECISION, MONEY_SCALE
from transforms.split import equal_share

MONEY: Final = pl.Decimal(MONEY_PRECISION, MONEY_SCALE)
CENT: Final = Decimal("0.01")
LARGEST: Final = 10 ** (MONEY_LIMIT_DIGITS + MONEY_SCALE) - 1

amounts = (st.integers(-LARGEST, LARGEST) | st.integers(-30_000, 30_000)).map(lambda units: Decimal(units).scaleb(-4))
numbers_of_parts = st.integers(1, 13) | st.integers(14, 400)


def shares(amount: Decimal, parts: int) -> list[Decimal]:
    positions = pl.DataFrame({"position": range(parts)}, schema={"position": pl.Int64})
    columns = positions.with_columns(amount=pl.lit(amount, MONEY), parts=pl.lit(parts, pl.Int64))
    share = equal_share(pl.col("amount"), parts=pl.col("parts"), position=pl.col("position"))
    return columns.select(share).to_series().to_list()


def fraction_of_a_cent(amount: Decimal) -> Decimal:
    """What is left of the amount beyond whole cents, with its sign."""
    return amount.copy_abs() % CENT * (1 if amount >= 0 else -1)


@given(amounts, numbers_of_parts)
def test_shares_add_up_to_the_amount(amount: Decimal, parts: int) -> None:
    assert sum(shares(amount, parts)) == amount


@given(amounts, numbers_of_parts)
def test_shares_are_whole_cents_but_for_the_first_which_has_the_fraction(amount: Decimal, parts: int) -> None:
    first, *others = shares(amount, parts)
    assert all(share % CENT == 0 for share in [first - fraction_of_a_cent(amount), *others])


@given(amounts, numbers_of_parts)
def test_shares_of_whole_cents_differ_by_at_most_one(amount: Decimal, parts: int) -> None:
    whole = shares(amount - fraction_of_a_cent(amount), parts)
    assert max(whole) - min(whole) <= CENT


@given(amounts, numbers_of_parts)
def test_earlier_shares_are_no_smaller(amount: Decimal, parts: int) -> None:
    sizes = [share.copy_abs() for share in shares(amount, parts)]
    assert sizes == sorted(sizes, reverse=True)


@given(amounts, numbers_of_parts)
def test_negative_amounts_mirror_positive_ones(amount: Decimal, parts: int) -> None:
    assert shares(-amount, parts) == [-share for share in shares(amount, parts)]


@given(amounts)
def test_one_share_is_the_amount(amount: Decimal) -> None:
    assert shares(amount, 1) == [amount]
