"""Links: which project task follows each domain order and order task."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.order import DOMAIN_ORDER_TABLE, ORDER_TASK_TABLE
from models.oversight import OVERSEEN, VIA_PARENT, DomainOrderDecision, OrderTaskDecision, OverseenRecord
from models.oversight_link import (
    DomainOrderProjectTask,
    OrderTaskProjectTask,
    OversightLinkState,
    RememberedLink,
    TaskLink,
)
from models.oversight_rule import SourceTaskLink
from transforms.oversight.identity import identity
from transforms.oversight.project_task import PROJECT_TASK

KEY = ["record_table", "record"]


def oversight_link(
    overseen_record: dy.LazyFrame[OverseenRecord],
    domain_order_decision: dy.LazyFrame[DomainOrderDecision],
    order_task_decision: dy.LazyFrame[OrderTaskDecision],
    remembered_link: dy.LazyFrame[RememberedLink],
) -> dy.LazyFrame[OversightLinkState]:
    """Links remembered, and those of records that a rule, or what they are work for, links for the first time."""
    columns = OversightLinkState.column_names()
    remembered = remembered_link.select(columns)
    by_rule = _by_rule(overseen_record, domain_order_decision, order_task_decision).select(columns)
    known = pl.concat([remembered, by_rule.join(remembered, on=KEY, how="anti")])
    by_ancestor = _by_ancestor(overseen_record, order_task_decision, known).select(columns)
    return OversightLinkState.cast(pl.concat([known, by_ancestor.join(remembered, on=KEY, how="anti")]))


def _by_rule(
    overseen_record: pl.LazyFrame, domain_order_decision: pl.LazyFrame, order_task_decision: pl.LazyFrame
) -> pl.LazyFrame:
    decisions = [
        decision.select("record", "rule", "answer", "outcome", record_table=pl.lit(table))
        for table, decision in ((DOMAIN_ORDER_TABLE, domain_order_decision), (ORDER_TASK_TABLE, order_task_decision))
    ]
    decided = pl.concat(decisions).filter(pl.col("outcome").is_in(OVERSEEN))
    linked = overseen_record.join(decided, on=KEY)
    return linked.with_columns(project_task=identity(PROJECT_TASK, "project", "answer"))


def _by_ancestor(overseen_record: pl.LazyFrame, order_task_decision: pl.LazyFrame, known: pl.LazyFrame) -> pl.LazyFrame:
    """Order tasks without a rule: linked where the nearest linked record above them is."""
    inherited = order_task_decision.filter(outcome=VIA_PARENT).select("linked_ancestor", record="record")
    ordered = known.sort(KEY).unique("record", keep="first", maintain_order=True)
    ancestors = ordered.select("project_task", "project", linked_ancestor="record")
    tasks = overseen_record.filter(record_table=ORDER_TASK_TABLE).drop("project").join(inherited, on="record")
    return tasks.join(ancestors, on="linked_ancestor").with_columns(rule=pl.lit(None, pl.String))


def task_link(
    overseen_record: dy.LazyFrame[OverseenRecord],
    oversight_link: dy.LazyFrame[OversightLinkState],
    sn_ind_tmt_orm_order_task_rel_task: dy.LazyFrame[SourceTaskLink],
) -> dy.LazyFrame[TaskLink]:
    """All links: ours, and for records of lines with an existing project those of the platform.

    Of several links of the platform for one record the one to the lowest project task counts.
    """
    columns = TaskLink.column_names()
    tasks = sn_ind_tmt_orm_order_task_rel_task.drop_nulls(["source", "project_task"])
    lowest = tasks.group_by(record="source").agg(pl.col("project_task").min())
    of_existing = overseen_record.filter(pl.col("existing_project").is_not_null()).join(lowest, on="record")
    existing = of_existing.with_columns(project="existing_project", rule=pl.lit(None, pl.String)).select(columns)
    ours = oversight_link.select(columns)
    return TaskLink.cast(pl.concat([ours, existing.join(ours, on=KEY, how="anti")]))


def domain_order_project_task(task_link: dy.LazyFrame[TaskLink]) -> dy.LazyFrame[DomainOrderProjectTask]:
    """Every linked domain order with its project task."""
    linked = task_link.filter(record_table=DOMAIN_ORDER_TABLE)
    named = linked.with_columns(domain_order="record", source="record")
    return DomainOrderProjectTask.cast(named.select(DomainOrderProjectTask.column_names()))


def order_task_project_task(task_link: dy.LazyFrame[TaskLink]) -> dy.LazyFrame[OrderTaskProjectTask]:
    """Every linked order task with its project task."""
    linked = task_link.filter(record_table=ORDER_TASK_TABLE)
    named = linked.with_columns(order_task="record", source="record")
    return OrderTaskProjectTask.cast(named.select(OrderTaskProjectTask.column_names()))
