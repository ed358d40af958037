"""Compiled conditions answer as the slow evaluator does, and both reject the same texts at the same character."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from models.catalogue import SOURCES
from tests.reference.condition import ORDER_TASK, Condition, ConditionError, Row, Setting, Tables, input_of
from tests.reference.condition_worlds import ZONES, Conditions, condition_tables
from transforms.condition.predicate import Nulls, Reading
from transforms.condition.scopes import INPUTS, LINE_OF_TASK, TOP_DOMAIN_ORDER, scope
from transforms.condition.walk import walked
from transforms.encoded_query import Compiled, Rejected, compiled

CONDITIONS: Final = 60
SEEDS: Final = range(6)
RECORD: Final = "@record"


def reading(setting: Setting) -> Reading:
    nulls: Nulls = "sql" if setting.nulls == "sql" else "match"
    return Reading(scope(setting.decision_table, setting.tables.keys()), setting.zone.key, nulls)


def frame(table: str, rows: Sequence[Row]) -> pl.DataFrame:
    """Rows as admission types them: moments in UTC without a zone."""
    types = {
        name: pl.Datetime("us", "UTC") if dtype == pl.Datetime("us") else dtype
        for name, dtype in SOURCES[table].dtypes().items()
    }
    columns = {name: [row[name] for row in rows] for name in types}
    return pl.DataFrame(columns, schema=types).with_columns(pl.col(pl.Datetime("us", "UTC")).dt.replace_time_zone(None))


def records(setting: Setting) -> pl.DataFrame:
    """The records that are decided on, order tasks with their domain order and line."""
    rows = list(setting.tables[setting.root].values())
    typed = frame(setting.root, rows).with_columns(pl.col("sys_id").alias(RECORD))
    if setting.root != ORDER_TASK:
        return typed
    return typed.with_columns(
        pl.Series(TOP_DOMAIN_ORDER, [_key(input_of("domain_order", row, setting)) for row in rows], pl.String),
        pl.Series(LINE_OF_TASK, [_line_of_task(row, setting) for row in rows], pl.String),
    )


def _key(place: tuple[str, Row] | None) -> str | None:
    return None if place is None else str(place[1]["sys_id"])


def _line_of_task(task: Row, setting: Setting) -> str | None:
    """The key of a line, whether there is such a line or not."""
    top = input_of("domain_order", task, setting)
    keys = [task["order_line_item"], None if top is None else top[1]["order_line_item"]]
    return next((str(key) for key in keys if key is not None), None)


def answers(setting: Setting, conditions: Mapping[str, Compiled]) -> dict[str, dict[str, bool]]:
    """Of every condition, whether each record meets it."""
    tables = {table: frame(table, list(rows.values())).lazy() for table, rows in setting.tables.items()}
    fields = {field for condition in conditions.values() for field in condition.fields}
    beside = walked(records(setting).lazy(), reading(setting).scope, tables, fields, [RECORD])
    told = beside.select(RECORD, **{text: condition.holds for text, condition in conditions.items()}).collect()
    return {text: dict(zip(told[RECORD], told[text], strict=True)) for text in conditions}


def position(text: str, setting: Setting) -> int | None:
    """Where the slow evaluator rejects a text."""
    try:
        Condition(text, setting)
    except ConditionError as fault:
        return fault.position
    return None


def compiled_position(text: str, setting: Setting) -> int | None:
    """Where the compiler rejects a text."""
    try:
        compiled(text, reading(setting))
    except Rejected as fault:
        return fault.position
    return None


@cache
def world(seed: int, zone: str, *, missing: bool) -> Tables:
    return condition_tables(seed, ZoneInfo(zone), missing=missing)


def drawn_settings(seed: int) -> Iterator[Setting]:
    """Every decision table under both settings of condition_null, each in another zone."""
    for place, table in enumerate(INPUTS):
        for nulls in ("match", "sql"):
            zone = ZONES[(seed + place) % len(ZONES)]
            tables = world(seed * 100 + place, zone, missing=seed % 2 == 1)
            setting = Setting(table, tables, ZoneInfo(zone), nulls)
            if setting.root in tables:
                yield setting


@pytest.mark.parametrize("seed", SEEDS)
def test_every_record_gets_the_answer_of_the_slow_evaluator(seed: int) -> None:
    for setting in drawn_settings(seed):
        conditions = Conditions(seed, setting)
        texts = {conditions.condition() for _ in range(CONDITIONS)}
        found = answers(setting, {text: compiled(text, reading(setting)) for text in texts})
        rows = setting.tables[setting.root]
        for text in texts:
            slow = Condition(text, setting)
            assert found[text] == {key: slow.holds(row) for key, row in rows.items()}, (setting.decision_table, text)
