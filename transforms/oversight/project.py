"""Projects: of lines, of whole orders, and of sites, remembered or created now."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.order import Order
from models.oversight import OVERSEEN, LineDecision, OrderDecision, OrderLine, OversightSetup, SiteDecision
from models.oversight_link import BY_LINE, OversightLineState
from models.oversight_project import (
    CREATED,
    LINE_PROJECT,
    ORDER_PROJECT,
    SITE_PROJECT,
    NewSiteProject,
    OversightOrderProgramState,
    OversightProjectState,
    RememberedProject,
)
from models.oversight_rule import ProjectTemplate, ProjectTemplateTask
from transforms.oversight.identity import identity
from transforms.oversight.order_line import created_on, start_date
from transforms.oversight.planned_day import days_after, last_offset_days
from transforms.oversight.site_project import earliest_first


def oversight_project(
    sn_ind_tmt_orm_order: dy.LazyFrame[Order],
    order_line: dy.LazyFrame[OrderLine],
    order_decision: dy.LazyFrame[OrderDecision],
    line_decision: dy.LazyFrame[LineDecision],
    site_decision: dy.LazyFrame[SiteDecision],
    oversight_line: dy.LazyFrame[OversightLineState],
    new_site_project: dy.LazyFrame[NewSiteProject],
    oversight_order_program: dy.LazyFrame[OversightOrderProgramState],
    project_template: dy.LazyFrame[ProjectTemplate],
    project_template_task: dy.LazyFrame[ProjectTemplateTask],
    oversight_setup: dy.LazyFrame[OversightSetup],
    remembered_project: dy.LazyFrame[RememberedProject],
    *,
    instance_time_zone: str,
) -> dy.LazyFrame[OversightProjectState]:
    """Projects remembered as they were, and those that lines, orders and sites get for the first time.

    A remembered project that had no parent or program yet is given one when there is one.
    """
    of_lines = _of_lines(order_line, line_decision, oversight_line, remembered_project)
    of_orders = _of_orders(sn_ind_tmt_orm_order, order_decision, instance_time_zone)
    started = pl.concat([of_lines, of_orders, new_site_project.pipe(_in_shape)])
    new = started.join(remembered_project, on="project", how="anti")
    planned = _planned(_named(new, project_template), project_template_task).join(oversight_setup, how="cross")
    columns = OversightProjectState.column_names()
    projects = pl.concat([part.select(columns) for part in (remembered_project, planned)])
    connected = _in_site(_in_program(projects, oversight_order_program), oversight_setup)
    asking = _asking_lines(order_line, site_decision, oversight_line)
    return OversightProjectState.cast(_shared_in_program(connected, asking, oversight_order_program).select(columns))


SHAPE = {
    "project": pl.String(),
    "kind": pl.String(),
    "name": pl.String(),
    "origin": pl.String(),
    "template": pl.String(),
    "account": pl.String(),
    "order": pl.String(),
    "order_line_item": pl.String(),
    "location": pl.String(),
    "planned_start": pl.Date(),
    "planned_end": pl.Date(),
    "created_on": pl.Datetime("us"),
}
"""What a project is started with; `name` is only the part that its template's name does not say."""


def _in_shape(projects: pl.LazyFrame) -> pl.LazyFrame:
    held = projects.collect_schema().names()
    return projects.select(
        (pl.col(name) if name in held else pl.lit(None)).cast(dtype).alias(name) for name, dtype in SHAPE.items()
    )


def _of_lines(
    order_line: pl.LazyFrame, line_decision: pl.LazyFrame, oversight_line: pl.LazyFrame, remembered: pl.LazyFrame
) -> pl.LazyFrame:
    decided = line_decision.filter(pl.col("outcome").is_in(OVERSEEN)).select(
        order_line_item="record", template="answer"
    )
    own = oversight_line.filter(level=BY_LINE).select("order_line_item", "project")
    lines = order_line.join(decided, on="order_line_item").join(own, on="order_line_item")
    return lines.join(remembered, on="project", how="anti").pipe(
        lambda frame: _in_shape(
            frame.with_columns(
                kind=pl.lit(LINE_PROJECT),
                origin=pl.lit(CREATED),
                name="number",
                planned_start="start_date",
                planned_end=pl.lit(None, pl.Date),
            )
        )
    )


