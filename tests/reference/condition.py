"""Conditions of rules, read and answered record by record: the contract's section "Conditions" in plain Python."""

import datetime as dt
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

Value = str | Decimal | int | dt.date | bool | None
Row = Mapping[str, Value]
Tables = Mapping[str, Mapping[str, Row]]
"""The rows of every table of the export, by sys_id."""
Place = tuple[str, Row] | None
"""A table and a row of it; None where a reference leads nowhere."""

ORDER = "sn_ind_tmt_orm_order"
LINE = "sn_ind_tmt_orm_order_line_item"
DOMAIN_ORDER = "sn_ind_tmt_orm_domain_order"
ORDER_TASK = "sn_ind_tmt_orm_order_task"

FIELDS = {
    ORDER: """sys_id:text number:text account:customer_account state:text order_date:date order_type:text
        expected_start_date:date expected_end_date:date total_amount:number project_template:project_template
        approved_on:moment sys_created_on:moment""",
    LINE: f"""sys_id:text number:text order:{ORDER} parent_line_item:{LINE} account:customer_account
        product_offering:product_offering specification:product_specification location:cmn_location action:text
        state:text quantity:number total_price:number expected_start_date:date expected_end_date:date
        sys_created_on:moment approved_on:moment""",
    DOMAIN_ORDER: f"""sys_id:text number:text sys_class_name:text order_line_item:{LINE}
        specification:product_specification state:text sys_created_on:moment""",
    ORDER_TASK: f"""sys_id:text number:text parent:{DOMAIN_ORDER},{ORDER_TASK} order_line_item:{LINE}
        request_type:text short_description:text state:text sys_created_on:moment""",
    "customer_account": "sys_id:text name:text number:text code:text parent:customer_account",
    "product_offering": "sys_id:text name:text number:text code:text",
    "product_specification": "sys_id:text name:text number:text code:text type:text",
    "cmn_location": "sys_id:text name:text parent:cmn_location",
    "project_template": "sys_id:text name:text kind:text active:flag",
}
SCHEMA = {table: dict(field.split(":") for field in fields.split()) for table, fields in FIELDS.items()}
"""Of every table, its fields with their types: `text`, `number`, `date`, `moment`, `flag`, or the tables referred to."""
TYPES = ("text", "number", "date", "moment", "flag")

INPUTS = {
    "program": {"order": ORDER},
    "order": {"order": ORDER},
    "order_line_item": {"order_line_item": LINE, "order": ORDER, "location": "cmn_location"},
    "site_location": {"order_line_item": LINE, "order": ORDER, "location": "cmn_location"},
    "domain_order": {"domain_order": DOMAIN_ORDER, "order_line_item": LINE, "order": ORDER},
    "order_task": {"order_task": ORDER_TASK, "domain_order": DOMAIN_ORDER, "order_line_item": LINE, "order": ORDER},
}
"""Of every decision table, its inputs and their tables; the first one is the record that is decided on."""

OPERATORS = (
    *("ISNOTEMPTY", "STARTSWITH", "ENDSWITH", "NOT LIKE", "ANYTHING", "NSAMEAS", "NOTLIKE", "ISEMPTY", "BETWEEN"),
    *("SAMEAS", "NOT IN", "NOTIN", "LIKE", "IN", "!=", ">=", "<=", "=", ">", "<"),
)
BARE = ("ISEMPTY", "ISNOTEMPTY", "ANYTHING")
ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
PARTS: dict[str, Callable[[str, str], bool]] = {
    "LIKE": lambda text, part: part in text,
    "STARTSWITH": lambda text, part: text.startswith(part),
    "ENDSWITH": lambda text, part: text.endswith(part),
}
NEGATED = {"!=": "=", "NOT IN": "IN", "NOTIN": "IN", "NOT LIKE": "LIKE", "NOTLIKE": "LIKE"}
SEPARATORS = {"IN": ",", "NOT IN": ",", "NOTIN": ",", "BETWEEN": "@"}
MOST_STEPS = 5
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class ConditionError(Exception):
    """The condition can't be used; `position` is where, in characters from 0."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(f"{position}: {reason}")
        self.position = position


@dataclass(frozen=True)
class Term:
    path: str
    path_at: int
    operator: str
    value: str
    value_at: int


class Scanner:
    """Reads a text from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def rest(self) -> str:
        return self.text[self.at :]

    def takes(self, word: str) -> bool:
        found = self.rest().startswith(word)
        self.at += len(word) if found else 0
        return found

    def while_in(self, allowed: str) -> str:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] in allowed:
            self.at += 1
        return self.text[start : self.at]

    def until(self, stop: str) -> str:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] != stop:
            self.at += 1
        return self.text[start : self.at]


