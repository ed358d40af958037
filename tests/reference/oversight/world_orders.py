"""Generated order records: orders, lines, domain orders and order tasks with every flaw that an export can have."""

import datetime as dt
from decimal import Decimal

from tests.reference.drawing import Draw

from .instance import DOMAIN_ORDER, LINE, LOCATION, ORDER, ORDER_TASK, PROJECT, PROJECT_TASK, Row
from .world_setup import Tables

STATES = (
    *("draft", "Scheduled", "new", "acknowledged", "open", "in_progress", "In_Progress", " on_hold ", "resolved"),
    *("completed", "COMPLETED", "closed_complete", "failed", "completed", "canceled", " Cancelled", "rejected"),
    *("mystery", "in progress", None),
)
LINE_STATES = (*STATES, *("in_progress", "scheduled", "acknowledged", "completed") * 3)
ORDER_STATES = (*("in_progress", "scheduled", "completed", "draft") * 3, "canceled", "mystery", None)


def draw_orders(draw: Draw) -> Tables:
    """All tables that orders fill."""
    tables: Tables = {
        "customer_account": [
            {"sys_id": f"account-{number}", "name": name, "parent": draw.pick([None, "account-2", "account-9"])}
            for number, name in enumerate(("Acme Ltd", "Globex", "Initech"))
        ],
        "product_offering": [
            {"sys_id": f"offering-{number}", "name": name} for number, name in enumerate(("Fibre", "Switch", None))
        ],
        "product_specification": [
            {"sys_id": f"spec-{number}", "type": kind} for number, kind in enumerate(("service", "Product", None))
        ],
        LOCATION: [
            {
                "sys_id": f"location-{number}",
                "name": draw.pick([f"Hall {number}", f"North {number}", None]),
                "parent": draw.pick([None, "location-0", "location-1", "location-2", "location-3", "location-9"]),
            }
            for number in range(4)
        ],
        **{table: [] for table in (ORDER, LINE, DOMAIN_ORDER, ORDER_TASK, "sys_journal_field")},
    }
    for _ in range(draw.count(2, 6)):
        add_order(draw, tables)
    for _ in range(draw.count(5, 24)):
        add_line(draw, tables)
    for line in tables[LINE]:
        for _ in range(draw.pick([0, 1, 1, 2, 3])):
            add_domain_order(draw, tables, line["sys_id"])
    for _ in range(draw.count(0, 2 * len(tables[DOMAIN_ORDER]))):
        add_order_task(draw, tables)
    for table in (LINE, ORDER_TASK):
        _twist_parents(draw, tables, table)
    for _ in range(draw.count(0, 12)):
        add_entry(draw, tables)
    return tables | draw_platform(draw, tables)


def key(draw: Draw, kind: str) -> str:
    """A new key; keys of later rows are not later keys."""
    return f"{kind}-{draw.key()[:8]}"


def moment(draw: Draw) -> dt.datetime | None:
    """A moment of a few, so that there are ties; or none."""
    if draw.chance(0.1):
        return None
    return dt.datetime(2026, 1, draw.pick([10, 10, 11, 12]), draw.pick([0, 3, 12, 23]), draw.pick([0, 30]))  # noqa: DTZ001


def day(draw: Draw) -> dt.date | None:
    return draw.pick([None, None, dt.date(2026, 1, 15), dt.date(2026, 2, 1), dt.date(2026, 3, 31)])


def add_order(draw: Draw, tables: Tables) -> None:
    order = key(draw, "order")
    choices = (
        [None] * 30 + ["template-project-0"] * 2 + ["template-project-1", "template-program-0", "template-unknown"]
    )
    tables[ORDER].append(
        {
            "sys_id": order,
            "number": draw.pick([order.upper(), order.upper(), None]),
            "account": draw.pick(["account-0", "account-0", "account-1", "account-2", "account-9", None]),
            "state": draw.pick(ORDER_STATES),
            "order_date": draw.pick([None, dt.date(2026, 1, 2), dt.date(2026, 1, 2), dt.date(2026, 1, 5)]),
            "order_type": draw.pick(["b2b", "B2B", "b2c", None]),
            "expected_start_date": day(draw),
            "total_amount": draw.pick([None, Decimal(100), Decimal("4000.5")]),
            "project_template": draw.pick(choices),
            "approved_on": moment(draw),
            "sys_created_on": moment(draw),
        }
    )


def add_line(draw: Draw, tables: Tables) -> str:
    line = key(draw, "line")
    others = [row["sys_id"] for row in tables[LINE]]
    offerings = ["offering-0", "offering-0", "offering-1", "offering-2", "offering-9", None]
    tables[LINE].append(
        {
            "sys_id": line,
            "number": draw.pick([line.upper(), line.upper(), None]),
            "order": draw.pick([*[row["sys_id"] for row in tables[ORDER]] * 8, "order-unknown", None]),
            "parent_line_item": draw.pick([*[None] * (len(others) + 2), *others]),
            "account": draw.pick([None, None, "account-1"]),
            "product_offering": draw.pick(offerings),
            "specification": draw.pick(["spec-0", "spec-1", "spec-2", "spec-9", None, None]),
            "location": draw.pick(["location-0", "location-1", "location-2", "location-3", "location-9", None]),
            "action": draw.pick(["add", "Add", "change", "delete", None]),
            "state": draw.pick(LINE_STATES),
            "quantity": draw.pick([None, Decimal(1), Decimal("2.5"), Decimal(4)]),
            "total_price": draw.pick([None, Decimal(100), Decimal("99.99"), Decimal(6000)]),
            "expected_start_date": day(draw),
            "approved_on": draw.pick([None, *[moment(draw) for _ in range(3)]]),
            "sys_created_on": moment(draw),
        }
    )
    return line


