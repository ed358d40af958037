"""Planning items: the portfolio manager's side of a work item."""

from __future__ import annotations

from typing import Final

import dataframely as dy

from models.columns import choice, flag, key, key_reference, reference, text
from models.investment import SIDES, PlanningFigures
from models.table import Mart, Source, Step
from models.vocabulary import WORK_ITEM_TABLES

ON: Final = "on"
OFF: Final = "off"


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

    reach = "shared"
    named = "sn_align_cmn_int_integrations_setup"
    absence = "Integration counts as off everywhere."

    sys_id = key("The setup row.")
    planning_item_table = text("The planning item table.", nullable=False)
    active = flag("Whether it is on; empty = it is.")


class SystemProperty(Source):
    """A property of the instance."""

    reach = "shared"
    named = "sys_properties"
    absence = "Every property has its default."

    name = key("The property.")
    value = text("Its value.", nullable=False)


class PlanningItemLink(Step):
    """One planning item with its investment, its execution item, and whether integration is on."""

    planning_item = key_reference("sn_align_core_planning_item", description="The planning item.")
    investment = reference("sn_invst_pln_investment", description="Its investment, if it has one.")
    work_item = reference(*WORK_ITEM_TABLES, description="Its execution item, if it has one.")
    is_integrated = flag("Its class has an active setup row.", nullable=False)


class IntegratedPlanningItem(Step):
    """One planning item for which integration is on."""

    planning_item = key_reference("sn_align_core_planning_item", description="The planning item.")
    work_item = reference(*WORK_ITEM_TABLES, description="Its execution item, if it has one.")


class PlanningItemExecution(PlanningFigures, Step):
    """One planning item with what its execution side says: its work item, or, without one, plans on itself."""

    planning_item = key_reference("sn_align_core_planning_item", description="The planning item.")
    has_cost_plan = flag("The execution side has a cost plan.", nullable=False)
    has_benefit_plan = flag("The execution side has a benefit plan.", nullable=False)


class PlanningItemIdentity(dy.Schema):
    """Which planning item a row is about."""

    planning_item = key_reference("sn_align_core_planning_item", description="The planning item.")
    sys_class_name = text("Its table.", nullable=False)
    number = text("Its number.")
    investment = reference("sn_invst_pln_investment", description="Its investment: the one it names, else its own.")
    work_item = reference(*WORK_ITEM_TABLES, description="Its execution item; empty when it has none.")
    integration = choice((ON, OFF), "Whether its class has an active integration setup row.", nullable=False)


class PlanningItemFigures(PlanningItemIdentity, PlanningFigures, Mart):
    """One planning item with the figures that a portfolio manager sees, and the side that each group comes from."""

    named = "planning_item"
    hazard = "Planning items of one work item or investment show the same money: sum mart.work_item instead."

    planned_cost_source = choice(SIDES, "`execution` = from cost plans; `investment` = stored there.", nullable=False)
    actual_cost_source = choice(SIDES, "`execution` = from lines; `investment` = stored there.", nullable=False)
    benefit_source = choice(SIDES, "`execution` = from benefit plans; `investment` = stored there.", nullable=False)
    budget_source = choice(
        SIDES, "`execution` = the version of the budget that counts; `investment` = stored there.", nullable=False
    )
