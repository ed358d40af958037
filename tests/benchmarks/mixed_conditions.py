"""Rules of mixed conditions, each told twice: as an encoded query, and in the language of the rule engine."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

import polars as pl

from models.oversight_rule import OversightRule
from tests.benchmarks.many_orders import ACTIONS, DAYS, FIRST_DAY, ORDER_TYPES, REGIONS, SEED, STATES, WORDS

TEXT, NUMBER, DAY, MOMENT = "text", "number", "day", "moment"


class Term(NamedTuple):
    """One comparison."""

    path: str
    operator: str
    values: tuple[str, ...] = ()
    kind: str = TEXT


Clause = tuple[Term, ...]
Group = tuple[Clause, ...]
Condition = tuple[Group, ...]
"""Groups of which one must hold, made of clauses that must all hold, made of terms of which one must hold."""


def all_of(*terms: Term) -> Condition:
    """A condition without alternatives."""
    return (tuple((term,) for term in terms),)


def mixed_conditions(count: int) -> list[Condition]:
    """A fifth of them look for parts of texts, a tenth follow references (half of these do both)."""
    dice = random.Random(SEED)
    tenth = [parts_of_texts, parts_of_texts_elsewhere, elsewhere, parts_of_texts, *OTHERS[:6]]
    other_tenth = [parts_of_texts, *OTHERS]
    kinds = (tenth + other_tenth) * (count // len(tenth + other_tenth) + 1)
    return [kind(dice) for kind in kinds[:count]]


def _state(dice: random.Random) -> Term:
    return Term("state", "=", (dice.choice(STATES).strip(),))


def _action(dice: random.Random) -> Term:
    return Term("action", "=", (dice.choice(ACTIONS),))


def _quantity(dice: random.Random) -> Term:
    return Term("quantity", "=", (str(dice.randint(1, 499)),), NUMBER)


def _price_above(dice: random.Random, least: int) -> Term:
    return Term("total_price", ">", (f"{dice.randint(least, 99_999)}.50",), NUMBER)


def _day(dice: random.Random, room: int = 0) -> dt.date:
    return FIRST_DAY + dt.timedelta(days=dice.randrange(DAYS - room))


def parts_of_texts(dice: random.Random) -> Condition:
    part = f"{dice.randrange(1000):03}"
    return all_of(Term("number", "LIKE", (part,)), _action(dice))


def parts_of_texts_elsewhere(dice: random.Random) -> Condition:
    two = f"{dice.choice(WORDS)} {dice.choice(WORDS)}"
    path = dice.choice(("product_offering.name", "order.account.name", "specification.name"))
    return all_of(Term(path, "LIKE", (two,)), _state(dice), _price_above(dice, 50_000))


def elsewhere(dice: random.Random) -> Condition:
    ways = (
        Term("location.parent.name", "=", (dice.choice(REGIONS),)),
        Term("order.account.parent.name", "STARTSWITH", (f"{dice.choice(WORDS)} {dice.choice(WORDS)}",)),
        Term("order.order_date", ">=", (str(FIRST_DAY + dt.timedelta(days=DAYS - 10)),), DAY),
    )
    return all_of(dice.choice(ways), Term("order.order_type", "IN", tuple(dice.sample(ORDER_TYPES, 2))))


def equal(dice: random.Random) -> Condition:
    return all_of(_quantity(dice), _state(dice))


def unequal(dice: random.Random) -> Condition:
    return all_of(
        Term("state", "!=", (dice.choice(STATES).strip(),)),
        Term("action", "!=", (dice.choice(ACTIONS),)),
        _quantity(dice),
    )


def listed(dice: random.Random) -> Condition:
    numbers = tuple(str(dice.randint(1, 499)) for _ in range(8))
    return all_of(
        Term("quantity", "IN", numbers, NUMBER),
        Term("state", "IN", tuple(state.strip() for state in dice.sample(STATES, 2))),
        _action(dice),
    )


def above(dice: random.Random) -> Condition:
    quantity = Term("quantity", ">", (str(dice.randint(400, 490)),), NUMBER)
    return all_of(_price_above(dice, 80_000), quantity, _state(dice), _action(dice))


def between(dice: random.Random) -> Condition:
    low, first = dice.randrange(95_000), _day(dice, 60)
    return all_of(
        Term("total_price", "BETWEEN", (str(low), str(low + 4000)), NUMBER),
        Term("expected_start_date", "BETWEEN", (str(first), str(first + dt.timedelta(days=50))), DAY),
    )


def dated(dice: random.Random) -> Condition:
    first = _day(dice, 10)
    return all_of(
        Term("approved_on", ">=", (f"{first} 06:30:00",), MOMENT),
        Term("approved_on", "<", (f"{first + dt.timedelta(days=9)} 18:00:00",), MOMENT),
        _state(dice),
    )


def either(dice: random.Random) -> Condition:
    quantities = (_quantity(dice), _quantity(dice))
    return ((quantities, (_state(dice), _state(dice)), (_action(dice), Term("action", "ISEMPTY"))),)


def in_groups(dice: random.Random) -> Condition:
    return tuple(
        ((_quantity(dice),), (_state(dice),), (Term("expected_start_date", "<", (str(_day(dice)),), DAY),))
        for _ in range(2)
    )


OTHERS: Final[list[Callable[[random.Random], Condition]]] = [
    equal,
    unequal,
    listed,
    above,
    between,
    dated,
    either,
    in_groups,
    dated,
]


def encoded(condition: Condition) -> str:
    """The condition as the platform stores it."""
    return "^NQ".join(
        "^".join("^OR".join(_encoded(term) for term in clause) for clause in group) for group in condition
    )


def _encoded(term: Term) -> str:
    between = "@" if term.operator == "BETWEEN" else ","
    return f"{term.path}{term.operator}{between.join(term.values)}"


def row_by_row(condition: Condition) -> str:
    """The condition in the language of the rule engine, for rows whose texts are trimmed and in lower case."""
    return _some(_all(_some(_row_by_row(term) for term in clause) for clause in group) for group in condition)


def _all(parts: Iterable[str]) -> str:
    return f"({' and '.join(parts)})"


def _some(parts: Iterable[str]) -> str:
    return f"({' or '.join(parts)})"


def _row_by_row(term: Term) -> str:
    path = term.path.replace(".", "&.")
    values = [_literal(value, term.kind) for value in term.values]
    said = {
        "!=": "{path} != {0}",
        "IN": "{path} in [{all}]",
        "ISEMPTY": "{path} == null",
        "LIKE": "{path} != null and {0} in {path}",
        "STARTSWITH": "{path} != null and {path}.starts_with({0})",
        "BETWEEN": "{path} != null and {path} >= {0} and {path} <= {1}",
        "=": "{path} == {0}",
    }
    plain = "{path} != null and {path} {operator} {0}"
    text = said.get(term.operator, plain)
    return f"({text.format(*values, path=path, operator=term.operator, all=', '.join(values))})"


def _literal(value: str, kind: str) -> str:
    if kind == NUMBER:
        return value
    return f'd"{value}"' if kind in (DAY, MOMENT) else f'"{value.lower()}"'


def rules(conditions: list[Condition]) -> pl.LazyFrame:
    """The conditions as rows of the decision table of order lines, asked in the order of the list."""
    drawn = {
        "sys_id": [f"rule{place:03}" for place in range(len(conditions))],
        "order": list(range(len(conditions))),
        "condition": [encoded(condition) for condition in conditions],
    }
    given = {"decision_table": pl.lit("order_line_item"), "answer": pl.lit("template"), "active": pl.lit(True)}
    empty = {name: pl.lit(None) for name in OversightRule.columns() if name not in {*drawn, *given}}
    return OversightRule.cast(pl.LazyFrame(drawn).with_columns(**given, **empty))
