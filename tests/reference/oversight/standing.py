"""How project tasks and projects stand, from the states of the order records they oversee."""

from dataclasses import dataclass

from .books import Books
from .instance import LINE, ORDER, PROJECT, Instance, Row, Rows
from .setup import setup
from .states import COMPLETE, IN_PROGRESS, SKIPPED, folded, folded_project, state_of
from .synchronisation import seniority


@dataclass(frozen=True)
class Standing:
    state: int
    status: str | None
    has_parts: bool


class Standings:
    """States of all project tasks and projects."""

    def __init__(self, instance: Instance, books: Books, existing: Rows) -> None:
        self._instance = instance
        self._books = books
        self._existing = existing

    def task(self, task: Row) -> Standing:
        """The task as it is shown."""
        standing = self._before_cancellation(task)
        project = self._books.projects[task["project"]]
        if self._is_canceled(project) and standing.state != COMPLETE:
            return Standing(SKIPPED, standing.status, standing.has_parts)
        return standing

    def project(self, project: Row) -> int:
        """The state of a created or reused project."""
        if project["kind"] == "site_project":
            return folded_project(self._below(project["project"]))
        if self._is_canceled(project):
            return SKIPPED
        top = [task for task in self._books.tasks_of(project["project"]) if task["parent"] is None]
        standings = [self._before_cancellation(task) for task in top]
        if self._is_completed(project):
            standings = [standing for standing in standings if standing.has_parts]
        return folded_project([standing.state for standing in standings])

    def _below(self, site: str) -> list[int]:
        """The states of the projects below a site project, as far as they are known."""
        ours = [self.project(row) for row in self._books.projects.values() if row["parent"] == site]
        theirs = [exported_state(self._instance, row["project"]) for row in self._existing if row["parent"] == site]
        return ours + [state for state in theirs if state is not None]

    def _before_cancellation(self, task: Row) -> Standing:
        sources = sorted(self._sources(task), key=seniority)
        children = [row for row in self._books.tasks_of(task["project"]) if row["parent"] == task["project_task"]]
        parts = [(state_of(record["state"]), record["state"]) for _, record in sources]
        parts += [(one.state, one.status) for one in map(self._before_cancellation, children)]
        state = folded([part for part, _ in parts])
        is_kept_open = bool(sources) and state in (COMPLETE, SKIPPED) and not setup(self._instance).is_auto_closing
        return Standing(IN_PROGRESS if is_kept_open else state, _status(parts, state), bool(parts))

    def _sources(self, task: Row) -> list[tuple[str, Row]]:
        """The linked records that are in the export."""
        links = [link for link in self._books.links.values() if link["project_task"] == task["project_task"]]
        found = [(link["record_table"], self._instance.find(link["record_table"], link["record"])) for link in links]
        return [(table, record) for table, record in found if record is not None]

    def _record_states(self, project: Row) -> tuple[int | None, int | None]:
        """The states of the project's line and order."""
        line = self._instance.find(LINE, project["order_line_item"])
        order = self._instance.find(ORDER, project["order"])
        return state_of(line["state"]) if line else None, state_of(order["state"]) if order else None

    def _is_canceled(self, project: Row) -> bool:
        return project["kind"] != "site_project" and SKIPPED in self._record_states(project)

    def _is_completed(self, project: Row) -> bool:
        of_line, of_order = self._record_states(project)
        return (of_order if project["kind"] == "order_project" else of_line) == COMPLETE


def _status(parts: list[tuple[int, str | None]], state: int) -> str | None:
    """The state text of the part that decides, of those that have one."""
    deciding = [text for part, text in parts if part == state]
    lowest = min((part for part, _ in parts), default=state)
    told = deciding or [text for part, text in parts if part == lowest]
    return next((text for text in told if text is not None), None)


def exported_state(instance: Instance, project: str) -> int | None:
    """The platform's own state of a project; closed incomplete is complete."""
    row = instance.find(PROJECT, project) or {}
    text = (row.get("state") or "").strip()
    if not text.removeprefix("-").isdigit():
        return None
    return COMPLETE if int(text) == 4 else int(text)
