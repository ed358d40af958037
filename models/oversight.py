"""Project oversight: which orders become projects, what those are made of, and what follows from their state."""

from __future__ import annotations

from typing import Final

import dataframely as dy

from models.columns import choice, count, date, date_time, flag, key, key_text, money, text
from models.order import (
    DOMAIN_ORDER_TABLE,
    LINE_TABLE,
    LOCATION_TABLE,
    ORDER_TABLE,
    ORDER_TASK_TABLE,
    loose_reference,
)
from models.table import Mart, Memory, State, Step
from models.vocabulary import PROJECT_TABLE, PROJECT_TASK_TABLE

PROGRAM: Final = "program"
ORDER: Final = "order"
LINE: Final = "order_line_item"
SITE: Final = "site_location"
DOMAIN_ORDER: Final = "domain_order"
ORDER_TASK: Final = "order_task"
DECISION_TABLES: Final = (PROGRAM, ORDER, LINE, SITE, DOMAIN_ORDER, ORDER_TASK)
RECORD_TABLES: Final = {
    PROGRAM: ORDER_TABLE,
    ORDER: ORDER_TABLE,
    LINE: LINE_TABLE,
    SITE: LINE_TABLE,
    DOMAIN_ORDER: DOMAIN_ORDER_TABLE,
    ORDER_TASK: ORDER_TASK_TABLE,
}

PPM_NOT_INSTALLED: Final = "ppm_not_installed"
INVALID_LINE: Final = "invalid_line"
NOT_APPROVED: Final = "not_approved"
COVERED: Final = "covered_by_order_project"
EXISTING_PROJECT: Final = "existing_project"
NO_OVERSEEN_LINE: Final = "no_overseen_line"
NO_LINE_PROJECT: Final = "no_line_project"
NO_LOCATION: Final = "no_location"
NO_PROJECT: Final = "no_project"
AGENT_CHOICE: Final = "agent_choice"
ANSWER_UNKNOWN: Final = "answer_unknown"
ANSWER_WRONG_KIND: Final = "answer_wrong_kind"
TEMPLATE_INACTIVE: Final = "template_inactive"
MATCHED: Final = "matched"
DEFAULT: Final = "default"
TASK_NOT_IN_TEMPLATE: Final = "task_not_in_template"
VIA_PARENT: Final = "via_parent"
NO_RULE_MATCHED: Final = "no_rule_matched"
OUTCOMES: Final = (
    PPM_NOT_INSTALLED,
    INVALID_LINE,
    NOT_APPROVED,
    COVERED,
    EXISTING_PROJECT,
    NO_OVERSEEN_LINE,
    NO_LINE_PROJECT,
    NO_LOCATION,
    NO_PROJECT,
    AGENT_CHOICE,
    ANSWER_UNKNOWN,
    ANSWER_WRONG_KIND,
    TEMPLATE_INACTIVE,
    MATCHED,
    DEFAULT,
    TASK_NOT_IN_TEMPLATE,
    VIA_PARENT,
    NO_RULE_MATCHED,
)
OVERSEEN: Final = (AGENT_CHOICE, MATCHED, DEFAULT)
"""Outcomes by which something is created or linked."""

LINE_PROJECT: Final = "project"
SITE_PROJECT: Final = "site_project"
ORDER_PROJECT: Final = "order_project"
PROJECT_KINDS: Final = (LINE_PROJECT, SITE_PROJECT, ORDER_PROJECT)
CREATED: Final = "created"
REUSED: Final = "reused"
EXISTING: Final = "existing"
ORIGINS: Final = (CREATED, REUSED, EXISTING)
PROJECT_TYPES: Final = ("project", "customer_project")
BY_LINE: Final = "line"
BY_ORDER: Final = "order"
LEVELS: Final = (BY_LINE, BY_ORDER)

PENDING: Final = -5
OPEN: Final = 1
IN_PROGRESS: Final = 2
COMPLETE: Final = 3
SKIPPED: Final = 7
STATE_OF: Final = {
    **dict.fromkeys(("draft", "scheduled", "new", "pending"), PENDING),
    **dict.fromkeys(("open", "qualified", "acknowledged", "approved"), OPEN),
    **dict.fromkeys(
        (
            "in_progress",
            "work_in_progress",
            "on_hold",
            "awaiting_information",
            "resolved",
            "cancellation_in_progress",
        ),
        IN_PROGRESS,
    ),
    **dict.fromkeys(("closed_complete", "completed", "closed", "closed_incomplete", "failed"), COMPLETE),
    **dict.fromkeys(("canceled", "cancelled", "rejected", "closed_skipped"), SKIPPED),
}
"""What an order's, line's, domain order's or order task's state means for a project task."""
APPROVED_STATES: Final = (
    "acknowledged",
    "scheduled",
    "in_progress",
    "on_hold",
    "awaiting_information",
    "completed",
)
"""States that a line reaches only once it is approved."""


