"""Findings about chains of parents."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.audit import StructureFinding
from models.work_item import ProjectCycle, TaskOwner
from transforms.findings.finding import found
from transforms.sentence import sentence


def structure_finding(
    task_owner: dy.LazyFrame[TaskOwner], project_cycle: dy.LazyFrame[ProjectCycle]
) -> dy.LazyFrame[StructureFinding]:
    """Tasks and projects whose parents run in a circle."""
    return StructureFinding.cast(pl.concat([task_cycle(task_owner), _project_cycle(project_cycle)]))


def task_cycle(task_owner: pl.LazyFrame) -> pl.LazyFrame:
    """A task's parents run in a circle, so that it has no owner."""
    message = sentence("The parents of task {} run in a circle: money on it belongs to no work item.", "task")
    return found(task_owner.filter("in_cycle"), "task_cycle", message, source_table=pl.col("task_table"), sys_id="task")


def _project_cycle(project_cycle: pl.LazyFrame) -> pl.LazyFrame:
    message = sentence("The parents of project {} run in a circle: its rolled-up figures are its own.", "work_item")
    return found(
        project_cycle, "project_cycle", message, source_table="pm_project", sys_id="work_item", work_item="work_item"
    )
