"""Domain orders and order tasks: the line, the project and the project task they belong to."""

from collections.abc import Iterator
from dataclasses import dataclass

from .books import Books
from .decisions import Decision
from .instance import DOMAIN_ORDER, LINE, ORDER_TASK, Instance, Row
from .lines import existing_projects, order_of
from .projects import project_of_line
from .rules import Rules
from .setup import setup
from .templates import task_id

DECISION_TABLE = {DOMAIN_ORDER: "domain_order", ORDER_TASK: "order_task"}


@dataclass(frozen=True)
class Belonging:
    """The line and the project of a record, and whether the platform linked that project."""

    line: str | None
    project: str | None
    is_existing: bool


def above(instance: Instance, record: Row) -> Iterator[str]:
    """The keys of what a record is work for, nearest first; the record itself ends the walk, and so does a cycle."""
    seen = {record["sys_id"]}
    key = record.get("parent")
    while key is not None and key not in seen:
        seen.add(key)
        yield key
        key = (instance.find(ORDER_TASK, key) or {}).get("parent")


def line_of(instance: Instance, record: Row) -> str | None:
    """The line of a record: its own, else that of the domain order at the top of its parents.

    A record at the top that is no longer exported is remembered with its line, if it was linked.
    """
    if record["order_line_item"] is not None:
        return str(record["order_line_item"])
    for key in above(instance, record):
        domain_order = instance.find(DOMAIN_ORDER, key)
        if domain_order is not None:
            return domain_order["order_line_item"]
        if instance.find(ORDER_TASK, key) is None:
            return next(
                (row["order_line_item"] for row in instance.remembered("oversight_link") if row["record"] == key), None
            )
    return None


def belonging(instance: Instance, books: Books, record: Row) -> Belonging:
    """The project of the line, else of the nearest line above it that has one, else of the line's order."""
    line = line_of(instance, record)
    if line is None:
        return Belonging(None, None, is_existing=False)
    for key in _line_and_above(instance, line):
        project = project_of_line(instance, books, key)
        if project is not None:
            return Belonging(line, project, key in existing_projects(instance))
    row = instance.find(LINE, line)
    order = None if row is None else order_of(instance, row)
    return Belonging(line, books.order_project(order), is_existing=False)


def _line_and_above(instance: Instance, line: str) -> Iterator[str]:
    seen: set[str] = set()
    key: str | None = line
    while key is not None and key not in seen:
        seen.add(key)
        yield key
        key = (instance.find(LINE, key) or {}).get("parent_line_item")


def decide_record(instance: Instance, books: Books, rules: Rules, table: str, record: Row) -> Decision:
    """Which rule links the record; `via_parent` is not decided here."""
    belongs = belonging(instance, books, record)
    if not setup(instance).is_ppm_installed:
        return Decision("ppm_not_installed")
    if belongs.is_existing:
        return Decision("existing_project")
    if belongs.project is None:
        return Decision("no_project")
    planned = planned_for(instance, books, record)
    name = DECISION_TABLE[table]
    rule, is_default = rules.chosen(name, record, lambda rule: rule["answer"] in planned)
    if rule is not None and rule["answer"] not in _tasks(books, belongs.project):
        return Decision("task_not_in_template", rule["sys_id"], rule["answer"])
    if rule is not None:
        return Decision("default" if is_default else "matched", rule["sys_id"], rule["answer"])
    is_met = rules.first(rules.ordinary(name), record) is not None
    return Decision("task_not_in_template" if is_met else "no_rule_matched")


def planned_for(instance: Instance, books: Books, record: Row) -> set[str]:
    """The template tasks of the project's template, and those it has a task of: rules with other answers take no part."""
    project = belonging(instance, books, record).project
    if project is None:
        return set()
    template = (books.projects.get(project) or {}).get("template")
    of_template = {
        task["sys_id"]
        for task in instance.rows("project_template_task")
        if task["template"] is not None and task["template"] == template
    }
    return of_template | _tasks(books, project)


def _tasks(books: Books, project: str) -> set[str]:
    return {task["template_task"] for task in books.tasks_of(project)}


def link_by_rules(instance: Instance, books: Books, table: str, record: Row, decision: Decision) -> None:
    """The link of a record that has none yet."""
    key = record["sys_id"]
    if not decision.is_positive or key in books.links:
        return
    belongs = belonging(instance, books, record)
    task = task_id(belongs.project or "", decision.answer or "")
    books.links[key] = _link(table, key, task, belongs.project, belongs.line, decision.rule)


def link_by_parents(instance: Instance, books: Books, decisions: dict[str, Decision]) -> None:
    """An order task that no rule matches is linked as its nearest linked ancestor is; the platform's links don't count."""
    links = dict(books.links)
    for record in instance.rows(ORDER_TASK):
        key = record["sys_id"]
        ancestor = next((links[one] for one in above(instance, record) if one in links), None)
        if decisions[key].outcome != "no_rule_matched" or ancestor is None:
            continue
        decisions[key] = Decision("via_parent")
        line = line_of(instance, record)
        link = _link(ORDER_TASK, key, ancestor["project_task"], ancestor["project"], line, None)
        books.links.setdefault(key, link)


def platform_links(instance: Instance, books: Books) -> dict[str, Row]:
    """What the platform has linked, of records whose project is one that the platform linked, too."""
    found: dict[str, Row] = {}
    for table in (DOMAIN_ORDER, ORDER_TASK):
        for record in instance.rows(table):
            key, belongs = record["sys_id"], belonging(instance, books, record)
            tasks = [
                link["project_task"]
                for link in instance.rows("sn_ind_tmt_orm_order_task_rel_task")
                if link["source"] == key and link["project_task"] is not None
            ]
            if belongs.is_existing and tasks:
                found[key] = _link(table, key, min(tasks), belongs.project, belongs.line, None)
    return found


def _link(table: str, key: str, task: str, project: str | None, line: str | None, rule: str | None) -> Row:
    return {
        "record_table": table,
        "record": key,
        "project_task": task,
        "project": project,
        "order_line_item": line,
        "rule": rule,
    }
