"""Which project task each domain order and order task is linked to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import dataframely as dy
import polars as pl

from models.order import (
    ORDER_TASK_TABLE,
)
from models.oversight import (
    DOMAIN_ORDER,
    EXISTING_PROJECT,
    NO_PROJECT,
    NO_RULE_MATCHED,
    ORDER_TASK,
    OVERSEEN,
    PPM_NOT_INSTALLED,
    RECORD_TABLES,
    TASK_NOT_IN_TEMPLATE,
    VIA_PARENT,
    DomainOrderDecision,
    OrderTaskDecision,
    OverseenRecord,
    OversightSetup,
)
from models.oversight_link import RememberedLink
from models.oversight_project import OversightProjectTaskState, ProjectPlan
from transforms.condition.predicate import Nulls
from transforms.condition.scopes import LINE_OF_TASK, TOP_DOMAIN_ORDER
from transforms.hierarchy import NO_PARENT, nearest, parent_positions
from transforms.oversight.decision import DecisionTable, chosen, matched_or_default, obstacle, told
from transforms.oversight.matching import RECORD, Rulesets, meets_any
from transforms.oversight.project_plan import SEPARATOR
from transforms.oversight.rule_input import RuleInput
from transforms.oversight.rules import Rule, ordinary


class Planned(NamedTuple):
    """What projects are planned to consist of, and what they do."""

    project_plan: dy.LazyFrame[ProjectPlan]
    oversight_project_task: dy.LazyFrame[OversightProjectTaskState]


def domain_order_decision(
    rule_input: RuleInput,
    overseen_record: dy.LazyFrame[OverseenRecord],
    planned: Planned,
    oversight_setup: dy.LazyFrame[OversightSetup],
    *,
    instance_time_zone: str,
    condition_null: Nulls,
) -> dy.LazyFrame[DomainOrderDecision]:
    """The `domain_order` rules, for domain orders of lines with a project that has planned tasks."""
    decision_table = DecisionTable(DOMAIN_ORDER, rule_input, instance_time_zone, condition_null)
    candidates = task_candidates(DOMAIN_ORDER, overseen_record, oversight_setup)

    def decided() -> pl.DataFrame:
        found = _task_decisions(decision_table, candidates, planned)
        return found.select(list(DomainOrderDecision.columns())).collect()

    return DomainOrderDecision.cast(pl.defer(decided, schema=DomainOrderDecision.dtypes()))


def order_task_decision(
    rule_input: RuleInput,
    overseen_record: dy.LazyFrame[OverseenRecord],
    domain_order_decision: dy.LazyFrame[DomainOrderDecision],
    planned: Planned,
    remembered_link: dy.LazyFrame[RememberedLink],
    oversight_setup: dy.LazyFrame[OversightSetup],
    *,
    instance_time_zone: str,
    condition_null: Nulls,
) -> dy.LazyFrame[OrderTaskDecision]:
    """The `order_task` rules, for order tasks of lines with a project that has planned tasks.

    An order task that no rule matches at all is linked by the nearest record above it that is linked.
    """
    resolved = with_resolved_references(rule_input, overseen_record)
    decision_table = DecisionTable(ORDER_TASK, resolved, instance_time_zone, condition_null)
    candidates = task_candidates(ORDER_TASK, overseen_record, oversight_setup)

    def decided() -> pl.DataFrame:
        found = _task_decisions(decision_table, candidates, planned).collect().lazy()
        linked = _linked_records(found, domain_order_decision, remembered_link)
        return _by_ancestor(found, overseen_record, linked).select(list(OrderTaskDecision.columns())).collect()

    return OrderTaskDecision.cast(pl.defer(decided, schema=OrderTaskDecision.dtypes()))


def with_resolved_references(rule_input: RuleInput, overseen_record: pl.LazyFrame) -> RuleInput:
    """The same with, on order tasks, the domain order and the line that conditions read as their inputs."""
    resolved = overseen_record.filter(record_table=ORDER_TASK_TABLE).select(
        pl.col("domain_order").alias(TOP_DOMAIN_ORDER), pl.col("order_line_item").alias(LINE_OF_TASK), sys_id="record"
    )
    order_tasks = pl.LazyFrame.join(rule_input.sn_ind_tmt_orm_order_task, resolved, on="sys_id", how="left")
    return rule_input._replace(sn_ind_tmt_orm_order_task=order_tasks)  # type: ignore[arg-type]


def task_candidates(name: str, overseen_record: pl.LazyFrame, setup: pl.LazyFrame) -> pl.LazyFrame:
    """Every domain order, or every order task, with what stands in the way of a link."""
    records = overseen_record.filter(record_table=RECORD_TABLES[name]).join(setup, how="cross")
    in_the_way = obstacle(
        (PPM_NOT_INSTALLED, ~pl.col("is_ppm_installed")),
        (EXISTING_PROJECT, pl.col("existing_project").is_not_null()),
        (NO_PROJECT, pl.col("project").is_null()),
    )
    return records.select("record", "project", obstacle=in_the_way)


def rulesets_by_project(
    candidates: pl.LazyFrame, project_plan: pl.LazyFrame, rules: list[Rule]
) -> tuple[pl.LazyFrame, Rulesets]:
    """For each record the rules whose answer is a planned task of its project; projects of one plan share a set."""
    plans = project_plan.select("plan").unique().collect()["plan"]
    sets = {plan: _answering(set(plan.split(SEPARATOR)), rules) for plan in plans}
    named = candidates.join(project_plan, on="project", how="left")
    return named.select("record", ruleset="plan"), Rulesets(own=sets)


def _answering(planned: set[str], rules: Iterable[Rule]) -> list[Rule]:
    return [rule for rule in rules if rule.answer in planned]


def _task_decisions(decision_table: DecisionTable, candidates: pl.LazyFrame, planned: Planned) -> pl.LazyFrame:
    """Every record with the rule that decides, its answer and the outcome, as far as it depends on rules alone.

    A rule may decide whose planned task the project was not given, because the template has it only since then.
    """
    matches = decision_table.matches(lambda rules: rulesets_by_project(candidates, planned.project_plan, rules))
    answered = chosen(candidates.join(matches, on=RECORD), decision_table.given.oversight_rule)
    is_undecided = pl.all_horizontal(pl.col("obstacle", "rule").is_null())
    elsewhere = _matched_elsewhere(decision_table, answered.filter(is_undecided))
    tasks = planned.oversight_project_task.select("project", answer="template_task", has_task=True)
    outcome = (
        pl.when(pl.col("has_task"))
        .then(matched_or_default())
        .when(pl.col("rule").is_not_null() | pl.col("meets_any"))
        .then(pl.lit(TASK_NOT_IN_TEMPLATE))
        .otherwise(pl.lit(NO_RULE_MATCHED))
    )
    known = answered.join(elsewhere, on=RECORD, how="left").join(tasks, on=["project", "answer"], how="left")
    return told(known, outcome)


def _matched_elsewhere(decision_table: DecisionTable, undecided: pl.LazyFrame) -> pl.LazyFrame:
    """Of the records that no rule of their project decides, whether they meet one of another template."""
    records = decision_table.records(undecided.select(RECORD)).join(undecided, on=RECORD, how="semi")
    rules = ordinary(decision_table.rules)
    return meets_any(records, decision_table.scope, decision_table.tables, rules).lazy()


def _linked_records(
    found: pl.LazyFrame, domain_order_decision: pl.LazyFrame, remembered_link: pl.LazyFrame
) -> pl.LazyFrame:
    """The records that are linked by themselves."""
    decided = [
        decision.filter(pl.col("outcome").is_in(OVERSEEN)).select("record")
        for decision in (domain_order_decision, found)
    ]
    return pl.concat([*decided, remembered_link.select("record")]).unique().with_columns(is_linked=True)


def _by_ancestor(found: pl.LazyFrame, overseen_record: pl.LazyFrame, linked: pl.LazyFrame) -> pl.LazyFrame:
    """Order tasks that no rule matches, with the nearest record above them that is linked.

    A linked record that is no longer in the export is one, too.
    """
    records = overseen_record.select("record_table", "record", "parent").sort("record_table", "record")
    distinct = records.unique("record", keep="first", maintain_order=True)
    marked = distinct.join(linked, on="record", how="full", coalesce=True).select("record", "parent", "is_linked")
    schema = {"record": pl.String(), "ancestor": pl.String()}
    ancestors = marked.sort("record").map_batches(_nearest_linked, schema=schema)
    is_by_ancestor = (pl.col("outcome") == NO_RULE_MATCHED) & pl.col("ancestor").is_not_null()
    return found.join(ancestors, on="record", how="left").with_columns(
        outcome=pl.when(is_by_ancestor).then(pl.lit(VIA_PARENT)).otherwise("outcome"),
        linked_ancestor=pl.when(is_by_ancestor).then("ancestor"),
    )


def _nearest_linked(records: pl.DataFrame) -> pl.DataFrame:
    """The nearest linked record above each record, itself not counted."""
    parents = parent_positions(records, node="record", parent="parent")
    marked = records["is_linked"].fill_null(value=False).to_numpy()
    above = nearest(parents, marked)[parents]
    above[parents == NO_PARENT] = NO_PARENT
    return records.select("record", ancestor=records["record"].gather(pl.Series(above).replace(NO_PARENT, None)))
