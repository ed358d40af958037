"""Decision tables: which rules take part, in which order, and which records they match."""

import datetime as dt
from collections.abc import Callable, Iterable
from zoneinfo import ZoneInfo

from tests.reference.condition import Condition, ConditionError, Setting

from .instance import Instance, Row, Rows, last, word

DECISION_TABLES = ("program", "order", "order_line_item", "site_location", "domain_order", "order_task")


class Rules:
    """All rules of an instance with their conditions read."""

    def __init__(self, instance: Instance) -> None:
        tables = {table: {key: _in_utc(row) for key, row in rows.items()} for table, rows in instance.keyed.items()}
        self._rows = [row for row in instance.rows("oversight_rule") if row["active"] is not False]
        self._settings = {
            name: Setting(name, tables, ZoneInfo(instance.zone), instance.condition_null) for name in DECISION_TABLES
        }
        self._conditions: dict[str, Condition] = {}
        self.rejected: set[str] = set()
        for rule in self._rows:
            self._read(rule)

    def _read(self, rule: Row) -> None:
        name = word(rule["decision_table"])
        if name not in DECISION_TABLES:
            self.rejected.add(rule["sys_id"])
        elif not rule["default_answer"]:
            try:
                self._conditions[rule["sys_id"]] = Condition(rule["condition"], self._settings[name])
            except ConditionError:
                self.rejected.add(rule["sys_id"])

    def active(self) -> Rows:
        """All active rules."""
        return self._rows

    def ordinary(self, decision_table: str) -> Rows:
        """The active rules of a table by order, without defaults."""
        return sorted((rule for rule in self._of(decision_table) if not rule["default_answer"]), key=place)

    def defaults(self, decision_table: str) -> Rows:
        """The active default rules of a table by order."""
        return sorted((rule for rule in self._of(decision_table) if rule["default_answer"]), key=place)

    def matches(self, rule: Row, record: Row) -> bool:
        """Whether a record meets the condition of an ordinary rule; a rejected rule never matches."""
        condition = self._conditions.get(rule["sys_id"])
        return condition is not None and condition.holds(_in_utc(record))

    def first(self, rules: Iterable[Row], record: Row) -> Row | None:
        """The first of the rules that the record meets."""
        return next((rule for rule in rules if self.matches(rule, record)), None)

    def chosen(
        self, decision_table: str, record: Row, takes_part: Callable[[Row], bool] = lambda _: True
    ) -> tuple[Row | None, bool]:
        """The rule that answers, of those that take part, and whether it does so as default."""
        found = self.first(filter(takes_part, self.ordinary(decision_table)), record)
        if found is not None:
            return found, False
        return next(filter(takes_part, self.defaults(decision_table)), None), True

    def _of(self, decision_table: str) -> Rows:
        return [rule for rule in self._rows if word(rule["decision_table"]) == decision_table]


def place(rule: Row) -> tuple[object, ...]:
    """Sort key: by order, empty last, then by key."""
    return last(rule["order"]), rule["sys_id"]


def _in_utc(row: Row) -> Row:
    """The row with moments that say they are in UTC."""
    return {
        name: value.replace(tzinfo=dt.UTC) if isinstance(value, dt.datetime) else value for name, value in row.items()
    }