class OversightSetup(Step):
    """How the instance is set up for oversight: one row for the whole run."""

    is_ppm_installed = flag("Project Portfolio Management is active: new programs and projects may be created.")
    project_type = choice(PROJECT_TYPES, "What new projects are.")
    is_reusing = flag("Programs and site projects are shared by the orders of an account, or at a location.")
    is_auto_closing = flag("Project tasks close with their order tasks.")


class OrderLine(Step):
    """One order line with what its oversight depends on."""

    order_line_item = key("The line.")
    number = text("Its number.")
    order = loose_reference(ORDER_TABLE, description="Its order; empty where that is not in the export.")
    account = loose_reference("customer_account", description="Its customer, else that of its order.")
    order_account = loose_reference("customer_account", description="The customer of its order.")
    location = loose_reference(LOCATION_TABLE, description="Where it is delivered.")
    known_location = loose_reference(LOCATION_TABLE, description="The same; empty where it is not in the export.")
    parent_line_item = loose_reference(LINE_TABLE, description="The line it is part of.")
    is_valid_line = flag("Its order exists, and it has a specification or an offering.")
    is_approved_line = flag("It was approved, or its state says so.")
    state = count("Its state as a project's.")
    order_state = count("Its order's state as a project's.", nullable=True)
    existing_project = loose_reference(PROJECT_TABLE, description="The project that the platform has linked to it.")
    approved_on = date_time("When it was approved.")
    sys_created_on = date_time("When it was created.")
    created_on = date_time("When it was approved, else created.")
    start_date = date("Its expected first day, else the day of its approval.")


class ProjectPlan(Step):
    """One project with planned tasks."""

    project = key("The project.")
    plan = text("Its planned tasks: those of its template, and those that it was made from.", nullable=False)


class OverseenRecord(Step):
    """One domain order or order task with the project it belongs to."""

    record_table = key_text("The table of the record.")
    record = key_text("The domain order or order task.")
    parent = text("The record it is work for.")
    domain_order = text("The domain order at the top of its parents.")
    order_line_item = text("Its line: its own, else that of its domain order.")
    existing_project = text("The project that the platform has linked to its line.")
    project = text("The project whose tasks it can be linked to.")
    state = count("Its state as a project task's.")
    status = text("Its state, as the platform writes it.")
    sys_created_on = date_time("When it was created.")


class DecisionColumns(dy.Schema):
    """What a decision says of a record."""

    record = key_text("The order, line, domain order or order task that was decided on.")
    rule = text("The rule that decided; empty where none did.")
    answer = text("Its answer, or the template that an agent chose.")
    outcome = choice(OUTCOMES, "What came of it: the first of these that applies.", nullable=False)


class DecisionStep(DecisionColumns):
    """A decision with what it was made from."""

    first_match = text("The first rule that the record meets, whatever else stands in the way of it.")


class ProgramDecision(DecisionStep, Step):
    """One order, and the program template it asks for."""


class OrderDecision(DecisionStep, Step):
    """One order, and the template by which it is run as one project."""


class LineDecision(DecisionStep, Step):
    """One line, and the template of its project."""


class SiteDecision(DecisionStep, Step):
    """One line, and the template of the site project of its location."""


class DomainOrderDecision(DecisionStep, Step):
    """One domain order, and the template task whose project task it is linked to."""


class OrderTaskDecision(DecisionStep, Step):
    """One order task, and the template task whose project task it is linked to."""

    linked_ancestor = text("The nearest record above it that is linked, where it is linked by that.")


class DecisionIdentity(dy.Schema):
    """Which decision table, and the table of its records."""

    decision_table = choice(DECISION_TABLES, "The decision table.", primary_key=True)
    record_table = text("The table of the record.", nullable=False)


class OversightDecision(DecisionIdentity, DecisionColumns, Mart):
    """One record and one decision table: what was decided, by which rule, and why."""


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


STATE_MEANING: Final = "-5 pending, 1 open, 2 in progress, 3 complete, 7 skipped"


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


class LineProjectColumns(dy.Schema):
    """Which project oversees a line."""

    order_line_item = key("The line.")
    project = key_text("The project.")
    order = loose_reference(ORDER_TABLE, description="The line's order.")
    level = choice(LEVELS, "Whether it is the line's own project, or that of the whole order.", nullable=False)


class OversightLineState(LineProjectColumns, State):
    """One line and the project that was created for it or its order."""

    named = "oversight_line"


class RememberedLine(LineProjectColumns, Memory):
    """One line and its project, of the last published night."""

    state = OversightLineState


class OrderLineItemProject(LineProjectColumns, Mart):
    """One line under oversight and its project."""


class LinkColumns(dy.Schema):
    """Which project task a domain order or order task is linked to."""

    record_table = key_text("The table of the record.")
    record = key_text("The domain order or order task.")
    project_task = text("The project task.", nullable=False)
    project = text("The project.", nullable=False)
    order_line_item = text("The line.")
    rule = text("The rule that linked it; empty where it is linked by what it is work for.")


