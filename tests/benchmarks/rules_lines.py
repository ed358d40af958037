"""Order lines of seven columns, and rules on them: as encoded queries, SQL, Polars expressions and a decision table."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from tests.benchmarks.many_orders import ACTIONS, SEED, STATES

PART: Final = 10_000
"""Lines that are drawn together."""
MONEY: Final = pl.Decimal(38, 4)
PRODUCTS: Final = 60
SPECIFICATIONS: Final = 200
QUANTITIES: Final = 500
CENTS: Final = 10_000_000
DAYS: Final = 730
FIRST_DAY: Final = 20_089
"""2025-01-01, in days since 1970."""

NUMBERS: Final = ("quantity", "total_price")
DATES: Final = ("expected_start_date",)
COLUMNS: Final = ("state", "action", "product_offering", "specification", *NUMBERS, *DATES)


class Ask(NamedTuple):
    """One comparison that must hold."""

    column: str
    operator: str
    values: tuple[str, ...]


Rule = tuple[Ask, ...]


def order_lines(count: int) -> pl.DataFrame:
    """As conditions compare them: texts trimmed and in lower case, numbers exact decimals; a twentieth is empty.

    The first ones are the same whatever their number.
    """
    parts = [_drawn(np.random.default_rng([SEED, part])) for part in range(-(-count // PART))]
    return pl.concat(parts).head(count).with_columns(record=pl.int_range(count).cast(pl.String))


def _drawn(dice: np.random.Generator) -> pl.DataFrame:
    columns = {
        "state": _texts(STATES).gather(dice.integers(0, len(STATES), PART)),
        "action": _texts(ACTIONS).gather(dice.integers(0, len(ACTIONS), PART)),
        "product_offering": _keys("off", PRODUCTS).gather((dice.beta(1, 4, PART) * PRODUCTS).astype(np.int64)),
        "specification": _keys("spec", SPECIFICATIONS).gather(dice.integers(0, SPECIFICATIONS, PART)),
        "quantity": pl.Series(dice.integers(1, QUANTITIES, PART)).cast(MONEY),
        "total_price": (pl.Series(dice.integers(0, CENTS, PART)).cast(MONEY) / 100).cast(MONEY),
        "expected_start_date": pl.Series(dice.integers(0, DAYS, PART) + FIRST_DAY).cast(pl.Int32).cast(pl.Date),
    }
    return pl.DataFrame(
        {name: values.set(pl.Series(dice.random(PART) < 1 / 20), None) for name, values in columns.items()}
    )


def _texts(words: tuple[str, ...]) -> pl.Series:
    return pl.Series([word.strip().lower() for word in words])


def _keys(kind: str, count: int) -> pl.Series:
    """Keys as a platform makes them: 32 characters."""
    return kind + pl.int_range(count, eager=True).cast(pl.String).str.zfill(32 - len(kind))


def seven_column_rules(count: int) -> list[Rule]:
    """Rules of two to four tests on different columns, most of them narrow, so that later ones are asked, too."""
    dice = random.Random(SEED)
    return [_rule(dice) for _ in range(count)]


def _rule(dice: random.Random) -> Rule:
    tests = [
        Ask("state", dice.choice(("=", "!=")), (dice.choice(STATES).strip().lower(),)),
        Ask("action", "IN", tuple(action.lower() for action in dice.sample(ACTIONS, 2))),
        Ask("product_offering", "IN", tuple(f"off{dice.randrange(PRODUCTS):029}" for _ in range(4))),
        Ask("specification", "IN", tuple(f"spec{dice.randrange(SPECIFICATIONS):028}" for _ in range(12))),
        _between("quantity", dice.randint(1, QUANTITIES - 80), 75),
        _between("total_price", dice.randrange(CENTS // 100 - 15_000), 14_000),
        _between_days(dice.randrange(DAYS - 60)),
    ]
    return tuple(dice.sample(tests[:2], dice.randint(0, 2)) + dice.sample(tests[2:], 2))


def _between(column: str, low: int, width: int) -> Ask:
    return Ask(column, "BETWEEN", (str(low), str(low + width)))


def _between_days(first: int) -> Ask:
    days = np.array([FIRST_DAY + first, FIRST_DAY + first + 60]).astype("datetime64[D]")
    return Ask("expected_start_date", "BETWEEN", tuple(map(str, days)))


def encoded(rule: Rule) -> str:
    """The rule as the platform stores it."""
    parts = {"IN": ",", "BETWEEN": "@"}
    return "^".join(f"{test.column}{test.operator}{parts.get(test.operator, '').join(test.values)}" for test in rule)


def in_sql(rule: Rule) -> str:
    """The rule as a condition of DuckDB."""
    return " AND ".join(map(_in_sql, rule))


def _in_sql(ask: Ask) -> str:
    values = [_sql_literal(ask.column, value) for value in ask.values]
    said = {
        "=": f"= {values[0]}",
        "!=": f"IS DISTINCT FROM {values[0]}",
        "IN": f"IN ({', '.join(values)})",
        "BETWEEN": f"BETWEEN {values[0]} AND {values[-1]}",
    }
    return f"{ask.column} {said[ask.operator]}"


def _sql_literal(column: str, value: str) -> str:
    if column in NUMBERS:
        return value
    return f"DATE '{value}'" if column in DATES else f"'{value}'"


def in_polars(rule: Rule) -> pl.Expr:
    """The rule as anyone would write it in Polars."""
    return pl.all_horizontal(map(_in_polars, rule))


def _in_polars(ask: Ask) -> pl.Expr:
    column, values = pl.col(ask.column), [_value(ask.column, value) for value in ask.values]
    if ask.operator == "IN":
        return column.is_in(values)
    if ask.operator == "BETWEEN":
        return column.is_between(*values)
    return column == values[0] if ask.operator == "=" else column.ne_missing(pl.lit(values[0]))


def _value(column: str, value: str) -> Any:
    if column in NUMBERS:
        return Decimal(value)
    return dt.date.fromisoformat(value) if column in DATES else value


def in_zen(rule: Rule) -> dict[str, str]:
    """The rule as cells of a decision table, by column; dates are days since 1970."""
    return {ask.column: _in_zen(ask) for ask in rule}


def _in_zen(ask: Ask) -> str:
    values = [_zen_literal(ask.column, value) for value in ask.values]
    if ask.operator == "BETWEEN":
        return f"[{values[0]}..{values[1]}]"
    return ", ".join(values) if ask.operator in ("=", "IN") else f"$ != {values[0]}"


def _zen_literal(column: str, value: str) -> str:
    if column in DATES:
        return str((dt.date.fromisoformat(value) - dt.date(1970, 1, 1)).days)
    return value if column in NUMBERS else f'"{value}"'
