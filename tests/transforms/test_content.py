from __future__ import annotations

import polars as pl
import pytest

from transforms.content import content, is_among

ROWS = pl.DataFrame({"key": ["a", "b", "c"], "amount": [1, None, 3]})


def test_rows_are_among_others_where_every_column_is_the_same() -> None:
    others = pl.DataFrame({"key": ["c", "b", "a"], "amount": [3, None, 2]})

    assert is_among(content(ROWS), [content(others)]).to_list() == [False, True, True]


def test_others_may_come_in_several_pieces_or_none() -> None:
    assert is_among(content(ROWS), [content(ROWS[:1]), content(ROWS[2:])]).to_list() == [True, False, True]
    assert is_among(content(ROWS), []).to_list() == [False] * 3


def test_a_value_in_another_column_is_another_row() -> None:
    one, other = pl.DataFrame({"a": ["x"], "b": [None]}), pl.DataFrame({"a": [None], "b": ["x"]})
    schema = {"a": pl.String, "b": pl.String}

    assert is_among(content(one.cast(schema)), [content(other.cast(schema))]).to_list() == [False]


@pytest.mark.parametrize("rows_of_a_part", [1, 2, 7, 1_000])
def test_looking_at_a_part_at_a_time_changes_nothing(monkeypatch: pytest.MonkeyPatch, rows_of_a_part: int) -> None:
    monkeypatch.setattr("transforms.content.PART_ROWS", rows_of_a_part)
    mine = content(pl.DataFrame({"key": [*range(50), 7, 8]}))
    others = content(pl.DataFrame({"key": range(0, 100, 3)}))

    assert is_among(mine, [others]).to_list() == [key % 3 == 0 for key in [*range(50), 7, 8]]