def parse(text: str) -> list[list[list[Term]]]:
    """Groups (or) of clauses (and) of terms (or)."""
    scanner = Scanner(text)
    groups = [[[_term(scanner)]]]
    while scanner.takes("^"):
        if scanner.rest().rstrip() == "EQ":
            break
        if scanner.takes("NQ"):
            groups.append([[_term(scanner)]])
        elif not scanner.rest().startswith("ORDERBY") and scanner.takes("OR"):
            groups[-1][-1].append(_term(scanner))
        else:
            groups[-1].append([_term(scanner)])
    return groups


def _term(scanner: Scanner) -> Term:
    start = scanner.at
    path = scanner.while_in("abcdefghijklmnopqrstuvwxyz0123456789_.")
    if not path:
        raise ConditionError(start, "no field: an empty term, ORDERBY, a blank, or upper case")
    after_path = scanner.at
    spelled = next((word for word in OPERATORS if scanner.takes(word)), None)
    if spelled is None:
        raise ConditionError(after_path, "no operator")
    value_at = scanner.at
    value = scanner.until("^")
    if spelled in BARE and value.strip():
        raise ConditionError(value_at, f"{spelled} takes no value")
    if spelled not in (*BARE, "=", "!=") and not value.strip():
        raise ConditionError(value_at, f"{spelled} needs a value")
    if spelled in ("=", "!=") and not value.strip():
        spelled = "ISEMPTY" if spelled == "=" else "ISNOTEMPTY"
    for item_at, item in items(value, value_at, SEPARATORS.get(spelled)):
        if item.strip().lower().startswith("javascript:"):
            raise ConditionError(item_at, "scripts are not run")
    return Term(path, start, spelled, value, value_at)


def items(value: str, value_at: int, separator: str | None) -> list[tuple[int, str]]:
    """What stands between the separators, with its position."""
    found = [(value_at, "")]
    for at, letter in enumerate(value, value_at):
        if letter == separator:
            found.append((at + 1, ""))
        else:
            found[-1] = (found[-1][0], found[-1][1] + letter)
    return found


@dataclass(frozen=True)
class Setting:
    """What a condition is about and how it is read."""

    decision_table: str
    tables: Tables
    zone: ZoneInfo
    nulls: str = "match"

    @property
    def inputs(self) -> Mapping[str, str]:
        return INPUTS[self.decision_table]

    @property
    def root(self) -> str:
        return next(iter(self.inputs.values()))


