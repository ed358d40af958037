"""Planning items: the portfolio manager's side of a work item."""

from __future__ import annotations

from models.columns import flag, key, key_reference, reference, text
from models.table import Source, Step
from models.vocabulary import WORK_ITEM_TABLES


class PlanningItem(Source):
    """A planning item of any class."""

    named = "sn_align_core_planning_item"
    absence = "No planning items."

    sys_id = key("The planning item.")
    sys_class_name = text("Its table, which decides whether integration is on.", nullable=False)
    number = text("Its number.")
    investment = reference("sn_invst_pln_investment", description="Its investment.")
    task = reference(*WORK_ITEM_TABLES, description="Its execution item.")


class IntegrationSetup(Source):
    """A planning item table for which integration with execution has been set up."""

    named = "sn_align_cmn_int_integrations_setup"
    absence = "Integration counts as off everywhere."

    sys_id = key("The setup row.")
    planning_item_table = text("The planning item table.", nullable=False)
    active = flag("Whether it is on; empty = it is.")


class SystemProperty(Source):
    """A property of the instance."""

    named = "sys_properties"
    absence = "Every property has its default."

    name = key("The property.")
    value = text("Its value.", nullable=False)


class IntegratedPlanningItem(Step):
    """One planning item for which integration is on."""

    planning_item = key_reference("sn_align_core_planning_item", description="The planning item.")
    work_item = reference(*WORK_ITEM_TABLES, description="Its execution item, if it has one.")
