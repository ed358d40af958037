from __future__ import annotations

import datetime as dt

import polars as pl
from polars.testing import assert_frame_equal

from transforms.copied_rows import copied_rows

MANY = 100_000
TEXT = "a text that is too long to be held in place, of row {}"


def bytes_behind(column: pl.Series) -> int:
    return sum(buffer.size for buffer in column.to_arrow(compat_level=pl.CompatLevel.newest()).buffers() if buffer)


def test_few_rows_are_the_same_and_keep_nothing_of_the_others() -> None:
    rows = pl.DataFrame(
        {
            "text": [TEXT.format(number) for number in range(MANY)],
            "empty": pl.Series([None] * MANY, dtype=pl.String),
            "day": [dt.date(2026, 1, 1)] * MANY,
        }
    )
    few = rows.filter(pl.int_range(pl.len()) % 10_000 == 5)

    copied = copied_rows(few)

    assert_frame_equal(copied, few)
    assert bytes_behind(few["text"]) > MANY
    assert bytes_behind(copied["text"]) < 2_000


def test_no_rows_stay_no_rows() -> None:
    nothing = pl.DataFrame(schema={"text": pl.String, "amount": pl.Decimal(38, 4)})

    assert_frame_equal(copied_rows(nothing), nothing)
