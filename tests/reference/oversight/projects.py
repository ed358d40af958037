"""Projects of lines and of whole orders: decided, created, and found again."""

from .books import Books
from .decisions import Decision, judged, of_rule
from .ids import stable_id
from .instance import LINE, LOCATION, Instance, Row
from .lines import account_of, created_on, existing_projects, is_approved, is_valid, start_of
from .rules import Rules
from .setup import setup
from .templates import project_tasks


def decide_order(instance: Instance, rules: Rules, order: Row) -> Decision:
    """Whether the whole order is run as one project; an agent's choice wins over rules."""
    valid = [line for line in instance.rows(LINE) if line["order"] == order["sys_id"] and is_valid(instance, line)]
    if not setup(instance).is_ppm_installed:
        return Decision("ppm_not_installed")
    if not valid:
        return Decision("invalid_line")
    if not any(map(is_approved, valid)):
        return Decision("not_approved")
    choice = order["project_template"]
    if choice is not None:
        return Decision(judged(instance, choice, "project") or "agent_choice", None, choice)
    rule, is_default = rules.chosen("order", order)
    return of_rule(instance, rule, "project", is_default=is_default)


def create_order_project(instance: Instance, books: Books, order: Row, decision: Decision) -> None:
    """The project of an order that has none yet."""
    if not decision.is_positive or books.order_project(order["sys_id"]) is not None:
        return
    template = instance.find("project_template", decision.answer) or {}
    create(
        instance,
        books,
        {
            "project": stable_id("order_project", order["sys_id"]),
            "kind": "order_project",
            "name": named(template["name"], order["number"]),
            "template": decision.answer,
            "account": order["account"],
            "order": order["sys_id"],
            "order_line_item": None,
            "location": None,
            "planned_start": start_of(instance, order),
            "created_on": created_on(order),
        },
    )


def precluded(instance: Instance, books: Books, line: Row) -> str | None:
    """The outcome of a line before any rule is asked."""
    if not setup(instance).is_ppm_installed:
        return "ppm_not_installed"
    if not is_valid(instance, line):
        return "invalid_line"
    if not is_approved(line):
        return "not_approved"
    if books.order_project(line["order"]) is not None:
        return "covered_by_order_project"
    return "existing_project" if line["sys_id"] in existing_projects(instance) else None


def decide_line(instance: Instance, books: Books, rules: Rules, line: Row) -> Decision:
    """Whether the line gets a project."""
    outcome = precluded(instance, books, line)
    if outcome is not None:
        return Decision(outcome)
    rule, is_default = rules.chosen("order_line_item", line)
    return of_rule(instance, rule, "project", is_default=is_default)


def create_line_project(instance: Instance, books: Books, line: Row, decision: Decision) -> None:
    """The project of a line that has none yet, or that of its order."""
    key = line["sys_id"]
    if key in books.lines or key in existing_projects(instance):
        return
    if decision.outcome == "covered_by_order_project":
        books.lines[key] = _of_line(line, books.order_project(line["order"]), "order")
    if not decision.is_positive:
        return
    template = instance.find("project_template", decision.answer) or {}
    project: Row = {
        "project": stable_id("project", key),
        "kind": "project",
        "name": named(template["name"], line["number"]),
        "template": decision.answer,
        "account": account_of(instance, line),
        "order": line["order"],
        "order_line_item": key,
        "location": line["location"],
        "planned_start": start_of(instance, line),
        "created_on": created_on(line),
    }
    create(instance, books, project)
    books.lines[key] = _of_line(line, project["project"], "line")


def _of_line(line: Row, project: str | None, level: str) -> Row:
    return {"order_line_item": line["sys_id"], "project": project, "order": line["order"], "level": level}


def create(instance: Instance, books: Books, project: Row, *, is_reused: bool = False) -> None:
    """Enter a new project with its tasks; one that is reused gets none."""
    tasks = [] if is_reused else project_tasks(instance, project)
    ends = [task["planned_end"] for task in tasks if task["planned_end"] is not None]
    books.projects[project["project"]] = {
        "project": project["project"],
        "kind": project["kind"],
        "name": project["name"],
        "origin": "reused" if is_reused else "created",
        "template": project["template"],
        "project_type": setup(instance).project_type,
        "parent": None,
        "program": None,
        "account": project["account"],
        "order": project["order"],
        "order_line_item": project["order_line_item"],
        "location": project["location"],
        "planned_start": project["planned_start"],
        "planned_end": max(ends, default=project["planned_start"]),
        "created_on": project["created_on"],
    }
    books.tasks |= {task["project_task"]: task for task in tasks}


def named(*parts: str | None) -> str | None:
    """A name made of what there is."""
    return " ".join(part for part in parts if part is not None) or None


def own_project(books: Books, line: str) -> str | None:
    """The project that was created for the line itself."""
    row = books.lines.get(line)
    return row["project"] if row is not None and row["level"] == "line" else None


def project_of_line(instance: Instance, books: Books, line: str) -> str | None:
    """The project that oversees the line: linked by the platform, its own, or its order's."""
    row = books.lines.get(line)
    return existing_projects(instance).get(line) or (row["project"] if row else None)


def place_of(instance: Instance, line: Row) -> str | None:
    """The line's location, if it is in the export."""
    return line["location"] if instance.find(LOCATION, line["location"]) is not None else None


def overseen_lines(instance: Instance, books: Books, order: str) -> list[str]:
    """The lines of an order that have a project, of whatever kind."""
    remembered = {key for key, row in books.lines.items() if row["order"] == order}
    existing = {key for key in existing_projects(instance) if instance.keyed[LINE][key]["order"] == order}
    return sorted(remembered | existing)
