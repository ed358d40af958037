"""How a generated instance is set up: templates, rules of every kind, field maps, plugins and properties."""

from tests.reference.drawing import Draw

from .instance import DOMAIN_ORDER, LINE, LOCATION, ORDER, ORDER_TASK, PROJECT, PROJECT_TASK, Row, Rows
from .setup import AUTO_CLOSURE, CUSTOMER_PROJECTS, PPM, REUSE

Tables = dict[str, Rows]

ORDER_CONDITIONS = (
    *("order_type=b2b", "order_type=B2B ^NQtotal_amount>4000", "account.nameLIKEacme", "account.name!=Globex"),
    *(
        "order_dateISEMPTY",
        "total_amountBETWEEN100@5000",
        "account.parent.nameISNOTEMPTY",
        "expected_start_date>2026-01-20",
    ),
)
LINE_CONDITIONS = (
    *("product_offering=offering-0", "product_offeringINoffering-0, offering-1", "product_offering.nameSTARTSWITHfib"),
    *(
        "action!=delete",
        "action=add^ORaction=change",
        "quantity>2",
        "total_priceBETWEEN100@5000",
        "accountSAMEASorder.account",
    ),
    *("specification.type=service", "order.order_type=b2b^action=add^NQquantity<2", "location.parentISNOTEMPTY"),
    *("parent_line_itemISEMPTY", "approved_onISNOTEMPTY", "expected_start_date>=2026-01-15", "actionNOT INadd"),
    *(
        "order.account.parent.name=Initech",
        "location.nameLIKEhall",
        "approved_on<2026-01-11",
        "location.parent.parent.nameISEMPTY",
    ),
)
DOMAIN_ORDER_CONDITIONS = (
    *("specification=spec-0", "specification.type=service", "sys_class_nameLIKEservice", "order_line_item.action=add"),
    *(
        "order.order_type=b2b",
        "specification!=spec-1",
        "sys_created_on>=2026-01-12",
        "order_line_item.product_offering.nameLIKEi",
    ),
)
ORDER_TASK_CONDITIONS = (
    *("request_type=survey", "short_descriptionLIKEinstall", "domain_order.specification.type=service"),
    *("parent.request_type=build", "order_line_item.quantity>1", "order.order_type=b2b^request_type!=survey"),
    *("request_typeINsurvey,build", "domain_orderISEMPTY", "request_typeNSAMEASshort_description"),
)
OF_STATES = {
    "program": ("state!=draft",),
    "order": ("stateINin_progress,scheduled",),
    "order_line_item": ("state=in_progress", "order.stateNOTLIKEdraft"),
    "site_location": ("stateISNOTEMPTY",),
    "domain_order": ("state!=draft", "order_line_item.state=scheduled"),
    "order_task": ("state=new^ORstate=open", "domain_order.state!=completed"),
}
"""Conditions that test a state."""
CONDITIONS = {
    "program": ORDER_CONDITIONS,
    "order": ORDER_CONDITIONS,
    "order_line_item": LINE_CONDITIONS,
    "site_location": LINE_CONDITIONS,
    "domain_order": DOMAIN_ORDER_CONDITIONS,
    "order_task": ORDER_TASK_CONDITIONS,
}
REJECTED = (
    *("colour=red", "number", "javascript:gs.getUser()", "number=1^^number=2", "ORDERBYnumber", "number=1^", "^EQ"),
    *("sys_created_on>yesterday", "state.name=x", "numberIN,", "number~1", "Number=1"),
)
KINDS = {"program": "program", "order": "project", "order_line_item": "project", "site_location": "site_project"}
SHARE = {"program": 2, "order": 1, "order_line_item": 4, "site_location": 4, "domain_order": 7, "order_task": 7}
"""How many rules a decision table has, at most."""
MAPPED = {
    LINE: ("number", "quantity", "total_price", "expected_start_date", "approved_on", "state", "colour"),
    ORDER: ("number", "order_type", "order_date", "account"),
    LOCATION: ("name", "parent"),
    DOMAIN_ORDER: ("number", "state", "sys_created_on"),
    ORDER_TASK: ("number", "short_description", "state", "request_type"),
}
TARGETS = {LINE: PROJECT, ORDER: PROJECT, LOCATION: PROJECT, DOMAIN_ORDER: PROJECT_TASK, ORDER_TASK: PROJECT_TASK}


