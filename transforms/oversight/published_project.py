"""Projects and project tasks as they are published: with how they stand."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.order_state import COMPLETE, PENDING, SKIPPED
from models.oversight_project import (
    ORDER_PROJECT,
    SITE_PROJECT,
    ExistingProject,
    OrderProject,
    OversightProject,
    OversightProjectState,
    OversightProjectTask,
    OversightProjectTaskState,
    ProjectStanding,
    TaskStanding,
)
from transforms.oversight.work_state import pending_unless_begun, states_together


def oversight_project_task(
    oversight_project_task: dy.LazyFrame[OversightProjectTaskState],
    task_standing: dy.LazyFrame[TaskStanding],
    project_standing: dy.LazyFrame[ProjectStanding],
) -> dy.LazyFrame[OversightProjectTask]:
    """Every project task with its state; where its line or order is canceled, skipped unless it is complete."""
    canceled = project_standing.select("project", "is_canceled")
    joined = oversight_project_task.join(task_standing, on="project_task").join(canceled, on="project", how="left")
    is_dropped = pl.col("is_canceled").fill_null(value=False) & (pl.col("state") != COMPLETE)
    state = pl.when(is_dropped).then(SKIPPED).otherwise("state").cast(pl.Int64)
    return OversightProjectTask.cast(joined.with_columns(state=state).select(OversightProjectTask.column_names()))


def oversight_project(
    oversight_project: dy.LazyFrame[OversightProjectState],
    existing_project: dy.LazyFrame[ExistingProject],
    project_standing: dy.LazyFrame[ProjectStanding],
) -> dy.LazyFrame[OversightProject]:
    """Every project with its state; a site project stands as the projects below it do together."""
    columns = OversightProject.column_names()
    below_sites = oversight_project.join(project_standing, on="project").select(columns)
    others = pl.concat([below_sites, existing_project.select(columns)])
    parts = others.filter(pl.all_horizontal(pl.col("parent", "state").is_not_null())).select("state", whole="parent")
    together = states_together(parts).select(project="whole", state=pending_unless_begun(pl.col("state")))
    sites = oversight_project.filter(kind=SITE_PROJECT).join(together, on="project", how="left")
    standing = sites.with_columns(pl.col("state").fill_null(PENDING)).select(columns)
    return OversightProject.cast(pl.concat([others, standing]))


def order_project(oversight_project: dy.LazyFrame[OversightProjectState]) -> dy.LazyFrame[OrderProject]:
    """Every order that is run as one project, with that project."""
    return OrderProject.cast(oversight_project.filter(kind=ORDER_PROJECT).select("order", "project", "origin"))
