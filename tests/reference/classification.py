"""Expense type and cost type of a row."""

from .admission import Admitted
from .rows import Row

UNCLASSIFIED = "unclassified"


class Classification:
    """Resolves expense types and cost types through resource types and cost plans."""

    def __init__(self, admitted: Admitted) -> None:
        self._expense_types = {
            row.sys_id: row.word("expense_type") for row in admitted.rows("resource_type_definition")
        }
        self._plans = admitted.by_key("cost_plan")

    def expense_type(self, row: Row) -> str:
        """The row's own, else its resource type's, else its plan's own, else that of the plan's resource type."""
        plan = self._plan(row)
        found = self._own(row) or (self._own(plan) if plan is not None else None)
        return found or UNCLASSIFIED

    def _own(self, row: Row) -> str | None:
        return row.text("expense_type") or self.of_resource_type(row.text("resource_type"))

    def of_resource_type(self, resource_type: str | None) -> str | None:
        """The expense type of a resource type."""
        return None if resource_type is None else self._expense_types[resource_type]

    def resource_type(self, row: Row) -> str | None:
        """Cost type of a row: its own resource type, else that of its plan."""
        plan = self._plan(row)
        return row.text("resource_type") or (plan.text("resource_type") if plan is not None else None)

    def _plan(self, row: Row) -> Row | None:
        return self._plans.get(row.text("cost_plan") or "")
