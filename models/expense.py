"""Expense lines, what becomes of each, and actual cost."""

from __future__ import annotations

from models.columns import AS_ENTERED, choice, date, flag, key, key_reference, money, reference, text
from models.cost import PLANNABLE
from models.currency import entered_currency, rate_date, rate_used, unconverted
from models.table import Audit, Source, Step
from models.vocabulary import EXPENSE_CLASSES, EXPENSE_OUTCOMES, EXPENSE_TYPES, WORK_ITEM_TABLES


class ExpenseLine(Source):
    """An amount spent."""

    named = "fm_expense_line"
    absence = "No actual cost."
    hazard = "Only processed lines count, and a copy on the top task repeats its base line: see audit.expense_funnel."

    sys_id = key("The expense line.")
    number = text("Its number.")
    state = text("Its state; only `processed` counts.", nullable=False)
    date = date("The day it was spent.", nullable=False)
    amount = money("Amount spent.", sign="negative = credit", nullable=False)
    task = reference(*PLANNABLE, description="What it was spent on.", dangling="keep")
    source_id = reference(*PLANNABLE, description="What it was spent on, where the task is empty.", dangling="keep")
    cost_plan = reference("cost_plan", description="The plan it was spent under.")
    resource_type = reference("resource_type_definition", description="Its cost type.")
    expense_type = choice(EXPENSE_TYPES, "Its expense type.")
    base_expense = reference("fm_expense_line", description="The line that this one repeats.")
    source = text("Where it came from.")
    short_description = text("What it was for.")
    currency = text("Currency of the amount; empty = the work item's.")


class ExpenseFunnel(Audit):
    """One admitted expense line and its one outcome: the first rule that applies. Nothing leaves the funnel unseen."""

    expense_line = key_reference("fm_expense_line", description="The line.")
    outcome = choice(EXPENSE_OUTCOMES, "Counted, or the reason why not.", nullable=False)
    amount = money("Its amount; empty without an exchange rate.", sign="negative = credit")
    entered_amount = money("Its amount as entered.", sign="negative = credit", nullable=False, unit=AS_ENTERED)
    currency = entered_currency()
    rate_date = rate_date()
    exchange_rate = rate_used()
    is_unconverted = unconverted()
    work_item = reference(*WORK_ITEM_TABLES, description="The owner of its task, where it has one.")
    work_item_table = choice(WORK_ITEM_TABLES, "The owner's table.")
    fiscal_period = reference("fiscal_period", description="The base period that holds its date.")
    expense_type = choice(EXPENSE_CLASSES, "Its own, else its cost type's, else its plan's.", nullable=False)
    resource_type = reference("resource_type_definition", description="Its own cost type, else its plan's.")
    cost_plan = reference("cost_plan", description="The plan it names.")
    on_demand = flag("It stands on the demand itself, not on a demand task.", nullable=False)


class ActualCost(Step):
    """Actual cost of one work item in one base period and expense type."""

    work_item = key_reference(*WORK_ITEM_TABLES, description="The work item.")
    fiscal_period = key_reference("fiscal_period", description="The base period.")
    expense_type = choice(EXPENSE_CLASSES, "Capital, operating or unclassified.", primary_key=True)
    actual_cost = money("Sum of the counted lines; empty where one has no exchange rate.", sign="negative = net credit")


class DemandDirectActual(Step):
    """Processed cost that stands on one demand itself, whatever its date."""

    work_item = key_reference("dmn_demand", description="The demand.")
    demand_direct_actual = money("Sum of the lines; empty where one has no exchange rate.")


class RequirementActual(Step):
    """Actual cost that one requirement row received."""

    cost_plan_breakdown = key_reference("cost_plan_breakdown", description="The requirement row.")
    actual_cost = money("Sum of the counted lines that found this row; empty where one has no exchange rate.")
