"""The values that a condition compares with, read as the type of the field."""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_FLOOR, Decimal, localcontext
from typing import Final, NamedTuple

import polars as pl

from models.columns import MONEY_PRECISION, MONEY_SCALE
from transforms.condition.field import NUMBER_TYPE, Family
from transforms.condition.rejection import Rejected
from transforms.midnight import MOMENT_TYPE, midnight

NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
LARGEST: Final = Decimal(10) ** 30
"""Beyond every number that a field can hold: larger ones compare alike."""
FLAGS: Final = {"true": True, "1": True, "false": False, "0": False}
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}Z?")
SMALLEST_STEP: Final = Decimal(1).scaleb(-MONEY_SCALE)


class Literal(NamedTuple):
    """A value as columns of the field's type can be compared with it.

    A value between two values of that type (a date-time between two days, a number with more decimals than the field)
    is told by the lower one and `is_exact = False`.
    """

    floor: pl.Expr
    is_exact: bool = True


def literal(text: str, family: Family, position: int, zone: str) -> Literal:
    """The value of a text. Raises Rejected where it is none of the field's type."""
    word = text.strip()
    if family == "text":
        return Literal(pl.lit(normalised_text(word)))
    if family == "number":
        return _number(word, position)
    if family == "flag":
        return _flag(word, position)
    moment = _moment(word, position)
    return _as_day(moment, zone) if family == "date" else _as_moment(moment, zone)


def normalised_text(text: str) -> str:
    """Text as it is compared: trimmed and without regard to case."""
    normalised: str = pl.Series([text]).str.strip_chars().str.to_lowercase().item()
    return normalised


def _number(word: str, position: int) -> Literal:
    if not NUMBER.fullmatch(word):
        raise Rejected(position, f"a number such as 1234.5 was expected, but found {word!r}")
    number = min(max(Decimal(word), -LARGEST), LARGEST)
    with localcontext(prec=len(word) + MONEY_PRECISION):
        floor = number.quantize(SMALLEST_STEP, ROUND_FLOOR)
    return Literal(pl.lit(floor, dtype=NUMBER_TYPE), floor == Decimal(word))


def _flag(word: str, position: int) -> Literal:
    if word.lower() not in FLAGS:
        raise Rejected(position, f"one of {', '.join(FLAGS)} was expected, but found {word!r}")
    return Literal(pl.lit(FLAGS[word.lower()]))


def _moment(word: str, position: int) -> dt.date | dt.datetime:
    """A day, or a moment in UTC."""
    try:
        if DAY.fullmatch(word):
            return dt.date.fromisoformat(word)
        if MOMENT.fullmatch(word):
            return dt.datetime.fromisoformat(word.removesuffix("Z"))
    except ValueError:
        pass
    raise Rejected(position, f"YYYY-MM-DD or YYYY-MM-DD HH:MM:SS (in UTC) was expected, but found {word!r}")


def _as_day(moment: dt.date | dt.datetime, zone: str) -> Literal:
    """A moment as the last day whose midnight in the instance time zone it is not before."""
    if not isinstance(moment, dt.datetime):
        return Literal(pl.lit(moment))
    around = pl.lit(moment.date()) + pl.duration(days=pl.int_range(-2, 3))
    days = pl.select(day=around).with_columns(begins=midnight(pl.col("day"), zone), moment=pl.lit(moment, MOMENT_TYPE))
    floor = days.filter(pl.col("begins") <= pl.col("moment")).tail(1)
    return Literal(pl.lit(floor["day"]).first(), floor["begins"].equals(floor["moment"]))


def _as_moment(moment: dt.date | dt.datetime, zone: str) -> Literal:
    if isinstance(moment, dt.datetime):
        return Literal(pl.lit(moment, dtype=MOMENT_TYPE))
    return Literal(pl.lit(pl.select(midnight(pl.lit(moment), zone)).to_series()).first())
