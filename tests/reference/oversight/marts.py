"""The published tables, from the books and the export."""

from collections.abc import Iterable

from .books import Books
from .instance import DOMAIN_ORDER, LINE, ORDER_TASK, PROJECT, Instance, Row, Rows, earliest
from .lines import account_of, created_on, existing_projects, order_of
from .programs import program_of
from .setup import setup
from .sites import site_of_existing
from .standing import Standings, exported_state


def project_tables(instance: Instance, books: Books) -> dict[str, Rows]:
    """Programs, projects and project tasks as they stand."""
    existing = existing_rows(instance, books)
    standings = Standings(instance, books, existing)
    ours = [{**row, "state": standings.project(row)} for row in books.projects.values()]
    theirs = [{**row, "state": exported_state(instance, row["project"])} for row in existing]
    tasks = [(row, standings.task(row)) for row in books.tasks.values()]
    return {
        "oversight_program": list(books.programs.values()),
        "oversight_project": ours + theirs,
        "oversight_project_task": [{**row, "state": one.state, "status": one.status} for row, one in tasks],
    }


def existing_rows(instance: Instance, books: Books) -> Rows:
    """One row for every project that the platform has linked to a line."""
    lines: dict[str, Rows] = {}
    for line, project in sorted(existing_projects(instance).items()):
        lines.setdefault(project, []).append(instance.keyed[LINE][line])
    return [
        _existing(instance, books, instance.keyed[PROJECT][project], served)
        for project, served in sorted(lines.items())
        if project not in books.projects
    ]


def _existing(instance: Instance, books: Books, project: Row, lines: Rows) -> Row:
    order = _common(order_of(instance, line) for line in lines)
    site = _common(site_of_existing(books, line) for line in lines)
    return {
        "project": project["sys_id"],
        "kind": "project",
        "name": project["short_description"],
        "origin": "existing",
        "template": None,
        "project_type": setup(instance).project_type,
        "parent": project["parent"] or site,
        "program": project["primary_program"] or program_of(books, order),
        "account": _common(account_of(instance, line) for line in lines),
        "order": order,
        "order_line_item": _common(line["sys_id"] for line in lines),
        "location": _common(line["location"] for line in lines),
        "planned_start": project["start_date"],
        "planned_end": project["end_date"],
        "created_on": earliest(created_on(line) for line in lines),
    }


def _common(values: Iterable[str | None]) -> str | None:
    """What is the same for all lines of a project; empty where they differ."""
    different = set(values)
    return different.pop() if len(different) == 1 else None


def link_tables(instance: Instance, books: Books, platform: dict[str, Row]) -> dict[str, Rows]:
    """Which project oversees what."""
    links = {**platform, **books.links}
    return {
        "order_line_item_project": _line_projects(instance, books),
        "order_project": [
            {"order": row["order"], "project": row["project"], "origin": row["origin"]}
            for row in books.of_kind("order_project")
        ],
        "site_location_site_project": [
            {"location": row["location"], "site_project": row["project"], "order": row["order"]}
            for row in books.of_kind("site_project")
        ],
        "domain_order_project_task": _source_tasks(links, DOMAIN_ORDER, "domain_order"),
        "order_task_project_task": _source_tasks(links, ORDER_TASK, "order_task"),
    }


def _line_projects(instance: Instance, books: Books) -> Rows:
    existing = [
        {
            "order_line_item": line,
            "project": project,
            "order": order_of(instance, instance.keyed[LINE][line]),
            "level": "line",
        }
        for line, project in existing_projects(instance).items()
    ]
    return list({**books.lines, **{row["order_line_item"]: row for row in existing}}.values())


def _source_tasks(links: dict[str, Row], table: str, column: str) -> Rows:
    names = ("project_task", "project", "order_line_item", "rule")
    return [
        {column: key, "source": key, **{name: link[name] for name in names}}
        for key, link in links.items()
        if link["record_table"] == table
    ]
