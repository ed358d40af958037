"""What an administrator sets up so that orders become projects: rules, templates, field maps, plugins and links.

A reference of these tables may be empty or point to nothing: the row is kept, and a rule names the outcome.
"""

from __future__ import annotations

from typing import Final

from models.columns import count, flag, key, text
from models.order import DOMAIN_ORDER_TABLE, LINE_TABLE, LOCATION_TABLE, ORDER_TASK_TABLE, OrderSource, loose_reference
from models.vocabulary import PROJECT_TABLE, PROJECT_TASK_TABLE

PPM_PLUGIN: Final = "com.snc.financial_planning_pmo"
CUSTOMER_PROJECTS_PLUGIN: Final = "com.snc.csm_ppm"
AUTO_CLOSURE_PROPERTY: Final = "sn_ind_tmt_orm.project.task.auto.closure"
REUSE_PROPERTY: Final = "sn_ind_tmt_orm.reuse_existing_program_and_project_enabled"


class OversightRule(OrderSource):
    """One row of a decision table: records that meet its condition get its answer."""

    named = "oversight_rule"
    absence = "No rules: nothing is overseen, except where an agent chose a template."

    sys_id = key("The rule.")
    decision_table = text("The decision table it belongs to.", required=True)
    order = count("Its place among the rules of its table; empty = last.", nullable=True, required=True)
    condition = text("Encoded query; empty = always.", required=True)
    answer = loose_reference(
        "project_template",
        "project_template_task",
        description="The template, or for domain orders and order tasks the template task.",
        required=True,
    )
    active = flag("Whether it takes part; empty = it does.")
    default_answer = flag("Whether it answers, whatever its condition, where no other rule matches.")
    location = loose_reference(LOCATION_TABLE, description="For site rules: the location it is for, and all below it.")


class ProjectTemplate(OrderSource):
    """What a program, project or site project is made from."""

    named = "project_template"
    absence = "No templates: no answer is known."

    sys_id = key("The template.")
    name = text("Its name.")
    kind = text("`program`, `project` or `site_project`.", required=True)
    active = flag("Whether it may be used; empty = it may.")


class ProjectTemplateTask(OrderSource):
    """One planned task of a template."""

    named = "project_template_task"
    absence = "Templates have no tasks: domain orders and order tasks are linked to none."

    sys_id = key("The template task.")
    template = loose_reference("project_template", description="Its template.", required=True)
    name = text("Its name.")
    order = count("Its place in the template.", nullable=True)
    parent = loose_reference("project_template_task", description="The template task it is part of.")
    duration_days = count("How long it takes.", nullable=True, unit="days")
    start_offset_days = count("How long after the start of the project it begins.", nullable=True, unit="days")


class TableMap(OrderSource):
    """Says that fields of one table are copied to another when a record of that is created."""

    named = "csm_table_map"

    sys_id = key("The map.")
    source_table = text("The table that is read.", required=True)
    target_table = text("The table that is written.", required=True)
    active = flag("Whether it is used; empty = it is.")


class FieldMap(OrderSource):
    """One field of a table map."""

    named = "csm_field_map"

    sys_id = key("The field map.")
    map = loose_reference("csm_table_map", description="The table map.", required=True)
    source_field = text("The field that is read.", required=True)
    target_field = text("The field that is written.", required=True)
    order = count("Its place: of several for one target field the first counts.", nullable=True)


class Plugin(OrderSource):
    """An application that can be installed on the instance."""

    named = "v_plugin"
    absence = "No plugin counts as installed: nothing new is overseen."

    id = key("The plugin.")
    active = text("`true`, `1` or `active` where it is installed.", required=True)


class LineProjectLink(OrderSource):
    """A project that the platform has linked to an order line."""

    named = "sn_ind_tmt_orm_order_line_rel_task"

    sys_id = key("The link.")
    order_line_item = loose_reference(LINE_TABLE, description="The line.", required=True)
    task = loose_reference(PROJECT_TABLE, description="The project.", required=True)


class SourceTaskLink(OrderSource):
    """A project task that the platform has linked to a domain order or order task."""

    named = "sn_ind_tmt_orm_order_task_rel_task"

    sys_id = key("The link.")
    source = loose_reference(DOMAIN_ORDER_TABLE, ORDER_TASK_TABLE, description="The record.", required=True)
    project_task = loose_reference(PROJECT_TASK_TABLE, description="The project task.", required=True)


class SiteProjectLink(OrderSource):
    """A site project that the platform has linked to a location."""

    named = "site_location_rel_project"

    sys_id = key("The link.")
    location = loose_reference(LOCATION_TABLE, description="The location.", required=True)
    project = loose_reference(PROJECT_TABLE, description="The site project.", required=True)