class Condition:
    """One condition, checked; tells of each record whether it holds. Raises ConditionError."""

    def __init__(self, text: str | None, setting: Setting) -> None:
        self._setting = setting
        self._groups = [] if text is None or not text.strip() else parse(text)
        for term in (term for group in self._groups for clause in group for term in clause):
            self._check(term)

    def holds(self, record: Row) -> bool:
        """Whether the record meets the condition; an empty condition always holds."""
        if not self._groups:
            return True
        return any(all(any(self._meets(term, record) for term in clause) for clause in group) for group in self._groups)

    def _check(self, term: Term) -> None:
        """Everything about a term that can be wrong whatever the record."""
        kind = type_of(term.path, term.path_at, self._setting)
        if term.operator in ("SAMEAS", "NSAMEAS"):
            blanks = len(term.value) - len(term.value.lstrip())
            other = type_of(term.value.strip(), term.value_at + blanks, self._setting)
            if kind != other and {kind, other} != {"date", "moment"}:
                raise ConditionError(term.value_at, f"{kind} can't be the same as {other}")
        elif term.operator not in BARE:
            operands(term, kind)

    def _meets(self, term: Term, record: Row) -> bool:
        value = look_up(term.path, record, self._setting)
        if term.operator in BARE:
            return {"ANYTHING": True, "ISEMPTY": value is None, "ISNOTEMPTY": value is not None}[term.operator]
        if term.operator in ("SAMEAS", "NSAMEAS"):
            other = look_up(term.value.strip(), record, self._setting)
            return self._same(value, other) is (term.operator == "SAMEAS")
        if value is None:
            return term.operator in NEGATED and self._setting.nulls == "match"
        holds = self._compares(NEGATED.get(term.operator, term.operator), value, term)
        return not holds if term.operator in NEGATED else holds

    def _compares(self, simple: str, value: Value, term: Term) -> bool:
        """Whether a value that is not null compares with those of the term."""
        kind = type_of(term.path, term.path_at, self._setting)
        if simple in PARTS:
            return PARTS[simple](canonical(value, kind), normal(term.value))
        pairs = [self._comparable(value, operand) for operand in operands(term, kind)]
        if simple == "IN":
            return any(left == right for left, right in pairs)
        if simple == "BETWEEN":
            return ORDERED[">="](*pairs[0]) and ORDERED["<="](*pairs[1])
        return ORDERED[simple](*pairs[0])

    def _same(self, left: Value, right: Value) -> bool:
        """Two nulls are the same, a null and a value are not."""
        if left is None or right is None:
            return left is right
        one, other = self._comparable(left, right)
        return bool(one == other)

    def _comparable(self, left: Value, right: Value) -> tuple[Any, Any]:
        """Two values of one type; a date beside a date-time is its midnight in the time zone."""
        if isinstance(left, str) and isinstance(right, str):
            return normal(left), normal(right)
        if isinstance(left, dt.date) and isinstance(right, dt.date) and type(left) is not type(right):
            return instant(left, self._setting.zone), instant(right, self._setting.zone)
        return left, right


def type_of(path: str, at: int, setting: Setting) -> str:
    """The type of the field that a path leads to. Raises ConditionError."""
    tables: tuple[str, ...] = (setting.root,)
    names = path.split(".")
    if names[0] in setting.inputs:
        tables = (setting.inputs[names[0]],)
        missing = _needed(names[0], setting) - setting.tables.keys()
        if missing:
            raise ConditionError(at, f"{missing} not in this export")
        at += len(names[0]) + 1
        names = names[1:] or ["sys_id"]
    if len(names) - 1 > MOST_STEPS:
        raise ConditionError(at, f"{len(names) - 1} steps")
    for name in names[:-1]:
        kind = _type_in(tables, name, at)
        if kind in TYPES:
            raise ConditionError(at, f"{name} is no reference")
        tables = tuple(table for table in kind.split(",") if table in setting.tables)
        if not tables:
            raise ConditionError(at, f"{kind} is not in this export")
        at += len(name) + 1
    kind = _type_in(tables, names[-1], at)
    return kind if kind in TYPES else "text"


def _needed(name: str, setting: Setting) -> set[str]:
    """The tables without which there is no such input: its own, and for an order the line's, which leads to it."""
    of_line = {LINE} if name == "order" and setting.root in (DOMAIN_ORDER, ORDER_TASK) else set()
    return {setting.inputs[name], *of_line} - {setting.root}


def _type_in(tables: tuple[str, ...], name: str, at: int) -> str:
    for table in tables:
        if name in SCHEMA[table]:
            return SCHEMA[table][name]
    raise ConditionError(at, f"no field {name} in {tables}")


def look_up(path: str, record: Row, setting: Setting) -> Value:
    """The value at the end of a path; None where a step leads nowhere."""
    names = path.split(".")
    place: Place = (setting.root, record)
    if names[0] in setting.inputs:
        place = input_of(names[0], record, setting)
        names = names[1:] or ["sys_id"]
    for name in names[:-1]:
        place = followed(place, name, setting.tables)
    return None if place is None else place[1].get(names[-1])


def followed(place: Place, name: str, tables: Tables) -> Place:
    """Where a reference of a row leads."""
    if place is None or name not in SCHEMA[place[0]]:
        return None
    key = place[1].get(name)
    for target in SCHEMA[place[0]][name].split(","):
        if isinstance(key, str) and key in tables.get(target, {}):
            return target, tables[target][key]
    return None


