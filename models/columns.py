"""The kinds of columns that tables are made of.

Each function returns a dataframely column whose metadata says what the column means. Admission, warehouse types and
comments, checks and the data dictionary are derived from it; nothing about a column is written down a second time.
"""

from __future__ import annotations

from typing import Any, Final, Literal

import dataframely as dy

MONEY_PRECISION: Final = 38
MONEY_SCALE: Final = 4
MONEY_LIMIT_DIGITS: Final = 14
"""Digits before the decimal point of the largest admitted amount: |x| < 10^14."""

Kind = Literal[
    "key", "reference", "choice", "money", "number", "ratio", "rate", "text", "date", "date_time", "flag", "count"
]
Dangling = Literal["quarantine", "empty", "report", "keep"]


def _metadata(kind: Kind, **facts: Any) -> dict[str, Any]:
    return {"kind": kind, **facts}


def key(description: str) -> dy.String:
    """The identity of a row, or part of it."""
    return dy.String(primary_key=True, description=description, metadata=_metadata("key"))


def reference(
    *tables: str, description: str, nullable: bool = True, required: bool | None = None, dangling: Dangling = "empty"
) -> dy.String:
    """The key of a row in one of `tables`.

    `dangling` says what becomes of a value that no admitted row answers to: `quarantine` sets the row aside, `empty`
    lets the value count as empty and reports it, `report` keeps and reports it, `keep` only keeps it because the rule
    that reads it names the outcome.
    `required` says that a source must have the column; by default those that may not be empty.
    """
    facts = _metadata(
        "reference", tables=tables, dangling=dangling, required=(not nullable) if required is None else required
    )
    return dy.String(nullable=nullable, description=description, metadata=facts)


def key_reference(*tables: str, description: str) -> dy.String:
    """A reference that is part of the table's key."""
    facts = _metadata("reference", tables=tables, dangling="quarantine", required=True)
    return dy.String(primary_key=True, description=description, metadata=facts)


def choice(words: tuple[str, ...], description: str, *, nullable: bool = True, primary_key: bool = False) -> dy.String:
    """A word of a closed list; admission compares trimmed and without case, and writes it in lower case."""
    facts = _metadata("choice", words=words, required=not nullable)
    return dy.String(
        nullable=nullable and not primary_key, primary_key=primary_key, description=description, metadata=facts
    )


AS_ENTERED: Final = "the currency it was entered in"
"""The unit of amounts that have not been converted."""


def money(description: str, *, sign: str = "", nullable: bool = True, unit: str = "") -> dy.Decimal:
    """An exact amount, four decimals inside; `unit` is its currency where that is not the one of its table's money."""
    facts = _metadata("money", unit=unit, sign=sign, required=not nullable)
    return dy.Decimal(MONEY_PRECISION, MONEY_SCALE, nullable=nullable, description=description, metadata=facts)


def measure(description: str, *, unit: str) -> dy.Decimal:
    """An exact number of things that may be parts of one, four decimals inside; never money."""
    facts = _metadata("number", unit=unit)
    return dy.Decimal(MONEY_PRECISION, MONEY_SCALE, nullable=True, description=description, metadata=facts)


def ratio(description: str, *, unit: str, sign: str = "") -> dy.Float64:
    """A float: rates, factors and percentages, never money."""
    return dy.Float64(nullable=True, description=description, metadata=_metadata("ratio", unit=unit, sign=sign))


def exchange_rate(description: str, *, nullable: bool = False) -> dy.Decimal:
    """An exact factor between two currencies, twelve decimals."""
    facts = _metadata("rate", unit="units of the target currency per unit", required=not nullable)
    return dy.Decimal(MONEY_PRECISION, 12, nullable=nullable, description=description, metadata=facts)


def text(description: str, *, nullable: bool = True, required: bool | None = None) -> dy.String:
    """Free text, or a word of a list that the platform's administrators extend."""
    facts = _metadata("text", required=(not nullable) if required is None else required)
    return dy.String(nullable=nullable, description=description, metadata=facts)


def key_text(description: str) -> dy.String:
    """Text that is part of the table's key."""
    return dy.String(primary_key=True, description=description, metadata=_metadata("text", required=True))


def date(description: str, *, nullable: bool = True) -> dy.Date:
    """A calendar day in the instance time zone."""
    return dy.Date(nullable=nullable, description=description, metadata=_metadata("date", required=not nullable))


def key_date(description: str) -> dy.Date:
    """A calendar day that is part of the table's key."""
    return dy.Date(primary_key=True, description=description, metadata=_metadata("date", required=True))


def date_time(
    description: str, *, nullable: bool = True, required: bool | None = None, accepts_day: bool = False
) -> dy.Datetime:
    """A moment in UTC, without zone in its type.

    `accepts_day` says that an export may have a bare day, which is its midnight in the instance time zone.
    """
    needed = (not nullable) if required is None else required
    facts = _metadata("date_time", unit="UTC", required=needed, accepts_day=accepts_day)
    return dy.Datetime(nullable=nullable, time_unit="us", description=description, metadata=facts)


def flag(description: str, *, nullable: bool = True) -> dy.Bool:
    """True or false."""
    return dy.Bool(nullable=nullable, description=description, metadata=_metadata("flag", required=not nullable))


def count(
    description: str,
    *,
    nullable: bool = False,
    primary_key: bool = False,
    required: bool | None = None,
    unit: str = "",
) -> dy.Int64:
    """A whole number of things, or a position."""
    facts = _metadata("count", required=(not nullable) if required is None else required, unit=unit)
    return dy.Int64(
        nullable=nullable and not primary_key, primary_key=primary_key, description=description, metadata=facts
    )
