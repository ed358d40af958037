"""Encoded queries, compiled to Polars expressions over all records at once.

A rule is data: its text is taken apart and every part is held against the models, nothing in it is ever run. What can't
be understood is rejected with its position, and matches nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from transforms.condition.field import Field
from transforms.condition.predicate import ALWAYS, Reading, cuts, predicate
from transforms.condition.rejection import Rejected
from transforms.condition.syntax import Clause, Query, parsed_query

__all__ = ["ClauseHolds", "Compiled", "Rejected", "compiled"]


class ClauseHolds(NamedTuple):
    """A clause of a condition."""

    holds: pl.Expr
    """True or false for every record, never null."""
    fields: tuple[Field, ...]
    """What it needs to know of a record."""
    cuts: tuple[pl.Expr, ...] | None
    """Where it asks about the order of one column: the values at which its answer can change."""


class Compiled(NamedTuple):
    """A condition that can be evaluated."""

    holds: pl.Expr
    """True or false for every record, never null."""
    fields: frozenset[Field]
    """What it needs to know of a record."""
    meaning: str
    """The same for two conditions that differ only in how they are written."""
    groups: tuple[tuple[ClauseHolds, ...], ...]
    """It holds where all clauses of one of them hold."""


def compiled(condition: str | None, reading: Reading) -> Compiled:
    """The condition as an expression; an empty one always holds. Raises Rejected."""
    if condition is None or not condition.strip():
        return Compiled(ALWAYS, frozenset(), "", ((),))
    query = parsed_query(condition)
    groups = tuple(tuple(_clause(clause, reading) for clause in group) for group in query)
    holds = pl.any_horizontal(pl.all_horizontal(clause.holds for clause in group) for group in groups)
    fields = frozenset(field for group in groups for clause in group for field in clause.fields)
    return Compiled(holds, fields, _meaning(query), groups)


def _clause(clause: Clause, reading: Reading) -> ClauseHolds:
    terms = [predicate(term, reading) for term in clause]
    fields = sorted({field for _, needed in terms for field in needed})
    points = [cuts(term, reading) for term in clause]
    return ClauseHolds(
        pl.any_horizontal(holds for holds, _ in terms),
        tuple(fields),
        None if None in points or len(fields) > 1 else tuple(point for of_term in points for point in of_term or ()),
    )


def _meaning(query: Query) -> str:
    """The query without its positions, its values trimmed and in lower case."""
    said = [
        [[(term.field, term.operator, term.value.strip().lower()) for term in clause] for clause in group]
        for group in query
    ]
    return repr(said)
