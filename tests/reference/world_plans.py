"""Cost plans, benefit plans and their rows, among them yearly vectors with a known number of rates of return."""

from dataclasses import dataclass, field
from decimal import Decimal

from .drawing import Cells, Draw
from .world_calendar import Span, WorldCalendar
from .world_people import People

VECTORS = (
    (-70000, 12000, 15000, 18000, 21000, 26000),
    (-1600, 10000, -10000),
    (-50, -100, 600, 300, -100),
    (-100, 220, -121),
    (100, -100, 100),
    (-100, 0, 121),
    (0, -100, 110),
    (-100, -50, -25),
    (0, 0, 0),
    (30, 40),
    (-1000, 1),
    (-1, 1000000),
)
"""Net flows by year: one root, several, one that only touches zero, none, an empty year, a leading zero, no change."""


@dataclass
class Money:
    """Plans of a world, for the lines and budgets that refer to them."""

    resource_types: list[str] = field(default_factory=list)
    cost_plans: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, list[Cells]] = field(default_factory=dict)
    unplaced: list[str] = field(default_factory=list)

    def add(self, table: str, row: Cells) -> str:
        """Add a row and return its key."""
        self.rows.setdefault(table, []).append(row)
        return row["sys_id"] or ""


def draw_plans(draw: Draw, calendar: WorldCalendar, people: People) -> Money:
    """Draw resource types and all plans."""
    money = Money()
    for table in ("cost_plan", "cost_plan_breakdown", "benefit_plan", "benefit_plan_breakdown"):
        money.rows[table] = []
    for name in ("Labour", "Hardware", "Software", "Travel"):
        kind = draw.spelled(draw.pick(["capex", "opex"]))
        row: Cells = {"sys_id": draw.key(), "name": name, "expense_type": kind}
        money.resource_types.append(money.add("resource_type_definition", row))
    _investments_without_item(draw, money)
    for work_item in people.work_items:
        _plans_of(draw, calendar, people, money, work_item)
    for place in [*people.orphans[:3], *money.unplaced]:
        cost_plan_on(draw, calendar, money, place)
        benefit_plan_on(draw, calendar, money, place)
    draw.random.shuffle(money.rows["cost_plan_breakdown"])
    return money


def cost_plan_on(draw: Draw, calendar: WorldCalendar, money: Money, place: str, *, is_empty: bool = False) -> None:
    """A cost plan on anything, with rows or without."""
    plan = _cost_plan(draw, money, place)
    if not is_empty:
        _requirement_rows(draw, calendar.base, money, plan)


def benefit_plan_on(draw: Draw, calendar: WorldCalendar, money: Money, place: str, *, is_empty: bool = False) -> None:
    """A benefit plan on anything, with rows or without."""
    plan = _benefit_plan(draw, money, place)
    if not is_empty:
        _benefit_rows(draw, calendar.base, money, plan)


def _investments_without_item(draw: Draw, money: Money) -> None:
    """An investment and a planning item that stand for no work item, with plans of their own."""
    investment: Cells = {"sys_id": draw.key(), "funding_entity_id": draw.pick(["", None]), "planned_cost": draw.money()}
    item: Cells = {"sys_id": draw.key(), "sys_class_name": "sn_align_core_planning_item", "number": "PLI1"}
    money.unplaced.append(money.add("sn_invst_pln_investment", investment))
    money.unplaced.append(money.add("sn_align_core_planning_item", item))


def _plans_of(draw: Draw, calendar: WorldCalendar, people: People, money: Money, work_item: str) -> None:
    money.cost_plans[work_item] = []
    if draw.chance(0.35):
        _vector(draw, calendar, money, work_item)
    elif draw.chance(0.9):
        spans = calendar.base if draw.chance(0.5) else draw.pick(calendar.base_by_year())
        for place in draw.some(people.places(work_item), 3):
            _requirement_rows(draw, spans, money, _cost_plan(draw, money, place, work_item))
        for place in people.places(work_item)[: draw.count(0, 2)]:
            _benefit_rows(draw, spans, money, _benefit_plan(draw, money, place))
    _repeated_rows(draw, calendar, people, money, work_item)


