"""What each operator means, as an expression that is never null."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate
from typing import Final, NamedTuple
from typing import Literal as OneOf

import polars as pl

from transforms.condition.field import NUMBER_TYPE, Family, Field, Scope, as_written
from transforms.condition.literal import SMALLEST_STEP, Literal, literal, normalised_text
from transforms.condition.rejection import Rejected
from transforms.condition.syntax import Term
from transforms.midnight import midnight

Nulls = OneOf["match", "sql"]
NEVER: Final = pl.lit(value=False)
ALWAYS: Final = pl.lit(value=True)
NEGATIONS: Final = {"!=": "=", "NOT IN": "IN", "NOT LIKE": "LIKE"}


class Reading(NamedTuple):
    """How the terms of a condition are read."""

    scope: Scope
    zone: str
    nulls: Nulls
    """Whether an empty field is unlike a value (`match`), or neither like nor unlike it (`sql`)."""


def predicate(term: Term, reading: Reading) -> tuple[pl.Expr, list[Field]]:
    """Whether the term holds, and the fields it needs. Raises Rejected."""
    field = reading.scope.field(term.field, term.position)
    if term.operator in ("SAMEAS", "NSAMEAS"):
        return _same_as(term, field, reading)
    return _compared(term, field, reading), [field]


def _compared(term: Term, field: Field, reading: Reading) -> pl.Expr:
    column = pl.col(field.column)
    plain = {"ISEMPTY": column.is_null(), "ISNOTEMPTY": column.is_not_null(), "ANYTHING": ALWAYS}
    if term.operator in plain:
        return plain[term.operator]
    if term.operator in NEGATIONS:
        positive = _holds(term._replace(operator=NEGATIONS[term.operator]), field, reading)
        return (~positive).fill_null(value=reading.nulls == "match")
    return _holds(term, field, reading).fill_null(value=False)


def _holds(term: Term, field: Field, reading: Reading) -> pl.Expr:
    """Whether a field that is filled meets the term; null where it is empty."""
    if term.operator == "IN":
        return _in(term, field, reading)
    if term.operator in TEXTUAL:
        text = as_written(pl.col(field.column), field.family)
        return TEXTUAL[term.operator](text, literal(term.value, "text", 0, reading.zone).floor)
    if term.operator == "BETWEEN":
        return _between(term, field, reading)
    if field.family == "flag" and term.operator != "=":
        raise Rejected(term.value_position, f"{term.field} is true or false: it has no order, compare it with = or !=")
    value = literal(term.value, field.family, term.value_position, reading.zone)
    return ORDERED[term.operator](pl.col(field.column), value)


TEXTUAL: Final[dict[str, Callable[[pl.Expr, pl.Expr], pl.Expr]]] = {
    "LIKE": lambda text, part: text.str.contains(part, literal=True),
    "STARTSWITH": lambda text, part: text.str.starts_with(part),
    "ENDSWITH": lambda text, part: text.str.ends_with(part),
}

ORDERED: Final[dict[str, Callable[[pl.Expr, Literal], pl.Expr]]] = {
    "=": lambda column, value: column == value.floor if value.is_exact else pl.when(column.is_not_null()).then(NEVER),
    ">": lambda column, value: column > value.floor,
    ">=": lambda column, value: column >= value.floor if value.is_exact else column > value.floor,
    "<": lambda column, value: column < value.floor if value.is_exact else column <= value.floor,
    "<=": lambda column, value: column <= value.floor,
}


def cuts(term: Term, reading: Reading) -> list[pl.Expr] | None:
    """The values at which the answer of a term can change, for a field that it asks about by order; None for others."""
    field = reading.scope.field(term.field, term.position)
    operator = NEGATIONS.get(term.operator, term.operator)
    if field.family not in STEPS or operator not in BY_ORDER:
        return None
    values = term.value.split(BY_ORDER[operator])
    return [literal(value, field.family, term.value_position, reading.zone).floor for value in values if value.strip()]


BY_ORDER: Final = {**dict.fromkeys((*ORDERED, "ISEMPTY", "ISNOTEMPTY", "ANYTHING"), "^"), "IN": ",", "BETWEEN": "@"}
"""Operators that ask about order, and what parts their values: the `^` that no value contains where there is one."""
STEPS: Final[dict[Family, pl.Expr]] = {
    "number": pl.lit(SMALLEST_STEP, NUMBER_TYPE),
    "date": pl.duration(days=1),
    "date_time": pl.duration(microseconds=1),
}
"""From one value of a field to the next."""


def _in(term: Term, field: Field, reading: Reading) -> pl.Expr:
    """One of several values, parted by commas."""
    items = term.value.split(",")
    if not any(item.strip() for item in items):
        raise Rejected(term.value_position, "at least one value was expected")
    if field.family == "text":
        return pl.col(field.column).is_in([normalised_text(item) for item in items if item.strip()])
    positions = accumulate((len(item) + 1 for item in items), initial=term.value_position)
    values = [
        literal(item, field.family, position, reading.zone) for item, position in zip(items, positions, strict=False)
    ]
    return pl.any_horizontal(ORDERED["="](pl.col(field.column), value) for value in values)


def _between(term: Term, field: Field, reading: Reading) -> pl.Expr:
    """From one value to another, both ends included."""
    ends = term.value.split("@")
    if len(ends) != len(("first", "last")) or not all(end.strip() for end in ends):
        raise Rejected(term.value_position, f"two values as in 1@10 were expected, but found {term.value!r}")
    if field.family == "flag":
        raise Rejected(term.value_position, f"{term.field} is true or false: it has no order, compare it with = or !=")
    first, last = ends
    last_at = term.value_position + len(first) + 1
    column = pl.col(field.column)
    lower = ORDERED[">="](column, literal(first, field.family, term.value_position, reading.zone))
    return lower & ORDERED["<="](column, literal(last, field.family, last_at, reading.zone))


def _same_as(term: Term, field: Field, reading: Reading) -> tuple[pl.Expr, list[Field]]:
    """Whether two fields of one record hold the same; two empty ones do."""
    name = term.value.strip()
    other = reading.scope.field(name, term.value_position + term.value.index(name))
    families = {field.family, other.family}
    if len(families) > 1 and families != {"date", "date_time"}:
        raise Rejected(
            term.value_position, f"a field of type {field.family} was expected, but {other.column} is {other.family}"
        )
    same = _equal(field, other, reading.zone)
    return (same if term.operator == "SAMEAS" else ~same), [field, other]


def _equal(one: Field, other: Field, zone: str) -> pl.Expr:
    if one.family == other.family:
        return pl.col(one.column).eq_missing(pl.col(other.column))
    day, moment = (one, other) if one.family == "date" else (other, one)
    return midnight(pl.col(day.column), zone).eq_missing(pl.col(moment.column))


def comparable(column: pl.Expr, family: str) -> pl.Expr:
    """A column as conditions compare it: text trimmed and in lower case, numbers of one type."""
    if family == "text":
        return column.str.strip_chars().str.to_lowercase()
    return column.cast(NUMBER_TYPE) if family == "number" else column
