"""What changes in a generated instance from one night to the next."""

from tests.reference.drawing import Draw

from .instance import DOMAIN_ORDER, LINE, LOCATION, ORDER, ORDER_TASK, PROJECT, Row
from .setup import AUTO_CLOSURE, PPM, REUSE
from .world_orders import (
    LINE_STATES,
    ORDER_STATES,
    STATES,
    add_domain_order,
    add_entry,
    add_line,
    add_line_link,
    add_order,
    add_order_task,
    add_source_link,
    moment,
)
from .world_setup import SHARE, Tables, add_map, add_rule, draw_answer, draw_condition, template_task

STATES_OF = {ORDER: ORDER_STATES, LINE: LINE_STATES, DOMAIN_ORDER: STATES, ORDER_TASK: STATES}
VANISHING = (
    *(ORDER, LINE, DOMAIN_ORDER, ORDER_TASK, LOCATION, "project_template", "project_template_task", "oversight_rule"),
    *("sys_journal_field", PROJECT, "sn_ind_tmt_orm_order_line_rel_task", "sn_ind_tmt_orm_order_task_rel_task"),
    *("csm_table_map", "customer_account", "site_location_rel_project"),
)


def changed(draw: Draw, tables: Tables, *, tests_states: bool) -> Tables:
    """The instance a day later."""
    later = {table: [dict(row) for row in rows] for table, rows in tables.items()}
    states_and_approvals(draw, later)
    for change in (arrivals, rules, templates, switches, platform, departures, endings):
        if draw.chance(0.6):
            change(draw, later, tests_states)
    return later


def states_and_approvals(draw: Draw, tables: Tables) -> None:
    """Work goes on."""
    for table, states in STATES_OF.items():
        for row in _some(draw, tables, table, 0.3):
            row["state"] = draw.pick(states)
    for table in (ORDER, LINE):
        for row in _some(draw, tables, table, 0.2):
            row["approved_on"] = row["approved_on"] or moment(draw)


def arrivals(draw: Draw, tables: Tables, _: bool) -> None:  # noqa: FBT001
    """New orders, lines, domain orders, order tasks and journal entries."""
    if draw.chance(0.4):
        add_order(draw, tables)
    lines = [add_line(draw, tables) for _ in range(draw.count(0, 3))] + [row["sys_id"] for row in tables[LINE]]
    for _ in range(draw.count(0, 4)):
        add_domain_order(draw, tables, draw.pick([*lines, None]))
    for _ in range(draw.count(0, 6)):
        add_order_task(draw, tables)
    for _ in range(draw.count(0, 4)):
        add_entry(draw, tables)


def rules(draw: Draw, tables: Tables, tests_states: bool) -> None:  # noqa: FBT001
    """Rules are added and changed."""
    for name in draw.some(list(SHARE), 3):
        add_rule(draw, tables, name, tests_states=tests_states)
    for rule in _some(draw, tables, "oversight_rule", 0.2):
        name = rule["decision_table"].strip().lower()
        column = draw.pick(["active", "order", "condition", "answer"])
        if column == "active":
            rule["active"] = draw.pick([True, False])
        elif column == "order":
            rule["order"] = draw.pick([None, 1, 4])
        elif name in SHARE:
            rule[column] = (
                draw_answer(draw, tables, name)
                if column == "answer"
                else draw_condition(draw, name, tests_states=tests_states)
            )


def templates(draw: Draw, tables: Tables, _: bool) -> None:  # noqa: FBT001
    """Templates are closed and get more tasks; maps are added."""
    for template in _some(draw, tables, "project_template", 0.3):
        template["active"] = draw.pick([True, False])
        late = template_task(draw, f"late-{draw.key()[:6]}", template["sys_id"], [None])
        tables["project_template_task"].append(late)
        if draw.chance(0.5) and template["sys_id"].startswith("template-project"):
            add_rule(draw, tables, "domain_order", tests_states=False)["answer"] = late["sys_id"]
    add_map(draw, tables)


def switches(draw: Draw, tables: Tables, _: bool) -> None:  # noqa: FBT001
    """Plugins and properties are switched."""
    for name in draw.some([AUTO_CLOSURE, REUSE], 2):
        others = [row for row in tables["sys_properties"] if row["name"] != name]
        tables["sys_properties"] = [*others, {"name": name, "value": draw.pick(["true", "false"])}]
    for row in tables.get("v_plugin", []):
        row["active"] = draw.pick(
            ["true", "true", "true", "true", "true", "false"] if row["id"] == PPM else ["true", "false"]
        )


def platform(draw: Draw, tables: Tables, _: bool) -> None:  # noqa: FBT001
    """The platform links more, and its projects change."""
    if draw.chance(0.5):
        add_line_link(draw, tables)
    if draw.chance(0.5):
        add_source_link(draw, tables)
    for row in _some(draw, tables, PROJECT, 0.4):
        row["state"] = draw.pick(["1", "2", "3", "4", "7"])


def endings(draw: Draw, tables: Tables, _: bool) -> None:  # noqa: FBT001
    """The work for an order comes to its end, one way or the other."""
    orders = [row["sys_id"] for row in tables[ORDER]]
    ended, state = draw.pick(orders or ["order-unknown"]), draw.pick(["completed", "Completed", "canceled"])
    keys = {ended}
    for table, column in (
        (LINE, "order"),
        (DOMAIN_ORDER, "order_line_item"),
        (ORDER_TASK, "parent"),
        (ORDER_TASK, "parent"),
    ):
        keys |= {row["sys_id"] for row in tables[table] if row[column] in keys}
    for row in (row for table in STATES_OF for row in tables[table] if row["sys_id"] in keys and draw.chance(0.97)):
        row["state"] = state


def departures(draw: Draw, tables: Tables, _: bool) -> None:  # noqa: FBT001
    """Records vanish from the export."""
    for table in draw.some(list(VANISHING), 4):
        gone = {id(row) for row in _some(draw, tables, table, 0.15)}
        if table in tables:
            tables[table] = [row for row in tables[table] if id(row) not in gone]


def _some(draw: Draw, tables: Tables, table: str, share: float) -> list[Row]:
    return [row for row in tables.get(table, []) if draw.chance(share)]