def _cost_plan(draw: Draw, money: Money, task: str, work_item: str | None = None) -> str:
    row: Cells = {
        "sys_id": draw.key(),
        "name": f"Plan {len(money.rows['cost_plan'])}",
        "task": task,
        "resource_type": draw.pick([*money.resource_types, None, draw.key()]),
        "expense_type": draw.pick([None, None, draw.spelled("capex"), draw.spelled("opex")]),
    }
    if work_item is not None:
        money.cost_plans[work_item].append(row["sys_id"] or "")
    return money.add("cost_plan", row)


def _requirement_rows(draw: Draw, spans: list[Span], money: Money, plan: str) -> None:
    """Rows of a few periods; now and then several in one."""
    for span in draw.some(spans, 7):
        for _ in range(draw.pick([1, 1, 1, 1, 1, 2, 3])):
            _requirement(draw, money, plan, span, None)


def _requirement(draw: Draw, money: Money, plan: str, span: Span, amount: Decimal | None) -> None:
    row: Cells = {
        "sys_id": draw.key(),
        "breakdown_type": draw.spelled("requirement"),
        "cost_plan": plan,
        "task": None,
        "fiscal_period": span.sys_id,
        "expense_type": draw.pick([None, None, None, draw.spelled("capex"), "opex"]),
        "resource_type": draw.pick([*money.resource_types[:2], None, None, None, draw.key()]),
        "value": draw.money(amount),
        "actual": draw.money() if draw.chance(0.2) else None,
        "budget": draw.money() if draw.chance(0.2) else None,
    }
    money.add("cost_plan_breakdown", row)


def _repeated_rows(draw: Draw, calendar: WorldCalendar, people: People, money: Money, work_item: str) -> None:
    """Task, program and portfolio rows that repeat money, some of them with a plan that is named in vain."""
    for _ in range(draw.count(0, 3)):
        row: Cells = {
            "sys_id": draw.key(),
            "breakdown_type": draw.pick(["task", "Task", "program", "portfolio"]),
            "cost_plan": draw.pick([None, None, *money.cost_plans[work_item], draw.key()]),
            "task": draw.pick([work_item, *people.programs, *people.portfolios, draw.key()]),
            "fiscal_period": draw.pick(calendar.base).sys_id,
            "expense_type": draw.pick(["capex", "opex"]),
            "value": draw.money(),
            "actual": draw.money(),
            "budget": draw.money(),
        }
        money.add("cost_plan_breakdown", row)


def _benefit_plan(draw: Draw, money: Money, task: str) -> str:
    return money.add("benefit_plan", {"sys_id": draw.key(), "name": "Benefit", "task": task, "currency": None})


def _benefit_rows(draw: Draw, spans: list[Span], money: Money, plan: str) -> None:
    for span in draw.some(spans, 7):
        _benefit(draw, money, plan, span, None)


def _benefit(draw: Draw, money: Money, plan: str, span: Span, amount: Decimal | None) -> None:
    row: Cells = {
        "sys_id": draw.key(),
        "benefit_plan": plan,
        "fiscal_period": span.sys_id,
        "value": draw.money(amount),
        "actual_benefit": draw.money() if draw.chance(0.5) else None,
    }
    money.add("benefit_plan_breakdown", row)


def _vector(draw: Draw, calendar: WorldCalendar, money: Money, work_item: str) -> None:
    """Plans whose yearly net flows are one of the vectors; a year without flow has no row, or rows of zero."""
    years = calendar.base_by_year()
    vectors = [vector for vector in VECTORS if len(vector) <= len(years)]
    plan, benefit_plan = _cost_plan(draw, money, work_item, work_item), _benefit_plan(draw, money, work_item)
    for spans, net in zip(years, draw.pick(vectors), strict=False):
        cost = Decimal(draw.pick([0, 0, 1000])) + max(Decimal(-net), Decimal(0))
        if cost or not net:
            _requirement(draw, money, plan, draw.pick(spans), cost)
        if net + cost:
            _benefit(draw, money, benefit_plan, draw.pick(spans), net + cost)
