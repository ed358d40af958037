"""The rights of every role: its own, and those of the roles it contains."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Final, NamedTuple

import dataframely as dy
import polars as pl

from models.access import (
    ADMIN,
    CONFIGURE,
    CONTAINED_ROLES,
    GRANTS,
    IMPLY_READ,
    NEEDED_PLUGIN,
    PROJECT_ADMIN,
    READ,
    WRITE,
    AccessControl,
    Grant,
    Screen,
)
from models.catalogue import AUDITS, BASELINES, HISTORIES, MARTS, ORDER_CONCEPTS, SOURCES, STATES
from models.table import Mart, Table

PUBLISHED: Final[Screen] = tuple(
    table for layer in (MARTS, SOURCES, STATES, BASELINES, HISTORIES, AUDITS) for table in layer.values()
)
"""Every table that a published file can have."""
FINANCE_MARTS: Final[Screen] = tuple(
    table for table in MARTS.values() if table.__module__ not in {concept.__name__ for concept in ORDER_CONCEPTS}
)
EVERY_GRANT: Final = (
    *GRANTS,
    Grant((PROJECT_ADMIN,), READ, FINANCE_MARTS),
    Grant((ADMIN,), WRITE, PUBLISHED),
    Grant((ADMIN,), CONFIGURE, PUBLISHED),
)
ROLES: Final = tuple(dict.fromkeys([*CONTAINED_ROLES, *(role for grant in EVERY_GRANT for role in grant.roles)]))


class Row(NamedTuple):
    """One row of the table."""

    role: str
    contains_role: str | None = None
    relation: str | None = None
    access: str | None = None
    inherited_from: str | None = None
    condition: str | None = None


def access_control() -> dy.LazyFrame[AccessControl]:
    """Which role contains which, and every right: a role has its own and those of all roles it contains.

    What a role may write or configure it may also read.
    """
    rows = [row for role in ROLES for row in (*_containments(role), *_rights(role))]
    schema = AccessControl.dtypes()
    return AccessControl.cast(pl.LazyFrame(list(dict.fromkeys(rows)), schema=schema, orient="row"))


def _containments(role: str) -> Iterator[Row]:
    """The roles that a role contains directly."""
    for contained in CONTAINED_ROLES.get(role, ()):
        yield Row(role, contained, condition=NEEDED_PLUGIN.get(contained))


def _rights(role: str) -> Iterator[Row]:
    """What a role may do, by itself and by each role that it contains."""
    yield from _own_rights(role)
    for containment in _containments(role):
        for right in _rights(containment.contains_role or role):
            yield _inherited(right, containment)


def _own_rights(role: str) -> Iterator[Row]:
    for grant in EVERY_GRANT:
        if role in grant.roles:
            for table, right in product(grant.screen, _with_implied(grant.access)):
                yield Row(role, relation=relation(table), access=right)


def _with_implied(right: str) -> tuple[str, ...]:
    return (READ, right) if right in IMPLY_READ else (right,)


def _inherited(right: Row, containment: Row) -> Row:
    """A contained role's right as one of the role that contains it."""
    return right._replace(
        role=containment.role,
        contains_role=containment.contains_role,
        inherited_from=right.inherited_from or right.role,
        condition=containment.condition or right.condition,
    )


def relation(table: type[Table]) -> str:
    """How a table is called where rights are told: bare if it is a mart, else with its layer."""
    return table.table_name() if issubclass(table, Mart) else f"{table.layer}.{table.table_name()}"