class OversightLinkState(LinkColumns, State):
    """One domain order or order task that was ever linked."""

    named = "oversight_link"


class RememberedLink(LinkColumns, Memory):
    """One link of the last published night."""

    state = OversightLinkState


class TaskLink(LinkColumns, Step):
    """One domain order or order task that is linked, by a rule or by the platform."""


class SourceTaskColumns(dy.Schema):
    """A record and its project task."""

    source = text("The record again, under the name that both tables of links share.", nullable=False)
    project_task = text("The project task.", nullable=False)
    project = text("The project.", nullable=False)
    order_line_item = text("The line.")
    rule = text("The rule that linked it; empty where the platform did, or what it is work for.")


class DomainOrderKey(dy.Schema):
    """Which domain order a row is about."""

    domain_order = key("The domain order.")


class DomainOrderProjectTask(DomainOrderKey, SourceTaskColumns, Mart):
    """One domain order and the project task it is linked to."""


class OrderTaskKey(dy.Schema):
    """Which order task a row is about."""

    order_task = key("The order task.")


class OrderTaskProjectTask(OrderTaskKey, SourceTaskColumns, Mart):
    """One order task and the project task it is linked to."""


class MappedFieldColumns(dy.Schema):
    """A value that was copied once, when its target was created."""

    target_table = choice((PROJECT_TABLE, PROJECT_TASK_TABLE), "The table of the target.", nullable=False)
    target = key("The project or project task.")
    target_field = key_text("The field that was written.")
    value = text("What was written; empty where the source was.")
    source_table = text("The table of the source.", nullable=False)
    source = text("The record that was read.", nullable=False)
    source_field = text("The field that was read.", nullable=False)
    map = text("The table map.", nullable=False)


class OversightMappedFieldState(MappedFieldColumns, State):
    """One value that was ever copied."""

    named = "oversight_mapped_field"


class RememberedMappedField(MappedFieldColumns, Memory):
    """One copied value of the last published night."""

    state = OversightMappedFieldState


class OversightMappedField(MappedFieldColumns, Mart):
    """One field of a project or project task that was copied from what it was created for."""


class NoteColumns(dy.Schema):
    """A journal entry and where it is shown."""

    journal = key("The entry.")
    target_table = choice((PROJECT_TABLE, PROJECT_TASK_TABLE), "The table of the target.", nullable=False)
    target = text("The project or project task.", nullable=False)
    element = text("`work_notes` or `comments`.", nullable=False)
    value = text("What was written.")
    sys_created_on = date_time("When it was written.")
    sys_created_by = text("Who wrote it.")


class OversightNoteState(NoteColumns, State):
    """One note that was ever shown."""

    named = "oversight_note"


class RememberedNote(NoteColumns, Memory):
    """One note of the last published night."""

    state = OversightNoteState


class OversightNote(NoteColumns, Mart):
    """One note or comment of an order record, on the project or project task that oversees it."""


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


REJECTED: Final = "rejected"
SAME_ORDER: Final = "same_order"
INACTIVE_ANSWER: Final = "inactive_answer"
UNREACHABLE: Final = "unreachable"
SHADOWED: Final = "shadowed"
NEVER_MATCHED: Final = "never_matched"
PROBLEMS: Final = (REJECTED, SAME_ORDER, INACTIVE_ANSWER, UNREACHABLE, SHADOWED, NEVER_MATCHED)


class OversightRuleLint(Mart):
    """One thing that is wrong with an active rule."""

    rule = key("The rule.")
    problem = choice(PROBLEMS, "What is wrong.", primary_key=True)
    detail = text("What exactly, and where.", nullable=False)


class OrderMoney(dy.Schema):
    """What an order, or the orders of a program, are worth beside what the work costs."""

    order_value = money("Prices of lines without a priced line below them, canceled ones apart.")
    canceled_value = money("The same of canceled lines.")
    lines = count("Number of lines.")
    work_items = count("Number of their line and order projects that are in the export.")
    planned_cost = money("Rolled-up planned cost of these; empty without any.")
    actual_cost = money("Rolled-up actual cost of these.")
    budget_cost = money("Rolled-up budget of these.")
    estimate_at_completion = money("Rolled-up estimate at completion of these.")
    shared_with_orders = count("Number of other orders that any of these projects also serves.")


class OrderKey(dy.Schema):
    """Which order a row is about."""

    order = key("The order.")
    program = text("Its program.")
    account = loose_reference("customer_account", description="The customer.")


class OrderFinancials(OrderKey, OrderMoney, Mart):
    """One order beside the money of the projects it became. Site projects and programs are not in it."""

    hazard = "A project that serves several orders is in each of them: for totals see mart.program_order_financials."


class ProgramKey(dy.Schema):
    """Which program a row is about."""

    program = key("The program.")
    account = loose_reference("customer_account", description="The customer.")
    orders = count("Number of its orders.")


class ProgramOrderFinancials(ProgramKey, OrderMoney, Mart):
    """One program with its orders beside the money of the projects they became, each project once."""
