"""Programs: decided per order, shared by the orders of an account where the instance reuses them."""

import datetime as dt

from .books import Books
from .decisions import Decision, of_rule
from .ids import stable_id
from .instance import LINE, ORDER, Instance, Row, Rows, earliest, last
from .lines import created_on
from .projects import overseen_lines
from .rules import Rules
from .setup import setup
from .sites import earliest_matched

Key = tuple[str | None, str | None]
"""An account where orders share a program, else an order."""


def decide_program(instance: Instance, books: Books, rules: Rules, order: Row) -> Decision:
    """Whether an order under oversight gets a program."""
    if not setup(instance).is_ppm_installed:
        return Decision("ppm_not_installed")
    if books.order_project(order["sys_id"]) is None and not overseen_lines(instance, books, order["sys_id"]):
        return Decision("no_overseen_line")
    rule, is_default = rules.chosen("program", order)
    return of_rule(instance, rule, "program", is_default=is_default)


def create_programs(instance: Instance, books: Books, decisions: dict[str, Decision]) -> None:
    """A program for every order that asks for one and has none."""
    groups: dict[Key, Rows] = {}
    for order in instance.rows(ORDER):
        if decisions[order["sys_id"]].is_positive and order["sys_id"] not in books.order_programs:
            is_shared = setup(instance).is_reusing and order["account"] is not None
            groups.setdefault((order["account"], None) if is_shared else (None, order["sys_id"]), []).append(order)
    for key, orders in sorted(groups.items(), key=repr):
        program = _program(instance, books, key, orders, decisions)
        books.programs.setdefault(program["program"], program)
        books.order_programs |= {
            order["sys_id"]: {"order": order["sys_id"], "program": program["program"]} for order in orders
        }


def _program(instance: Instance, books: Books, key: Key, orders: Rows, decisions: dict[str, Decision]) -> Row:
    """The program of an account or an order: remembered, else exported, else new."""
    account, order = key
    shared = [row for row in books.programs.values() if row["account"] == account and row["order"] is None]
    if order is None and shared:
        return min(shared, key=lambda row: row["program"])
    exported = [row["sys_id"] for row in instance.rows("pm_program") if row["account"] == account is not None]
    first = min(orders, key=lambda row: (last(row["order_date"]), row["sys_id"]))
    new_id = stable_id("program", account or order or "")
    return {
        "program": exported[0] if exported else new_id,
        "account": first["account"],
        "order": order,
        "origin": "reused" if exported else "created",
        "template": decisions[first["sys_id"]].answer,
        "created_on": _created_on(instance, books, orders),
    }


def _created_on(instance: Instance, books: Books, orders: Rows) -> dt.datetime | None:
    keys = [key for order in orders for key in overseen_lines(instance, books, order["sys_id"])]
    lines = [instance.find(LINE, key) for key in keys]
    return earliest(created_on(line) for line in lines if line is not None)


def program_of(books: Books, order: str | None) -> str | None:
    row = books.order_programs.get(order or "")
    return row["program"] if row else None


def fill_programs(instance: Instance, books: Books, sites: dict[str, Decision]) -> None:
    """Projects without a program get that of their order, shared site projects that of their earliest line's order."""
    for project in books.projects.values():
        order = project["order"]
        if project["kind"] == "site_project" and order is None:
            first = earliest_matched(instance, books, sites, project)
            order = first["order"] if first else None
        if project["program"] is None:
            project["program"] = program_of(books, order)