def input_of(name: str, record: Row, setting: Setting) -> Place:
    """The record that an input's name stands for."""
    table, tables = setting.root, setting.tables
    own: Place = (table, record)
    if table == ORDER or name == next(iter(setting.inputs)):
        return own
    if table == LINE:
        return followed(own, name, tables)
    if table == DOMAIN_ORDER:
        line = followed(own, "order_line_item", tables)
        return line if name == "order_line_item" else followed(line, "order", tables)
    top = top_domain_order(record, tables)
    if name == "domain_order":
        return top
    line = followed(own if record.get("order_line_item") is not None else top, "order_line_item", tables)
    return line if name == "order_line_item" else followed(line, "order", tables)


def top_domain_order(task: Row, tables: Tables) -> Place:
    """The domain order at the top of an order task's parents; a cycle has none."""
    seen = set()
    place: Place = (ORDER_TASK, task)
    while place is not None and place[0] == ORDER_TASK and place[1]["sys_id"] not in seen:
        seen.add(place[1]["sys_id"])
        place = followed(place, "parent", tables)
    return place if place is not None and place[0] == DOMAIN_ORDER else None


def normal(text: str) -> str:
    """Trimmed and without regard to case."""
    return text.strip().lower()


def canonical(value: Value, kind: str) -> str:
    """The text of a value in which parts are looked for."""
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if kind == "number":
        plain = f"{value:f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    return normal(str(value))


def operands(term: Term, kind: str) -> list[Value]:
    """The values that a term compares with. Raises ConditionError."""
    if NEGATED.get(term.operator, term.operator) in PARTS:
        return [term.value]
    if kind == "flag" and term.operator in (">", ">=", "<", "<=", "BETWEEN"):
        raise ConditionError(term.value_at, "true and false have no order")
    found = items(term.value, term.value_at, SEPARATORS.get(term.operator))
    filled = [(at, item) for at, item in found if item.strip()]
    if term.operator == "BETWEEN" and (len(found) != len(("first", "last")) or filled != found):
        raise ConditionError(term.value_at, "two ends are needed")
    if not filled:
        raise ConditionError(term.value_at, "an empty list")
    return [literal(item, kind, at) for at, item in (filled if kind == "text" else found)]


def literal(text: str, kind: str, at: int) -> Value:
    """A value as written in a condition. Raises ConditionError."""
    readers: dict[str, Callable[[str], Value]] = {
        "text": str,
        "number": number,
        "flag": {"true": True, "1": True, "false": False, "0": False}.get,
        "date": day_or_moment,
        "moment": day_or_moment,
    }
    value = readers[kind](text.strip().lower() if kind == "flag" else text.strip())
    if value is None:
        raise ConditionError(at, f"{text!r} is no {kind}")
    return value


def number(word: str) -> Decimal | None:
    """`-1234.5`: no thousands separators, no exponent."""
    unsigned = word[1:] if word[:1] in ("+", "-") else word
    parts = unsigned.split(".")
    fine = len(parts) <= len(("whole", "decimals")) and all(part.isascii() and part.isdigit() for part in parts)
    return Decimal(word) if fine else None


def day_or_moment(word: str) -> dt.date | None:
    """`2026-01-31`, or `2026-01-31 23:59:59` in UTC."""
    shape = "".join("9" if letter in "0123456789" else letter for letter in word)
    form = {"9999-99-99": "%Y-%m-%d", "9999-99-99 99:99:99": "%Y-%m-%d %H:%M:%S"}.get(shape)
    try:
        if form is None or word.endswith((":60", ":61")):
            return None
        moment = dt.datetime.strptime(word, form).replace(tzinfo=dt.UTC)
    except ValueError:
        return None
    return moment if ":" in form else moment.date()


def instant(value: dt.date, zone: ZoneInfo) -> dt.timedelta:
    """How long after the beginning of 1970 in UTC; a day is its midnight in the zone."""
    if isinstance(value, dt.datetime):
        return value - EPOCH
    midnight = dt.datetime.combine(value, dt.time(), tzinfo=zone)
    return midnight.replace(tzinfo=dt.UTC) - EPOCH - (midnight.utcoffset() or dt.timedelta())
