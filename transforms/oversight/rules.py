"""The rules of a decision table in the order in which they are asked, compiled or rejected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from transforms.condition.predicate import Reading
from transforms.encoded_query import Compiled, Rejected, compiled


class Rule(NamedTuple):
    """One active rule."""

    sys_id: str
    order: int | None
    answer: str | None
    location: str | None
    is_default: bool
    compiled: Compiled | None
    """None where the condition is rejected, or ignored because the rule is the default."""
    rejection: str = ""
    """Why the condition was rejected."""


def active_rules(oversight_rule: pl.LazyFrame) -> pl.LazyFrame:
    """The rules that take part, first those that are asked first: by order, empty last, then by sys_id."""
    table = pl.col("decision_table").str.strip_chars().str.to_lowercase()
    active = oversight_rule.filter(pl.col("active").fill_null(value=True)).with_columns(decision_table=table)
    return active.sort("order", "sys_id", nulls_last=True)


def rules_of(active: pl.DataFrame, decision_table: str, reading: Reading) -> list[Rule]:
    """The active rules of one decision table, in their order."""
    return [_rule(row, reading) for row in active.filter(decision_table=decision_table).iter_rows(named=True)]


def _rule(row: dict[str, object], reading: Reading) -> Rule:
    held = {name: row[name] for name in ("sys_id", "order", "answer", "location")}
    rule = Rule(**held, is_default=bool(row["default_answer"]), compiled=None)  # type: ignore[arg-type]
    if rule.is_default:
        return rule
    try:
        return rule._replace(compiled=compiled(row["condition"], reading))  # type: ignore[arg-type]
    except Rejected as rejected:
        return rule._replace(rejection=str(rejected))


def ordinary(rules: Sequence[Rule]) -> list[Rule]:
    """The rules whose conditions can be met."""
    return [rule for rule in rules if rule.compiled is not None]
