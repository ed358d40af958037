"""One-time synchronisation: mapped fields at creation, notes once each."""

import datetime as dt
from decimal import Decimal
from typing import Any

from .books import Books
from .instance import DOMAIN_ORDER, LINE, LOCATION, ORDER, PROJECT, PROJECT_TASK, Instance, Row, Rows, last, word
from .projects import project_of_line
from .setup import setup

SOURCE_OF = {
    "project": (LINE, "order_line_item"),
    "order_project": (ORDER, "order"),
    "site_project": (LOCATION, "location"),
}
"""From which record a project's fields are copied."""


def map_projects(instance: Instance, books: Books, new: Rows) -> None:
    """Copy mapped fields to projects that were created this night."""
    for project in new:
        table, column = SOURCE_OF[project["kind"]]
        source = instance.find(table, project[column])
        if project["origin"] == "created" and source is not None:
            _copy(instance, books, (PROJECT, project["project"]), table, source)


def map_tasks(instance: Instance, books: Books, before: dict[str, Row]) -> None:
    """Copy mapped fields to tasks that were linked for the first time this night, from the earliest linked record."""
    linked_before = {link["project_task"] for link in before.values()}
    for task in books.tasks:
        linked = [link for link in books.links.values() if link["project_task"] == task]
        if linked and task not in linked_before:
            table, source = min(((link["record_table"], _record(instance, link)) for link in linked), key=seniority)
            _copy(instance, books, (PROJECT_TASK, task), table, source)


def seniority(place: tuple[str, Row]) -> tuple[object, ...]:
    """Sort key: domain orders first, then the earliest."""
    table, record = place
    return table != DOMAIN_ORDER, last(record["sys_created_on"]), record["sys_id"]


def _record(instance: Instance, link: Row) -> Row:
    return instance.keyed[link["record_table"]][link["record"]]


def _copy(instance: Instance, books: Books, target: tuple[str, str], table: str, source: Row) -> None:
    target_table, target_key = target
    for field_map in _field_maps(instance, table, target_table):
        if field_map["source_field"] in source:
            key = (target_key, field_map["target_field"])
            row = {
                "target_table": target_table,
                "target": target_key,
                "target_field": field_map["target_field"],
                "value": as_text(source[field_map["source_field"]]),
                "source_table": table,
                "source": source["sys_id"],
                "source_field": field_map["source_field"],
                "map": field_map["map"],
            }
            books.mapped.setdefault(key, row)


def _field_maps(instance: Instance, source_table: str, target_table: str) -> Rows:
    """The field maps of active maps between two tables, by order."""
    maps = [
        row["sys_id"]
        for row in instance.rows("csm_table_map")
        if row["active"] is not False and (row["source_table"], row["target_table"]) == (source_table, target_table)
    ]
    fields = [row for row in instance.rows("csm_field_map") if row["map"] in maps]
    return sorted(fields, key=lambda row: (last(row["order"]), row["sys_id"]))


def as_text(value: Any) -> str | None:
    """The canonical text of a value."""
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        plain = f"{value:f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    return None if value is None else str(value)


def show_notes(instance: Instance, books: Books, platform: dict[str, Row]) -> None:
    """Journal entries of overseen records on their projects and project tasks."""
    for entry in instance.rows("sys_journal_field"):
        target = _target(instance, books, platform, entry["element_id"])
        is_new = entry["sys_id"] not in books.notes and setup(instance).is_ppm_installed
        if target is not None and is_new and word(entry["element"]) in ("work_notes", "comments"):
            books.notes[entry["sys_id"]] = {
                "journal": entry["sys_id"],
                "target_table": target[0],
                "target": target[1],
                "element": word(entry["element"]),
                "value": entry["value"],
                "sys_created_on": entry["sys_created_on"],
                "sys_created_by": entry["sys_created_by"],
            }


def _target(instance: Instance, books: Books, platform: dict[str, Row], record: str | None) -> tuple[str, str] | None:
    """Where the notes of a record are shown."""
    if record is None:
        return None
    project = project_of_line(instance, books, record) or books.order_project(record)
    if project is not None:
        return PROJECT, project
    link = {**platform, **books.links}.get(record)
    return None if link is None else (PROJECT_TASK, link["project_task"])
