"""The values that a condition compares with, read as the type of the field."""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from decimal import ROUND_FLOOR, Decimal
from typing import Final, NamedTuple

import polars as pl

from models.columns import MONEY_PRECISION, MONEY_SCALE
from transforms.condition.field import Family
from transforms.condition.rejection import Rejected

NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
NUMBER_TYPE: Final = pl.Decimal(MONEY_PRECISION, MONEY_SCALE)
LARGEST: Final = Decimal(10) ** 30
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
    if not NUMBER.fullmatch(word) or abs(Decimal(word)) >= LARGEST:
        raise Rejected(position, f"a number such as 1234.5 was expected, but found {word!r}")
    floor = Decimal(word).quantize(SMALLEST_STEP, ROUND_FLOOR)
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
    """Days are compared with a moment by their midnight in the instance time zone."""
    if not isinstance(moment, dt.datetime):
        return Literal(pl.lit(moment))
    day = moment.replace(tzinfo=dt.UTC).astimezone(zoneinfo.ZoneInfo(zone)).date()
    return Literal(pl.lit(day), midnight(day, zone) == moment)


def _as_moment(moment: dt.date | dt.datetime, zone: str) -> Literal:
    instant = moment if isinstance(moment, dt.datetime) else midnight(moment, zone)
    return Literal(pl.lit(instant, dtype=pl.Datetime("us")))


def midnight(day: dt.date, zone: str) -> dt.datetime:
    """The moment in UTC at which a day begins in a zone."""
    local = dt.datetime.combine(day, dt.time(), tzinfo=zoneinfo.ZoneInfo(zone))
    return local.astimezone(dt.UTC).replace(tzinfo=None)
