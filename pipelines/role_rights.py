"""What each role may read of a published warehouse, as its own `mart.access_control` says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import polars as pl

from models.access import READ, AccessControl
from models.audit import Admission, Run, RunDay
from models.oversight_rule import Plugin
from models.table import Table
from pipelines.new_warehouse import tables_of_export
from pipelines.published_file import WarehouseError
from pipelines.warehouse import stored
from transforms.oversight.access_control import relation
from transforms.oversight.oversight_setup import is_installed

ROLE: Final = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"
"""What a role is made of, so that it can name a file."""
Rights = dict[str, tuple[type[Table], ...]]


def readable_tables(version: Path) -> Rights:
    """By role, the tables of a file that it may read, its own rights and those of all roles that it contains.

    A right counts under its condition only: where the plugin is active that this file says it needs. Everyone may know
    of which day a file is. Raises WarehouseError where the file does not say who may read what.
    """
    held = stored(version, [AccessControl, Admission, Plugin])
    if AccessControl not in held or held[AccessControl].is_empty():
        raise WarehouseError(
            f"{version} does not say who may read what: it has no mart.access_control. Run tieout run."
        )
    rights = _in_force(held[AccessControl], held.get(Plugin, Plugin.create_empty()))
    named = {relation(table): table for table in tables_of_export(held[Admission])}
    return {
        _checked(role): _with_day([table for name, table in named.items() if name in relations])
        for role, relations in sorted(rights.items())
    }


def _in_force(access: pl.DataFrame, plugins: pl.DataFrame) -> dict[str, set[str]]:
    """By role, the relations that it may read now."""
    asked = access["condition"].drop_nulls().unique()
    active = [plugin for plugin in asked if plugins.select(is_installed(plugin)).item()]
    rights = access.filter(
        pl.col("access") == READ, pl.col("condition").is_null() | pl.col("condition").is_in(active)
    ).drop_nulls("relation")
    return {role: set(rights.filter(role=role)["relation"]) for role in access["role"].unique()}


def _with_day(tables: list[type[Table]]) -> tuple[type[Table], ...]:
    return tuple(tables) if Run in tables else (*tables, RunDay)


def _checked(role: str) -> str:
    if not re.fullmatch(ROLE, role):
        raise WarehouseError(f"{role!r} is a role that no file can be named after.")
    return role
