"""Cost types, cost plans, their breakdown rows, and planned cost."""

from __future__ import annotations

from models.columns import AS_ENTERED, choice, key, key_reference, money, reference, text
from models.currency import entered_currency, rate_date, rate_used, unconverted
from models.table import Mart, Source, Step
from models.vocabulary import BREAKDOWN_TYPES, EXPENSE_CLASSES, EXPENSE_TYPES, WORK_ITEM_TABLES

FUNDABLE = (*WORK_ITEM_TABLES, "pm_project_task", "dmn_demand_task", "pm_program", "pm_portfolio")
"""The tables whose rows a yearly budget can stand on. Only those on work items count."""
PLANNABLE = (*FUNDABLE, "sn_invst_pln_investment", "sn_align_core_planning_item")
"""The tables whose rows a plan can stand on. Only work items and their tasks have an owner."""


class ResourceTypeDefinition(Source):
    """A cost type, and the expense type it belongs to."""

    reach = "shared"
    absence = "Cost types are unknown: rows without an expense type of their own are unclassified."

    sys_id = key("The cost type.")
    name = text("Its name.")
    expense_type = choice(EXPENSE_TYPES, "Whether its cost is capital or operating.", nullable=False)


class CostPlan(Source):
    """A named estimate of cost on a work item."""

    absence = "No planned cost; lines that take their expense type from a plan are unclassified."

    sys_id = key("The cost plan.")
    name = text("Its name.")
    task = reference(*PLANNABLE, description="What it plans for.", nullable=False, dangling="quarantine")
    resource_type = reference("resource_type_definition", description="Its cost type.")
    expense_type = choice(EXPENSE_TYPES, "Its expense type, where it has one of its own.")
    currency = text("Currency of its amounts; empty = the work item's.")
    total_planned_cost = money("Cached total.")


class CostPlanBreakdown(Source):
    """An amount of a cost plan in a fiscal period, or the platform's aggregate of such amounts."""

    absence = "No planned cost; v1 budgets are spread by the dates of their work item."
    hazard = "Holds requirement, task, program and portfolio rows of the same money: sum one kind only."

    sys_id = key("The breakdown row.")
    breakdown_type = choice(BREAKDOWN_TYPES, "Estimate of one plan, or an aggregate of estimates.", nullable=False)
    cost_plan = reference("cost_plan", description="The plan; every requirement row has one.", dangling="quarantine")
    task = reference(*PLANNABLE, description="What the row belongs to.")
    fiscal_period = reference("fiscal_period", description="A base period.", nullable=False, dangling="quarantine")
    expense_type = choice(EXPENSE_TYPES, "Expense type of the row.")
    resource_type = reference("resource_type_definition", description="Cost type of the row.")
    value = money("Planned amount of the period.", nullable=False)
    actual = money("Cached actual amount.")
    budget = money("Cached budget amount.")
    planning_item = reference("sn_align_core_planning_item", description="The planning item the row is shown on.")


class PlanClass(Step):
    """One cost plan with its owner, cost type and expense type."""

    cost_plan = key_reference("cost_plan", description="The plan.")
    name = text("Its name.")
    task = reference(*PLANNABLE, description="What it plans for.", nullable=False)
    work_item = reference(*WORK_ITEM_TABLES, description="The owner of its task.")
    work_item_table = choice(WORK_ITEM_TABLES, "The owner's table.")
    expense_type = choice(EXPENSE_CLASSES, "Its own expense type, else that of its cost type.", nullable=False)
    resource_type = reference("resource_type_definition", description="Its cost type.")
    currency = text("Currency of its amounts: its own, else the work item's.")


class Requirement(Step):
    """One requirement row with its owner, expense type and cost type."""

    cost_plan_breakdown = key_reference("cost_plan_breakdown", description="The row.")
    cost_plan = reference("cost_plan", description="Its plan.", nullable=False)
    work_item = reference(*WORK_ITEM_TABLES, description="The owner of the plan's task.")
    work_item_table = choice(WORK_ITEM_TABLES, "The owner's table.")
    fiscal_period = reference("fiscal_period", description="The base period.", nullable=False)
    expense_type = choice(EXPENSE_CLASSES, "Its own, else its cost type's, else its plan's.", nullable=False)
    resource_type = reference("resource_type_definition", description="Its own cost type, else its plan's.")
    entered_cost = money("Planned amount as entered.", nullable=False, unit=AS_ENTERED)
    planned_cost = money("Planned amount; empty without an exchange rate.")
    currency = entered_currency()
    rate_date = rate_date()
    exchange_rate = rate_used()
    is_unconverted = unconverted()
    planning_item = reference("sn_align_core_planning_item", description="The planning item it names.")


class PlannedCost(Step):
    """Planned cost of one work item in one base period and expense type."""

    work_item = key_reference(*WORK_ITEM_TABLES, description="The work item.")
    fiscal_period = key_reference("fiscal_period", description="The base period.")
    expense_type = choice(EXPENSE_CLASSES, "Capital, operating or unclassified.", primary_key=True)
    planned_cost = money("Sum of the requirement rows; empty where one has no exchange rate.")


class CostPlanFigures(Mart):
    """One cost plan with its totals."""

    named = "cost_plan"

    cost_plan = key_reference("cost_plan", description="The plan.")
    name = text("Its name.")
    work_item = reference(*WORK_ITEM_TABLES, description="The owner of its task; empty when it has none.")
    expense_type = choice(EXPENSE_CLASSES, "Its own expense type, else that of its cost type.", nullable=False)
    resource_type = reference("resource_type_definition", description="Its cost type.")
    total_planned_cost = money("Sum of its requirement rows.")
    total_actual_cost = money("Sum of the actual cost that its requirement rows received.")


class BreakdownFigures(Mart):
    """One requirement row with the actuals it received, or one regenerated task row with plan, actual and budget."""

    named = "cost_plan_breakdown"
    hazard = "Requirement and task rows show the same money twice: sum one kind only."

    breakdown_type = choice(("requirement", "task"), "Row of one plan, or of a work item as a whole.", nullable=False)
    cost_plan_breakdown = reference("cost_plan_breakdown", description="The source row; empty on task rows.")
    cost_plan = reference("cost_plan", description="The plan; empty on task rows.")
    work_item = reference(*WORK_ITEM_TABLES, description="The work item; empty when the plan's task has no owner.")
    fiscal_period = reference("fiscal_period", description="The base period.", nullable=False)
    expense_type = choice(EXPENSE_CLASSES, "Capital, operating or unclassified.", nullable=False)
    resource_type = reference("resource_type_definition", description="Cost type.")
    planned_cost = money("Planned amount.")
    actual_cost = money("Processed actuals; empty on task rows of demands.")
    budget_cost = money("Budget; empty on requirement rows.")
    planning_item = reference("sn_align_core_planning_item", description="The planning item, when integration is on.")


class TaskRow(Step):
    """Plan, actual and budget of one work item in one base period and expense type, or cost type."""

    work_item = reference(*WORK_ITEM_TABLES, description="The work item.", nullable=False)
    fiscal_period = reference("fiscal_period", description="The base period.", nullable=False)
    expense_type = choice(EXPENSE_CLASSES, "Capital, operating or unclassified.", nullable=False)
    resource_type = reference("resource_type_definition", description="Cost type, where rows are by cost type.")
    planned_cost = money("Planned amount.")
    actual_cost = money("Processed actuals; empty for demands.")
    budget_cost = money("Budget.")
