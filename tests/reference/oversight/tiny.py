"""One order with one line, one domain order and one order task, and a rule for everything: worked examples start here."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from .engine import Oversight, oversee
from .instance import DOMAIN_ORDER, LINE, LOCATION, ORDER, ORDER_TASK, Row, Rows
from .setup import AUTO_CLOSURE, PPM, REUSE
from .worlds import World

RULE: Row = {"order": 1, "condition": ""}
RULES: Rows = [
    {**RULE, "sys_id": "P", "decision_table": "program", "answer": "program"},
    {**RULE, "sys_id": "L", "decision_table": "order_line_item", "answer": "project"},
    {**RULE, "sys_id": "S", "decision_table": "site_location", "answer": "site"},
    {**RULE, "sys_id": "D", "decision_table": "domain_order", "answer": "build"},
    {**RULE, "sys_id": "T", "decision_table": "order_task", "answer": "test", "condition": "request_type=test"},
]
TABLES: Mapping[str, Rows] = {
    "v_plugin": [{"id": PPM, "active": "true"}],
    "customer_account": [{"sys_id": "acme"}],
    LOCATION: [{"sys_id": "floor", "name": "Floor", "parent": "hall"}, {"sys_id": "hall", "name": "Hall"}],
    "project_template": [
        {"sys_id": "program", "kind": "program"},
        {"sys_id": "project", "name": "Fibre", "kind": "project"},
        {"sys_id": "site", "kind": "site_project"},
    ],
    "project_template_task": [
        {"sys_id": "build", "template": "project", "name": "Build", "duration_days": 5},
        {"sys_id": "test", "template": "project", "name": "Test", "start_offset_days": 5, "duration_days": 2},
        {"sys_id": "visit", "template": "site", "name": "Visit"},
    ],
    "oversight_rule": RULES,
    ORDER: [{"sys_id": "O", "number": "ORD1", "account": "acme", "state": "in_progress"}],
    LINE: [
        {
            "sys_id": "l",
            "number": "LINE1",
            "order": "O",
            "specification": "s",
            "location": "floor",
            "state": "in_progress",
            "approved_on": dt.datetime(2026, 1, 10, 23),  # noqa: DTZ001
        }
    ],
    DOMAIN_ORDER: [{"sys_id": "d", "number": "DO1", "order_line_item": "l", "state": "in_progress"}],
    ORDER_TASK: [{"sys_id": "t", "number": "OT1", "parent": "d", "request_type": "test", "state": "new"}],
}


def tiny(*, reuse: bool = False, closes: bool = False, zone: str = "UTC", **tables: Rows) -> World:
    """The world above with other tables, or other rows in them."""
    properties = [{"name": REUSE, "value": str(reuse)}, {"name": AUTO_CLOSURE, "value": str(closes)}]
    return World({}, zone).with_tables(**{**TABLES, "sys_properties": properties, **tables})


def like(table: str, *rows: Row) -> Rows:
    """The first row of a table of the world above, once for each of the rows, with what these say."""
    return [{**TABLES[table][0], **row} for row in rows]


def nights(*worlds: World) -> list[Oversight]:
    """One night after the other."""
    found: list[Oversight] = []
    for world in worlds:
        found.append(oversee(world.instance(found[-1].states if found else {})))
    return found


def outcome(found: Oversight, decision_table: str, record: str) -> str:
    return str(row(found, "oversight_decision", decision_table=decision_table, record=record)["outcome"])


def row(found: Oversight, mart: str, **where: Any) -> Row:
    """The only row of a mart with these values."""
    rows = [one for one in found.marts[mart] if all(one[name] == value for name, value in where.items())]
    assert len(rows) == 1, rows
    return rows[0]
