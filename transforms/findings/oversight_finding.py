"""Findings about orders, the rules that decide on them, and what became of them."""

from __future__ import annotations

import dataframely as dy
import numpy as np
import polars as pl

from models.audit import OversightFinding
from models.catalogue import SOURCES
from models.order import (
    DOMAIN_ORDER_TABLE,
    LINE_TABLE,
    LOCATION_TABLE,
    ORDER_TABLE,
    ORDER_TASK_TABLE,
    DomainOrder,
    Location,
    Order,
    OrderLineItem,
    OrderTask,
)
from models.oversight import OVERSEEN, OrderLine, OversightSetup, SiteDecision
from models.oversight_link import OversightLineState, OversightLinkState
from models.oversight_project import ORDER_PROJECT, OversightOrderProgramState, OversightProjectState
from models.oversight_rule import FieldMap, SiteProjectLink, TableMap
from models.oversight_rule_lint import REJECTED, SAME_ORDER, OversightRuleLint
from models.work_item import Program, Project
from transforms.findings.finding import found
from transforms.hierarchy import in_cycle, parent_positions
from transforms.oversight.mapped_field import MAPPED_TABLES, field_maps
from transforms.oversight.program import exported_programs
from transforms.oversight.site_project import exported_sites, reusable_sites
from transforms.oversight.state_words import is_unknown_state
from transforms.sentence import sentence


def oversight_finding(
    sn_ind_tmt_orm_order: dy.LazyFrame[Order],
    sn_ind_tmt_orm_order_line_item: dy.LazyFrame[OrderLineItem],
    sn_ind_tmt_orm_domain_order: dy.LazyFrame[DomainOrder],
    sn_ind_tmt_orm_order_task: dy.LazyFrame[OrderTask],
    cmn_location: dy.LazyFrame[Location],
    site_location_rel_project: dy.LazyFrame[SiteProjectLink],
    pm_project: dy.LazyFrame[Project],
    pm_program: dy.LazyFrame[Program],
    csm_table_map: dy.LazyFrame[TableMap],
    csm_field_map: dy.LazyFrame[FieldMap],
    oversight_setup: dy.LazyFrame[OversightSetup],
    oversight_rule_lint: dy.LazyFrame[OversightRuleLint],
    order_line: dy.LazyFrame[OrderLine],
    site_decision: dy.LazyFrame[SiteDecision],
    oversight_order_program: dy.LazyFrame[OversightOrderProgramState],
    oversight_project: dy.LazyFrame[OversightProjectState],
    oversight_line: dy.LazyFrame[OversightLineState],
    oversight_link: dy.LazyFrame[OversightLinkState],
) -> dy.LazyFrame[OversightFinding]:
    """Rules, states, locations and maps that can't be taken as they are, and records that are no longer there."""
    records: dict[str, pl.LazyFrame] = {
        ORDER_TABLE: sn_ind_tmt_orm_order,
        LINE_TABLE: sn_ind_tmt_orm_order_line_item,
        DOMAIN_ORDER_TABLE: sn_ind_tmt_orm_domain_order,
        ORDER_TASK_TABLE: sn_ind_tmt_orm_order_task,
    }
    circles = {
        LOCATION_TABLE: (cmn_location, "parent"),
        LINE_TABLE: (sn_ind_tmt_orm_order_line_item, "parent_line_item"),
        ORDER_TASK_TABLE: (sn_ind_tmt_orm_order_task, "parent"),
    }
    parts = [
        *_of_rules(oversight_rule_lint),
        *(_unknown_state(rows, table) for table, rows in records.items()),
        *(_circle(rows, table, parent) for table, (rows, parent) in circles.items()),
        _several_programs(sn_ind_tmt_orm_order, pm_program, oversight_setup),
        _several_sites(order_line, site_location_rel_project, pm_project, oversight_setup),
        _unused_site_link(order_line, site_location_rel_project, pm_project),
        _templates_differ(order_line, site_decision),
        _unknown_map_field(csm_table_map, csm_field_map),
        _exists_twice(order_line, oversight_line),
        *_vanished(records, oversight_order_program, oversight_project, oversight_line, oversight_link),
    ]
    return OversightFinding.cast(pl.concat(parts))


def _of_rules(lint: pl.LazyFrame) -> list[pl.LazyFrame]:
    codes = {REJECTED: "rejected_rule", SAME_ORDER: "rules_of_same_order"}
    return [
        found(lint.filter(problem=problem), code, pl.col("detail"), source_table="oversight_rule", sys_id="rule")
        for problem, code in codes.items()
    ]


def _unknown_state(rows: pl.LazyFrame, table: str) -> pl.LazyFrame:
    message = sentence("{} is in state {}, which means nothing to a project; it counts as open.", "number", "state")
    unknown = rows.filter(is_unknown_state(pl.col("state")))
    return found(unknown, "unknown_order_state", message, source_table=table, sys_id="sys_id")


def _circle(rows: pl.LazyFrame, table: str, parent: str) -> pl.LazyFrame:
    """The rows of a table that are above themselves."""

    def members(frame: pl.DataFrame) -> pl.DataFrame:
        return frame[np.flatnonzero(in_cycle(parent_positions(frame, node="sys_id", parent=parent)))]

    name = "number" if "number" in SOURCES[table].columns() else "name"
    chain = rows.select("sys_id", name, parent).sort("sys_id")
    circular = chain.map_batches(members, schema=chain.collect_schema())
    message = sentence("{} is above itself: the way up ends where it would begin again.", name)
    return found(circular, "order_record_cycle", message, source_table=table, sys_id="sys_id")


