"""First match: every record against the rules that it takes part in, all records at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from transforms.condition.field import Field, Scope
from transforms.condition.first_met import first_met
from transforms.condition.walk import walked
from transforms.oversight.rules import Rule

RECORD: Final = "record"
RULESET: Final = "ruleset"


@dataclass(frozen=True)
class Rulesets:
    """Which rules a record is asked: those of its own set first, then those that all records are asked."""

    common: Sequence[Rule] = ()
    """In the order in which they are asked, as are those of each set."""
    own: Mapping[str, Sequence[Rule]] = field(default_factory=dict)

    def rules(self) -> Iterator[Rule]:
        """Every rule of any set."""
        yield from self.common
        for rules in self.own.values():
            yield from rules

    def kept(self, wanted: set[str]) -> Rulesets:
        """The same sets with only the wanted rules."""
        own = {name: [rule for rule in rules if rule.sys_id in wanted] for name, rules in self.own.items()}
        return Rulesets([rule for rule in self.common if rule.sys_id in wanted], own)


def first_matches(
    records: pl.LazyFrame, scope: Scope, tables: Mapping[str, pl.LazyFrame], rulesets: Rulesets
) -> pl.DataFrame:
    """The first rule that each record meets, as `first_match`; null where it meets none.

    `records` are rows of the scope's table with the columns `record` (the key) and `ruleset` (the name of its own set,
    if it has one).
    """
    frame = _asked(records, scope, tables, rulesets)
    own = [_matched(rows, rules) for rows, rules in _by_set(frame, rulesets)]
    nothing = pl.DataFrame(schema={RECORD: pl.String, "own_match": pl.String})
    of_own = pl.concat([nothing, *(part.rename({"first_match": "own_match"}) for part in own)])
    joined = _matched(frame, rulesets.common).lazy().join(of_own.lazy(), on=RECORD, how="left")
    return joined.select(RECORD, first_match=pl.coalesce("own_match", "first_match")).collect()


def _asked(records: pl.LazyFrame, scope: Scope, tables: Mapping[str, pl.LazyFrame], rulesets: Rulesets) -> pl.DataFrame:
    """The records with every field that any of the rules needs."""
    fields = fields_of(rulesets.rules())
    return walked(records, scope, tables, fields, [RECORD, RULESET]).collect(engine="streaming")


def fields_of(rules: Iterator[Rule] | Sequence[Rule]) -> set[Field]:
    """Every field that any of the rules needs."""
    return {named for rule in rules if rule.compiled for named in rule.compiled.fields}


def _by_set(frame: pl.DataFrame, rulesets: Rulesets) -> Iterator[tuple[pl.DataFrame, Sequence[Rule]]]:
    """The records of each set that has any, with its rules."""
    if rulesets.own:
        for (name,), rows in frame.partition_by(RULESET, as_dict=True).items():
            if name in rulesets.own:
                yield rows, rulesets.own[name]


def _matched(frame: pl.DataFrame, rules: Sequence[Rule]) -> pl.DataFrame:
    """The first of the rules that each row meets."""
    places = first_met(frame, [rule.compiled for rule in rules])
    names = pl.Series([rule.sys_id for rule in rules], dtype=pl.String)
    return frame.select(RECORD, first_match=names.gather(places))


def meets_any(
    records: pl.LazyFrame, scope: Scope, tables: Mapping[str, pl.LazyFrame], rules: Sequence[Rule]
) -> pl.DataFrame:
    """For each record whether it meets any of the rules."""
    frame = walked(records, scope, tables, fields_of(rules), [RECORD])
    holding = [rule.compiled.holds for rule in rules if rule.compiled]
    return frame.select(RECORD, meets_any=pl.any_horizontal(pl.lit(value=False), *holding)).collect(engine="streaming")


def rules_met(records: pl.LazyFrame, scope: Scope, tables: Mapping[str, pl.LazyFrame], rulesets: Rulesets) -> set[str]:
    """The rules that at least one record that is asked them meets, whichever comes first."""
    frame = _asked(records, scope, tables, rulesets)
    asked = [(frame, rulesets.common), *_by_set(frame, rulesets)]
    return {rule for rows, rules in asked for rule in _met(rows, rules)}


def _met(rows: pl.DataFrame, rules: Sequence[Rule]) -> Iterator[str]:
    holding = {rule.sys_id: rule.compiled.holds.any() for rule in rules if rule.compiled}
    if holding and len(rows):
        yield from (rule for rule, holds in rows.select(**holding).row(0, named=True).items() if holds)
