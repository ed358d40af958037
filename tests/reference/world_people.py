"""Programs, portfolios, work items and their tasks: trees, orphans and circles."""

import datetime as dt
from dataclasses import dataclass, field

from .drawing import Cells, Draw
from .world_calendar import WorldCalendar

NAMES = ("Ledger, phase 2", 'The "big" move', "Café roll-out", "Data lake", "ERP = one", "Portal; new")
RATES = (None, None, "0", "10", "8.5", "11", "12.345", "-5", "-99.5", "-100", "-150")


@dataclass
class People:
    """The keys that money can be booked on."""

    programs: list[str] = field(default_factory=list)
    portfolios: list[str] = field(default_factory=list)
    projects: list[str] = field(default_factory=list)
    demands: list[str] = field(default_factory=list)
    tasks_of: dict[str, list[str]] = field(default_factory=dict)
    orphans: list[str] = field(default_factory=list)
    rows: dict[str, list[Cells]] = field(default_factory=dict)

    @property
    def work_items(self) -> list[str]:
        """Projects and demands."""
        return self.projects + self.demands

    def places(self, work_item: str) -> list[str]:
        """The item and its tasks."""
        return [work_item, *self.tasks_of[work_item]]


def draw_people(draw: Draw, calendar: WorldCalendar, projects: int, demands: int) -> People:
    """Draw all records that are no money."""
    people = People()
    _groups(draw, people)
    people.projects = [draw.key() for _ in range(projects)]
    people.demands = [draw.key() for _ in range(demands)]
    people.rows["pm_project"] = [_project(draw, calendar, people, place) for place in range(projects)]
    people.rows["dmn_demand"] = [_demand(draw, calendar, people, place) for place in range(demands)]
    _project_tasks(draw, people)
    _demand_tasks(draw, people)
    _circle_of_projects(draw, people)
    return people


def _groups(draw: Draw, people: People) -> None:
    people.programs = [draw.key() for _ in range(draw.count(1, 3))]
    people.portfolios = [draw.key() for _ in range(draw.count(1, 3))]
    people.rows["pm_program"] = [
        {"sys_id": key, "number": f"PRG{place:04d}", "name": draw.pick(NAMES), "account": None}
        for place, key in enumerate(people.programs)
    ]
    people.rows["pm_portfolio"] = [
        {"sys_id": key, "number": f"PRT{place:04d}", "name": draw.pick(NAMES)}
        for place, key in enumerate(people.portfolios)
    ]


def _work_item(draw: Draw, calendar: WorldCalendar, people: People, key: str, number: str) -> Cells:
    """Columns that projects and demands share. Dates may be missing, reversed, or outside of the calendar."""
    first = calendar.first - dt.timedelta(days=60)
    start = draw.day(first, calendar.last)
    end = draw.day(start, calendar.last + dt.timedelta(days=60))
    if draw.chance(0.05):
        start, end = end, start
    return {
        "sys_id": key,
        "number": number,
        "short_description": draw.pick(NAMES),
        "state": draw.pick(["1", "2", "Work in Progress"]),
        "primary_program": draw.pick([*people.programs, None, None, draw.key()]),
        "primary_portfolio": draw.pick([*people.portfolios, None, draw.key()]),
        "start_date": start.isoformat() if draw.chance(0.75) else None,
        "end_date": end.isoformat() if draw.chance(0.75) else "",
        "currency": draw.pick(["USD", None]),
        "discount_rate": draw.pick(RATES),
        "rate_model": draw.pick([draw.key(), None]),
        "estimated_cost": draw.money() if draw.chance(0.5) else None,
    }


def _project(draw: Draw, calendar: WorldCalendar, people: People, place: int) -> Cells:
    """A project; its parent is an earlier one, nothing, or unknown."""
    parents: list[str | None] = [None, None, draw.key(), *people.projects[max(0, place - 3) : place] * 2]
    row = _work_item(draw, calendar, people, people.projects[place], f"PRJ{place:04d}")
    demand = draw.pick([*people.demands, None]) if draw.chance(0.3) else None
    return {**row, "parent": draw.pick(parents), "demand": demand}


def _demand(draw: Draw, calendar: WorldCalendar, people: People, place: int) -> Cells:
    row = _work_item(draw, calendar, people, people.demands[place], f"DMN{place:04d}")
    return {**row, "project": draw.pick([*people.projects, None]) if draw.chance(0.3) else None}


def _circle_of_projects(draw: Draw, people: People) -> None:
    """In some worlds one to three projects are above themselves."""
    rows = people.rows["pm_project"]
    if draw.chance(0.3) and rows:
        circle = rows[-draw.count(1, min(3, len(rows))) :]
        for row, above in zip(circle, [*circle[1:], circle[0]], strict=True):
            row["parent"] = above["sys_id"]


def _project_tasks(draw: Draw, people: People) -> None:
    """Nested tasks per project, then orphans: without parent, with an unknown one, in a circle, below a circle."""
    rows = people.rows["pm_project_task"] = []
    for project in people.projects:
        keys: list[str] = []
        for _ in range(draw.count(0, 4)):
            parent = draw.pick([project, *keys[-2:]])
            keys.append(_add_task(draw, rows, parent, project))
        people.tasks_of[project] = keys
    one, other = draw.key(), draw.key()
    people.orphans = [_add_task(draw, rows, parent, None) for parent in (None, "", draw.key(), one)]
    people.orphans += [_add_task(draw, rows, other, None, one), _add_task(draw, rows, one, None, other)]
    itself = draw.key()
    people.orphans.append(_add_task(draw, rows, itself, None, itself))
    draw.random.shuffle(rows)


def _add_task(draw: Draw, rows: list[Cells], parent: str | None, top: str | None, key: str | None = None) -> str:
    key = key or draw.key()
    number = f"PRJTASK{len(rows):05d}"
    rows.append(
        {"sys_id": key, "number": number, "short_description": "", "parent": parent, "top_task": top, "state": "1"}
    )
    return key


def _demand_tasks(draw: Draw, people: People) -> None:
    """Tasks per demand and one whose demand is unknown."""
    rows = people.rows["dmn_demand_task"] = []
    for demand in [*people.demands, draw.key()]:
        keys = [draw.key() for _ in range(draw.count(0, 3) if demand in people.demands else 1)]
        rows += [{"sys_id": key, "number": f"DMNTSK{key[:4]}", "parent": demand, "state": "1"} for key in keys]
        if demand in people.demands:
            people.tasks_of[demand] = keys
        else:
            people.orphans += keys
