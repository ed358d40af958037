"""The same question put to a rule engine that asks one row and one rule at a time."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Collection, Mapping
from typing import Any, Final, NamedTuple

import polars as pl
import rule_engine

from models.order import LINE_TABLE, LOCATION_TABLE, ORDER_TABLE
from tests.benchmarks.many_orders import Tables
from tests.benchmarks.mixed_conditions import Condition, row_by_row

ACCOUNT_TABLE: Final = "customer_account"
REFERENCES: Final[Mapping[str, Mapping[str, str]]] = {
    LINE_TABLE: {
        "order": ORDER_TABLE,
        "product_offering": "product_offering",
        "specification": "product_specification",
        "location": LOCATION_TABLE,
    },
    ORDER_TABLE: {"account": ACCOUNT_TABLE},
    ACCOUNT_TABLE: {"parent": ACCOUNT_TABLE},
    LOCATION_TABLE: {"parent": LOCATION_TABLE},
}
"""The references that the rules follow."""
DEEPEST: Final = 3

Row = dict[str, Any]


class Asked(NamedTuple):
    """What the rule engine found, and what it took, compiling apart."""

    first_matches: dict[str, str | None]
    seconds: float
    questions: int
    """How often one rule was asked about one line."""


def asked_row_by_row(rows: list[Row], conditions: list[Condition]) -> Asked:
    """Each line asks the rules in turn until one holds."""
    context = rule_engine.Context(resolver=rule_engine.resolve_item, default_timezone="utc")
    engine = [rule_engine.Rule(row_by_row(condition), context=context) for condition in conditions]
    begin = time.perf_counter()
    places = [next((place for place, rule in enumerate(engine) if rule.matches(row)), None) for row in rows]
    seconds = time.perf_counter() - begin
    found = {
        row["sys_id"]: None if place is None else f"rule{place:03}" for row, place in zip(rows, places, strict=True)
    }
    return Asked(found, seconds, sum(len(engine) if place is None else place + 1 for place in places))


def rows_of(tables: Tables, lines: Collection[str]) -> list[Row]:
    """Lines as the engine reads them: what they refer to inside of them, texts trimmed and in lower case."""
    asked = tables | {LINE_TABLE: tables[LINE_TABLE].filter(pl.col("sys_id").is_in(list(lines)))}
    names = {*REFERENCES, *(target for targets in REFERENCES.values() for target in targets.values())}
    by_key = {name: _by_key(asked[name]) for name in names}
    return [_nested(by_key, LINE_TABLE, line, DEEPEST) for line in lines]


def _by_key(table: pl.LazyFrame) -> dict[str, Row]:
    """The rows by their keys, without columns that are empty."""
    rows = table.collect()
    filled = [column.name for column in rows if column.null_count() < len(rows)]
    return {row["sys_id"]: row for row in rows.select(filled).iter_rows(named=True)}


def _nested(by_key: Mapping[str, Mapping[str, Row]], table: str, key: str, depth: int) -> Row:
    followed = REFERENCES.get(table, {}) if depth else {}
    row: Row = {name: _comparable(value) for name, value in by_key[table][key].items()}
    inner = {
        name: _nested(by_key, target, row[name], depth - 1)
        for name, target in followed.items()
        if row[name] is not None
    }
    return row | inner


def _comparable(value: object) -> object:
    """A value as conditions compare it."""
    if isinstance(value, str):
        return value.strip().lower()
    return value.replace(tzinfo=dt.UTC) if isinstance(value, dt.datetime) else value
