"""Reading one value: text of the export to a typed value, or the rule it breaks."""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from zoneinfo import ZoneInfo

from .schema import CHOICES

Value = str | Decimal | dt.date | bool | None

_NUMBER = re.compile(r"(?:[A-Z]{3};)?([+-]?)\$?([+-]?)((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)")
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity)", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_FLAGS = {"true": True, "1": True, "false": False, "0": False}
LARGEST = Decimal(10) ** 14


class DefectError(Exception):
    """A value that its column can't hold; the text is the rule's name."""


def read(kind: str, text: str | None, zone: ZoneInfo) -> Value:
    """One value of a column of this kind; empty text is null. Raises DefectError."""
    if text is None or not text.strip():
        return None
    readers: dict[str, Callable[[], Value]] = {
        "money": lambda: money(text),
        "number": lambda: number(text),
        "flag": lambda: flag(text),
        "date": lambda: local_moment(text, zone)[0],
        "start": lambda: local_moment(text, zone)[0],
        "end": lambda: last_day(text, zone),
        **{closed: lambda: choice(kind, text) for closed in CHOICES},
    }
    return readers[kind]() if kind in readers else text


def choice(kind: str, text: str) -> str:
    """A word of a closed list, compared trimmed and without case."""
    word = text.strip().lower()
    if word not in CHOICES[kind]:
        raise DefectError("unknown_choice")
    return word


def number(text: str) -> Decimal:
    """`1234.5`, `1,234.50`, `$1,234.50`, `USD;1234.5`, each with at most one sign."""
    found = _NUMBER.fullmatch(text.strip())
    if _NOT_FINITE.fullmatch(text.strip()):
        raise DefectError("not_finite")
    if found is None or (found[1] and found[2]):
        raise DefectError("unreadable_number")
    return Decimal(found[1] + found[2] + found[3].replace(",", ""))


def money(text: str) -> Decimal:
    """A number below 10^14 in size with at most four decimals; trailing zeros are no decimals."""
    amount = number(text)
    if abs(amount) >= LARGEST:
        raise DefectError("out_of_range")
    if amount != round(amount, 4):
        raise DefectError("too_many_decimals")
    return amount


def flag(text: str) -> bool:
    """`true`, `false`, `1` or `0`."""
    if text.strip().lower() not in _FLAGS:
        raise DefectError("unreadable_boolean")
    return _FLAGS[text.strip().lower()]


def local_moment(text: str, zone: ZoneInfo) -> tuple[dt.date, dt.time | None]:
    """Date and time of day in the instance's time zone; a plain date is that date, without a time of day."""
    text = text.strip()
    try:
        if _DATE.fullmatch(text):
            return dt.date.fromisoformat(text), None
        shape = "%Y-%m-%d %H:%M:%S" if " " in text else "%Y%m%dT%H%M%S"
        moment = dt.datetime.strptime(text.removesuffix("Z") if "T" in text else text, shape).replace(tzinfo=dt.UTC)
    except ValueError:
        raise DefectError("unreadable_date") from None
    local = moment.astimezone(zone)
    return local.date(), local.time()


def last_day(text: str, zone: ZoneInfo) -> dt.date:
    """The last day of a period: an end at exactly 00:00:00 local time means the day before."""
    day, time = local_moment(text, zone)
    return day - dt.timedelta(days=1) if time == dt.time(0) else day
