from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from models.catalogue import SOURCES
from models.cost import CostPlanBreakdown
from models.currency import ExchangeRate
from transforms.cell import as_text
from transforms.parsing import parsed, parsed_choice, parsed_flag, parsed_key, parsed_text

WORDS = ("capex", "opex")


def test_keys_lose_the_blanks_around_them() -> None:
    assert parsed_key(pl.Series([" a b ", "", "  ", None])).values.to_list() == ["a b", None, None, None]


def test_text_is_kept_as_it_is_unless_it_is_blank() -> None:
    assert parsed_text(pl.Series([" a ", "", "  ", None])).values.to_list() == [" a ", None, None, None]


def test_choices_compare_trimmed_and_without_case() -> None:
    read = parsed_choice(pl.Series([" CapEx ", "opex", "other", "", None]), WORDS)

    assert read.values.to_list() == ["capex", "opex", None, None, None]
    assert read.rules.to_list() == [None, None, "unknown_choice", None, None]


def test_flags_are_true_or_false_or_one_or_zero_in_any_case() -> None:
    read = parsed_flag(pl.Series(["true", " FALSE ", "1", "0", "yes", "", None]))

    assert read.values.to_list() == [True, False, True, False, None, None, None]
    assert read.rules.to_list() == [None, None, None, None, "unreadable_boolean", None, None]


@pytest.mark.parametrize("cells", [pl.Series([True, False]), pl.Series([1, 0]), pl.Series([1.0, 0.0])])
def test_typed_flags_are_read_as_their_text_is(cells: pl.Series) -> None:
    assert parsed_flag(cells).values.to_list() == [True, False]


def test_a_part_of_a_key_is_read_as_a_key_even_where_it_is_text() -> None:
    read = parsed(pl.Series([" EUR "]), ExchangeRate, "from_currency", instance_time_zone="UTC")

    assert read.values.to_list() == ["EUR"]


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        (pl.Series([2.0, 2.5, 123456789012345.0, 0.1 + 0.2, None]), ["2", "2.5", "123456789012345", "0.3", None]),
        (pl.Series([7, None]), ["7", None]),
        (pl.Series([True]), ["true"]),
        (pl.Series([b"abc"]), ["abc"]),
        (pl.Series([b"\xff"]), ["ff"]),
        (pl.Series([[1, 2], None]), ['{"value":[1,2]}', None]),
        (pl.Series([{"a": "b"}, None]), ['{"value":{"a":"b"}}', None]),
        (pl.Series([dt.date(2026, 6, 30)]), ["2026-06-30"]),
        (pl.Series([dt.timedelta(microseconds=5)]), ["5"]),
        (pl.Series([None, None]), [None, None]),
    ],
)
def test_typed_cells_have_a_text(cells: pl.Series, text: list[str | None]) -> None:
    assert as_text(cells).to_list() == text


@pytest.mark.parametrize(
    ("table", "column"), [(name, column) for name, table in SOURCES.items() for column in table.columns()]
)
def test_every_source_column_can_be_read_and_has_its_own_type(table: str, column: str) -> None:
    for cells in (
        pl.Series(["x", "1", None]),
        pl.Series([1.5]),
        pl.Series([None, None]),
        pl.Series([], dtype=pl.String),
    ):
        read = parsed(cells, SOURCES[table], column, instance_time_zone="UTC")

        assert read.values.dtype == SOURCES[table].columns()[column].dtype
        assert len(read.values) == len(read.rules) == len(cells)


def test_the_words_of_a_choice_come_from_the_schema() -> None:
    read = parsed(pl.Series(["Requirement"]), CostPlanBreakdown, "breakdown_type", instance_time_zone="UTC")

    assert read.values.to_list() == ["requirement"]
