"""What a decision table says of its records: the rule that decides, its answer, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

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
from transforms.oversight.rules import Rule, active_rules, defaults, rules_of

ALL_RULES: Final = "all"
CHOSEN: Final = {"rule": pl.String(), "answer": pl.String()}

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

    @property
    def scope(self) -> Scope:
        """What conditions can name in this export."""
        present = self.given.admission.select("source_table").collect()["source_table"]
        return scope(self.name, set(present))

    def rules(self) -> list[Rule]:
        """The active rules, in their order."""
        rules = active_rules(self.given.oversight_rule).collect()
        return rules_of(rules, self.name, Reading(self.scope, self.zone, self.nulls))

    def records(self, rulesets: pl.LazyFrame) -> pl.LazyFrame:
        """The records, each with its set of rules."""
        rows = self.tables[RECORD_TABLES[self.name]].with_columns(pl.col("sys_id").alias(RECORD))
        return rows.join(rulesets, on=RECORD, how="left")

    def matches(self, arranged: Arranged) -> tuple[pl.DataFrame, Rulesets]:
        """For each record `first_match`, the first rule it meets, and `default_rule`, which answers otherwise."""
        sets, rulesets = arranged(self.rules())
        found = first_matches(self.records(sets), self.scope, self.tables, rulesets)
        answering = [(name, rule.sys_id) for name, rules in rulesets.items() for rule in list(defaults(rules))[:1]]
        by_default = pl.LazyFrame(answering, schema={RULESET: pl.String, "default_rule": pl.String}, orient="row")
        fallback = sets.join(by_default, on=RULESET, how="left").select(RECORD, "default_rule")
        return found.lazy().join(fallback, on=RECORD, how="left").collect(), rulesets


def one_ruleset(records: pl.LazyFrame) -> Arranged:
    """Every record is asked all rules."""
    return lambda rules: (records.select(RECORD, pl.lit(ALL_RULES).alias(RULESET)), {ALL_RULES: rules})


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
        matches, _ = decision_table.matches(arranged)
        answered = chosen(candidates.join(matches.lazy(), on=RECORD), decision_table.given.oversight_rule)
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
        pl.when(pl.col("obstacle").is_not_null())
        .then("obstacle")
        .when(~is_answered)
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
    told = pl.col("obstacle").is_null()
    return picked.join(templates, on="answer", how="left").with_columns(
        outcome=outcome, rule=pl.when(told).then("rule"), answer=pl.when(told).then("answer")
    )


def matched_or_default() -> pl.Expr:
    """Whether a rule's condition was met, or the default answered."""
    return pl.when(pl.col("first_match").is_not_null()).then(pl.lit(MATCHED)).otherwise(pl.lit(DEFAULT))


def obstacle(*outcomes: tuple[str, pl.Expr]) -> pl.Expr:
    """The first outcome whose condition holds, else null."""
    return pl.coalesce(*(pl.when(holds).then(pl.lit(outcome)) for outcome, holds in outcomes), pl.lit(None, pl.String))
