"""Encoded queries, compiled to Polars expressions over all records at once.

A rule is data: its text is taken apart and every part is held against the models, nothing in it is ever run. What can't
be understood is rejected with its position, and matches nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import polars as pl

from transforms.condition.field import Field
from transforms.condition.predicate import ALWAYS, Reading, predicate
from transforms.condition.rejection import Rejected
from transforms.condition.syntax import Clause, Group, parsed_query

__all__ = ["Compiled", "Rejected", "compiled"]


class Compiled(NamedTuple):
    """A condition that can be evaluated."""

    holds: pl.Expr
    """True or false for every record, never null."""
    fields: frozenset[Field]
    """What it needs to know of a record."""
    meaning: str
    """The same for two conditions that differ only in how they are written."""


def compiled(condition: str | None, reading: Reading) -> Compiled:
    """The condition as an expression; an empty one always holds. Raises Rejected."""
    if condition is None or not condition.strip():
        return Compiled(ALWAYS, frozenset(), "")
    query = parsed_query(condition)
    groups = [_group(group, reading) for group in query]
    return Compiled(pl.any_horizontal(holds for holds, _ in groups), frozenset(_of_all(groups)), _meaning(query))


def _group(group: Group, reading: Reading) -> tuple[pl.Expr, list[Field]]:
    clauses = [_clause(clause, reading) for clause in group]
    return pl.all_horizontal(holds for holds, _ in clauses), _of_all(clauses)


def _clause(clause: Clause, reading: Reading) -> tuple[pl.Expr, list[Field]]:
    terms = [predicate(term, reading) for term in clause]
    return pl.any_horizontal(holds for holds, _ in terms), _of_all(terms)


def _of_all(parts: Iterable[tuple[pl.Expr, list[Field]]]) -> list[Field]:
    return [field for _, fields in parts for field in fields]


def _meaning(query: tuple[Group, ...]) -> str:
    """The query without its positions, its values trimmed and in lower case."""
    said = [
        [[(term.field, term.operator, term.value.strip().lower()) for term in clause] for clause in group]
        for group in query
    ]
    return repr(said)