def draw_setup(draw: Draw, *, tests_states: bool) -> Tables:
    """All tables that an administrator fills."""
    templates = [
        _template(draw, f"template-{kind}-{number}", kind)
        for kind, several in (("program", 2), ("project", 3), ("site_project", 2))
        for number in range(several)
    ]
    tables: Tables = {
        "project_template": templates,
        "project_template_task": [task for row in templates for task in _tasks(draw, row, templates)],
        "oversight_rule": [],
        "v_plugin": _plugins(draw),
        "sys_properties": _properties(draw),
        "csm_table_map": [],
        "csm_field_map": [],
    }
    for name, at_most in SHARE.items():
        for _ in range(draw.count(at_most // 2, at_most)):
            add_rule(draw, tables, name, tests_states=tests_states)
    if draw.chance(0.1):
        add_rule(draw, tables, "order_line_item", tests_states=False)["decision_table"] = "work_order"
    for _ in range(draw.count(0, 8)):
        add_map(draw, tables)
    return tables


def _template(draw: Draw, sys_id: str, kind: str) -> Row:
    name = draw.pick([sys_id.title(), sys_id.title(), sys_id.title(), None])
    return {
        "sys_id": sys_id,
        "name": name,
        "kind": draw.spelled(kind),
        "active": draw.pick([True, True, True, None, None, False]),
    }


def _tasks(draw: Draw, template: Row, templates: Rows) -> Rows:
    """Up to five tasks with parents of every sort."""
    keys = [
        f"task-{template['sys_id'].removeprefix('template-')}-{number}"
        for number in range(draw.pick([0, 1, 2, 3, 4, 5]))
    ]
    others = [*keys, "task-project-0-0", "task-unknown"]
    return [template_task(draw, key, template["sys_id"], [None, None, None, *others]) for key in keys if templates]


def template_task(draw: Draw, key: str, template: str, parents: list[str | None]) -> Row:
    return {
        "sys_id": key,
        "template": template,
        "name": draw.pick([key.title(), None]),
        "order": draw.pick([None, 1, 2]),
        "parent": draw.pick(parents),
        "duration_days": draw.pick([None, 0, 1, 5, 10]),
        "start_offset_days": draw.pick([None, 0, 3, 7]),
    }


def add_rule(draw: Draw, tables: Tables, name: str, *, tests_states: bool) -> Row:
    """One more rule of a decision table."""
    rules = tables["oversight_rule"]
    row: Row = {
        "sys_id": f"rule-{draw.key()[:6]}-{len(rules)}",
        "decision_table": draw.spelled(name),
        "order": draw.pick([None, 1, 2, 3, 4, 5, 6]),
        "condition": draw_condition(draw, name, tests_states=tests_states),
        "answer": draw_answer(draw, tables, name),
        "active": draw.pick([True, True, True, None, None, False]),
        "default_answer": draw.pick([None, False, False, False, False, True]),
        "location": draw.pick([None, "location-0", "location-1", "location-2", "location-9"])
        if name == "site_location"
        else None,
    }
    rules.append(row)
    return row


def draw_condition(draw: Draw, name: str, *, tests_states: bool) -> str | None:
    if draw.chance(0.12):
        return draw.pick(REJECTED)
    if draw.chance(0.12):
        return draw.pick(["", None, "  "])
    one, other = (draw.pick(CONDITIONS[name] + (OF_STATES[name] if tests_states else ())) for _ in range(2))
    return draw.pick([one, one, one, f"{one}^NQ{other}", f"{one}^{other}", f"{one}^EQ"])


def draw_answer(draw: Draw, tables: Tables, name: str) -> str | None:
    """Mostly of the right kind."""
    if draw.chance(0.06):
        return draw.pick([None, "template-unknown"])
    planned = tables["project_template_task"]
    if name in ("domain_order", "order_task"):
        of_projects = [row["sys_id"] for row in planned if row["template"].startswith("template-project")]
        return draw.pick(of_projects or ["task-unknown"])
    right = [row["sys_id"] for row in tables["project_template"] if row["kind"].strip().lower() == KINDS[name]]
    wrong = [row["sys_id"] for row in tables["project_template"]]
    return draw.pick(wrong) if draw.chance(0.08) else draw.pick(right)


def add_map(draw: Draw, tables: Tables) -> None:
    """One more table map with its field maps."""
    source = draw.pick(list(MAPPED))
    target = TARGETS[source] if draw.chance(0.9) else draw.pick([PROJECT, PROJECT_TASK, "incident"])
    key = f"map-{draw.key()[:6]}"
    active = draw.pick([True, True, None, False])
    tables["csm_table_map"].append({"sys_id": key, "source_table": source, "target_table": target, "active": active})
    for _ in range(draw.count(0, 4)):
        field = draw.pick(MAPPED[source])
        tables["csm_field_map"].append(
            {
                "sys_id": f"field-{draw.key()[:6]}",
                "map": key if draw.chance(0.95) else "map-unknown",
                "source_field": field,
                "target_field": f"u_{field}"
                if field == "colour"
                else draw.pick(["short_description", "u_one", "u_two"]),
                "order": draw.pick([None, 1, 1, 2]),
            }
        )


def _plugins(draw: Draw) -> Rows:
    is_active = ["true", "1", "Active", "TRUE", "active"] * 3 + ["false"]
    rows = [
        {"id": PPM, "active": draw.pick(is_active)},
        {"id": CUSTOMER_PROJECTS, "active": draw.pick([*is_active, "inactive", "0"])},
    ]
    return [row for row in rows if draw.chance(0.98 if row["id"] == PPM else 0.6)]


def _properties(draw: Draw) -> Rows:
    rows = [{"name": name, "value": draw.pick(["true", "true", "false"])} for name in (AUTO_CLOSURE, REUSE)]
    return [row for row in rows if draw.chance(0.85)]
