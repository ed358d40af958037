"""How project tasks and projects stand: recomputed in every run from the records they oversee."""

from __future__ import annotations

import dataframely as dy
import numpy as np
import polars as pl

from models.order import ORDER_TASK_TABLE, Order
from models.order_state import COMPLETE, IN_PROGRESS, OPEN, PENDING, SKIPPED
from models.oversight import OrderLine, OverseenRecord, OversightSetup
from models.oversight_link import TaskLink
from models.oversight_project import (
    SITE_PROJECT,
    OversightProjectState,
    OversightProjectTaskState,
    ProjectStanding,
    TaskStanding,
)
from transforms.hierarchy import Positions, ancestor_pairs, parent_positions
from transforms.oversight.state_words import project_state
from transforms.oversight.whole_tables import from_whole_tables

CLOSED = (COMPLETE, SKIPPED)
CHILD_RANK = 2
PART = {
    "whole": pl.String(),
    "state": pl.Int64(),
    "status": pl.String(),
    "rank": pl.Int64(),
    "sys_created_on": pl.Datetime("us"),
    "part": pl.String(),
}
"""One part of a project task or project: `rank` says which parts decide before others of the same state."""


def task_standing(
    oversight_project_task: dy.LazyFrame[OversightProjectTaskState],
    task_link: dy.LazyFrame[TaskLink],
    overseen_record: dy.LazyFrame[OverseenRecord],
    oversight_setup: dy.LazyFrame[OversightSetup],
) -> dy.LazyFrame[TaskStanding]:
    """The state of every project task from its linked records and the tasks below it, the lowest level first.

    Without automatic closure, a task with linked records is in progress where it would be complete or skipped.
    """
    tasks = oversight_project_task.select("project_task", "parent").sort("project_task")
    linked = task_link.join(overseen_record, on=["record_table", "record"]).select(
        "state",
        "status",
        "sys_created_on",
        whole="project_task",
        rank=(pl.col("record_table") == ORDER_TASK_TABLE).cast(pl.Int64),
        part="record",
    )
    return TaskStanding.cast(from_whole_tables(TaskStanding, _standing_of_tasks, tasks, linked, oversight_setup))


def _standing_of_tasks(tasks: pl.DataFrame, linked: pl.DataFrame, setup: pl.DataFrame) -> pl.DataFrame:
    depths = _depths(parent_positions(tasks, node="project_task", parent="parent"))
    levels = tasks.with_columns(depth=pl.Series(depths)).partition_by("depth", as_dict=True)
    below = pl.DataFrame(schema=PART)
    standing = [pl.DataFrame(schema=TaskStanding.dtypes())]
    for (_,), level in sorted(levels.items(), reverse=True):
        own = linked.join(level, left_on="whole", right_on="project_task", how="semi")
        stands = _standing_of_level(level, _in_order(own), below, is_closing=setup["is_auto_closing"].item())
        below = _as_parts(stands)
        standing.append(stands.select(TaskStanding.column_names()))
    return pl.concat(standing)


def _in_order(parts: pl.DataFrame) -> pl.DataFrame:
    return parts.select(list(PART)).cast(pl.Schema(PART))


def _depths(parents: Positions) -> Positions:
    """How many tasks are above each one."""
    node, _ = ancestor_pairs(parents)
    return np.bincount(node, minlength=parents.size).astype(np.int64) - 1


def _standing_of_level(
    level: pl.DataFrame, linked: pl.DataFrame, below: pl.DataFrame, *, is_closing: bool
) -> pl.DataFrame:
    parts = pl.concat([linked, below]).lazy()
    wholes = states_together(parts)
    statuses = _deciding_statuses(parts, wholes)
    known = wholes.join(statuses, on="whole", how="left").select("whole", "state", "status")
    own = linked.lazy().select("whole", is_linked=True).unique()
    found = level.lazy().join(known, left_on="project_task", right_on="whole", how="left")
    marked = found.join(own, left_on="project_task", right_on="whole", how="left")
    is_held = pl.col("is_linked").fill_null(value=False) & pl.col("state").is_in(CLOSED) & (not is_closing)
    state = pl.when(is_held).then(IN_PROGRESS).otherwise(pl.col("state").fill_null(PENDING)).cast(pl.Int64)
    return marked.with_columns(state=state, has_parts=pl.col("state").is_not_null()).collect()


