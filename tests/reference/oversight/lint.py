"""What is wrong with the active rules."""

from collections.abc import Iterator

from .instance import Instance, Row, Rows
from .records import DECISION_TABLE
from .rules import DECISION_TABLES, Rules
from .sites import levels

RECORDS = {
    "program": "sn_ind_tmt_orm_order",
    "order": "sn_ind_tmt_orm_order",
    "order_line_item": "sn_ind_tmt_orm_order_line_item",
    "site_location": "sn_ind_tmt_orm_order_line_item",
    "domain_order": "sn_ind_tmt_orm_domain_order",
    "order_task": "sn_ind_tmt_orm_order_task",
}
PLANNED = tuple(DECISION_TABLE.values())
"""Decision tables whose answers are template tasks."""


def lint(instance: Instance, rules: Rules) -> Rows:
    """Every problem of every active rule."""
    found = [
        {"rule": rule["sys_id"], "problem": "rejected"} for rule in rules.active() if rule["sys_id"] in rules.rejected
    ]
    for name in DECISION_TABLES:
        for several in (rules.ordinary(name), rules.defaults(name)):
            found += _problems("same_order", (rule for rule in several if _is_tied(rule, several)))
            found += _problems("inactive_answer", (rule for rule in several if _is_inactive(instance, name, rule)))
        for rule in rules.ordinary(name):
            problem = _without_effect(instance, rules, name, rule)
            found += _problems(problem, [rule]) if problem and rule["sys_id"] not in rules.rejected else []
    return found


def _problems(problem: str, rules: Iterator[Row] | Rows) -> Rows:
    return [{"rule": rule["sys_id"], "problem": problem} for rule in rules]


def _is_tied(rule: Row, several: Rows) -> bool:
    return sum(other["order"] == rule["order"] for other in several) > 1


def _is_inactive(instance: Instance, decision_table: str, rule: Row) -> bool:
    """Whether its template, or that of its template task, is inactive."""
    template = instance.find("project_template", _template(instance, decision_table, rule))
    return template is not None and template["active"] is False


def _template(instance: Instance, decision_table: str, rule: Row) -> str | None:
    if decision_table not in PLANNED:
        return rule["answer"]
    return (instance.find("project_template_task", rule["answer"]) or {}).get("template")


def _without_effect(instance: Instance, rules: Rules, decision_table: str, rule: Row) -> str | None:
    ordinary = rules.ordinary(decision_table)
    before = [other for other in ordinary[: ordinary.index(rule)] if other["sys_id"] not in rules.rejected]
    if any(_hides(instance, decision_table, other, rule) for other in before):
        return "unreachable"
    records = [
        row for row in instance.rows(RECORDS[decision_table]) if _meets(instance, rules, decision_table, rule, row)
    ]
    if not records:
        return "never_matched"
    taken = [_is_taken(instance, rules, decision_table, rule, record) for record in records]
    return "shadowed" if all(taken) else None


def _hides(instance: Instance, decision_table: str, other: Row, rule: Row) -> bool:
    """Whether an earlier rule matches whatever this one does, by what is written."""
    if not _compete(instance, decision_table, other, rule):
        return False
    if decision_table == "site_location" and other["location"] != rule["location"]:
        return False
    texts = [(one["condition"] or "").strip() for one in (other, rule)]
    return texts[0] in ("", texts[1])


def _compete(instance: Instance, decision_table: str, other: Row, rule: Row) -> bool:
    """Rules for tasks of different templates never meet."""
    if decision_table not in PLANNED or other == rule:
        return True
    template = _template(instance, decision_table, rule)
    return template is not None and _template(instance, decision_table, other) == template


def _meets(instance: Instance, rules: Rules, decision_table: str, rule: Row, record: Row) -> bool:
    """Whether the record meets the rule's condition, and is where the rule is for."""
    is_here = decision_table != "site_location" or rule["location"] in (None, *levels(instance, record["location"]))
    return is_here and rules.matches(rule, record)


def _is_taken(instance: Instance, rules: Rules, decision_table: str, rule: Row, record: Row) -> bool:
    """Whether another rule comes first for this record."""
    rivals = [other for other in rules.ordinary(decision_table) if _compete(instance, decision_table, other, rule)]
    met = [other for other in rivals if _meets(instance, rules, decision_table, other, record)]
    if decision_table == "site_location":
        places = [*levels(instance, record["location"]), None]
        met.sort(key=lambda other: places.index(other["location"]))
    return met[0] != rule
