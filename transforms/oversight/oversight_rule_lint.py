"""What is wrong with the rules themselves, before anyone wonders why nothing came of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import dataframely as dy
import polars as pl

from models.oversight import DECISION_TABLES, DOMAIN_ORDER, ORDER_TASK, SITE, OrderLine, OverseenRecord, OversightSetup
from models.oversight_project import ProjectPlan
from models.oversight_rule import ProjectTemplateTask
from models.oversight_rule_lint import (
    INACTIVE_ANSWER,
    NEVER_MATCHED,
    REJECTED,
    SAME_ORDER,
    SHADOWED,
    UNREACHABLE,
    OversightRuleLint,
)
from transforms.condition.predicate import Nulls
from transforms.oversight.decision import Arranged, DecisionTable, one_ruleset
from transforms.oversight.decisions import Decisions
from transforms.oversight.matching import rules_met
from transforms.oversight.rule_input import RuleInput
from transforms.oversight.rules import Rule, active_rules
from transforms.oversight.site_decision import rulesets_by_location
from transforms.oversight.task_decision import rulesets_by_project, task_candidates, with_resolved_references

NAMED: Final = 3
"""How many of many rules a message names."""


class Problem(NamedTuple):
    """One row of the lint."""

    rule: str
    problem: str
    detail: str


class Examined(NamedTuple):
    """A decision table with what its rules did."""

    table: DecisionTable
    arranged: Arranged
    decision: pl.LazyFrame
    template_of: Mapping[str, str]
    """The template of each planned task."""

    def competitors(self, rule: Rule) -> object:
        """What two rules must have in common so that one can hide the other."""
        if self.table.name == SITE:
            return rule.location
        if self.table.name in (DOMAIN_ORDER, ORDER_TASK):
            return self.template_of.get(rule.answer or "", rule.sys_id)
        return None


def oversight_rule_lint(
    rule_input: RuleInput,
    decisions: Decisions,
    project_template_task: dy.LazyFrame[ProjectTemplateTask],
    order_line: dy.LazyFrame[OrderLine],
    overseen_record: dy.LazyFrame[OverseenRecord],
    project_plan: dy.LazyFrame[ProjectPlan],
    oversight_setup: dy.LazyFrame[OversightSetup],
    *,
    instance_time_zone: str,
    condition_null: Nulls,
) -> dy.LazyFrame[OversightRuleLint]:
    """Active rules that are rejected, tied with another, answer with something inactive, or can't or don't decide."""
    examined_input = with_resolved_references(rule_input, overseen_record)

    def by_project(name: str) -> Arranged:
        candidates = task_candidates(name, overseen_record, oversight_setup)
        return lambda rules: rulesets_by_project(candidates, project_plan, rules)

    arranged: dict[str, Arranged] = {
        SITE: lambda rules: rulesets_by_location(order_line, rule_input.cmn_location, rules),
        DOMAIN_ORDER: by_project(DOMAIN_ORDER),
        ORDER_TASK: by_project(ORDER_TASK),
    }
    answers = inactive_answers(rule_input.project_template, project_template_task)

    def linted() -> pl.DataFrame:
        inactive = dict(answers.collect().iter_rows())
        template_of = dict(project_template_task.select("sys_id", "template").collect().iter_rows())
        found = list(_unknown_tables(rule_input.oversight_rule))
        for name, decision in decisions.by_table().items():
            table = DecisionTable(name, examined_input, instance_time_zone, condition_null)
            sets = arranged.get(name) or one_ruleset(decision)
            found += _problems(Examined(table, sets, decision, template_of), inactive)
        return pl.DataFrame(found, schema=OversightRuleLint.dtypes(), orient="row")

    return OversightRuleLint.cast(pl.defer(linted, schema=OversightRuleLint.dtypes()))


def inactive_answers(project_template: pl.LazyFrame, project_template_task: pl.LazyFrame) -> pl.LazyFrame:
    """Answers that are, or are of, an inactive template, and the name of that."""
    inactive = project_template.filter(~pl.col("active").fill_null(value=True)).select(template="sys_id", name="name")
    tasks = project_template_task.select("template", answer="sys_id").join(inactive, on="template")
    templates = inactive.select("name", answer="template")
    return pl.concat([part.select("answer", pl.col("name").fill_null("a template")) for part in (templates, tasks)])


def _unknown_tables(oversight_rule: pl.LazyFrame) -> Iterator[Problem]:
    known = pl.col("decision_table").is_in(DECISION_TABLES).fill_null(value=False)
    for row in active_rules(oversight_rule).filter(~known).collect().iter_rows(named=True):
        named = row["decision_table"] or "(empty)"
        detail = f"decision_table is {named}, which is none of {', '.join(DECISION_TABLES)}."
        yield Problem(row["sys_id"], REJECTED, detail)


def _problems(examined: Examined, inactive: Mapping[str, str]) -> Iterator[Problem]:
    rules = examined.table.rules
    for rule in rules:
        if rule.rejection:
            yield Problem(rule.sys_id, REJECTED, f"The condition can't be used: {rule.rejection}. It matches nothing.")
        if rule.answer is not None and rule.answer in inactive:
            yield Problem(
                rule.sys_id, INACTIVE_ANSWER, f"Its answer belongs to {inactive[rule.answer]}, which is inactive."
            )
    yield from _tied(rules, examined)
    yield from _idle(rules, examined)


def _tied(rules: Sequence[Rule], examined: Examined) -> Iterator[Problem]:
    """Rules with the order of another one that they compete with; defaults are asked apart from the others."""
    tied: dict[tuple[object, int | None], list[str]] = {}
    for rule in rules:
        together = (rule.is_default, examined.competitors(rule))
        tied.setdefault((together, rule.order), []).append(rule.sys_id)
    for (_, order), several in tied.items():
        said = "no order" if order is None else f"order {order}"
        for sys_id in several if len(several) > 1 else ():
            detail = f"It has {said}, like {_named(several, sys_id)}: which one is asked first depends on their sys_id."
            yield Problem(sys_id, SAME_ORDER, detail)


def _named(several: Sequence[str], one: str) -> str:
    """The first few of the others."""
    shown = [other for other in several[: NAMED + 1] if other != one][:NAMED]
    more = len(several) - 1 - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")


def _idle(rules: Sequence[Rule], examined: Examined) -> Iterator[Problem]:
    """Rules that can't decide any record, or decide none."""
    asked = [rule for rule in rules if rule.compiled is not None]
    earlier = dict(_hidden_by(asked, examined.competitors))
    deciding = set(examined.decision.select("first_match").unique().collect()["first_match"])
    silent = [rule for rule in asked if rule.sys_id not in deciding and rule.sys_id not in earlier]
    for sys_id, other in earlier.items():
        yield Problem(
            sys_id, UNREACHABLE, f"Rule {other} is asked before it and meets every record that it could meet."
        )
    met = _met(silent, examined) if silent else set()
    for rule in silent:
        if rule.sys_id in met:
            yield Problem(rule.sys_id, SHADOWED, "Every record that meets it meets a rule that is asked before it.")
        else:
            yield Problem(rule.sys_id, NEVER_MATCHED, "No record that it is asked of meets it.")


def _hidden_by(asked: Sequence[Rule], group: Callable[[Rule], object]) -> Iterator[tuple[str, str]]:
    """Rules with an earlier one that has no condition, or the same."""
    for place, rule in enumerate(asked):
        before = (other for other in asked[:place] if group(other) == group(rule))
        hiding = next((other for other in before if _meaning(other) in ("", _meaning(rule))), None)
        if hiding is not None:
            yield rule.sys_id, hiding.sys_id


def _meaning(rule: Rule) -> str:
    assert rule.compiled is not None
    return rule.compiled.meaning


def _met(silent: Iterable[Rule], examined: Examined) -> set[str]:
    """Those of the rules that any record meets, whichever comes first."""
    wanted = {rule.sys_id for rule in silent}
    records, rulesets = examined.arranged(examined.table.rules)
    table = examined.table
    return rules_met(table.records(records), table.scope, table.tables, rulesets.kept(wanted))
