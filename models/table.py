"""What a table is: its layer, name, grain and hazards, and the registry of all of them."""

from __future__ import annotations

import inspect
import re
from functools import cache
from typing import Any, ClassVar, Literal

import dataframely as dy
import polars as pl

from models.columns import AS_ENTERED

Reach = Literal["shared", "portion", "whole"]
"""Which rows have to be seen together for a row of a table to be right.

`shared`: calendars, rates, classifications, groups: few rows, that concern every work item. `portion`: the rows of work
items that are connected (by parents, plans, lines, budgets …), so that a night can take work items in portions.
`whole`: rows of work items that have nothing to do with each other.
"""

Layer = Literal["source", "memory", "step", "state", "baseline", "history", "mart", "audit"]


class Table(dy.Schema):
    """A table with a layer and a name. Its docstring says what one row is."""

    layer: ClassVar[Layer]
    named: ClassVar[str] = ""
    hazard: ClassVar[str] = ""
    reach: ClassVar[Reach] = "portion"
    """Of tables that are computed, only what reaches further than the tables that they are computed from says so."""
    money_unit: ClassVar[str] = "functional currency"
    """The currency of its money columns, except those that name another."""

    @classmethod
    @cache
    def columns(cls) -> dict[str, dy.Column]:
        """The column definitions, which dataframely would bind anew to the table at every call."""
        return super().columns()

    @classmethod
    def table_name(cls) -> str:
        """The table's name inside its layer: what `named` says, else the class name in snake case."""
        return cls.named or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).lower()

    @classmethod
    def dtypes(cls) -> dict[str, pl.DataType]:
        """The Polars type of every column, in the table's order."""
        return {name: column.dtype for name, column in cls.columns().items()}

    @classmethod
    def meaning(cls) -> str:
        """What one row is, and what to beware of, in one paragraph."""
        text = " ".join((inspect.getdoc(cls) or "").split())
        return f"{text} Beware: {cls.hazard}" if cls.hazard else text

    @classmethod
    def metadata_of(cls, column: str) -> dict[str, Any]:
        """What the column's kind knows about it."""
        return cls.columns()[column].metadata or {}

    @classmethod
    def column_meaning(cls, column: str) -> str:
        """The column's description with its unit, sign and the tables it refers to."""
        facts = cls.metadata_of(column)
        said = [cls.columns()[column].description or ""]
        unit = facts.get("unit") or (cls.money_unit if facts["kind"] == "money" else "")
        said += [f"Unit: {unit}."] if unit else []
        said += [f"Sign: {facts['sign']}."] if facts.get("sign") else []
        said += [f"Refers to {', '.join(facts['tables'])}."] if facts.get("tables") else []
        said += [f"One of: {', '.join(facts['words'])}."] if facts.get("words") else []
        return " ".join(said)

    @classmethod
    def columns_of_kind(cls, *kinds: str) -> list[str]:
        """The columns of the given kinds, in the table's order."""
        return [name for name in cls.columns() if cls.metadata_of(name)["kind"] in kinds]


class Source(Table):
    """A table of the platform as admitted: typed, keyed, with every reference it needs."""

    layer = "source"
    money_unit = AS_ENTERED
    absence: ClassVar[str] = ""
    """What a run without this table can't tell; becomes the text of the `missing_source` finding."""
    asked_for_by: ClassVar[tuple[str, ...]] = ()
    """Its absence is told only where the export has one of these tables; empty = always."""

    @classmethod
    def required_columns(cls) -> list[str]:
        """The columns without which an export of this table can't be used."""
        return [name for name in cls.columns() if cls.metadata_of(name).get("required") or name in cls.primary_key()]


class Step(Table):
    """A table between sources and figures: kept while a run lasts, not published."""

    layer = "step"


class Kept(Table):
    """A published table that the next run remembers."""


class State(Kept):
    """A published table of what was decided for good."""

    layer = "state"


class Baseline(Kept):
    """A published table of snapshots that never change."""

    layer = "baseline"


class History(Kept):
    """A published table of what earlier nights have shown."""

    layer = "history"


class Memory(Table):
    """A kept table as the last published run has left it: an input of this run, not published."""

    layer = "memory"
    state: ClassVar[type[Kept]]


class Mart(Table):
    """A published table of figures."""

    layer = "mart"


class Audit(Table):
    """A published table that explains or proves figures."""

    layer = "audit"


class View(Table):
    """A published table that is computed from others whenever it is read, so that it takes no room."""

    layer = "audit"


def tables_of(layer: type[Table]) -> dict[str, type[Table]]:
    """All tables of a layer that have been defined, by name, in order of definition."""
    found: dict[str, type[Table]] = {}
    for table in layer.__subclasses__():
        found |= {table.table_name(): table} if table.columns() else {}
        found |= tables_of(table)
    return found
