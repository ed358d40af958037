"""Every transform, by the table it returns: derived from the functions themselves, nothing is listed."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import typing
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any, Final

import polars as pl

import transforms
from models.table import Reach, Table


@dataclass(frozen=True)
class Parameter:
    """One parameter of a transform: a table, or several that always go together, as the fields of a named tuple."""

    tables: dict[str, type[Table]]
    bundle: Callable[..., object] | None = None

    def filled(self, tables: dict[type[Table], pl.LazyFrame]) -> object:
        """What the transform is given for it."""
        frames = {name: tables[table] for name, table in self.tables.items()}
        return self.bundle(**frames) if self.bundle else next(iter(frames.values()))


@dataclass(frozen=True)
class Transform:
    """A pure function from tables and settings to one table."""

    function: Callable[..., pl.LazyFrame]
    table: type[Table]
    parameters: tuple[Parameter, ...]
    settings: tuple[str, ...]

    @property
    def inputs(self) -> dict[str, type[Table]]:
        """The tables that it reads, by the names of its parameters and of the fields of bundles."""
        return {name: table for parameter in self.parameters for name, table in parameter.tables.items()}

    def __call__(self, tables: dict[type[Table], pl.LazyFrame], settings: dict[str, Any]) -> pl.LazyFrame:
        """The table, from those it reads and the settings it names."""
        given = [parameter.filled(tables) for parameter in self.parameters]
        return self.function(*given, **{name: settings[name] for name in self.settings})


@cache
def all_transforms() -> tuple[Transform, ...]:
    """Every transform, each after those whose tables it reads."""
    found: dict[type[Table], Transform] = {}
    for transform in _defined():
        if transform.table in found:
            raise TypeError(f"Both {found[transform.table].function} and {transform.function} return {transform.table}")
        found[transform.table] = transform
    return tuple(_in_order(found))


FARTHER: Final[tuple[Reach, ...]] = ("shared", "portion", "whole")
"""Each reach before those that are farther."""


@cache
def reaches() -> dict[type[Table], Reach]:
    """The reach of every computed table: what it says itself, else the farthest of the tables it is made from."""
    found: dict[type[Table], Reach] = {}
    for transform in all_transforms():
        made_from = [found.get(table, table.reach) for table in transform.inputs.values()]
        farthest: Reach = max(made_from, key=FARTHER.index, default="shared")
        found[transform.table] = vars(transform.table).get("reach", farthest)
    return found


def transforms_that_reach(reach: Reach) -> list[Transform]:
    """The transforms whose tables have this reach, in the order of all."""
    return [transform for transform in all_transforms() if reaches()[transform.table] == reach]


def transforms_for(wanted: Iterable[type[Table]]) -> list[Transform]:
    """The transforms that make the wanted tables, and what these are made from, in the order of all."""
    ordered = all_transforms()
    made, found, asked = {transform.table: transform for transform in ordered}, set[type[Table]](), list(wanted)
    while asked:
        table = asked.pop()
        if table not in found:
            found.add(table)
            asked += made[table].inputs.values() if table in made else []
    return [transform for transform in ordered if transform.table in found]


def _defined() -> Iterator[Transform]:
    for module in _modules():
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                yield from _as_transform(function)


def _modules() -> Iterator[ModuleType]:
    for info in pkgutil.walk_packages(transforms.__path__, f"{transforms.__name__}."):
        if info.name != __name__:
            yield importlib.import_module(info.name)


def _as_transform(function: Callable[..., Any]) -> Iterator[Transform]:
    """The function as a transform, if its annotations say that it takes and returns tables."""
    if "LazyFrame[" not in str(function.__annotations__.get("return")):
        return
    hints = typing.get_type_hints(function)
    table = _table(hints["return"])
    if table is None:
        return
    parameters = inspect.signature(function).parameters.values()
    settings = tuple(p.name for p in parameters if p.kind is inspect.Parameter.KEYWORD_ONLY)
    given = [_parameter(p.name, hints[p.name]) for p in parameters if p.name not in settings]
    yield Transform(function, table, tuple(parameter for parameter in given if parameter.tables), settings)


def _parameter(name: str, annotation: Any) -> Parameter:
    """A table, or, for a named tuple of tables, all of its fields."""
    if hasattr(annotation, "_fields"):
        fields = typing.get_type_hints(annotation)
        return Parameter({field: table for field, hint in fields.items() if (table := _table(hint))}, annotation)
    table = _table(annotation)
    return Parameter({name: table} if table else {})


def _table(annotation: object) -> type[Table] | None:
    arguments = typing.get_args(annotation)
    is_table = bool(arguments) and isinstance(arguments[0], type) and issubclass(arguments[0], Table)
    return arguments[0] if is_table else None


def _in_order(found: dict[type[Table], Transform]) -> list[Transform]:
    ordered: dict[type[Table], Transform] = {}

    def place(transform: Transform) -> None:
        for table in transform.inputs.values():
            if table in found and table not in ordered:
                place(found[table])
        ordered[transform.table] = transform

    for transform in found.values():
        if transform.table not in ordered:
            place(transform)
    return list(ordered.values())
