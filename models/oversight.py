"""Decisions of oversight: the decision tables, what is decided on, and what can come of it."""

from __future__ import annotations

from typing import Final

import dataframely as dy

from models.columns import choice, count, date, date_time, flag, key, key_text, text
from models.order import DOMAIN_ORDER_TABLE, LINE_TABLE, LOCATION_TABLE, ORDER_TABLE, ORDER_TASK_TABLE, loose_reference
from models.oversight_project import PROJECT_TYPES
from models.table import Mart, Step
from models.vocabulary import PROJECT_TABLE

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