def _of_orders(orders: pl.LazyFrame, order_decision: pl.LazyFrame, zone: str) -> pl.LazyFrame:
    decided = order_decision.filter(pl.col("outcome").is_in(OVERSEEN)).select(order="record", template="answer")
    chosen = orders.with_columns(order="sys_id").join(decided, on="order")
    return _in_shape(
        chosen.with_columns(
            project=identity(ORDER_PROJECT, "order"),
            kind=pl.lit(ORDER_PROJECT),
            origin=pl.lit(CREATED),
            name="number",
            planned_start=start_date(zone),
            planned_end=pl.lit(None, pl.Date),
            created_on=created_on(),
        )
    )


def _named(projects: pl.LazyFrame, project_template: pl.LazyFrame) -> pl.LazyFrame:
    """Projects with their template's name in front; a site project has that of its location."""
    names = project_template.select(template="sys_id", template_name="name")
    both = pl.concat_str("template_name", "name", separator=" ")
    full = pl.coalesce(both, "template_name", "name")
    name = pl.when(kind=SITE_PROJECT).then("name").otherwise(full)
    return projects.join(names, on="template", how="left").with_columns(name=name)


def _planned(projects: pl.LazyFrame, project_template_task: pl.LazyFrame) -> pl.LazyFrame:
    """Projects with the last day of their last task; the first day, where there is none."""
    length = project_template_task.group_by("template").agg(length=last_offset_days().max())
    joined = projects.join(length, on="template", how="left")
    end = days_after(pl.col("planned_start"), pl.col("length").fill_null(0))
    is_created = pl.col("origin") == CREATED
    return joined.with_columns(
        planned_end=pl.when(is_created).then(end).otherwise("planned_end"),
        parent=pl.lit(None, pl.String),
        program=pl.lit(None, pl.String),
    )


def _in_program(projects: pl.LazyFrame, order_program: pl.LazyFrame) -> pl.LazyFrame:
    """Projects of an order that have no program yet, in that of the order."""
    given = order_program.select("order", order_program="program")
    joined = projects.join(given, on="order", how="left")
    return joined.with_columns(program=pl.coalesce("program", "order_program"))


def _asking_lines(order_line: pl.LazyFrame, site_decision: pl.LazyFrame, oversight_line: pl.LazyFrame) -> pl.LazyFrame:
    """The lines that ask for a site project, the earliest first, with the project of each."""
    asking = site_decision.filter(pl.col("outcome").is_in(OVERSEEN)).select(order_line_item="record")
    own = oversight_line.select("order_line_item", below="project")
    return earliest_first(order_line.join(asking, on="order_line_item").join(own, on="order_line_item"))


def _shared_in_program(projects: pl.LazyFrame, asking: pl.LazyFrame, order_program: pl.LazyFrame) -> pl.LazyFrame:
    """Site projects that orders share and that have no program yet, in that of the earliest line that asks for them."""
    parents = projects.select("parent", below="project").drop_nulls()
    first = asking.join(parents, on="below", maintain_order="left").group_by("parent", maintain_order=True)
    given = first.agg(pl.col("order").first()).join(
        order_program.select("order", site_program="program"), on="order", how="left"
    )
    named = given.select("site_program", project="parent")
    joined = projects.join(named, on="project", how="left")
    return joined.with_columns(program=pl.coalesce("program", "site_program"))


def _in_site(projects: pl.LazyFrame, setup: pl.LazyFrame) -> pl.LazyFrame:
    """Line projects below the site project of their location."""
    of_lines = projects.filter(kind=LINE_PROJECT).select("order", "location").unique()
    sites = sites_of(of_lines, projects).join(setup, how="cross")
    site_project = pl.when("is_reusing").then("shared").otherwise("own")
    of_places = sites.select("order", "location", site_project=site_project)
    joined = projects.join(of_places, on=["order", "location"], how="left")
    is_below = (pl.col("kind") == LINE_PROJECT) & pl.col("parent").is_null()
    return joined.with_columns(parent=pl.when(is_below).then("site_project").otherwise("parent"))


def sites_of(places: pl.LazyFrame, projects: pl.LazyFrame) -> pl.LazyFrame:
    """For each `order` and `location` the `shared` site project and the order's `own` one, where there are any."""
    sites = projects.filter(kind=SITE_PROJECT).select("location", "order", site="project")
    shared = sites.filter(pl.col("order").is_null()).select("location", shared="site")
    own = sites.filter(pl.col("order").is_not_null()).select("location", "order", own="site")
    return places.join(shared, on="location", how="left").join(own, on=["order", "location"], how="left")
