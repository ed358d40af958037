"""What oversight makes: programs, projects and project tasks, what is remembered of them and how they stand."""

from __future__ import annotations

from typing import Final

import dataframely as dy

from models.columns import choice, count, date, date_time, flag, key, key_text, text
from models.order import LINE_TABLE, LOCATION_TABLE, ORDER_TABLE, loose_reference
from models.order_state import STATE_MEANING
from models.table import Mart, Memory, State, Step

LINE_PROJECT: Final = "project"
SITE_PROJECT: Final = "site_project"
ORDER_PROJECT: Final = "order_project"
PROJECT_KINDS: Final = (LINE_PROJECT, SITE_PROJECT, ORDER_PROJECT)
CREATED: Final = "created"
REUSED: Final = "reused"
EXISTING: Final = "existing"
ORIGINS: Final = (CREATED, REUSED, EXISTING)
PROJECT_TYPES: Final = ("project", "customer_project")


class ProjectPlan(Step):
    """One project with planned tasks."""

    project = key("The project.")
    plan = text("Its planned tasks: those of its template, and those that it was made from.", nullable=False)


class ProgramColumns(dy.Schema):
    """What there is to know of a program."""

    program = key("The program; of a reused one its sys_id.")
    account = loose_reference("customer_account", description="The customer.")
    order = loose_reference(ORDER_TABLE, description="Its order; empty where orders share it.")
    origin = choice(ORIGINS, "Whether it was created, or was there already and is reused.", nullable=False)
    template = loose_reference("project_template", description="Its template: that of the earliest order.")
    created_on = date_time("The earliest approval, else creation, of its lines.")


class OversightProgramState(ProgramColumns, State):
    """One program that was ever created or reused, as it was then."""

    named = "oversight_program"


class RememberedProgram(ProgramColumns, Memory):
    """One program of the last published night."""

    reach = "whole"
    state = OversightProgramState


class OversightProgram(ProgramColumns, Mart):
    """One program that was created or reused for orders under oversight."""


class OrderProgramColumns(dy.Schema):
    """Which program an order belongs to."""

    order = key("The order.")
    program = key_text("Its program.")


class OversightOrderProgramState(OrderProgramColumns, State):
    """One order and the program it was given."""

    named = "oversight_order_program"


class RememberedOrderProgram(OrderProgramColumns, Memory):
    """One order and its program, of the last published night."""

    reach = "whole"
    state = OversightOrderProgramState


class ProjectColumns(dy.Schema):
    """What there is to know of a project, except how it stands."""

    project = key("The project; of a reused or existing one its sys_id.")
    kind = choice(PROJECT_KINDS, "Whether it is of a line, a site or a whole order.", nullable=False)
    name = text("Its name.")
    origin = choice(ORIGINS, "Whether it was created, is reused, or the platform has linked it.", nullable=False)
    template = loose_reference("project_template", description="Its template.")
    project_type = choice(PROJECT_TYPES, "A customer project where Customer Project Management is active.")
    parent = text("The site project it is part of.")
    program = text("The program it is part of.")
    account = loose_reference("customer_account", description="The customer.")
    order = loose_reference(ORDER_TABLE, description="Its order; empty where orders share it.")
    order_line_item = loose_reference(LINE_TABLE, description="Its line.")
    location = loose_reference(LOCATION_TABLE, description="Where the work is.")
    planned_start = date("Planned first day.")
    planned_end = date("Planned last day: that of its last task.")
    created_on = date_time("When what it is for was approved, else created.")


class OversightProjectState(ProjectColumns, State):
    """One project that was ever created or reused, as it was then."""

    named = "oversight_project"


class RememberedProject(ProjectColumns, Memory):
    """One project of the last published night."""

    reach = "whole"
    state = OversightProjectState


class NewSiteProject(Step):
    """One site project that lines ask for and that is not remembered."""

    project = key("The site project; of a reused one its sys_id.")
    kind = choice(PROJECT_KINDS, "A site project.", nullable=False)
    name = text("The name of its location.")
    origin = choice(ORIGINS, "Whether it is created, or one of the platform that is reused.", nullable=False)
    template = loose_reference("project_template", description="That of the earliest line.")
    account = loose_reference("customer_account", description="The customer of the earliest line's order.")
    order = loose_reference(ORDER_TABLE, description="Its order; empty where orders share it.")
    location = loose_reference(LOCATION_TABLE, description="The location.")
    planned_start = date("The first day of the earliest line; of a reused one its own.")
    planned_end = date("The last day of a reused one; of a new one that of its tasks, which are not there yet.")
    created_on = date_time("The earliest approval, else creation, of its lines.")


class ExistingProject(ProjectColumns, Step):
    """One exported project that the platform has linked to a line."""

    state = count(f"Its own state: {STATE_MEANING}; empty where it has none.", nullable=True)


class OversightProject(ProjectColumns, Mart):
    """One project that oversees a line, a site or a whole order."""

    state = count(f"How it stands: {STATE_MEANING}.", nullable=True)


class TaskColumns(dy.Schema):
    """What there is to know of a project task, except how it stands."""

    project_task = key("The project task.")
    project = text("Its project.", nullable=False)
    template_task = loose_reference("project_template_task", description="The planned task it was made from.")
    parent = text("The project task it is part of.")
    name = text("Its name.")
    planned_start = date("Planned first day.")
    planned_end = date("Planned last day.")
    created_on = date_time("When its project was created.")


class OversightProjectTaskState(TaskColumns, State):
    """One project task that was ever created, as it was then."""

    named = "oversight_project_task"


class RememberedProjectTask(TaskColumns, Memory):
    """One project task of the last published night."""

    reach = "whole"
    state = OversightProjectTaskState


class OversightProjectTask(TaskColumns, Mart):
    """One project task of a project under oversight."""

    state = count(f"How it stands: {STATE_MEANING}.", nullable=False)
    status = text("The state of the record that decides it, as the platform writes it.")


class TaskStanding(Step):
    """How one project task stands, as far as its parts say."""

    project_task = key("The project task.")
    state = count(f"Its state: {STATE_MEANING}.")
    status = text("The state of the record that decides it.")
    has_parts = flag("Any record of this export, or task below it, is part of it.", nullable=False)


class ProjectStanding(Step):
    """How one project of a line or an order stands."""

    project = key("The project.")
    state = count(f"Its state: {STATE_MEANING}.")
    is_canceled = flag("Its line or order is canceled.", nullable=False)


class OrderProject(Mart):
    """One order that is run as one project."""

    order = key("The order.")
    project = text("The project.", nullable=False)
    origin = choice(ORIGINS, "Where it comes from.", nullable=False)


class SiteLocationSiteProject(Mart):
    """One site project of a location."""

    location = text("The location.", nullable=False)
    site_project = key("The site project.")
    order = loose_reference(ORDER_TABLE, description="Its order; empty where orders share it.")
