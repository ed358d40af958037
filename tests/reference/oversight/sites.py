"""Site projects: decided per line, created per location, parents of the line projects there."""

from collections.abc import Iterator

from .books import Books
from .decisions import Decision, of_rule
from .ids import stable_id
from .instance import LINE, LOCATION, ORDER, PROJECT, Instance, Row, Rows, earliest
from .lines import age, created_on, existing_projects, start_of
from .projects import create, own_project, place_of, precluded
from .rules import Rules
from .setup import setup

Key = tuple[str | None, str | None]
"""A location, and an order where site projects are not shared."""


def decide_site(instance: Instance, books: Books, rules: Rules, line: Row) -> Decision:
    """Whether the line asks for a site project at its location."""
    outcome = precluded(instance, books, line)
    if outcome is not None:
        return Decision(outcome)
    if own_project(books, line["sys_id"]) is None:
        return Decision("no_line_project")
    if place_of(instance, line) is None:
        return Decision("no_location")
    rule, is_default = site_rule(instance, rules, line)
    return of_rule(instance, rule, "site_project", is_default=is_default)


def site_rule(instance: Instance, rules: Rules, line: Row) -> tuple[Row | None, bool]:
    """Level by level from the line's location upwards, then rules without location, then the default."""
    for level in [*levels(instance, line["location"]), None]:
        here = [rule for rule in rules.ordinary("site_location") if rule["location"] == level]
        found = rules.first(here, line)
        if found is not None:
            return found, False
    return next(iter(rules.defaults("site_location")), None), True


def levels(instance: Instance, location: str | None) -> Iterator[str]:
    """A location and those that it is in."""
    seen: set[str] = set()
    while location is not None and location not in seen:
        seen.add(location)
        yield location
        location = (instance.find(LOCATION, location) or {}).get("parent")


def create_sites(instance: Instance, books: Books, decisions: dict[str, Decision]) -> None:
    """A site project for every place whose lines ask for one; then the line projects there have it as parent."""
    asking: dict[Key, Rows] = {}
    for line in _matched(instance, decisions):
        project = books.projects[own_project(books, line["sys_id"]) or ""]
        if project["parent"] is None:
            asking.setdefault(_key(instance, project["location"], line["order"]), []).append(line)
    for key, lines in sorted(asking.items(), key=repr):
        if key[0] is not None and _site_at(books, *key) is None:
            _create_site(instance, books, key, lines, decisions)
    for project in books.of_kind("project"):
        if project["parent"] is None and project["location"] is not None:
            site = _site_at(books, *_key(instance, project["location"], project["order"]))
            project["parent"] = site["project"] if site else None


def earliest_matched(instance: Instance, books: Books, decisions: dict[str, Decision], site: Row) -> Row | None:
    """The earliest line that asks for this site project."""
    below = [
        line
        for line in _matched(instance, decisions)
        if books.projects[own_project(books, line["sys_id"]) or ""]["parent"] == site["project"]
    ]
    return min(below, key=age, default=None)


def site_of_existing(books: Books, line: Row) -> str | None:
    """The site project for an existing project of a line: that of its order, else the shared one."""
    site = _site_at(books, line["location"], line["order"]) or _site_at(books, line["location"], None)
    return site["project"] if site and line["location"] is not None else None


def _matched(instance: Instance, decisions: dict[str, Decision]) -> Rows:
    return [line for line in instance.rows(LINE) if decisions[line["sys_id"]].is_positive]


def _key(instance: Instance, location: str | None, order: str | None) -> Key:
    return location, None if setup(instance).is_reusing else order


def _site_at(books: Books, location: str | None, order: str | None) -> Row | None:
    sites = [row for row in books.of_kind("site_project") if (row["location"], row["order"]) == (location, order)]
    return next(iter(sites), None)


def _create_site(instance: Instance, books: Books, key: Key, lines: Rows, decisions: dict[str, Decision]) -> None:
    location, order = key
    first = min(lines, key=age)
    exported = _exported_site(instance, location) if order is None else None
    parts = [part for part in ("site_project", order, location) if part is not None]
    site: Row = {
        "project": exported["sys_id"] if exported else stable_id(*parts),
        "kind": "site_project",
        "name": exported["short_description"] if exported else (instance.find(LOCATION, location) or {}).get("name"),
        "template": decisions[first["sys_id"]].answer,
        "account": (instance.find(ORDER, first["order"]) or {})["account"],
        "order": order,
        "order_line_item": None,
        "location": location,
        "planned_start": exported["start_date"] if exported else start_of(instance, first),
        "created_on": earliest(created_on(line) for line in _lines_below(instance, books, key)),
    }
    create(instance, books, site, is_reused=exported is not None)
    if exported is not None:
        books.projects[site["project"]]["planned_end"] = exported["end_date"]


def _lines_below(instance: Instance, books: Books, key: Key) -> Rows:
    """The lines whose projects a new site project will be the parent of."""
    projects = [
        project
        for project in books.of_kind("project")
        if project["parent"] is None and _key(instance, project["location"], project["order"]) == key
    ]
    lines = [instance.find(LINE, project["order_line_item"]) for project in projects]
    return [line for line in lines if line is not None]


def _exported_site(instance: Instance, location: str | None) -> Row | None:
    """The exported project that the platform has linked to a location: the lowest of several."""
    links = [row for row in instance.rows("site_location_rel_project") if row["location"] is not None]
    free = [
        project
        for project in {row["project"] for row in links}
        if project not in {row["project"] for row in instance.remembered("oversight_project")}
        and project not in existing_projects(instance).values()
        and min(row["location"] for row in links if row["project"] == project) == location
    ]
    projects = [instance.find(PROJECT, project) for project in free]
    return min((row for row in projects if row is not None), key=lambda row: row["sys_id"], default=None)
