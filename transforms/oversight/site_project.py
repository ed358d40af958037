"""Site projects: one for each location, or for each order at a location, and what they are made from."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.order import Location
from models.oversight import OVERSEEN, OrderLine, OversightSetup, SiteDecision
from models.oversight_link import BY_LINE, OversightLineState
from models.oversight_project import (
    CREATED,
    REUSED,
    SITE_PROJECT,
    NewSiteProject,
    OversightProjectState,
    RememberedProject,
    SiteLocationSiteProject,
)
from models.oversight_rule import SiteProjectLink
from models.work_item import Project
from transforms.oversight.identity import identity


def new_site_project(
    order_line: dy.LazyFrame[OrderLine],
    site_decision: dy.LazyFrame[SiteDecision],
    oversight_line: dy.LazyFrame[OversightLineState],
    cmn_location: dy.LazyFrame[Location],
    site_location_rel_project: dy.LazyFrame[SiteProjectLink],
    pm_project: dy.LazyFrame[Project],
    oversight_setup: dy.LazyFrame[OversightSetup],
    remembered_project: dy.LazyFrame[RememberedProject],
) -> dy.LazyFrame[NewSiteProject]:
    """The site projects that lines ask for and that are not remembered.

    Only lines ask whose project is not yet part of one. Everything is that of the earliest line by (approved_on,
    sys_created_on, sys_id), except the date of creation, which is the earliest of all lines with such a project there.
    """
    lines = _at_sites(_with_free_project(order_line, oversight_line, remembered_project), oversight_setup)
    asking = lines.join(site_decision, left_on="order_line_item", right_on="record").filter(
        pl.col("outcome").is_in(OVERSEEN)
    )
    first = _first_of_each_site(asking)
    sites = exported_sites(site_location_rel_project, pm_project, order_line)
    exported = reusable_sites(sites.join(remembered_project, on="project", how="anti"))
    identified = first.join(exported, on="location", how="left").with_columns(**_identity())
    known = remembered_project.filter(kind=SITE_PROJECT).select("location", site_order="order")
    new = identified.join(known, on=["location", "site_order"], how="anti", nulls_equal=True)
    created = lines.group_by("location", "site_order").agg(created_on=pl.col("created_on").min())
    dated = new.join(created, on=["location", "site_order"], how="left", nulls_equal=True)
    described = _described(dated, cmn_location, pm_project)
    return NewSiteProject.cast(described.with_columns(order="site_order").select(NewSiteProject.column_names()))


def _with_free_project(
    order_line: pl.LazyFrame, oversight_line: pl.LazyFrame, remembered_project: pl.LazyFrame
) -> pl.LazyFrame:
    """Lines with a project of their own that is not part of a site project, at the location of that project."""
    taken = remembered_project.filter(pl.col("parent").is_not_null())
    own = oversight_line.filter(level=BY_LINE).select("order_line_item", "project")
    since = remembered_project.select("project", created_at="location", is_remembered=True)
    free = order_line.join(own.join(taken, on="project", how="anti"), on="order_line_item")
    location = pl.when(pl.col("is_remembered")).then("created_at").otherwise("location")
    return free.join(since, on="project", how="left").with_columns(location=location)


def _at_sites(order_line: pl.LazyFrame, setup: pl.LazyFrame) -> pl.LazyFrame:
    """Lines with a location, and `site_order`: the order with a site of its own there, empty where all share one."""
    located = order_line.filter(pl.col("location").is_not_null()).join(setup, how="cross")
    return located.with_columns(site_order=pl.when(~pl.col("is_reusing")).then("order"))


def _first_of_each_site(asking: pl.LazyFrame) -> pl.LazyFrame:
    of_first = {"template": "answer", "account": "order_account", "planned_start": "start_date"}
    taken = {name: pl.col(column).first() for name, column in of_first.items()}
    return earliest_first(asking).group_by("location", "site_order", maintain_order=True).agg(**taken)


def earliest_first(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Lines in the order in which they were approved, else created."""
    return lines.sort("approved_on", "sys_created_on", "order_line_item", nulls_last=True)


def _identity() -> dict[str, pl.Expr]:
    """An exported site project of the location, where all orders share one, else a new one."""
    is_shared = pl.col("site_order").is_null()
    is_reused = is_shared & pl.col("exported").is_not_null()
    new = pl.when(is_shared).then(identity(SITE_PROJECT, "location"))
    own = new.otherwise(identity(SITE_PROJECT, "site_order", "location"))
    return {
        "project": pl.when(is_reused).then("exported").otherwise(own),
        "origin": pl.when(is_reused).then(pl.lit(REUSED)).otherwise(pl.lit(CREATED)),
        "kind": pl.lit(SITE_PROJECT),
    }


def _described(sites: pl.LazyFrame, cmn_location: pl.LazyFrame, pm_project: pl.LazyFrame) -> pl.LazyFrame:
    """New sites with the name of their location; reused ones as they are on the platform."""
    locations = cmn_location.select(location="sys_id", place="name")
    exported = pm_project.select(
        exported="sys_id", title="short_description", first_day="start_date", last_day="end_date"
    )
    joined = sites.join(locations, on="location", how="left").join(exported, on="exported", how="left")
    is_reused = pl.col("origin") == REUSED
    return joined.with_columns(
        name=pl.when(is_reused).then("title").otherwise("place"),
        planned_start=pl.when(is_reused).then("first_day").otherwise("planned_start"),
        planned_end=pl.when(is_reused).then("last_day"),
    )


def exported_sites(links: pl.LazyFrame, pm_project: pl.LazyFrame, order_line: pl.LazyFrame) -> pl.LazyFrame:
    """Each exported site project with the one location that it can be reused for.

    Of several locations that the platform has linked it to, the lowest. A project of a line is no site project.
    """
    of_lines = order_line.select(project="existing_project")
    linked = links.drop_nulls("location").join(of_lines, on="project", how="anti")
    exported = linked.join(pm_project.select(project="sys_id"), on="project", how="semi")
    return exported.group_by("project").agg(pl.col("location").min())


def reusable_sites(sites: pl.LazyFrame) -> pl.LazyFrame:
    """The lowest site project of each location, and how many there are."""
    return sites.group_by("location").agg(exported=pl.col("project").min(), projects=pl.len())


def site_location_site_project(
    oversight_project: dy.LazyFrame[OversightProjectState],
) -> dy.LazyFrame[SiteLocationSiteProject]:
    """Every site project with its location."""
    sites = oversight_project.filter(kind=SITE_PROJECT)
    return SiteLocationSiteProject.cast(sites.select("location", "order", site_project="project"))
