"""Project tasks: one for each planned task of a project's template, made when the project is."""

from __future__ import annotations

import dataframely as dy
import numpy as np
import polars as pl

from models.oversight_project import (
    CREATED,
    OversightProjectState,
    OversightProjectTaskState,
    RememberedProject,
    RememberedProjectTask,
)
from models.oversight_rule import ProjectTemplateTask
from transforms.hierarchy import in_cycle, parent_positions
from transforms.oversight.identity import identity
from transforms.oversight.planned_day import days_after, last_offset_days, offset_days

PROJECT_TASK = "project_task"


def oversight_project_task(
    oversight_project: dy.LazyFrame[OversightProjectState],
    project_template_task: dy.LazyFrame[ProjectTemplateTask],
    remembered_project: dy.LazyFrame[RememberedProject],
    remembered_project_task: dy.LazyFrame[RememberedProjectTask],
) -> dy.LazyFrame[OversightProjectTaskState]:
    """Project tasks remembered, and those of the projects that are created now.

    task start = project start + offset; task end = task start + max(duration, 1) - 1 days.
    """
    created = oversight_project.filter(origin=CREATED).join(remembered_project, on="project", how="anti")
    started = created.select("project", "template", "planned_start", "created_on")
    tasks = started.join(planned_tasks(project_template_task), on="template").select(**_columns())
    columns = OversightProjectTaskState.column_names()
    return OversightProjectTaskState.cast(pl.concat([remembered_project_task.select(columns), tasks.select(columns)]))


def _columns() -> dict[str, pl.Expr]:
    return {
        "project_task": identity(PROJECT_TASK, "project", "template_task"),
        "project": pl.col("project"),
        "template_task": pl.col("template_task"),
        "parent": identity(PROJECT_TASK, "project", "above"),
        "name": pl.col("name"),
        "planned_start": days_after(pl.col("planned_start"), offset_days()),
        "planned_end": days_after(pl.col("planned_start"), last_offset_days()),
        "created_on": pl.col("created_on"),
    }


def planned_tasks(project_template_task: pl.LazyFrame) -> pl.LazyFrame:
    """The planned tasks of every template, with `above`: the planned task of the same template that each is part of.

    A parent that is unknown, of another template, or the start of a circle is none.
    """
    tasks = project_template_task.drop_nulls("template").select(
        "template", "name", "parent", "duration_days", "start_offset_days", template_task="sys_id"
    )
    templates = tasks.select(parent="template_task", parent_template="template")
    same = pl.col("parent_template") == pl.col("template")
    within = tasks.join(templates, on="parent", how="left").with_columns(above=pl.when(same).then("parent"))
    schema = within.collect_schema()
    return within.sort("template_task").map_batches(_without_circles, schema=schema)


def _without_circles(tasks: pl.DataFrame) -> pl.DataFrame:
    circular = np.flatnonzero(in_cycle(parent_positions(tasks, node="template_task", parent="above")))
    return tasks.with_columns(tasks["above"].scatter(circular, None))
