"""What a decision table says of its records: the rule that decides, its answer, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from models.oversight import (
    AGENT_CHOICE,
    ANSWER_UNKNOWN,
    ANSWER_WRONG_KIND,
    DEFAULT,
    MATCHED,
    NO_RULE_MATCHED,
    RECORD_TABLES,
    TEMPLATE_INACTIVE,
)
from models.table import Table
from transforms.condition.field import Scope
from transforms.condition.predicate import Nulls, Reading
from transforms.condition.scopes import scope
from transforms.oversight.matching import RECORD, RULESET, Rulesets, first_matches
from transforms.oversight.rule_input import RuleInput
from transforms.oversight.rules import Rule, active_rules, rules_of

Arranged = Callable[[list[Rule]], tuple[pl.LazyFrame, Rulesets]]
"""From the rules of a decision table: the set of rules of each record (`record`, `ruleset`), and those sets."""


@dataclass(frozen=True)
class DecisionTable:
    """One decision table, the records it decides on, and what its conditions can read."""

    name: str
    given: RuleInput
    zone: str
    nulls: Nulls

    @property
    def tables(self) -> Mapping[str, pl.LazyFrame]:
        """Every table that a condition can reach, by name."""
        return self.given.tables()

    @cached_property
    def scope(self) -> Scope:
        """What conditions can name in this export."""
        present = self.given.admission.select("source_table").collect()["source_table"]
        return scope(self.name, set(present))

    @cached_property
    def rules(self) -> list[Rule]:
        """The active rules, in their order."""
        rules = active_rules(self.given.oversight_rule).collect()
        return rules_of(rules, self.name, Reading(self.scope, self.zone, self.nulls))

    def records(self, rulesets: pl.LazyFrame) -> pl.LazyFrame:
        """The records, each with its set of rules."""
        rows = self.tables[RECORD_TABLES[self.name]].with_columns(pl.col("sys_id").alias(RECORD))
        return rows.join(rulesets, on=RECORD, how="left")

    def matches(self, arranged: Arranged) -> pl.LazyFrame:
        """For each record `first_match`, the first rule it meets, and `default_rule`, which answers otherwise."""
        sets, rulesets = arranged(self.rules)
        found = first_matches(self.records(sets), self.scope, self.tables, rulesets)
        by_set = pl.LazyFrame(list(_defaults(rulesets)), schema=[RULESET, "default_rule"], orient="row")
        answering = sets.join(by_set.cast(pl.String), on=RULESET, how="left", nulls_equal=True)
        return found.lazy().join(answering.select(RECORD, "default_rule"), on=RECORD, how="left")


def _defaults(rulesets: Rulesets) -> Iterator[tuple[str | None, str | None]]:
    """The rule that answers for each set, and for records without one."""
    for name, rules in [*rulesets.own.items(), (None, ())]:
        answering = next((rule.sys_id for rule in (*rules, *rulesets.common) if rule.is_default), None)
        yield name, answering


def one_ruleset(records: pl.LazyFrame) -> Arranged:
    """Every record is asked all rules."""
    return lambda rules: (records.select(RECORD, pl.lit(None, pl.String).alias(RULESET)), Rulesets(rules))


def chosen(matches: pl.LazyFrame, oversight_rule: pl.LazyFrame) -> pl.LazyFrame:
    """The rule that decides each record, if it is not the default's turn, and its answer."""
    answers = oversight_rule.select(rule="sys_id", answer="answer")
    return matches.with_columns(rule=pl.coalesce("first_match", "default_rule")).join(answers, on="rule", how="left")


def template_decision(
    table: type[Table], decision_table: DecisionTable, candidates: pl.LazyFrame, arranged: Arranged, kind: str
) -> pl.LazyFrame:
    """Decisions whose answers are templates of a kind.

    `candidates` have the columns `record`, `obstacle` (the outcome of those on which no rule is asked) and `choice` (a
    template that goes before all rules).
    """

    def decided() -> pl.DataFrame:
        matches = decision_table.matches(arranged)
        answered = chosen(candidates.join(matches, on=RECORD), decision_table.given.oversight_rule)
        by_choice = pl.col("choice").is_not_null()
        picked = answered.with_columns(
            rule=pl.when(~by_choice).then("rule"), answer=pl.coalesce("choice", "answer"), by_choice=by_choice
        )
        judged = _judged(picked, decision_table.given.project_template, kind)
        return judged.select(list(table.columns())).cast(pl.Schema(table.dtypes())).collect()

    return pl.defer(decided, schema=table.dtypes())


def _judged(picked: pl.LazyFrame, project_template: pl.LazyFrame, kind: str) -> pl.LazyFrame:
    """The outcome of each record; rule and answer are told only where rules were asked and one decided."""
    templates = project_template.select(
        answer="sys_id",
        is_kind=(pl.col("kind").str.strip_chars().str.to_lowercase() == kind).fill_null(value=False),
        is_active=pl.col("active").fill_null(value=True),
    )
    is_answered = pl.col("rule").is_not_null() | pl.col("by_choice")
    outcome = (
        pl.when(~is_answered)
        .then(pl.lit(NO_RULE_MATCHED))
        .when(pl.col("is_kind").is_null())
        .then(pl.lit(ANSWER_UNKNOWN))
        .when(~pl.col("is_kind"))
        .then(pl.lit(ANSWER_WRONG_KIND))
        .when(~pl.col("is_active"))
        .then(pl.lit(TEMPLATE_INACTIVE))
        .when(pl.col("by_choice"))
        .then(pl.lit(AGENT_CHOICE))
        .otherwise(matched_or_default())
    )
    return told(picked.join(templates, on="answer", how="left"), outcome)


def told(decided: pl.LazyFrame, outcome: pl.Expr) -> pl.LazyFrame:
    """Decisions with their outcome, and with rule and answer only where nothing stood in the way of asking rules."""
    is_asked = pl.col("obstacle").is_null()
    shown = {name: pl.when(is_asked).then(name) for name in ("rule", "answer")}
    return decided.with_columns(outcome=pl.coalesce("obstacle", outcome), **shown)


def matched_or_default() -> pl.Expr:
    """Whether a rule's condition was met, or the default answered."""
    return pl.when(pl.col("first_match").is_not_null()).then(pl.lit(MATCHED)).otherwise(pl.lit(DEFAULT))


def obstacle(*outcomes: tuple[str, pl.Expr]) -> pl.Expr:
    """The first outcome whose condition holds, else null."""
    return pl.coalesce(*(pl.when(holds).then(pl.lit(outcome)) for outcome, holds in outcomes), pl.lit(None, pl.String))
