"""Streams 1, 2 and 5: planned cost, planned benefit and actual benefit."""

from .admission import Admitted
from .classification import Classification
from .ledger import ZERO, Fact
from .ownership import Ownership
from .rows import Row


def requirement_rows(admitted: Admitted) -> list[Row]:
    """The only breakdown rows that are planned cost; task, program and portfolio rows repeat the same money."""
    return [row for row in admitted.rows("cost_plan_breakdown") if row.text("breakdown_type") == "requirement"]


def plan_owners(admitted: Admitted, ownership: Ownership, table: str) -> dict[str, str | None]:
    """The work item of each plan: the owner of the plan's task."""
    return {plan.sys_id: ownership.owner(plan.text("task")) for plan in admitted.rows(table)}


def planned_cost(admitted: Admitted, ownership: Ownership, classification: Classification) -> list[Fact]:
    """Requirement rows through their cost plan to the work item."""
    owners = plan_owners(admitted, ownership, "cost_plan")
    return [
        Fact(
            "planned_cost",
            owners[row.word("cost_plan")],
            row.word("fiscal_period"),
            row.amount("value"),
            classification.expense_type(row),
            classification.resource_type(row),
        )
        for row in requirement_rows(admitted)
    ]


def benefits(admitted: Admitted, ownership: Ownership) -> list[Fact]:
    """Every benefit row is planned benefit and, realised or not yet, actual benefit."""
    owners = plan_owners(admitted, ownership, "benefit_plan")
    facts = []
    for row in admitted.rows("benefit_plan_breakdown"):
        owner, period = owners[row.word("benefit_plan")], row.word("fiscal_period")
        facts.append(Fact("planned_benefit", owner, period, row.amount("value")))
        facts.append(Fact("actual_benefit", owner, period, row.money("actual_benefit") or ZERO))
    return facts
