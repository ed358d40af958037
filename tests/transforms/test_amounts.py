from __future__ import annotations

import re
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.amounts import parsed_decimal, parsed_ratio
from transforms.cell import Parsed

MONEY = pl.Decimal(38, 4)
RATE = pl.Decimal(38, 12)


def money_of(*cells: object, dtype: pl.DataType | None = None) -> list[object]:
    """For each cell its amount, or the name of the rule it breaks."""
    return outcomes(parsed_decimal(pl.Series(cells, dtype=dtype or pl.String()), MONEY))


def outcomes(read: Parsed) -> list[object]:
    assert read.values.is_null().to_list() == [value is None for value in read.values]
    return [value if rule is None else rule for value, rule in zip(read.values, read.rules, strict=True)]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1234.5", "1234.5"),
        ("1,234.50", "1234.5"),
        ("$1,234.50", "1234.5"),
        ("USD;1234.5", "1234.5"),
        ("EUR;-1,234,567.8901", "-1234567.8901"),
        ("€5", "5"),
        ("£5", "5"),
        ("¥5", "5"),
        ("-5", "-5"),
        ("+5", "5"),
        ("-$5", "-5"),
        ("$-5", "-5"),
        (" 5 ", "5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("-.5", "-0.5"),
        ("0005", "5"),
        ("1.50000000", "1.5"),
        ("0.0000000000000000000000000000000000000000000000", "0"),
        ("00000000000000000000000000000000000000000000001.25", "1.25"),
        ("99999999999999.9999", "99999999999999.9999"),
        ("-99999999999999.9999", "-99999999999999.9999"),
    ],
)
def test_money_is_read_exactly_in_every_accepted_spelling(text: str, amount: str) -> None:
    assert money_of(text) == [Decimal(amount)]


@pytest.mark.parametrize("text", [None, "", " ", "\t"])
def test_an_empty_cell_is_null_and_breaks_no_rule(text: str | None) -> None:
    assert money_of(text) == [None]


@pytest.mark.parametrize("text", ["NaN", "nan", "-nan", "inf", "-Inf", "+Infinity", " INF "])
def test_what_is_not_finite_is_no_amount(text: str) -> None:
    assert money_of(text) == ["not_finite"]


@pytest.mark.parametrize(
    "text",
    [
        *("1,23", "12,34.5", "1,2345", "1234,567", "0,123", ",123", "1,,234", "1.5,000"),
        *("--5", "-$-5", "$$5", "$", "-", ".", "USD;", "usd;5", "5 USD", "(5)", "5%"),
        *("1e5", "1 234", "1_000", "0x10", "1.2.3", "five", "\N{ARABIC-INDIC DIGIT FIVE}"),
    ],
)
def test_anything_else_is_unreadable_and_never_guessed(text: str) -> None:
    assert money_of(text) == ["unreadable_number"]


@pytest.mark.parametrize(
    "text", ["100000000000000", "-100000000000000.0", "1" + "0" * 60, "$999,999,999,999,999.00001"]
)
def test_fourteen_digits_before_the_point_are_the_most(text: str) -> None:
    assert money_of(text) == ["out_of_range"]


@pytest.mark.parametrize("text", ["0.00001", "1.23456", "-1,234.50001", "1." + "0" * 60 + "1"])
def test_more_than_four_decimals_are_set_aside_and_never_rounded(text: str) -> None:
    assert money_of(text) == ["too_many_decimals"]


def test_usual_and_unusual_cells_keep_their_places() -> None:
    cells = ["1.10", "$2.20", None, "x", "5.50", "1.00001", ""]
    expected = [Decimal("1.1"), Decimal("2.2"), None, "unreadable_number", Decimal("5.5"), "too_many_decimals", None]

    assert money_of(*cells) == expected


def test_whole_numbers_are_read_exactly_up_to_the_limit() -> None:
    cells = [0, -5, 10**14 - 1, 10**14, -(10**14), None]

    assert money_of(*cells, dtype=pl.Int64()) == [
        Decimal(0),
        Decimal(-5),
        Decimal(10**14 - 1),
        "out_of_range",
        "out_of_range",
        None,
    ]
    assert money_of(255, dtype=pl.UInt8()) == [Decimal(255)]


def test_typed_decimals_of_any_scale_are_read_exactly() -> None:
    wide = [Decimal("1.500000"), Decimal("1.000001"), None]

    assert money_of(*wide, dtype=pl.Decimal(20, 6)) == [Decimal("1.5"), "too_many_decimals", None]
    assert money_of(Decimal("1.25"), Decimal("1E14"), dtype=pl.Decimal(38, 2)) == [Decimal("1.25"), "out_of_range"]


