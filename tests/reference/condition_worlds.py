"""Small tables of orders and conditions about them, the same for the same seed: conditions that hold now and then,
and conditions with one fault whose place is known.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from .condition import (
    BARE,
    DOMAIN_ORDER,
    EPOCH,
    LINE,
    MOST_STEPS,
    ORDER,
    ORDER_TASK,
    SCHEMA,
    TYPES,
    ConditionError,
    Row,
    Setting,
    Value,
    canonical,
    instant,
    look_up,
    type_of,
)
from .drawing import Draw

ZONES = (
    *("UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Asia/Kolkata", "Pacific/Apia"),
    *("America/Sao_Paulo", "America/Havana"),
)
"""The last two skip or repeat midnight when clocks change."""
DAYS = (
    *("2018-11-03", "2018-11-04", "2018-11-05", "2026-03-07", "2026-03-08", "2026-03-29", "2026-10-25", "2026-11-01"),
    *("2025-12-31", "2026-01-01", "2026-01-02", "1969-12-31", "2100-02-28"),
)
WORDS = (
    *("Open", " open", "OPEN ", "closed", "in_progress", "In Progress", "Größe", "GRÖSSE", "a.b", "(x", "[", "50%"),
    *("a\\b", "true", "1", "10", "2026-01-01", "null", "o", "pe", "é", "orderOR", "x IN y", "a=b", ">5", "EQ"),
)
NUMBERS = ("0", "1", "2", "10", "2.5", "2.5001", "-3", "-0.0001", "100", "1000.1", "99999999999999.9999", "-7.25")
ODD_NUMBERS = ("2.50001", "2.50000", "-0", "007", "0.00009", "-0.00005", "12345678901234567890")
SIZES = {
    "project_template": 4,
    "customer_account": 7,
    "product_offering": 4,
    "product_specification": 4,
    "cmn_location": 8,
    ORDER: 10,
    LINE: 16,
    DOMAIN_ORDER: 12,
    ORDER_TASK: 16,
}
CAN_BE_MISSING = tuple(table for table in SIZES if table != ORDER_TASK)
OPERATORS = {
    "any": ("ISEMPTY", "ISNOTEMPTY", "ANYTHING", "SAMEAS", "NSAMEAS", "LIKE", "NOT LIKE", "NOTLIKE"),
    "all": ("=", "!=", "IN", "NOT IN", "NOTIN", "STARTSWITH", "ENDSWITH"),
    "ordered": (">", ">=", "<", "<=", "BETWEEN"),
}


TERMS_WITH_A_FAULT = {
    "unknown field": (
        *("|nope=1", "order.|nope=1", "order.account.|state=x", "order.account.parent.|nope=1", "|program=1"),
        *("|.state=x", "stateSAMEAS|nope", "orderNSAMEASorder.|nope", "|orstate=x", "order..number=1"),
    ),
    "no field": ("|State=x", "| state=x", "|=x", "|ISEMPTY", "|ANYTHING", "|(state=x)", "|!state=x", "|ñ=x"),
    "unknown operator": (
        *("state|~x", "state| =x", "state|", "state|!", "state|NOTx", "state|NOTSTARTSWITHx", "state|CONTAINSx"),
        *("statelikex|", "statein|", "stateisempty|", "state|Likex", "state|VALCHANGES", "order.state|~x", "state|:x"),
    ),
    "malformed number": (
        *("order.total_amount=|12,5", "order.total_amount>|1e3", "order.total_amount!=|x", "order.total_amount<=|1."),
        *("order.total_amount>=|.5", "order.total_amount<|1 000", "order.total_amount=|--1", "order.total_amount=|$5"),
        *(
            "order.total_amountIN|1;2",
            "order.total_amountIN1,|x",
            "order.total_amountNOT IN1,2,|",
            "order.total_amount=|NaN",
        ),
        *(
            "order.total_amountBETWEEN|a@1",
            "order.total_amountBETWEEN1@|b",
            "order.total_amount=|٣",
            "order.total_amount=|1_0",
        ),
    ),
    "malformed date": (
        *(
            "order.order_date=|2026-02-30",
            "order.order_date>|31/12/2026",
            "order.order_date<=|today",
            "order.order_date!=|2026-1-1",
        ),
        *("sys_created_on=|2026-01-01 24:00:00", "sys_created_on>|2026-01-01 10:00", "sys_created_onIN2026-01-01,|0"),
        *(
            "sys_created_onBETWEEN2026-01-01@|2026-13-01",
            "sys_created_on<|0000-01-01",
            "sys_created_on=|2026-01-01 10:00:60",
        ),
    ),
    "malformed flag": (
        *(
            "order.project_template.active=|yes",
            "order.project_template.activeINtrue,|2",
            "order.project_template.active!=|x",
        ),
    ),
    "flag without order": (
        *("order.project_template.active>|true", "order.project_template.active<=|0"),
        "order.project_template.activeBETWEEN|0@1",
    ),
    "script": (
        *("state=|javascript:gs.x()", "stateIN|javascript:x", "sys_created_on>|JavaScript:gs.now()"),
        *("stateLIKE javascript:x", "order.total_amountBETWEEN|javascript:a@javascript:b"),
    ),
    "sorting": ("|ORDERBYstate", "|ORDERBYDESCorder.number", "|ORDERBY", "|GROUPBYstate"),
    "too many steps": (
        "order.account.parent.parent.parent.parent.parent.name=x",
        "order.account.parent.parent.parent.parent.parent.parent.name=x",
    ),
    "no reference": ("order.|state.name=x", "|number.sys_id=1", "order.|order_date.year=1", "order.account.|name.a=1"),
    "not two ends": (
        *("order.total_amountBETWEEN|1", "order.total_amountBETWEEN|1@2@3", "stateBETWEEN|a@", "stateBETWEEN|@b"),
        *("stateBETWEEN|@", "stateBETWEEN|@ "),
    ),
    "value after an operator without one": ("stateISEMPTY|x", "order.numberISNOTEMPTY|1", "stateANYTHING|0"),
    "no value": (
        *("stateLIKE|", "stateNOT LIKE|", "stateIN|", "stateNOTIN|", "stateSTARTSWITH|", "stateENDSWITH|"),
        *("order.total_amount>|", "order.total_amount<=|", "sys_created_onBETWEEN|", "stateSAMEAS|", "stateNSAMEAS|"),
    ),
    "empty list": ("stateIN|,", "stateNOT IN|, ,", "order.total_amountIN|,"),
    "another type": (
        *("stateSAMEAS|sys_created_on", "order.total_amountNSAMEAS|order.number", "order.order_dateSAMEAS|order"),
        "order.project_template.activeSAMEAS|order.total_amount",
    ),
}
FAULTS = [(fault, term) for fault, terms in TERMS_WITH_A_FAULT.items() for term in terms]
"""Terms with one fault each, at the `|`; every decision table knows the input `order` and these fields."""


class Malformed(NamedTuple):
    """A condition with one fault, at `position` (None where the contract leaves open which character it is)."""

    text: str
    position: int | None
    fault: str


def condition_tables(seed: int, zone: ZoneInfo, *, missing: bool = False) -> dict[str, dict[str, Row]]:
    """Tables by sys_id; `missing` leaves out a few of them."""
    draw = Draw(seed)
    keys = {
        table: [f"{table[-4:]}{at}" if at % 2 else f"{table[-4:].title()}{at}" for at in range(draw.count(2, size))]
        for table, size in SIZES.items()
    }
    gone = draw.some(CAN_BE_MISSING, 3) if missing else []
    return {
        table: {
            key: {name: key if name == "sys_id" else _cell(draw, kind, keys, zone) for name, kind in fields.items()}
            for key in keys[table]
        }
        for table, fields in SCHEMA.items()
        if table not in gone
    }


def _cell(draw: Draw, kind: str, keys: dict[str, list[str]], zone: ZoneInfo) -> Value:
    if draw.chance(0.18):
        return None
    if kind in TYPES:
        return _value(draw, kind, zone)
    return "gone" if draw.chance(0.08) else draw.pick(keys[draw.pick(kind.split(","))])


def _value(draw: Draw, kind: str, zone: ZoneInfo) -> Value:
    if kind == "text":
        return draw.pick(WORDS)
    if kind == "number":
        return Decimal(draw.pick(NUMBERS))
    if kind == "flag":
        return draw.chance(0.5)
    day = dt.date.fromisoformat(draw.pick(DAYS))
    if kind == "date":
        return day
    midnight = EPOCH + instant(day, ZoneInfo("UTC") if draw.chance(0.2) else zone)
    return midnight + dt.timedelta(seconds=draw.pick([0, 0, 0, 1, -1, 3600, 7200, 43_200]))


class Conditions:
    """Draws conditions of one decision table over given tables."""

    def __init__(self, seed: int, setting: Setting) -> None:
        self._draw = Draw(seed)
        self._setting = setting
        self._records = list(setting.tables[setting.root].values())

    def condition(self) -> str:
        """One to three groups of one to three clauses of one to three terms; rarely blank."""
        if self._draw.chance(0.01):
            return self._draw.pick(["", "  "])
        groups = [self._group() for _ in range(self._draw.pick([1, 1, 1, 2, 3]))]
        return "^NQ".join(groups) + self._draw.pick(["", "", "", "^EQ"])

    def _group(self) -> str:
        return "^".join(self._clause() for _ in range(self._draw.pick([1, 1, 2, 3])))

    def _clause(self) -> str:
        return "^OR".join(self.term() for _ in range(self._draw.pick([1, 1, 2, 3])))

    def term(self) -> str:
        """One valid term."""
        path, kind = self._path()
        operator = self._draw.pick([word for group in self._groups(kind) for word in OPERATORS[group]])
        return f"{path}{operator}{self._operand(path, kind, operator)}"

    def _groups(self, kind: str) -> list[str]:
        return [self._draw.pick(["any", "all", "all"] if kind == "flag" else ["any", "all", "all", "ordered"])]

    def _path(self) -> tuple[str, str]:
        """A path that this export allows, and the type of the field at its end."""
        while True:
            path = self._walk()
            try:
                return path, type_of(path, 0, self._setting)
            except ConditionError:
                continue

    def _walk(self) -> str:
        draw, table, path = self._draw, self._setting.root, []
        if draw.chance(0.5):
            name = draw.pick(list(self._setting.inputs))
            if draw.chance(0.1):
                return name
            path, table = [name], self._setting.inputs[name]
        for _ in range(draw.pick([0, 0, 0, 1, 1, 2, 3, MOST_STEPS])):
            references = [name for name, kind in SCHEMA[table].items() if kind not in TYPES]
            if not references:
                break
            path.append(draw.pick(references))
            table = draw.pick(SCHEMA[table][path[-1]].split(","))
        return ".".join([*path, draw.pick(list(SCHEMA[table]))])

    def _operand(self, path: str, kind: str, operator: str) -> str:
        if operator in BARE or (operator in ("=", "!=") and self._draw.chance(0.1)):
            return self._draw.pick(["", "", " "])
        if operator in ("SAMEAS", "NSAMEAS"):
            return self._other(path, kind)
        if operator in ("LIKE", "NOT LIKE", "NOTLIKE", "STARTSWITH", "ENDSWITH"):
            return self._part(path, kind)
        if operator in ("IN", "NOT IN", "NOTIN"):
            return self._list(path, kind)
        if operator == "BETWEEN":
            return f"{self._written(path, kind)}@{self._written(path, kind)}"
        return self._written(path, kind)

    def _other(self, path: str, kind: str) -> str:
        """A field of a type that can be compared."""
        for _ in range(60):
            other, other_kind = self._path()
            if other_kind == kind or {kind, other_kind} == {"date", "moment"}:
                return other
        return path

    def _part(self, path: str, kind: str) -> str:
        value = self._known(path)
        text = self._draw.pick(WORDS) if value is None else canonical(value, kind)
        begin, end = sorted((self._draw.count(0, len(text)), self._draw.count(0, len(text))))
        part = self._draw.pick([text, text[begin:], text[:end], text[begin:end]]).strip() or text
        return self._draw.pick([part, part.upper(), f" {part} "])

    def _list(self, path: str, kind: str) -> str:
        items = [self._written(path, kind) for _ in range(self._draw.count(1, 4))]
        blanks = ["", " "] if kind == "text" and self._draw.chance(0.3) else []
        return self._draw.pick([",", ", ", " ,"]).join([*blanks, *items])

    def _known(self, path: str) -> Value:
        """What some record holds there."""
        return look_up(path, self._draw.pick(self._records), self._setting) if self._records else None

    def _written(self, path: str, kind: str) -> str:
        """A value as a condition has it, of some record or another."""
        draw = self._draw
        value = self._known(path)
        if value is None or draw.chance(0.2):
            value = _value(draw, kind, self._setting.zone)
        if kind == "number" and draw.chance(0.15):
            return draw.pick(ODD_NUMBERS)
        if kind == "date" and draw.chance(0.3):
            value = _value(draw, "moment", self._setting.zone)
        if kind == "moment" and draw.chance(0.3):
            value = dt.date.fromisoformat(draw.pick(DAYS))
        text = str(value) if kind == "text" else canonical(value, kind)
        return draw.pick([text, text, text.upper(), text.lower(), f" {text} "])

    def malformed(self) -> Iterator[Malformed]:
        """Every kind of fault: alone, first, in the middle, last."""
        for fault, term in FAULTS:
            for before, after in self._around():
                yield _malformed(fault, before, term, after)
        valid = self.term()
        for before, after in [("", f"^{valid}"), (f"{valid}^", ""), (f"{valid}^", f"^{valid}"), ("", "^EQ")]:
            yield _malformed("empty term", before, "|", after)
        for mark in ("^OR", "^NQ"):
            yield _malformed("empty term", f"{valid}{mark}", "|", "")
            yield _malformed("empty term", f"{valid}{mark}", "|", f"^{valid}")
        for before, after in [("", ""), ("", f"^{valid}"), (f"{valid}^", f"^{valid}"), (f"{valid}^", "^EQ")]:
            yield _malformed("EQ before the end", before, "|EQ", after)
        yield _malformed("EQ after a blank", f"{valid}^", "| EQ", "")

    def _around(self) -> Sequence[tuple[str, str]]:
        """What may stand before and after a term."""
        one, other = self.term(), self.term()
        return [("", ""), ("", f"^{one}"), (f"{one}^", f"^OR{other}"), (f"{one}^OR", ""), (f"{one}^NQ", "^EQ")]


def _malformed(fault: str, before: str, term: str, after: str) -> Malformed:
    position = term.find("|")
    return Malformed(before + term.replace("|", "") + after, len(before) + position if position >= 0 else None, fault)
