"""Expense lines: every state and place, copies of top tasks, lines with and without a plan."""

import datetime as dt

from .drawing import Cells, Draw
from .world_calendar import WorldCalendar
from .world_people import People
from .world_plans import Money

STATES = (
    "processed",
    "processed",
    "processed",
    "Processed",
    " Processed ",
    "PROCESSED",
    "pending",
    "draft",
    "Submitted",
)


def draw_lines(draw: Draw, calendar: WorldCalendar, people: People, money: Money) -> list[Cells]:
    """Some lines per work item, some on nothing that counts, and copies of them all."""
    lines: list[Cells] = []
    for work_item in people.work_items:
        places = [work_item, work_item, *people.tasks_of[work_item] * 2]
        lines += [_line(draw, calendar, people, money, draw.pick(places), work_item) for _ in range(draw.count(1, 7))]
    for nowhere in (*people.orphans, *people.programs[:1], *people.portfolios[:1], draw.key(), *money.unplaced, None):
        if draw.chance(0.6):
            lines.append(_line(draw, calendar, people, money, nowhere, None))
    _source_ids(draw, people, lines)
    lines += _copies(draw, lines)
    draw.random.shuffle(lines)
    return lines


def _line(
    draw: Draw, calendar: WorldCalendar, people: People, money: Money, task: str | None, work_item: str | None
) -> Cells:
    own_plans = money.cost_plans[work_item] if work_item else []
    foreign_plans = money.cost_plans[draw.pick(people.work_items)]
    plans: list[str | None] = [None] * 6 + own_plans * 2 + foreign_plans + [draw.key()]
    return {
        "sys_id": draw.key(),
        "number": f"EXP{draw.count(0, 9_999_999):07d}",
        "state": draw.pick(STATES),
        "date": _date(draw, calendar, money, own_plans),
        "amount": draw.money(),
        "task": task,
        "source_id": draw.key() if draw.chance(0.2) else None,
        "cost_plan": draw.pick(plans),
        "resource_type": draw.pick([*money.resource_types, None, None, None, None, draw.key()]),
        "expense_type": draw.pick([None, None, None, draw.spelled("capex"), "opex"]),
        "base_expense": draw.key() if draw.chance(0.05) else None,
        "source": draw.pick(["time_card", "manual", None]),
        "short_description": draw.pick(["Flight, hotel", 'A "quoted" word', "Zürich", None]),
    }


def _date(draw: Draw, calendar: WorldCalendar, money: Money, own_plans: list[str]) -> str:
    """Often in a period with a plan, sometimes a first or last day, sometimes outside of the calendar."""
    if draw.chance(0.1):
        outside = dt.timedelta(days=draw.count(1, 400))
        return (draw.pick([calendar.first - outside, calendar.last + outside])).isoformat()
    planned = {row["fiscal_period"] for row in money.rows["cost_plan_breakdown"] if row["cost_plan"] in own_plans}
    spans = [span for span in calendar.base if span.sys_id in planned]
    span = draw.pick(spans if spans and draw.chance(0.75) else [*calendar.base, *calendar.empty])
    return draw.pick([span.start, span.end, draw.day(span.start, span.end)]).isoformat()


def _source_ids(draw: Draw, people: People, lines: list[Cells]) -> None:
    """Lines without a task that name their source, and lines whose task is unknown though their source is not."""
    for line in lines:
        if draw.chance(0.12):
            line["source_id"], line["task"] = line["task"], draw.pick([None, ""])
        elif draw.chance(0.03):
            line["source_id"], line["task"] = draw.pick(people.work_items), draw.key()


def _copies(draw: Draw, lines: list[Cells]) -> list[Cells]:
    """Copies of lines, copies of copies, a line that names itself, and two that name each other."""
    copies: list[Cells] = []
    for line in draw.some(lines, 1 + len(lines) // 5):
        copies.append(_copy(draw, line))
        if draw.chance(0.3):
            copies.append(_copy(draw, copies[-1]))
    itself = _copy(draw, draw.pick(lines))
    itself["base_expense"] = itself["sys_id"]
    one = _copy(draw, draw.pick(lines))
    other = _copy(draw, one)
    if draw.chance(0.3):
        one["base_expense"] = other["sys_id"]
    return [*copies, itself, one, other]


def _copy(draw: Draw, line: Cells) -> Cells:
    state = line["state"] if draw.chance(0.6) else "processed"
    return {**line, "sys_id": draw.key(), "base_expense": line["sys_id"], "state": state}
