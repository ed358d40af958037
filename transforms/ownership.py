"""Who owns what: work items, the owner of each task, and which projects are below which."""

from __future__ import annotations

import dataframely as dy
import numpy as np
import polars as pl

from models.vocabulary import DEMAND_TABLE, DEMAND_TASK_TABLE, PROJECT_TABLE, PROJECT_TASK_TABLE
from models.work_item import Demand, DemandTask, Project, ProjectAncestor, ProjectCycle, ProjectTask, Subject, TaskOwner
from transforms.hierarchy import ancestor_pairs, chain_ends, in_cycle, leads_to_cycle, parent_positions


def subject(pm_project: dy.LazyFrame[Project], dmn_demand: dy.LazyFrame[Demand]) -> dy.LazyFrame[Subject]:
    """All work items in one shape."""
    return Subject.cast(pl.concat([_subjects(pm_project, PROJECT_TABLE), _subjects(dmn_demand, DEMAND_TABLE)]))


def _subjects(records: pl.LazyFrame, table: str) -> pl.LazyFrame:
    return records.select(
        "number",
        "start_date",
        "end_date",
        "currency",
        "discount_rate",
        work_item="sys_id",
        work_item_table=pl.lit(table),
        name="short_description",
        program="primary_program",
        portfolio="primary_portfolio",
    )


def task_owner(
    pm_project: dy.LazyFrame[Project],
    dmn_demand: dy.LazyFrame[Demand],
    pm_project_task: dy.LazyFrame[ProjectTask],
    dmn_demand_task: dy.LazyFrame[DemandTask],
) -> dy.LazyFrame[TaskOwner]:
    """The work item that owns each record on which money can stand.

    A work item owns itself; a project task belongs to the nearest project up its chain of parents; a demand task to its
    demand. A chain that runs in a circle, or ends in nothing, has no owner.
    """
    owners = [
        _own(pm_project, PROJECT_TABLE),
        _own(dmn_demand, DEMAND_TABLE),
        _owned(_topped(pm_project_task), PROJECT_TASK_TABLE, _own(pm_project, PROJECT_TABLE)),
        _owned(_direct(dmn_demand_task), DEMAND_TASK_TABLE, _own(dmn_demand, DEMAND_TABLE)),
    ]
    return TaskOwner.cast(pl.concat(owners, how="diagonal"))


def _own(records: pl.LazyFrame, table: str) -> pl.LazyFrame:
    return records.select(
        task="sys_id",
        task_table=pl.lit(table),
        work_item="sys_id",
        work_item_table=pl.lit(table),
        in_cycle=pl.lit(False),
    )


def _direct(tasks: pl.LazyFrame) -> pl.LazyFrame:
    return tasks.select("sys_id", "parent", in_cycle=pl.lit(False))


def _topped(tasks: pl.LazyFrame) -> pl.LazyFrame:
    """Each task with the parent of the topmost task of its chain."""
    schema = {"sys_id": pl.String, "parent": pl.String, "in_cycle": pl.Boolean}
    return tasks.select("sys_id", "parent").map_batches(_parent_of_top, schema=schema)


def _parent_of_top(tasks: pl.DataFrame) -> pl.DataFrame:
    parents = parent_positions(tasks, node="sys_id", parent="parent")
    endless = pl.Series("in_cycle", leads_to_cycle(parents))
    top_parent = tasks["parent"].gather(chain_ends(parents))
    return tasks.with_columns(top_parent.set(endless, None).alias("parent"), endless)


def _owned(tasks: pl.LazyFrame, table: str, owners: pl.LazyFrame) -> pl.LazyFrame:
    owner = owners.select("work_item", "work_item_table", parent="task")
    found = tasks.join(owner, on="parent", how="left")
    return found.select("work_item", "work_item_table", "in_cycle", task="sys_id", task_table=pl.lit(table))


def project_ancestor(
    pm_project: dy.LazyFrame[Project], task_owner: dy.LazyFrame[TaskOwner]
) -> dy.LazyFrame[ProjectAncestor]:
    """Each project with itself and every project above it. Projects in a cycle stand alone."""
    schema = {"work_item": pl.String, "ancestor": pl.String}
    return ProjectAncestor.cast(_parent_project(pm_project, task_owner).map_batches(_ancestors, schema=schema))


def _parent_project(pm_project: pl.LazyFrame, task_owner: pl.LazyFrame) -> pl.LazyFrame:
    """Each project with the project above it: its parent, or the owner of the task that is its parent."""
    above = task_owner.select(parent="task", above="work_item")
    return (
        pm_project.select("sys_id", "parent")
        .join(above, on="parent", how="left")
        .select("sys_id", "above")
        .sort("sys_id")
    )


def _ancestors(projects: pl.DataFrame) -> pl.DataFrame:
    node, ancestor = ancestor_pairs(parent_positions(projects, node="sys_id", parent="above"))
    return pl.DataFrame({"work_item": projects["sys_id"].gather(node), "ancestor": projects["sys_id"].gather(ancestor)})


def project_cycle(pm_project: dy.LazyFrame[Project], task_owner: dy.LazyFrame[TaskOwner]) -> dy.LazyFrame[ProjectCycle]:
    """The projects that are above themselves."""
    schema = {"work_item": pl.String}
    return ProjectCycle.cast(_parent_project(pm_project, task_owner).map_batches(_cyclic, schema=schema))


def _cyclic(projects: pl.DataFrame) -> pl.DataFrame:
    member = np.flatnonzero(in_cycle(parent_positions(projects, node="sys_id", parent="above")))
    return pl.DataFrame({"work_item": projects["sys_id"].gather(member)})
