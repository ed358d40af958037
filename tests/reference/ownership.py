"""Who owns a record on a task, and which projects lie below a project."""

from .admission import Admitted
from .rows import Row


class Ownership:
    """Work items, the tasks below them and the tree of projects."""

    def __init__(self, admitted: Admitted) -> None:
        self.projects = admitted.by_key("pm_project")
        self.demands = admitted.by_key("dmn_demand")
        self._project_tasks = admitted.by_key("pm_project_task")
        self._demand_tasks = admitted.by_key("dmn_demand_task")

    @property
    def work_items(self) -> dict[str, Row]:
        """Projects and demands."""
        return {**self.projects, **self.demands}

    def currency(self, work_item: str | None) -> str | None:
        """The currency of a work item, where it names one."""
        item = self.work_items.get(work_item or "")
        return item.text("currency") if item is not None else None

    def owner(self, task: str | None) -> str | None:
        """The work item a record on this task belongs to.

        A project or demand owns itself; a project task belongs to the nearest project up the `parent` chain; a demand
        task to its demand. Unknown tasks, and those whose chain ends elsewhere or goes round in circles, have none.
        """
        if task in self.projects or task in self.demands:
            return task
        if task in self._demand_tasks:
            demand = self._demand_tasks[task].text("parent")
            return demand if demand in self.demands else None
        return self._nearest_project(task)

    def _nearest_project(self, task: str | None) -> str | None:
        seen = set()
        while task in self._project_tasks and task not in seen:
            seen.add(task)
            task = self._project_tasks[task].text("parent")
        return task if task in self.projects else None

    def project_above(self, project: str) -> str | None:
        """The project that a sub-project lies below, directly or through a project task."""
        return self._nearest_project(self.projects[project].text("parent"))

    def ancestors(self, project: str) -> list[str]:
        """The chain of projects above, nearest first; it stops before it repeats."""
        chain: list[str] = []
        above = self.project_above(project)
        while above is not None and above not in chain:
            chain.append(above)
            above = self.project_above(above)
        return chain

    def in_cycle(self, project: str) -> bool:
        """Whether the project is above itself."""
        return project in self.ancestors(project)

    def rolled_up(self, work_item: str) -> list[str]:
        """The item itself and every project below it; an item in a cycle stands for itself only."""
        if work_item in self.demands or self.in_cycle(work_item):
            return [work_item]
        return [work_item, *(other for other in self.projects if work_item in self.ancestors(other))]
