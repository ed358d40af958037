"""What is known of oversight while a night runs: remembered at first, then with what the night adds."""

from dataclasses import dataclass, field

from .instance import Instance, Row, Rows

STATES = {
    "oversight_program": ("program",),
    "oversight_order_program": ("order",),
    "oversight_project": ("project",),
    "oversight_project_task": ("project_task",),
    "oversight_line": ("order_line_item",),
    "oversight_link": ("record_table", "record"),
    "oversight_mapped_field": ("target", "target_field"),
    "oversight_note": ("journal",),
}
"""The state tables and their keys."""


@dataclass
class Books:
    """Rows of the state tables by key. Rows are only added; of projects an empty parent or program may be filled."""

    programs: dict[str, Row] = field(default_factory=dict)
    order_programs: dict[str, Row] = field(default_factory=dict)
    projects: dict[str, Row] = field(default_factory=dict)
    tasks: dict[str, Row] = field(default_factory=dict)
    lines: dict[str, Row] = field(default_factory=dict)
    links: dict[str, Row] = field(default_factory=dict)
    mapped: dict[tuple[str, str], Row] = field(default_factory=dict)
    notes: dict[str, Row] = field(default_factory=dict)

    def order_project(self, order: str | None) -> str | None:
        """The project by which a whole order is run."""
        found = [row["project"] for row in self.of_kind("order_project") if row["order"] == order is not None]
        return min(found, default=None)

    def of_kind(self, kind: str) -> Rows:
        """All projects of a kind, by id."""
        return [row for _, row in sorted(self.projects.items()) if row["kind"] == kind]

    def tasks_of(self, project: str) -> Rows:
        """All tasks of a project, by id."""
        return [row for _, row in sorted(self.tasks.items()) if row["project"] == project]

    def rows(self) -> dict[str, Rows]:
        """The state tables as the night leaves them."""
        return {
            "oversight_program": list(self.programs.values()),
            "oversight_order_program": list(self.order_programs.values()),
            "oversight_project": list(self.projects.values()),
            "oversight_project_task": list(self.tasks.values()),
            "oversight_line": list(self.lines.values()),
            "oversight_link": list(self.links.values()),
            "oversight_mapped_field": list(self.mapped.values()),
            "oversight_note": list(self.notes.values()),
        }


def remembered(instance: Instance) -> Books:
    """The books as the last night left them."""
    memory = instance.remembered
    return Books(
        {row["program"]: row for row in memory("oversight_program")},
        {row["order"]: row for row in memory("oversight_order_program")},
        {row["project"]: row for row in memory("oversight_project")},
        {row["project_task"]: row for row in memory("oversight_project_task")},
        {row["order_line_item"]: row for row in memory("oversight_line")},
        {row["record"]: row for row in memory("oversight_link")},
        {(row["target"], row["target_field"]): row for row in memory("oversight_mapped_field")},
        {row["journal"]: row for row in memory("oversight_note")},
    )
