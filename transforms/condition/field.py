"""The fields that a condition names: of the record itself, of another input, or reached by following references."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any, Final, Literal, NamedTuple

import polars as pl

from models.catalogue import SOURCES
from models.columns import MONEY_PRECISION, MONEY_SCALE
from transforms.condition.rejection import Rejected

MOST_STEPS: Final = 5
NUMBER_TYPE: Final = pl.Decimal(MONEY_PRECISION, MONEY_SCALE)
Family = Literal["text", "number", "flag", "date", "date_time"]
FAMILIES: Final[dict[str, Family]] = {
    **dict.fromkeys(("key", "reference", "choice", "text"), "text"),
    **dict.fromkeys(("money", "number", "count"), "number"),
    "flag": "flag",
    "date": "date",
    "date_time": "date_time",
}


class Field(NamedTuple):
    """One field and the way to it."""

    steps: tuple[str, ...]
    """The references that are followed from the record, in order."""
    name: str
    family: Family

    @property
    def column(self) -> str:
        """The column that holds it once the references are followed."""
        return ".".join((*self.steps, self.name))


class Scope(NamedTuple):
    """What the conditions of a decision table can name."""

    table: str
    """The table of the records that are decided on, which is the first input."""
    inputs: Mapping[str, tuple[str, ...]]
    """Each input's name, and the references that lead to it."""
    resolved: Mapping[str, str]
    """References that are worked out for each record rather than read from it, and the table they point to."""
    present: Collection[str]
    """The tables of this export."""

    def field(self, path: str, position: int) -> Field:
        """The field that a dotted path names. Raises Rejected."""
        first, *others = path.split(".")
        if first not in self.inputs:
            return self._walked((), [first, *others], position)
        steps = self.inputs[first]
        names = others or [_key(self._targets(steps, position))]
        return self._walked(steps, names, position + (len(first) + 1 if others else 0))

    def _walked(self, given: tuple[str, ...], names: list[str], position: int) -> Field:
        if len(names) - 1 > MOST_STEPS:
            raise Rejected(position, f"at most {MOST_STEPS} references can be followed, but there are {len(names) - 1}")
        steps = given
        for name in names[:-1]:
            self._metadata(steps, name, position)
            steps = (*steps, name)
            self._targets(steps, position)
            position += len(name) + 1
        kind = self._metadata(steps, names[-1], position)["kind"]
        return Field(steps, names[-1], FAMILIES[kind])

    def _metadata(self, steps: tuple[str, ...], name: str, position: int) -> Mapping[str, Any]:
        tables = self._targets(steps, position)
        owner = next((table for table in tables if name in _fields(table)), None)
        if owner is None:
            raise Rejected(position, f"a field of {' or '.join(tables)} was expected, but {name!r} is none")
        return _fields(owner)[name]

    def targets(self, steps: tuple[str, ...]) -> list[str]:
        """The tables of this export that the references can lead to."""
        tables = [self.table]
        for step in steps:
            tables = self.followed(tables, step)
        return [table for table in tables if table in self.present]

    def _targets(self, steps: tuple[str, ...], position: int) -> list[str]:
        """The tables that the references lead to. Raises Rejected where this export has none of them."""
        tables = [self.table]
        for step in steps:
            tables = self.followed(tables, step)
            if not tables:
                raise Rejected(position, f"a reference was expected, but {step!r} is none")
            if not set(tables) & set(self.present):
                raise Rejected(position, f"{' or '.join(tables)} is needed here, but is not in this export")
        return [table for table in tables if table in self.present or not steps]

    def followed(self, tables: list[str], step: str) -> list[str]:
        """The tables that a reference of any of the tables points to."""
        if step in self.resolved:
            return [self.resolved[step]]
        holders = [_fields(table)[step] for table in tables if step in _fields(table)]
        return list(dict.fromkeys(name for facts in holders for name in facts.get("tables", ())))


def _key(tables: list[str]) -> str:
    return SOURCES[tables[0]].primary_key()[0]


@cache
def _fields(table: str) -> Mapping[str, Mapping[str, Any]]:
    """The fields of a table, and what is known of each."""
    return {name: SOURCES[table].metadata_of(name) for name in SOURCES[table].columns()}


def family_of(table: str, field: str) -> Family:
    """What a field of a table is compared as."""
    return FAMILIES[_fields(table)[field]["kind"]]


def as_written(column: pl.Expr, family: Family) -> pl.Expr:
    """A field as text: days and moments as the platform writes them, numbers without trailing zeros."""
    if family == "number":
        return column.cast(NUMBER_TYPE).cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")
    if family == "date_time":
        return column.dt.strftime("%Y-%m-%d %H:%M:%S")
    return column if family == "text" else column.cast(pl.String)
