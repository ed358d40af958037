"""Templates: their tasks, and the project tasks made from them."""

import datetime as dt

from .ids import stable_id
from .instance import Instance, Row, Rows


def planned_tasks(instance: Instance, template: str | None) -> Rows:
    """The tasks of a template."""
    return [row for row in instance.rows("project_template_task") if row["template"] == template is not None]


def parent_of(instance: Instance, task: Row) -> str | None:
    """The template task that a template task is part of; none if that is unknown, of another template or in a cycle."""
    parent = instance.find("project_template_task", task["parent"])
    if parent is None or parent["template"] != task["template"] or _is_in_cycle(instance, task):
        return None
    return parent["sys_id"]


def _is_in_cycle(instance: Instance, task: Row) -> bool:
    """Whether a template task is above itself."""
    seen = set()
    above = _above(instance, task)
    while above is not None and above["sys_id"] not in seen:
        if above["sys_id"] == task["sys_id"]:
            return True
        seen.add(above["sys_id"])
        above = _above(instance, above)
    return False


def _above(instance: Instance, task: Row) -> Row | None:
    parent = instance.find("project_template_task", task["parent"])
    return parent if parent is not None and parent["template"] == task["template"] else None


def task_id(project: str, template_task: str) -> str:
    return stable_id("project_task", project, template_task)


def project_tasks(instance: Instance, project: Row) -> Rows:
    """The tasks of a new project, planned from its start."""
    return [_project_task(instance, project, task) for task in planned_tasks(instance, project["template"])]


def _project_task(instance: Instance, project: Row, task: Row) -> Row:
    parent = parent_of(instance, task)
    start, end = _planned(project["planned_start"], task["start_offset_days"], task["duration_days"])
    return {
        "project_task": task_id(project["project"], task["sys_id"]),
        "project": project["project"],
        "template_task": task["sys_id"],
        "parent": None if parent is None else task_id(project["project"], parent),
        "name": task["name"],
        "planned_start": start,
        "planned_end": end,
        "created_on": project["created_on"],
    }


def _planned(start: dt.date | None, offset: int | None, duration: int | None) -> tuple[dt.date | None, dt.date | None]:
    if start is None:
        return None, None
    begins = start + dt.timedelta(days=offset or 0)
    return begins, begins + dt.timedelta(days=max(duration or 1, 1) - 1)
