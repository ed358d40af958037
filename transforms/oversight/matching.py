"""First match: every record against the rules that it takes part in, all records at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from transforms.condition.field import Field, Scope
from transforms.condition.walk import walked
from transforms.oversight.rules import Rule

RECORD = "record"
RULESET = "ruleset"
MATCH = {RECORD: pl.String(), "first_match": pl.String()}

Rulesets = Mapping[str, Sequence[Rule]]
"""The name of each set of rules, and its rules in the order in which they are asked."""


def first_matches(
    records: pl.LazyFrame, scope: Scope, tables: Mapping[str, pl.LazyFrame], rulesets: Rulesets
) -> pl.DataFrame:
    """The first rule that each record meets of its set of rules; null where it meets none.

    `records` are rows of the scope's table with the columns `record` (the key) and `ruleset` (a name in `rulesets`; a
    record with another name, or none, meets no rule).
    """
    frame = walked(records, scope, tables, fields_of(rulesets), [RECORD, RULESET]).collect(engine="streaming")
    parts = [_matched(frame.filter(pl.col(RULESET) == name), rules) for name, rules in rulesets.items()]
    others = frame.filter(~pl.col(RULESET).is_in(list(rulesets)).fill_null(value=False))
    return pl.concat([*parts, others.select(RECORD, pl.lit(None, pl.String).alias("first_match"))])


def fields_of(rulesets: Rulesets) -> set[Field]:
    """Every field that any of the rules needs."""
    return {field for rules in rulesets.values() for rule in rules if rule.compiled for field in rule.compiled.fields}


def _matched(frame: pl.DataFrame, rules: Sequence[Rule]) -> pl.DataFrame:
    """The first of the rules that each row meets."""
    place = pl.coalesce(
        pl.lit(None, pl.UInt32),
        *(pl.when(rule.compiled.holds).then(pl.lit(at, pl.UInt32)) for at, rule in enumerate(rules) if rule.compiled),
    )
    places = frame.lazy().select(RECORD, place=place).collect(engine="streaming")
    names = pl.Series([rule.sys_id for rule in rules], dtype=pl.String)
    return places.select(RECORD, first_match=names.gather(places["place"]))


def meets_any(
    records: pl.LazyFrame, scope: Scope, tables: Mapping[str, pl.LazyFrame], rules: Sequence[Rule]
) -> pl.DataFrame:
    """For each record whether it meets any of the rules."""
    frame = walked(records, scope, tables, fields_of({"": rules}), [RECORD])
    holding = [rule.compiled.holds for rule in rules if rule.compiled]
    return frame.select(RECORD, meets_any=pl.any_horizontal(pl.lit(value=False), *holding)).collect(engine="streaming")


def rules_met(records: pl.LazyFrame, scope: Scope, tables: Mapping[str, pl.LazyFrame], rulesets: Rulesets) -> set[str]:
    """The rules that at least one record of their set meets, whichever comes first."""
    frame = walked(records, scope, tables, fields_of(rulesets), [RECORD, RULESET]).collect(engine="streaming")
    met: set[str] = set()
    for name, rules in rulesets.items():
        mine = frame.filter(pl.col(RULESET) == name)
        holding = {rule.sys_id: rule.compiled.holds.any() for rule in rules if rule.compiled and len(mine)}
        met |= (
            {rule for rule, holds in mine.select(**holding).row(0, named=True).items() if holds} if holding else set()
        )
    return met
