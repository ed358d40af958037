"""What is wrong with the active rules."""

from collections.abc import Iterable

from tests.reference.condition import parse

from .books import Books
from .instance import DOMAIN_ORDER, LINE, ORDER, ORDER_TASK, Instance, Row, Rows
from .records import DECISION_TABLE, planned_for
from .rules import DECISION_TABLES, Rules
from .sites import levels

RECORDS = {
    "program": ORDER,
    "order": ORDER,
    "order_line_item": LINE,
    "site_location": LINE,
    "domain_order": DOMAIN_ORDER,
    "order_task": ORDER_TASK,
}
PLANNED = tuple(DECISION_TABLE.values())
"""Decision tables whose answers are template tasks."""


class Lint:
    """Finds the problems of every active rule, whatever else keeps records from being decided by it."""

    def __init__(self, instance: Instance, books: Books, rules: Rules) -> None:
        self._instance = instance
        self._books = books
        self._rules = rules

    def rows(self) -> Rows:
        """Every problem of every rule."""
        found = _problems("rejected", [rule for rule in self._rules.active() if self._is_rejected(rule)])
        for name in DECISION_TABLES:
            for several in (self._rules.ordinary(name), self._rules.defaults(name)):
                found += _problems("same_order", [rule for rule in several if self._is_tied(name, rule, several)])
                found += _problems("inactive_answer", [rule for rule in several if self._is_inactive(name, rule)])
            readable = [rule for rule in self._rules.ordinary(name) if not self._is_rejected(rule)]
            for place, rule in enumerate(readable):
                problem = self._without_effect(name, rule, readable[:place])
                found += _problems(problem, [rule]) if problem else []
        return found

    def _is_tied(self, name: str, rule: Row, several: Rows) -> bool:
        return any(
            other is not rule and other["order"] == rule["order"] and self._compete(name, other, rule)
            for other in several
        )

    def _compete(self, name: str, other: Row, rule: Row) -> bool:
        """Whether two rules are ever asked at the same level, of the same record."""
        if name == "site_location":
            return bool(other["location"] == rule["location"])
        templates = self._template(name, other), self._template(name, rule)
        return name not in PLANNED or (None not in templates and templates[0] == templates[1])

    def _is_rejected(self, rule: Row) -> bool:
        return rule["sys_id"] in self._rules.rejected

    def _is_inactive(self, name: str, rule: Row) -> bool:
        """Whether its template, or that of its template task, is inactive."""
        template = self._instance.find("project_template", self._template(name, rule))
        return template is not None and template["active"] is False

    def _template(self, name: str, rule: Row) -> str | None:
        if name not in PLANNED:
            return rule["answer"]
        return (self._instance.find("project_template_task", rule["answer"]) or {}).get("template")

    def _without_effect(self, name: str, rule: Row, before: Rows) -> str | None:
        if any(self._hides(name, other, rule) for other in before):
            return "unreachable"
        records = [row for row in self._instance.rows(RECORDS[name]) if self._meets(name, rule, row)]
        if not records:
            return "never_matched"
        return "shadowed" if all(self._decides(name, record) != rule for record in records) else None

    def _hides(self, name: str, other: Row, rule: Row) -> bool:
        """Whether an earlier rule matches wherever this one does, by what is written."""
        return self._compete(name, other, rule) and _meaning(other) in ([], _meaning(rule))

    def _meets(self, name: str, rule: Row, record: Row) -> bool:
        """Whether the rule takes part for this record, and matches it."""
        if name == "site_location" and rule["location"] not in self._places(record):
            return False
        if name in PLANNED and rule["answer"] not in planned_for(self._instance, self._books, record):
            return False
        return self._rules.matches(rule, record)

    def _decides(self, name: str, record: Row) -> Row:
        """The first rule for this record."""
        met = [rule for rule in self._rules.ordinary(name) if self._meets(name, rule, record)]
        if name == "site_location":
            met.sort(key=lambda rule: self._places(record).index(rule["location"]))
        return met[0]

    def _places(self, line: Row) -> list[str | None]:
        return [*levels(self._instance, line["location"]), None]


def _problems(problem: str, rules: Iterable[Row]) -> Rows:
    return [{"rule": rule["sys_id"], "problem": problem} for rule in rules]


def _meaning(rule: Row) -> list[list[list[tuple[str, str, str]]]]:
    """A condition as it is read; nothing where it always holds."""
    text = rule["condition"]
    groups = [] if text is None or not text.strip() else parse(text)
    return [[[(term.path, term.operator, term.value) for term in clause] for clause in group] for group in groups]