@pytest.mark.parametrize(
    ("cell", "outcome"),
    [
        (0.1 + 0.2, Decimal("0.3")),
        (1.005, Decimal("1.005")),
        (1234567890.1234, Decimal("1234567890.1234")),
        (-0.0, Decimal(0)),
        (1e5, Decimal(100000)),
        (99999999999999.0, Decimal(99999999999999)),
        (99999999999999.99, "out_of_range"),
        (1e14, "out_of_range"),
        (-1e300, "out_of_range"),
        (1.23456, "too_many_decimals"),
        (1e-5, "too_many_decimals"),
        (2.5e-300, "too_many_decimals"),
        (float("nan"), "not_finite"),
        (float("-inf"), "not_finite"),
        (None, None),
    ],
)
def test_a_binary_float_is_its_shortest_decimal_text_of_fifteen_digits(cell: float | None, outcome: object) -> None:
    assert money_of(cell, dtype=pl.Float64()) == [outcome]


@pytest.mark.parametrize("cells", [pl.Series([True]), pl.Series(["5"]).cast(pl.Categorical), pl.Series([b"5"])])
def test_other_types_count_as_the_text_they_spell(cells: pl.Series) -> None:
    expected: list[object] = ["unreadable_number"] if cells.dtype == pl.Boolean else [Decimal(5)]

    assert outcomes(parsed_decimal(cells, MONEY)) == expected


def test_exchange_rates_have_twelve_exact_decimals() -> None:
    text = pl.Series(["1.123456789012", "1.1234567890123", "0.000000000001"])
    floats = pl.Series([1e-7, 1.25e-12, 1e-13, 110.5])

    assert outcomes(parsed_decimal(text, RATE)) == [Decimal("1.123456789012"), "too_many_decimals", Decimal("1E-12")]
    assert outcomes(parsed_decimal(floats, RATE)) == [
        Decimal("1E-7"),
        "too_many_decimals",
        "too_many_decimals",
        Decimal("110.5"),
    ]


def test_ratios_are_floats_and_may_have_an_exponent() -> None:
    cells = pl.Series(["11", "1.5e1", "-2.5E-3", "$1,000.5", "x", "nan", "1e999", "", None])

    assert outcomes(parsed_ratio(cells)) == [
        11.0,
        15.0,
        -0.0025,
        1000.5,
        "unreadable_number",
        "not_finite",
        "not_finite",
        None,
        None,
    ]
    assert outcomes(parsed_ratio(pl.Series([1.5, float("inf"), None]))) == [1.5, "not_finite", None]
    assert outcomes(parsed_ratio(pl.Series([3]))) == [3.0]


GRAMMAR = re.compile(r"([+-]?)([$€£¥]|[A-Z]{3};)?([+-]?)([0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+)?(\.[0-9]*)?")


def expected_money(text: str) -> object:
    """The rule for money in plain Python."""
    bare = text.strip()
    if not bare:
        return None
    if bare.lower().lstrip("+-") in ("nan", "inf", "infinity") and len(bare) - len(bare.lstrip("+-")) <= 1:
        return "not_finite"
    found = GRAMMAR.fullmatch(bare)
    if found is None or (found[1] and found[3]) or not re.search("[0-9]", bare):
        return "unreadable_number"
    amount = Decimal((found[1] or found[3]) + (found[4] or "0").replace(",", "") + (found[5] or ""))
    if abs(amount) >= 10**14:
        return "out_of_range"
    digits = (found[5] or ".").rstrip("0")
    return "too_many_decimals" if len(digits) > 5 else amount


number_like = st.from_regex(
    r"[ +$-]{0,2}(USD;)?[+-]?[0-9]{0,16}(,[0-9]{3}){0,2}(\.[0-9]{0,7})?(e[0-9])?", fullmatch=True
)


@given(st.lists(st.one_of(number_like, st.text(max_size=6), st.sampled_from(["nan", "-INF", "+infinity", "1,234.50"]))))
def test_every_text_is_the_exact_amount_or_the_rule_it_breaks(texts: list[str]) -> None:
    assert money_of(*texts) == [expected_money(text) for text in texts]


@given(st.lists(st.floats(width=64)))
def test_every_float_is_read_as_its_text_of_fifteen_digits(floats: list[float]) -> None:
    def expected(number: float) -> object:
        text = f"{number:.15g}"
        return expected_money(text if "n" in text else f"{Decimal(text):f}")

    assert money_of(*floats, dtype=pl.Float64()) == [expected(number) for number in floats]


@given(st.decimals(-(10**14) + 1, 10**14 - 1, places=4))
def test_an_amount_comes_back_from_its_own_text(amount: Decimal) -> None:
    assert money_of(str(amount), f"{amount:,f}", f"${amount}") == [amount, amount, amount]


@given(st.decimals(-(10**10), 10**10, places=4))
def test_an_amount_below_eleven_digits_comes_back_from_a_binary_float(amount: Decimal) -> None:
    assert money_of(float(amount), dtype=pl.Float64()) == [amount]