def _several_programs(orders: pl.LazyFrame, pm_program: pl.LazyFrame, setup: pl.LazyFrame) -> pl.LazyFrame:
    several = exported_programs(pm_program).filter(pl.col("programs") > 1)
    asked = several.join(orders, on="account", how="semi").join(setup, how="cross").filter("is_reusing")
    message = sentence("Account {} has {} programs. The lowest is reused: {}.", "account", "programs", "exported")
    return found(asked, "several_programs", message, source_table="pm_program", sys_id="exported")


def _several_sites(
    order_line: pl.LazyFrame, links: pl.LazyFrame, pm_project: pl.LazyFrame, setup: pl.LazyFrame
) -> pl.LazyFrame:
    several = reusable_sites(exported_sites(links, pm_project, order_line)).filter(pl.col("projects") > 1)
    asked = several.join(order_line, on="location", how="semi").join(setup, how="cross").filter("is_reusing")
    text = "Location {} is linked to {} site projects. The lowest is reused: {}."
    message = sentence(text, "location", "projects", "exported")
    return found(asked, "several_site_projects", message, source_table="site_location_rel_project", sys_id="exported")


def _unused_site_link(order_line: pl.LazyFrame, links: pl.LazyFrame, pm_project: pl.LazyFrame) -> pl.LazyFrame:
    """Links to an exported project that serves another location, or that is the project of a line."""
    exported = links.drop_nulls("location").join(pm_project.select(project="sys_id"), on="project", how="semi")
    used = exported_sites(links, pm_project, order_line)
    unused = exported.join(used, on=["project", "location"], how="anti").unique(["project", "location"])
    message = sentence(
        "Project {} is not reused as the site project of location {}: it serves a line, or another location.",
        "project",
        "location",
    )
    return found(unused, "unused_site_link", message, source_table="site_location_rel_project", sys_id="sys_id")


def _templates_differ(order_line: pl.LazyFrame, site_decision: pl.LazyFrame) -> pl.LazyFrame:
    """Locations whose lines ask for different site templates."""
    asked = site_decision.filter(pl.col("outcome").is_in(OVERSEEN)).select("answer", order_line_item="record")
    located = order_line.join(asked, on="order_line_item").group_by("location")
    several = located.agg(templates=pl.col("answer").n_unique()).filter(pl.col("templates") > 1)
    text = "Lines at location {} ask for {} different site templates; that of the earliest line is used."
    message = sentence(text, "location", "templates")
    return found(several, "site_templates_differ", message, source_table=LOCATION_TABLE, sys_id="location")


def _unknown_map_field(csm_table_map: pl.LazyFrame, csm_field_map: pl.LazyFrame) -> pl.LazyFrame:
    """Field maps of a table that is mapped whose source field that table does not have."""
    pairs = [(source, target) for target, sources in MAPPED_TABLES.items() for source in sources]
    known = [(source, field) for source, _ in pairs for field in SOURCES[source].columns()]
    mapped = pl.LazyFrame(pairs, schema=["source_table", "target_table"], orient="row")
    fields = pl.LazyFrame(known, schema=["source_table", "source_field"], orient="row")
    maps = field_maps(csm_table_map, csm_field_map).join(mapped, on=["source_table", "target_table"], how="semi")
    unknown = maps.join(fields, on=["source_table", "source_field"], how="anti")
    message = sentence("{} has no field {}: {} is not copied.", "source_table", "source_field", "target_field")
    return found(unknown, "unknown_map_field", message, source_table="csm_field_map", sys_id="sys_id")


def _exists_twice(order_line: pl.LazyFrame, oversight_line: pl.LazyFrame) -> pl.LazyFrame:
    created = oversight_line.select("project", "order_line_item")
    twice = order_line.filter(pl.col("existing_project").is_not_null()).join(created, on="order_line_item")
    text = "The platform has linked {} to project {}, after project {} was made for it. The platform's is shown."
    message = sentence(text, "number", "existing_project", "project")
    return found(twice, "project_exists_twice", message, source_table=LINE_TABLE, sys_id="order_line_item")


def _vanished(
    records: dict[str, pl.LazyFrame],
    programs: pl.LazyFrame,
    projects: pl.LazyFrame,
    lines: pl.LazyFrame,
    links: pl.LazyFrame,
) -> list[pl.LazyFrame]:
    """Records with a project or link that this export no longer has."""
    as_one = projects.filter(kind=ORDER_PROJECT)
    remembered = {
        ORDER_TABLE: pl.concat([table.select(sys_id="order") for table in (programs, as_one)]),
        LINE_TABLE: lines.select(sys_id="order_line_item"),
        DOMAIN_ORDER_TABLE: links.filter(record_table=DOMAIN_ORDER_TABLE).select(sys_id="record"),
        ORDER_TASK_TABLE: links.filter(record_table=ORDER_TASK_TABLE).select(sys_id="record"),
    }
    message = sentence("{} is under oversight, but no longer in the export: it counts for no state.", "sys_id")
    return [
        found(
            known.join(records[table], on="sys_id", how="anti").unique(),
            "source_vanished",
            message,
            source_table=table,
            sys_id="sys_id",
        )
        for table, known in remembered.items()
    ]
