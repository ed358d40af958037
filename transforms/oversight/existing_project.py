"""Projects that the platform has linked to lines: told as they are, never created."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.order_state import COMPLETE, IN_PROGRESS, OPEN, PENDING, SKIPPED, STATE_OF
from models.oversight import OrderLine, OversightSetup
from models.oversight_project import (
    EXISTING,
    LINE_PROJECT,
    ExistingProject,
    OversightOrderProgramState,
    OversightProjectState,
)
from models.work_item import Project
from transforms.oversight.project import sites_of
from transforms.oversight.state_words import word

CLOSED_INCOMPLETE = "4"
NUMBERS = {str(state): state for state in (PENDING, OPEN, IN_PROGRESS, COMPLETE, SKIPPED)}
STATES = {**STATE_OF, **NUMBERS, CLOSED_INCOMPLETE: COMPLETE}
SHARED = ("account", "order", "order_line_item", "location")
"""What an existing project says of its line; empty where lines that share it differ."""


def existing_project(
    order_line: dy.LazyFrame[OrderLine],
    pm_project: dy.LazyFrame[Project],
    oversight_project: dy.LazyFrame[OversightProjectState],
    oversight_order_program: dy.LazyFrame[OversightOrderProgramState],
    oversight_setup: dy.LazyFrame[OversightSetup],
) -> dy.LazyFrame[ExistingProject]:
    """Every exported project that the platform has linked to a line, in the state it has there.

    Its parent and program are those of the export, else the site project of its location and the program of its order.
    """
    linked = order_line.filter(pl.col("existing_project").is_not_null())
    same = [pl.when(pl.col(name).n_unique() == 1).then(pl.col(name).first()) for name in SHARED]
    of_lines = linked.group_by(project="existing_project").agg(*same, created_on=pl.col("created_on").min())
    exported = pm_project.select(
        "parent", "primary_program", "start_date", "end_date", project="sys_id", name="short_description", said="state"
    )
    programs = oversight_order_program.select("order", "program")
    places = of_lines.select("order", "location").unique()
    sites = sites_of(places, oversight_project).select("order", "location", site_project=pl.coalesce("own", "shared"))
    joined = (
        of_lines.join(exported, on="project")
        .join(programs, on="order", how="left")
        .join(sites, on=["order", "location"], how="left", nulls_equal=True)
        .join(oversight_setup, how="cross")
        .join(oversight_project, on="project", how="anti")
    )
    return ExistingProject.cast(joined.with_columns(**_described()).select(ExistingProject.column_names()))


def _described() -> dict[str, pl.Expr]:
    said = word(pl.col("said")).str.replace_all(" ", "_", literal=True)
    is_below_itself = pl.col("site_project") == pl.col("project")
    return {
        "kind": pl.lit(LINE_PROJECT),
        "origin": pl.lit(EXISTING),
        "template": pl.lit(None, pl.String),
        "parent": pl.coalesce("parent", pl.when(~is_below_itself).then("site_project")),
        "program": pl.coalesce("primary_program", "program"),
        "planned_start": pl.col("start_date"),
        "planned_end": pl.col("end_date"),
        "state": pl.when(said.is_not_null()).then(said.replace_strict(STATES, default=OPEN, return_dtype=pl.Int64)),
    }
