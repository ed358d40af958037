"""Budgets of both versions, migration records and investments, in every combination."""

from .drawing import Cells, Draw
from .world_calendar import Span, WorldCalendar
from .world_people import People
from .world_plans import Money

SITUATIONS = (
    "v1 only",
    "v1 only",
    "both, migrated",
    "both, not migrated",
    "both, no record",
    "migrated without v2 rows",
    "v2 without record",
    "v2 not migrated",
    "v2 migrated twice",
    "nothing",
)


def draw_budgets(draw: Draw, calendar: WorldCalendar, people: People, money: Money) -> None:
    """Draw one situation per work item, then targets on groups and tasks, which are no budget of any item."""
    for table in ("project_funding", "sn_invst_pln_invst_budget", "sn_invst_pln_financial_migration"):
        money.rows[table] = []
    for work_item in people.work_items:
        _budget_of(draw, calendar, money, work_item)
    tasks = [task for item in people.projects for task in people.tasks_of[item]]
    for task in (*people.programs[:1], *people.portfolios[:1], *tasks[:2]):
        _funding(draw, calendar, money, task)
    for investment in money.unplaced[:1]:
        _amounts(draw, calendar, money, investment)
    _migration(draw, money, draw.key(), migrated=True)


def _budget_of(draw: Draw, calendar: WorldCalendar, money: Money, work_item: str) -> None:
    situation = draw.pick(SITUATIONS)
    if situation.startswith(("v1", "both", "migrated")):
        for _ in range(draw.count(1, 3)):
            _funding(draw, calendar, money, work_item)
    if situation.startswith(("v2", "both")):
        for _ in range(draw.pick([1, 1, 1, 2])):
            _amounts(draw, calendar, money, _investment(draw, money, work_item))
    if "migrated" in situation:
        _migration(draw, money, work_item, migrated="not" not in situation)
    if "twice" in situation:
        _migration(draw, money, work_item, migrated=False)


def _spans(calendar: WorldCalendar) -> list[Span]:
    """Periods that budgets are on: mostly years, also quarters and base periods."""
    return [*calendar.years * 4, *calendar.quarters, *calendar.base[:6]]


def _funding(draw: Draw, calendar: WorldCalendar, money: Money, task: str) -> None:
    """Capex and opex, one of them, the total only, all three, a total that contradicts, or nothing at all."""
    columns = draw.pick(
        [
            ("capex_budget", "opex_budget"),
            ("capex_budget", "opex_budget", "total_budget"),
            ("capex_budget",),
            ("opex_budget", "total_budget"),
            ("total_budget",),
            ("total_budget",),
            (),
        ]
    )
    row: Cells = {"sys_id": draw.key(), "task": task, "fiscal_period": draw.pick(_spans(calendar)).sys_id}
    for column in ("capex_budget", "opex_budget", "total_budget"):
        row[column] = draw.money() if column in columns else None
    money.add("project_funding", row)


def _investment(draw: Draw, money: Money, work_item: str) -> str:
    return money.add("sn_invst_pln_investment", {"sys_id": draw.key(), "funding_entity_id": work_item})


def _amounts(draw: Draw, calendar: WorldCalendar, money: Money, investment: str) -> None:
    for _ in range(draw.count(1, 4)):
        row: Cells = {
            "sys_id": draw.key(),
            "investment": investment,
            "fiscal_period": draw.pick([*_spans(calendar), *calendar.base]).sys_id,
            "amount": draw.money(),
            "expense_type": draw.pick([None, None, "capex", draw.spelled("opex")]),
            "resource_type": draw.pick([None, *money.resource_types, draw.key()]),
        }
        money.add("sn_invst_pln_invst_budget", row)


def _migration(draw: Draw, money: Money, task: str, *, migrated: bool) -> None:
    flag = draw.pick(["true", "1", "TRUE"] if migrated else ["false", "0", "False"])
    row: Cells = {"sys_id": draw.key(), "task": task, "is_budget_migrated": flag}
    money.add("sn_invst_pln_financial_migration", row)
