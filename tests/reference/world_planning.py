"""The planning side of a world: investments with stored figures, planning items of several classes, and their setup."""

from .drawing import Cells, Draw
from .investments import FIGURES, STORED
from .world_calendar import WorldCalendar
from .world_people import People
from .world_plans import Money, benefit_plan_on, cost_plan_on

CLASSES = ("sn_align_core_project", "sn_align_core_demand", "sn_align_core_planning_item", "u_idea")
SETUPS = ((), (), ("true",), ("true",), ("1", "false"), ("false",), (None,), ("", "0"))
"""Setup rows of a class, by what `active` says: on, off, empty, or several that contradict."""


def draw_planning(draw: Draw, calendar: WorldCalendar, people: People, money: Money) -> None:
    """Draw the setup, then investments and planning items around every work item, and some around none."""
    money.rows["sn_align_cmn_int_integrations_setup"] = []
    for name in CLASSES:
        _setup(draw, money, name)
    for row in money.rows["sn_invst_pln_investment"]:
        row.update(_stored(draw))
    for work_item in people.work_items:
        _around_work_item(draw, people, money, work_item)
    for _ in range(draw.count(2, 6)):
        _around_nothing(draw, calendar, people, money)
    _planned_beside_work_item(draw, calendar, money)
    _named_on_rows(draw, money)
    draw.random.shuffle(money.rows["sn_align_core_planning_item"])
    draw.random.shuffle(money.rows["sn_invst_pln_investment"])


def _setup(draw: Draw, money: Money, name: str) -> None:
    for active in draw.pick(SETUPS):
        row: Cells = {"sys_id": draw.key(), "planning_item_table": draw.spelled(name), "active": active}
        money.add("sn_align_cmn_int_integrations_setup", row)


def _stored(draw: Draw) -> Cells:
    """All, some or none of the figures that an investment can store."""
    known = draw.pick([0.0, 0.7, 1.0])
    return {STORED.get(name, name): draw.money() if draw.chance(known) else None for name in FIGURES}


def _investment(draw: Draw, money: Money, entity: str | None) -> str:
    row: Cells = {"sys_id": draw.key(), "funding_entity_id": entity, **_stored(draw)}
    return money.add("sn_invst_pln_investment", row)


def _item(draw: Draw, money: Money, *, task: str | None = None, investment: str | None = None) -> str:
    row: Cells = {
        "sys_id": draw.key(),
        "sys_class_name": draw.spelled(draw.pick(CLASSES)),
        "number": f"PLI{len(money.rows['sn_align_core_planning_item']):04d}",
        "task": task,
        "investment": investment,
    }
    return money.add("sn_align_core_planning_item", row)


def _around_work_item(draw: Draw, people: People, money: Money, work_item: str) -> None:
    """Up to two investments and up to two items that name the work item, one of them, both, or two that contradict."""
    investments = [_investment(draw, money, work_item) for _ in range(draw.pick([0, 0, 1, 1, 2]))]
    for _ in range(draw.pick([0, 1, 1, 2])):
        named = draw.pick([None, *investments])
        task = None if named and draw.chance(0.5) else work_item
        if draw.chance(0.1):
            task = draw.pick([*people.work_items, *people.tasks_of[work_item], draw.key()])
        item = _item(draw, money, task=task, investment=named)
        if draw.chance(0.15):
            _investment(draw, money, item)


def _around_nothing(draw: Draw, calendar: WorldCalendar, people: People, money: Money) -> None:
    """An item without work item: alone, with an investment that stands for it or for no work item, and with plans."""
    tasks = [task for item in people.work_items for task in people.tasks_of[item]]
    entities = [None, "", *people.programs, *people.portfolios, *people.orphans[:2], *tasks[:2]]
    named = draw.pick([None, draw.key(), _investment(draw, money, draw.pick(entities))])
    item = _item(draw, money, task=draw.pick([None, None, draw.key(), *tasks[:1]]), investment=named)
    places = [item, *([named] if named in _investments(money) else [])]
    places += [_investment(draw, money, item) for _ in range(draw.pick([0, 0, 1, 2]))]
    _plans_on(draw, calendar, money, places)


def _plans_on(draw: Draw, calendar: WorldCalendar, money: Money, places: list[str]) -> None:
    for place in places:
        if draw.chance(0.5):
            cost_plan_on(draw, calendar, money, place, is_empty=draw.chance(0.2))
        if draw.chance(0.4):
            benefit_plan_on(draw, calendar, money, place, is_empty=draw.chance(0.2))


def _planned_beside_work_item(draw: Draw, calendar: WorldCalendar, money: Money) -> None:
    """Plans on investments and items that have a work item: in no figure at all."""
    items = [row["sys_id"] or "" for row in money.rows["sn_align_core_planning_item"]]
    _plans_on(draw, calendar, money, [draw.pick(items), draw.pick(_investments(money))])


def _investments(money: Money) -> list[str]:
    return [row["sys_id"] or "" for row in money.rows["sn_invst_pln_investment"]]


def _named_on_rows(draw: Draw, money: Money) -> None:
    """Some breakdown rows name an item: any one, or one that does not exist."""
    items = [row["sys_id"] for row in money.rows["sn_align_core_planning_item"]]
    for row in money.rows["cost_plan_breakdown"]:
        if draw.chance(0.15):
            row["planning_item"] = draw.pick([*items, draw.key()])
