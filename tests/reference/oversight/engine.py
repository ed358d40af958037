"""One night of oversight, in the order of the contract."""

from collections.abc import Mapping
from dataclasses import dataclass

from .books import remembered
from .decisions import Decision
from .instance import DOMAIN_ORDER, LINE, ORDER, ORDER_TASK, Instance, Rows
from .lint import Lint
from .marts import link_tables, project_tables
from .programs import create_programs, decide_program, fill_programs
from .projects import create_line_project, create_order_project, decide_line, decide_order
from .records import decide_record, link_by_parents, link_by_rules, platform_links
from .rules import Rules
from .sites import create_sites, decide_site
from .synchronisation import map_projects, map_tasks, show_notes

Decisions = dict[str, Decision]
RECORD_TABLES = {
    "program": ORDER,
    "order": ORDER,
    "order_line_item": LINE,
    "site_location": LINE,
    "domain_order": DOMAIN_ORDER,
    "order_task": ORDER_TASK,
}


@dataclass(frozen=True)
class Oversight:
    """The published tables and what the next night remembers, by name."""

    marts: dict[str, Rows]
    states: dict[str, Rows]


def oversee(instance: Instance) -> Oversight:
    """Everything that follows from an export and from what is remembered."""
    rules, books = Rules(instance), remembered(instance)
    projects_before, links_before = set(books.projects), dict(books.links)
    orders, lines = instance.rows(ORDER), instance.rows(LINE)
    decided: dict[str, Decisions] = {}

    decided["order"] = {row["sys_id"]: decide_order(instance, rules, row) for row in orders}
    for row in orders:
        create_order_project(instance, books, row, decided["order"][row["sys_id"]])
    decided["order_line_item"] = {row["sys_id"]: decide_line(instance, books, rules, row) for row in lines}
    for row in lines:
        create_line_project(instance, books, row, decided["order_line_item"][row["sys_id"]])
    decided["site_location"] = {row["sys_id"]: decide_site(instance, books, rules, row) for row in lines}
    create_sites(instance, books, decided["site_location"])
    decided["program"] = {row["sys_id"]: decide_program(instance, books, rules, row) for row in orders}
    create_programs(instance, books, decided["program"])
    fill_programs(instance, books, decided["site_location"])

    platform = platform_links(instance, books)
    for table, name in ((DOMAIN_ORDER, "domain_order"), (ORDER_TASK, "order_task")):
        records = instance.rows(table)
        decided[name] = {row["sys_id"]: decide_record(instance, books, rules, table, row) for row in records}
        for row in records:
            link_by_rules(instance, books, table, row, decided[name][row["sys_id"]])
    link_by_parents(instance, books, decided["order_task"])

    map_projects(instance, books, [row for key, row in books.projects.items() if key not in projects_before])
    map_tasks(instance, books, links_before)
    show_notes(instance, books, platform)
    marts = {
        "oversight_decision": _decision_rows(decided),
        **project_tables(instance, books),
        "oversight_mapped_field": list(books.mapped.values()),
        **link_tables(instance, books, platform),
        "oversight_note": list(books.notes.values()),
        "oversight_rule_lint": Lint(instance, books, rules).rows(),
    }
    return Oversight(marts, books.rows())


def _decision_rows(decided: Mapping[str, Decisions]) -> Rows:
    return [
        {
            "decision_table": name,
            "record_table": RECORD_TABLES[name],
            "record": record,
            "rule": decision.rule,
            "answer": decision.answer,
            "outcome": decision.outcome,
        }
        for name, decisions in decided.items()
        for record, decision in decisions.items()
    ]
