"""Which planned tasks a project is about: those of its template, and those that it was made from."""

from __future__ import annotations

from typing import Final

import dataframely as dy
import polars as pl

from models.oversight_project import OversightProjectState, OversightProjectTaskState, ProjectPlan
from models.oversight_rule import ProjectTemplateTask

SEPARATOR: Final = "\x1f"
"""Between the keys in a plan: a character that no key has."""


def project_plan(
    oversight_project: dy.LazyFrame[OversightProjectState],
    oversight_project_task: dy.LazyFrame[OversightProjectTaskState],
    project_template_task: dy.LazyFrame[ProjectTemplateTask],
) -> dy.LazyFrame[ProjectPlan]:
    """The planned tasks of a project as one text, so that projects with the same plan can be told by it.

    A planned task that was taken out of the template later still belongs to the projects that have it; one that was
    added later belongs to the template, although older projects have no task of it.
    """
    templates = project_template_task.select("template", template_task="sys_id")
    of_template = _joined(templates.drop_nulls("template"), "template", "planned")
    projects = oversight_project.select("project", "template")
    made_from = oversight_project_task.select("project", "template_task").join(projects, on="project")
    gone = made_from.join(templates, on=["template", "template_task"], how="anti")
    of_project = _joined(gone.drop_nulls("template_task"), "project", "kept")
    both = projects.join(of_template, on="template", how="left").join(of_project, on="project", how="left")
    plan = pl.concat_str("planned", "kept", separator=SEPARATOR, ignore_nulls=True)
    return ProjectPlan.cast(both.select("project", plan=plan).filter(pl.col("plan") != ""))


def _joined(tasks: pl.LazyFrame, by: str, name: str) -> pl.LazyFrame:
    ordered = tasks.sort("template_task").group_by(by, maintain_order=True)
    return ordered.agg(pl.col("template_task").str.join(SEPARATOR).alias(name))