def _as_parts(tasks: pl.DataFrame) -> pl.DataFrame:
    """Tasks as parts of those above them."""
    below = tasks.filter(pl.col("parent").is_not_null())
    return _in_order(below.with_columns(whole="parent", rank=CHILD_RANK, sys_created_on=None, part="project_task"))


def states_together(parts: pl.LazyFrame) -> pl.LazyFrame:
    """The state of each whole from the states of its parts, and the state of those parts that decide it.

    All skipped: skipped. Else, skipped ones left out: complete where all are; in progress where any is, or where some
    are complete and some are not; else the lowest. The deciding parts are those in that state, or, where there are
    none, the lowest.
    """
    state = pl.col("state")
    remaining = pl.when(state != SKIPPED).then(state)
    wholes = parts.group_by("whole").agg(
        lowest=remaining.min(), highest=remaining.max(), has_begun=(state == IN_PROGRESS).any()
    )
    lowest, is_under_way = pl.col("lowest"), pl.col("highest") >= IN_PROGRESS
    together = (
        pl.when(lowest.is_null())
        .then(SKIPPED)
        .when(lowest == COMPLETE)
        .then(COMPLETE)
        .when(is_under_way)
        .then(IN_PROGRESS)
        .otherwise(lowest)
        .cast(pl.Int64)
    )
    is_mixed = is_under_way & (lowest < IN_PROGRESS) & ~pl.col("has_begun")
    return wholes.with_columns(state=together).select(
        "whole", "state", deciding=pl.when(is_mixed).then("lowest").otherwise("state")
    )


def _deciding_statuses(parts: pl.LazyFrame, wholes: pl.LazyFrame) -> pl.LazyFrame:
    """The status of the first of the deciding parts that has one."""
    told = parts.filter(pl.col("status").is_not_null()).join(wholes.select("whole", "deciding"), on="whole")
    ordered = told.filter(pl.col("state") == pl.col("deciding")).sort("rank", "sys_created_on", "part", nulls_last=True)
    return ordered.group_by("whole", maintain_order=True).agg(pl.col("status").first())


def project_standing(
    oversight_project: dy.LazyFrame[OversightProjectState],
    oversight_project_task: dy.LazyFrame[OversightProjectTaskState],
    task_standing: dy.LazyFrame[TaskStanding],
    order_line: dy.LazyFrame[OrderLine],
    sn_ind_tmt_orm_order: dy.LazyFrame[Order],
) -> dy.LazyFrame[ProjectStanding]:
    """The state of every project of a line or order from its top tasks; pending and open are both pending.

    Tasks without parts keep it from closing until its line (its order) is complete; then they are left out. Where that
    is canceled, the project is skipped, and so is each of its tasks that is not complete.
    """
    whose = _what_it_is_for(oversight_project, order_line, sn_ind_tmt_orm_order)
    top = oversight_project_task.filter(pl.col("parent").is_null()).join(task_standing, on="project_task")
    counted = top.join(whose, on="project").filter(pl.col("has_parts") | ~pl.col("is_completed"))
    states = states_together(counted.select("state", whole="project"))
    joined = whose.join(states, left_on="project", right_on="whole", how="left")
    state = pl.when("is_canceled").then(SKIPPED).otherwise(pending_unless_begun(pl.col("state").fill_null(PENDING)))
    return ProjectStanding.cast(joined.select("project", "is_canceled", state=state.cast(pl.Int64)))


def pending_unless_begun(state: pl.Expr) -> pl.Expr:
    """A project has not begun while its parts are only open."""
    return pl.when(state == OPEN).then(PENDING).otherwise(state)


def _what_it_is_for(projects: pl.LazyFrame, lines: pl.LazyFrame, orders: pl.LazyFrame) -> pl.LazyFrame:
    """Projects of lines and orders, and whether these are completed or canceled; what is not exported is neither."""
    line_states = lines.select("order_line_item", line_state="state")
    order_states = orders.select(order="sys_id", order_state=project_state(pl.col("state")))
    joined = (
        projects.filter(pl.col("kind") != SITE_PROJECT)
        .join(line_states, on="order_line_item", how="left")
        .join(order_states, on="order", how="left")
    )
    own = pl.when(pl.col("order_line_item").is_not_null()).then("line_state").otherwise("order_state")
    is_canceled = (own == SKIPPED).fill_null(value=False) | (pl.col("order_state") == SKIPPED).fill_null(value=False)
    return joined.select("project", is_completed=(own == COMPLETE).fill_null(value=False), is_canceled=is_canceled)