def add_domain_order(draw: Draw, tables: Tables, line: str | None) -> None:
    domain_order = key(draw, "domain")
    tables[DOMAIN_ORDER].append(
        {
            "sys_id": domain_order,
            "number": domain_order.upper(),
            "sys_class_name": draw.pick(["service_order", "product_order", None]),
            "order_line_item": line if draw.chance(0.95) else draw.pick([None, "line-unknown"]),
            "specification": draw.pick(["spec-0", "spec-1", "spec-2", None]),
            "state": draw.pick(STATES),
            "sys_created_on": moment(draw),
        }
    )


def add_order_task(draw: Draw, tables: Tables) -> None:
    """Below a domain order, or below an order task."""
    task = key(draw, "task")
    above = [row["sys_id"] for row in tables[DOMAIN_ORDER]] * 2 + [row["sys_id"] for row in tables[ORDER_TASK]] * 2
    lines = [row["sys_id"] for row in tables[LINE]]
    tables[ORDER_TASK].append(
        {
            "sys_id": task,
            "number": task.upper(),
            "parent": draw.pick([*above, None, "task-unknown"]),
            "order_line_item": draw.pick([*[None] * 3 * (len(lines) + 1), *lines, "line-unknown"]),
            "request_type": draw.pick(["survey", "build", "test", "test", None]),
            "short_description": draw.pick(["Install a switch", "survey", "Call", None]),
            "state": draw.pick(STATES),
            "sys_created_on": moment(draw),
        }
    )


def add_entry(draw: Draw, tables: Tables) -> None:
    """A journal entry on any record."""
    records = [row["sys_id"] for table in (ORDER, LINE, DOMAIN_ORDER, ORDER_TASK) for row in tables.get(table, [])]
    tables["sys_journal_field"].append(
        {
            "sys_id": key(draw, "entry"),
            "element_id": draw.pick([*records * 9, "unknown", None]),
            "element": draw.pick(["work_notes", "Comments ", "comments", "description", None]),
            "value": draw.pick(["Delayed", "Done", None]),
            "sys_created_on": moment(draw),
            "sys_created_by": draw.pick(["agent", None]),
        }
    )


def _twist_parents(draw: Draw, tables: Tables, table: str) -> None:
    """Now and then a parent that is unknown, the record itself, or below it."""
    column = "parent_line_item" if table == LINE else "parent"
    keys = [row["sys_id"] for row in tables[table]]
    for row in tables[table]:
        if draw.chance(0.05):
            row[column] = draw.pick([*keys, row["sys_id"], "unknown"])


def draw_platform(draw: Draw, tables: Tables) -> Tables:
    """What the platform has of programs and projects, and its links."""
    projects = [_project(draw, f"project-{number}") for number in range(6)]
    tasks: list[Row] = [{"sys_id": f"project-task-{number}", "parent": "project-0"} for number in range(3)]
    drawn: Tables = {
        "pm_program": [
            {"sys_id": f"program-{number}", "account": draw.pick(["account-0", "account-1", "account-9", None])}
            for number in range(draw.count(0, 2))
        ],
        PROJECT: projects,
        PROJECT_TASK: tasks,
        **{f"sn_ind_tmt_orm_order_{name}_rel_task": [] for name in ("line", "task")},
        "site_location_rel_project": [],
    }
    for _ in range(draw.count(0, 4)):
        add_line_link(draw, {**tables, **drawn})
    for _ in range(draw.count(0, 6)):
        add_source_link(draw, {**tables, **drawn})
    for number in range(2):
        if draw.chance(0.4):
            projects_here = [f"project-{4 + number}", "project-unknown"]
            row = {"sys_id": key(draw, "link"), "location": f"location-{number}", "project": draw.pick(projects_here)}
            drawn["site_location_rel_project"].append(row)
    return drawn


def _project(draw: Draw, sys_id: str) -> Row:
    return {
        "sys_id": sys_id,
        "short_description": draw.pick([sys_id.title(), None]),
        "state": draw.pick(["-5", "1", "2", "3", "4", "7", " 2 ", None]),
        "primary_program": draw.pick([None, None, "program-0"]),
        "parent": draw.pick([None, None, "project-5"]),
        "start_date": day(draw),
        "end_date": day(draw),
    }


def add_line_link(draw: Draw, tables: Tables) -> None:
    """A line's project; the platform may have several, or one for several lines."""
    lines = [row["sys_id"] for row in tables[LINE]] * 4
    row = {
        "sys_id": key(draw, "link"),
        "order_line_item": draw.pick([*lines, "line-unknown", None]),
        "task": draw.pick([*(f"project-{number}" for number in range(4)), "project-unknown", None]),
    }
    tables["sn_ind_tmt_orm_order_line_rel_task"].append(row)


def add_source_link(draw: Draw, tables: Tables) -> None:
    """A project task of a domain order or order task, preferably of a line that the platform has linked."""
    linked = {row["order_line_item"] for row in tables["sn_ind_tmt_orm_order_line_rel_task"]}
    records = [row["sys_id"] for row in tables[DOMAIN_ORDER] if row["order_line_item"] in linked] * 9
    records += [row["sys_id"] for table in (DOMAIN_ORDER, ORDER_TASK) for row in tables[table]]
    row = {
        "sys_id": key(draw, "link"),
        "source": draw.pick([*records, "unknown", None]),
        "project_task": draw.pick([*(f"project-task-{number}" for number in range(3)), "project-task-unknown", None]),
    }
    tables["sn_ind_tmt_orm_order_task_rel_task"].append(row)
