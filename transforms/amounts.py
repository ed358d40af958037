"""Numbers as exported: money and exchange rates as exact decimals, ratios as floats.

Accepted text: an optional sign, an optional currency (`$`, `€`, `£`, `¥` or `USD;`), digits with or without commas in
groups of three, and decimals: `1234.5`, `1,234.50`, `-$1,234.50`, `USD;1234.5`, `.5`. Only ratios may have an exponent.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import polars as pl

from models.columns import MONEY_LIMIT_DIGITS, MONEY_PRECISION, MONEY_SCALE
from transforms.cell import Parsed, as_text, only_where, parsed_by, parsed_usually, shortest_digits, stripped

SIGN_AND_CURRENCY: Final = r"(?:(?P<sign>[+-])?(?:[$€£¥]|[A-Z]{3};)?|(?:[$€£¥]|[A-Z]{3};)(?P<inner_sign>[+-]))"
DIGITS: Final = (
    r"(?:(?P<whole>[0-9]+|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.(?P<fraction>[0-9]*))?|\.(?P<bare_fraction>[0-9]+))"
)
NUMBER: Final = f"^{SIGN_AND_CURRENCY}{DIGITS}$"
NUMBER_WITH_EXPONENT: Final = f"^{SIGN_AND_CURRENCY}{DIGITS}(?:[eE][+-]?[0-9]+)?$"
CURRENCY_AND_COMMAS: Final = r"[,$€£¥]|[A-Z]{3};"
NOT_FINITE: Final = r"(?i)^[+-]?(?:nan|inf|infinity)$"
EXACT_FLOAT_DIGITS: Final = 15
WITH_DECIMALS: Final = pl.Decimal(MONEY_PRECISION, MONEY_SCALE)
TOO_MANY_DECIMALS: Final = pl.Series(["too_many_decimals"])

CELL: Final = pl.col("cell")


def parsed_decimal(cells: pl.Series, dtype: pl.Decimal) -> Parsed:
    """An exact decimal below 10^14 in size with no more decimals than `dtype`; trailing zeros are none.

    Never rounded. A binary float is read as its shortest decimal text of 15 significant digits.
    """
    if cells.dtype.is_float():
        return _decimal_from_float(_double(cells), dtype)
    if cells.dtype.is_integer() or (isinstance(cells.dtype, pl.Decimal) and cells.dtype.scale <= dtype.scale):
        return _decimal_from_exact(cells, dtype)
    text = as_text(cells)
    plain = text.str.contains(rf"^-?[0-9]{{1,{MONEY_LIMIT_DIGITS}}}(?:\.[0-9]{{1,{dtype.scale}}})?$")
    usual = only_where(plain, text).cast(dtype)
    return parsed_usually(usual, text, lambda rest: _decimal_from_text(stripped(rest), dtype))


def parsed_count(cells: pl.Series) -> Parsed:
    """A whole number, written as money may be; decimals other than zeros are too many."""
    read = parsed_decimal(cells, WITH_DECIMALS)
    whole = read.values.cast(pl.Int64)
    broken = read.rules.zip_with((whole.cast(WITH_DECIMALS) == read.values).fill_null(value=True), TOO_MANY_DECIMALS)
    return Parsed(only_where(broken.is_null(), whole), broken)


def _decimal_from_text(text: pl.Series, dtype: pl.Decimal) -> Parsed:
    parts = text.alias("cell").to_frame().with_columns(CELL.str.extract_groups(NUMBER).struct.unnest())
    whole = pl.col("whole").fill_null("").str.replace_all(",", "", literal=True).str.strip_chars_start("0")
    fraction = pl.coalesce("fraction", "bare_fraction", pl.lit("")).str.strip_chars_end("0")
    rule = _broken_rule(
        not_finite=CELL.str.contains(NOT_FINITE),
        unreadable_number=CELL.is_not_null() & pl.col("whole").is_null() & pl.col("bare_fraction").is_null(),
        out_of_range=whole.str.len_bytes() > MONEY_LIMIT_DIGITS,
        too_many_decimals=fraction.str.len_bytes() > dtype.scale,
    )
    number = pl.concat_str(pl.coalesce("sign", "inner_sign", pl.lit("")), whole, pl.lit("."), fraction, pl.lit("0"))
    readable = CELL.is_not_null() & rule.is_null()
    frame = parts.select(values=pl.when(readable).then(number).cast(dtype), rules=rule)
    return Parsed(frame["values"], frame["rules"])


def _broken_rule(**broken: pl.Expr) -> pl.Expr:
    """The name of the first condition that is true, else null."""
    return pl.coalesce(*(pl.when(condition).then(pl.lit(rule)) for rule, condition in broken.items()))


def _decimal_from_exact(numbers: pl.Series, dtype: pl.Decimal) -> Parsed:
    too_large = ~CELL.is_between(-(10**MONEY_LIMIT_DIGITS), 10**MONEY_LIMIT_DIGITS, closed="none")
    rule = _broken_rule(out_of_range=too_large)
    return parsed_by(numbers, pl.when(rule.is_null()).then(CELL).cast(dtype), rule)


def _double(floats: pl.Series) -> pl.Series:
    """Floats of half the size by their own shortest text: 0.1 stays 0.1."""
    return floats if floats.dtype == pl.Float64 else floats.cast(pl.String).cast(pl.Float64)


def _decimal_from_float(floats: pl.Series, dtype: pl.Decimal) -> Parsed:
    """A float that is the nearest one to a decimal of `scale` places and 15 digits is that decimal."""
    factor = 10.0**dtype.scale
    scaled = (floats * factor).round()
    nearest = (scaled / factor == floats) & (scaled.abs() < 10.0**EXACT_FLOAT_DIGITS)
    whole = only_where(nearest, scaled).cast(pl.Int64)
    return parsed_usually(_shifted(whole, dtype), floats, lambda rest: _decimal_from_digits(rest, dtype))


def _shifted(integers: pl.Series, dtype: pl.Decimal) -> pl.Series:
    """Integers times 10^-scale."""
    unit = pl.lit(Decimal(1).scaleb(-dtype.scale), dtype=dtype)
    return integers.alias("cell").to_frame().select((CELL.cast(dtype) * unit).cast(dtype)).to_series()


def _decimal_from_digits(floats: pl.Series, dtype: pl.Decimal) -> Parsed:
    text = shortest_digits(floats).alias("cell").to_frame().select(_without_exponent(CELL)).to_series()
    return _decimal_from_text(text, dtype)


def _without_exponent(column: pl.Expr) -> pl.Expr:
    """`1.25e-07` as `0.000000125`, and `1.25e+20` as 125 and zeros."""
    parts = column.str.extract_groups(r"^(?P<sign>-?)(?P<whole>[0-9])\.?(?P<fraction>[0-9]*)e(?P<power>[+-][0-9]+)$")
    sign, power = parts.struct.field("sign"), parts.struct.field("power").cast(pl.Int64, strict=False)
    digits = pl.concat_str(parts.struct.field("whole"), parts.struct.field("fraction"))
    small = pl.concat_str(sign, pl.lit("."), digits.str.zfill(digits.str.len_bytes() - power - 1))
    large = pl.concat_str(sign, digits.str.pad_end(power + 1, "0"))
    return pl.when(power < 0).then(small).when(power > 0).then(large).otherwise(column)


def parsed_ratio(cells: pl.Series) -> Parsed:
    """A finite float: the same text as money, an exponent allowed."""
    if cells.dtype.is_numeric():
        floats = cells.cast(pl.Float64)
        return parsed_by(floats, pl.when(CELL.is_finite()).then(CELL), _broken_rule(not_finite=~CELL.is_finite()))
    digits = CELL.str.replace_all(CURRENCY_AND_COMMAS, "")
    value = pl.when(CELL.str.contains(NUMBER_WITH_EXPONENT)).then(digits).cast(pl.Float64, strict=False)
    rule = _broken_rule(
        not_finite=CELL.str.contains(NOT_FINITE) | value.is_infinite(),
        unreadable_number=CELL.is_not_null() & value.is_null(),
    )
    return parsed_by(stripped(cells), pl.when(rule.is_null()).then(value), rule)
