"""Compiled conditions answer as the slow evaluator does, and both reject the same texts at the same character."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.catalogue import SOURCES
from models.order import DomainOrder, OrderTask
from models.oversight import OrderLine
from models.oversight_link import OversightLineState, RememberedLink
from models.oversight_project import OversightProjectState
from tests.reference.condition import (
    DOMAIN_ORDER,
    OPERATORS,
    ORDER,
    ORDER_TASK,
    SCHEMA,
    Condition,
    ConditionError,
    Row,
    Setting,
    Tables,
)
from tests.reference.condition_worlds import CAN_BE_MISSING, ZONES, Conditions, condition_tables
from transforms.condition.predicate import Nulls, Reading
from transforms.condition.scopes import INPUTS, LINE_OF_TASK, TOP_DOMAIN_ORDER, scope
from transforms.condition.walk import walked
from transforms.encoded_query import Compiled, Rejected, compiled
from transforms.oversight.overseen_record import overseen_record

CONDITIONS: Final = 32
SEEDS: Final = range(8)
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


def records(setting: Setting) -> pl.LazyFrame:
    """The records that are decided on, order tasks with their domain order and line."""
    typed = lazy(setting.root, setting.tables).with_columns(pl.col("sys_id").alias(RECORD))
    if setting.root != ORDER_TASK:
        return typed
    overseen = overseen_record(
        DomainOrder.cast(lazy(DOMAIN_ORDER, setting.tables)),
        OrderTask.cast(lazy(ORDER_TASK, setting.tables)),
        OrderLine.create_empty(lazy=True),
        OversightLineState.create_empty(lazy=True),
        OversightProjectState.create_empty(lazy=True),
        RememberedLink.create_empty(lazy=True),
    )
    resolved = {TOP_DOMAIN_ORDER: "domain_order", LINE_OF_TASK: "order_line_item", RECORD: "record"}
    of_tasks = overseen.filter(record_table=ORDER_TASK).select(**resolved)
    return typed.join(of_tasks, on=RECORD, how="left")


def lazy(table: str, tables: Tables) -> pl.LazyFrame:
    return frame(table, list(tables.get(table, {}).values())).lazy()


def answers(setting: Setting, conditions: Mapping[str, Compiled]) -> dict[str, dict[str, bool]]:
    """Of every condition, whether each record meets it."""
    tables = {table: lazy(table, setting.tables) for table in setting.tables}
    fields = {field for condition in conditions.values() for field in condition.fields}
    beside = walked(records(setting), reading(setting).scope, tables, fields, [RECORD])
    told = beside.select(RECORD, **{text: condition.holds for text, condition in conditions.items()}).collect()
    return {text: dict(zip(told[RECORD], told[text], strict=True)) for text in conditions}


def slow_position(text: str, setting: Setting) -> int | None:
    """Where the slow evaluator rejects a text; None where it does not."""
    try:
        Condition(text, setting)
    except ConditionError as fault:
        return fault.position
    return None


def position(text: str, setting: Setting) -> int | None:
    """Where the compiler rejects a text; None where it does not."""
    try:
        compiled(text, reading(setting))
    except Rejected as fault:
        return fault.position
    return None


@cache
def world(seed: int, zone: str, *, missing: bool) -> Tables:
    return condition_tables(seed, ZoneInfo(zone), missing=missing)


def drawn_setting(seed: int, place: int) -> Setting:
    """One decision table in a world of its own; odd seeds miss a few tables."""
    zone = ZONES[(seed + place) % len(ZONES)]
    table = list(INPUTS)[place]
    return Setting(table, world(seed * len(INPUTS) + place, zone, missing=seed % 2 == 1), ZoneInfo(zone))


def whole_setting(decision_table: str) -> Setting:
    return Setting(decision_table, world(11, "Europe/Berlin", missing=False), ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize("seed", SEEDS)
def test_every_record_gets_the_answer_of_the_slow_evaluator(seed: int) -> None:
    for place in range(len(INPUTS)):
        drawn = drawn_setting(seed, place)
        if drawn.root not in drawn.tables:
            continue
        conditions = Conditions(seed, drawn)
        texts = sorted({conditions.condition() for _ in range(CONDITIONS)})
        for setting in (drawn, replace(drawn, nulls="sql")):
            found = answers(setting, {text: compiled(text, reading(setting)) for text in texts})
            for text in texts:
                slow = Condition(text, setting)
                expected = {key: slow.holds(row) for key, row in setting.tables[setting.root].items()}
                assert found[text] == expected, told(text, setting)


def told(text: str, setting: Setting) -> str:
    return f"{text!r} ({setting.decision_table}, {setting.nulls}, {setting.zone.key})"


@pytest.mark.parametrize("decision_table", INPUTS)
def test_both_reject_every_kind_of_fault_at_the_same_character(decision_table: str) -> None:
    setting = whole_setting(decision_table)
    for text, expected, fault in Conditions(5, setting).malformed():
        found = position(text, setting), slow_position(text, setting)
        assert all(at is not None and 0 <= at <= len(text) for at in found), (fault, text, found)
        assert expected is None or found == (expected, expected), (fault, text, expected, found)


@pytest.mark.parametrize("absent", CAN_BE_MISSING)
def test_what_can_be_named_without_a_table_is_the_same_for_both(absent: str) -> None:
    for decision_table in INPUTS:
        whole = whole_setting(decision_table)
        less = replace(whole, tables={name: rows for name, rows in whole.tables.items() if name != absent})
        if whole.root == absent:
            continue
        conditions = Conditions(3, whole)
        for text in {conditions.term() for _ in range(60)}:
            at, slow_at = position(text, less), slow_position(text, less)
            assert (at is None) is (slow_at is None), (absent, told(text, whole), at, slow_at)
            assert at is None or 0 <= at <= len(text)


FIELDS: Final = (
    *("state", "number", "order.total_amount", "order.order_date", "sys_created_on", "order.account", "location"),
    *("order.account.parent.name", "order", "order_line_item", "order.project_template.active", "nope", "order.nope"),
    *("location.parent.parent.parent.parent.parent.name", "location.parent.parent.parent.parent.parent.parent.name"),
)
VALUES: Final = (
    *("open", " Open ", "1", "2.5", "-3", "2.50001", "1,2", "1@2", "2026-01-01", "2026-01-01 10:00:00", "true", "0"),
    *("2026-01-01@2026-03-08", "a,b", ",", "@", "", " ", "javascript:x", "state", "order.number", "order.order_date"),
    *("0001-01-01", "9999-12-31", "9999-12-31 23:59:59", "9" * 20, "9" * 28, "1e3", "x@y", "é", "\n"),
)
LINKS: Final = ("^", "^", "^OR", "^NQ", "^EQ", "^^", "^EQ^", "", "^OR^", "^ORDERBY", "^or", "^ ")
fragments = st.sampled_from((*FIELDS, *OPERATORS, *VALUES, *LINKS, ".", "ORDERBY", "GROUPBY", "in", "!", "NOT ", "Q"))
terms = st.tuples(st.sampled_from(FIELDS), st.sampled_from(OPERATORS), st.sampled_from(VALUES)).map("".join)
queries = st.tuples(terms, st.lists(st.tuples(st.sampled_from(LINKS), terms).map("".join), max_size=3)).map(
    lambda parts: parts[0] + "".join(parts[1])
)
scraps = st.lists(fragments, max_size=8).map("".join)


@pytest.mark.parametrize("field", FIELDS)
def test_every_operator_with_every_value(field: str) -> None:
    setting = replace(whole_setting("order_line_item"), zone=ZoneInfo("Asia/Tokyo"))
    texts = {f"{field}{operator}{value}" for operator in OPERATORS for value in VALUES}
    rejected = {text for text in texts if position(text, setting) is not None}
    assert rejected == {text for text in texts if slow_position(text, setting) is not None}
    accepted = {text: compiled(text, reading(setting)) for text in texts - rejected}
    for text, found in answers(setting, accepted).items():
        slow = Condition(text, setting)
        assert found == {key: slow.holds(row) for key, row in setting.tables[setting.root].items()}, told(text, setting)


@settings(deadline=None, max_examples=400, derandomize=True)
@given(queries | scraps, st.sampled_from(["order_line_item", "order_task"]))
def test_any_text_is_compiled_or_rejected_by_both(text: str, decision_table: str) -> None:
    setting = whole_setting(decision_table)
    at, slow_at = position(text, setting), slow_position(text, setting)
    assert (at is None) is (slow_at is None), (text, at, slow_at)
    assert at is None or 0 <= at <= len(text)


@settings(deadline=None, max_examples=100, derandomize=True)
@given(st.lists(queries, min_size=1, max_size=6), st.sampled_from(ZONES))
def test_what_is_compiled_can_be_evaluated(texts: list[str], zone: str) -> None:
    setting = replace(whole_setting("order_line_item"), zone=ZoneInfo(zone))
    accepted = {text: compiled(text, reading(setting)) for text in texts if position(text, setting) is None}
    for text, found in answers(setting, accepted).items():
        slow = Condition(text, setting)
        assert found == {key: slow.holds(row) for key, row in setting.tables[setting.root].items()}, told(text, setting)


@pytest.mark.parametrize("zone", ["America/Sao_Paulo", "America/Havana", "America/St_Johns"])
@pytest.mark.parametrize("operator", ["=", "<", ">", "<=", ">=", "SAMEAS", "NSAMEAS"])
def test_a_day_is_its_first_midnight_also_where_clocks_skip_or_repeat_it(zone: str, operator: str) -> None:
    day = {"America/Sao_Paulo": "2018-11-04", "America/Havana": "2026-11-01", "America/St_Johns": "2009-11-01"}[zone]
    start = dt.datetime.fromisoformat(f"{day} 00:00:00+00:00")
    moments = [start + dt.timedelta(minutes=15 * quarter) for quarter in range(8, 24)]
    empty = dict.fromkeys(SCHEMA[ORDER])
    rows = {
        str(at): {**empty, "sys_id": str(at), "order_date": start.date(), "approved_on": moment}
        for at, moment in enumerate(moments)
    }
    setting = Setting("order", {ORDER: rows}, ZoneInfo(zone))
    texts = (
        [f"approved_on{operator}order_date", f"order_date{operator}approved_on"]
        if "SAMEAS" in operator
        else [f"approved_on{operator}{day}", *(f"order_date{operator}{moment:%Y-%m-%d %H:%M:%S}" for moment in moments)]
    )
    found = answers(setting, {text: compiled(text, reading(setting)) for text in texts})
    for text in texts:
        slow = Condition(text, setting)
        assert found[text] == {key: slow.holds(row) for key, row in rows.items()}, told(text, setting)
