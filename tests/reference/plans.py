"""Plans and breakdown rows: `mart.cost_plan`, `mart.benefit_plan` and `mart.cost_plan_breakdown`."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from .classification import Classification
from .figures import Books, Record
from .ledger import Fact, plus
from .planned import plan_owners, requirement_rows
from .planning_items import PlanningItems

Received = Mapping[str, Sequence[Decimal | None]]
COST_TYPE_PROPERTY = "sn_invst_pln.budget_allocation_attribute"


def cost_plan_table(books: Books, received: Received) -> list[Record]:
    """Every admitted plan with the sum of its requirement rows and of what they received; null without their tables."""
    owners = plan_owners(books.admitted, books.ownership, "cost_plan")
    has_rows, has_lines = books.admitted.has("cost_plan_breakdown"), books.admitted.has("fm_expense_line")
    records: list[Record] = []
    for plan, owner in owners.items():
        rows = [row for row in requirement_rows(books.admitted) if row.text("cost_plan") == plan]
        planned = plus(*_amounts(books, "planned_cost", plan))
        actual = plus(*(amount for row in rows for amount in received.get(row.sys_id, ())))
        records.append(
            {
                "cost_plan": plan,
                "work_item": owner,
                "total_planned_cost": planned if has_rows else None,
                "total_actual_cost": actual if has_rows and has_lines else None,
            }
        )
    return records


def benefit_plan_table(books: Books) -> list[Record]:
    """Every admitted plan with the sums of its rows; null without their table."""
    records: list[Record] = []
    for plan, owner in plan_owners(books.admitted, books.ownership, "benefit_plan").items():
        planned = plus(*_amounts(books, "planned_benefit", plan))
        actual = plus(*_amounts(books, "actual_benefit", plan))
        known = books.admitted.has("benefit_plan_breakdown")
        records.append(
            {
                "benefit_plan": plan,
                "work_item": owner,
                "total_planned_benefit": planned if known else None,
                "total_actual_benefit": actual if known else None,
            }
        )
    return records


def _amounts(books: Books, stream: str, plan: str) -> list[Decimal | None]:
    """The amounts of a plan's rows, in whatever work item it is or is not."""
    facts = [fact for fact in books.ledger.facts if fact.stream == stream]
    return [fact.amount for fact in facts if fact.origin is not None and fact.origin.plan == plan]


def breakdown_table(
    books: Books, classification: Classification, received: Received, items: PlanningItems
) -> list[Record]:
    """`mart.cost_plan_breakdown`: the admitted requirement rows and the regenerated task rows."""
    requirements = _requirement_records(books, classification, received, items)
    return requirements + _task_records(books, classification, items)


def _requirement_records(
    books: Books, classification: Classification, received: Received, items: PlanningItems
) -> list[Record]:
    """Requirement rows carry plan and actual; budget_cost is null. Rows of demands received nothing: 0."""
    owners = plan_owners(books.admitted, books.ownership, "cost_plan")
    has_lines = books.admitted.has("fm_expense_line")
    planned = {fact.origin.sys_id: fact.amount for fact in books.ledger.facts if _is_requirement(fact) and fact.origin}
    return [
        {
            "breakdown_type": "requirement",
            "cost_plan": row.text("cost_plan"),
            "work_item": owners[row.word("cost_plan")],
            "fiscal_period": row.text("fiscal_period"),
            "expense_type": classification.expense_type(row),
            "resource_type": classification.resource_type(row),
            "planned_cost": planned[row.sys_id],
            "actual_cost": plus(*received.get(row.sys_id, ())) if has_lines else None,
            "budget_cost": None,
            "planning_item": items.of_row(row.text("planning_item"), owners[row.word("cost_plan")]),
        }
        for row in requirement_rows(books.admitted)
    ]


def _is_requirement(fact: Fact) -> bool:
    return fact.stream == "planned_cost"


def _task_records(books: Books, classification: Classification, items: PlanningItems) -> list[Record]:
    """One row per work item, base period and dimension that any plan, actual or budget row exists for."""
    by_cost_type = _allocates_by_cost_type(books)
    records: list[Record] = []
    for work_item in books.ownership.work_items:
        cells: dict[tuple[str, str, str | None], list[Fact]] = {}
        for fact in books.ledger.of(work_item, *_streams(books, work_item)):
            dimension = _dimension(fact, classification, by_cost_type=by_cost_type)
            cells.setdefault((fact.fiscal_period, *dimension), []).append(fact)
        planning_item = items.of_row(None, work_item)
        for (period, expense_type, resource_type), facts in cells.items():
            dimensions = {"expense_type": expense_type, "resource_type": resource_type, "planning_item": planning_item}
            records.append({**_task_record(books, work_item, period, facts), **dimensions})
    return records


def _streams(books: Books, work_item: str) -> tuple[str, ...]:
    """Lines of demands never reach breakdown rows."""
    streams = ("planned_cost", "budget_cost")
    return (*streams, "actual_cost") if work_item in books.ownership.projects else streams


def _allocates_by_cost_type(books: Books) -> bool:
    """Whether the property asks for one row per cost type rather than per expense type."""
    values = [
        row.word("value") for row in books.admitted.rows("sys_properties") if row.text("name") == COST_TYPE_PROPERTY
    ]
    return any(value.strip().lower() == "cost_type" for value in values)


def _dimension(fact: Fact, classification: Classification, *, by_cost_type: bool) -> tuple[str, str | None]:
    """Expense type and cost type of the task row; amounts without a cost type are told apart by expense type."""
    if by_cost_type and fact.resource_type is not None:
        return classification.of_resource_type(fact.resource_type) or "", fact.resource_type
    return fact.expense_type, None


def _task_record(books: Books, work_item: str, period: str, facts: list[Fact]) -> Record:
    is_demand = work_item in books.ownership.demands
    return {
        "breakdown_type": "task",
        "cost_plan": None,
        "work_item": work_item,
        "fiscal_period": period,
        "planned_cost": books.ledger.total(facts, work_item, "planned_cost"),
        "actual_cost": None if is_demand else books.ledger.total(facts, work_item, "actual_cost"),
        "budget_cost": books.ledger.total(facts, work_item, "budget_cost"),
    }
