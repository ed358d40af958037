"""Baselines: plan, benefits, budget and actuals of a work item on one day, kept for good."""

from __future__ import annotations

from typing import Final

import dataframely as dy

from models.columns import AS_ENTERED, choice, date, flag, key, key_date, key_text, money, reference, text
from models.currency import entered_currency, rate_date, rate_used
from models.table import Baseline, History, Memory, Step
from models.vocabulary import EXPENSE_CLASSES, WORK_ITEM_TABLES

APPROVAL: Final = "approval"
MANUAL: Final = "manual"
PLATFORM: Final = "platform"
BASELINE_KINDS: Final = (APPROVAL, MANUAL, PLATFORM)
BUDGET_TABLES: Final = ("project_funding", "sn_invst_pln_invst_budget")


def kept_reference(*tables: str, description: str, nullable: bool = True) -> dy.String:
    """The key of a row that was there when the baseline was made, and may be gone since."""
    return reference(*tables, description=description, nullable=nullable, required=False, dangling="keep")


class WorkItemStateColumns(dy.Schema):
    """The state in which a work item was last seen."""

    work_item = key_text("The project or demand.")
    work_item_table = choice(WORK_ITEM_TABLES, "Which of the two it is.", nullable=False)
    last_state = text("Its state when it was last in an export, as the platform writes it.")


class WorkItemState(WorkItemStateColumns, History):
    """One work item and the state in which it was last seen: that it reaches an approved state is told by it."""


class RememberedWorkItemState(WorkItemStateColumns, Memory):
    """One work item and its state, of the last published night."""

    state = WorkItemState


class BaselineIdentity(dy.Schema):
    """Which baseline a row is about."""

    baseline = key("The baseline; of one of the platform the sys_id of its header.")
    name = text("Its name.", nullable=False)
    work_item = kept_reference(*WORK_ITEM_TABLES, description="The work item.", nullable=False)
    created_on = date("The day it was made, in the instance time zone: its actuals are those up to it.", nullable=False)
    kind = choice(BASELINE_KINDS, "Taken on approval or by command, or read from the platform.", nullable=False)


class HeaderColumns(BaselineIdentity):
    """What there is to know of a baseline besides its rows."""

    has_planned_cost = flag("Its planned cost is known, if only to be 0.", nullable=False)
    has_planned_benefit = flag("Its planned benefit is known, if only to be 0.", nullable=False)
    has_actual_cost = flag("Its actual cost is known, if only to be 0.", nullable=False)
    has_budget = flag("Its budget is known, if only to be 0.", nullable=False)
    currency = text("The functional currency of its amounts; empty = none was named.")


class BaselineTaken(BaselineIdentity, Step):
    """One baseline that is taken of the figures of this run."""


class PlatformBaseline(BaselineIdentity, Step):
    """One baseline of the platform that is read for the first time."""


class NewBaseline(HeaderColumns, Step):
    """One baseline that this run adds to those remembered."""


class BaselineHeader(HeaderColumns, Baseline):
    """One baseline: a snapshot of the plan, benefits, budget and actuals of one work item that never changes."""

    named = "header"


class RememberedBaselineHeader(HeaderColumns, Memory):
    """One baseline of the last published night."""

    state = BaselineHeader


class SnapshotCell(dy.Schema):
    """Which baseline an amount is of, and the base period that it belongs to, as it then was."""

    baseline = key_text("The baseline.")
    fiscal_period = key_text("The base period.")
    end_date = date("Its last day, as the calendar then was.", nullable=False)


class AsEntered(dy.Schema):
    """In which currency an amount was entered, and the rate of that day at which it counted."""

    entered_amount = money("The amount as entered.", unit=AS_ENTERED)
    currency = entered_currency()
    rate_date = rate_date()
    exchange_rate = rate_used()


class BaselineCostColumns(SnapshotCell):
    """A requirement row as it was."""

    cost_plan_breakdown = key_text("The row.")
    cost_plan = kept_reference("cost_plan", description="Its plan.")
    expense_type = choice(EXPENSE_CLASSES, "Capital, operating or unclassified, as it then counted.", nullable=False)
    resource_type = kept_reference("resource_type_definition", description="Its cost type.")
    planned_cost = money("Planned amount; empty without an exchange rate.")


class BaselineCost(BaselineCostColumns, AsEntered, Baseline):
    """One requirement row of one baseline, with its amount and expense type as they then counted."""

    named = "cost_plan_breakdown"


class PlatformCost(BaselineCostColumns, AsEntered, Step):
    """One requirement row of a baseline of the platform that is read for the first time."""


class RememberedBaselineCost(BaselineCostColumns, AsEntered, Memory):
    """One requirement row of a baseline, of the last published night."""

    state = BaselineCost


class BaselineBenefitColumns(SnapshotCell):
    """A benefit row as it was."""

    benefit_plan_breakdown = key_text("The row.")
    benefit_plan = kept_reference("benefit_plan", description="Its plan.")
    planned_benefit = money("Planned benefit; empty without an exchange rate.")
    actual_benefit = money("Realised benefit, as it then was.")


class BaselineBenefit(BaselineBenefitColumns, AsEntered, Baseline):
    """One benefit row of one baseline."""

    named = "benefit_plan_breakdown"


class PlatformBenefit(BaselineBenefitColumns, AsEntered, Step):
    """One benefit row of a baseline of the platform that is read for the first time."""


class RememberedBaselineBenefit(BaselineBenefitColumns, AsEntered, Memory):
    """One benefit row of a baseline, of the last published night."""

    state = BaselineBenefit


class BaselineBudgetColumns(SnapshotCell):
    """A share of a budget amount as it was."""

    source_table = choice(
        BUDGET_TABLES, "The table of the budget row: the version that then counted.", primary_key=True
    )
    sys_id = key("The budget row.")
    expense_type = choice(EXPENSE_CLASSES, "Capital, operating or unclassified, as it then counted.", primary_key=True)
    resource_type = kept_reference("resource_type_definition", description="Its cost type.")
    budget_cost = money("The share of the period, in whole cents; empty without an exchange rate.")


class BaselineBudget(BaselineBudgetColumns, AsEntered, Baseline):
    """The share of one budget amount that falls on one base period, in one baseline."""

    named = "budget"


class PlatformBudget(BaselineBudgetColumns, AsEntered, Step):
    """One budget share of a baseline of the platform that is read for the first time."""


class RememberedBaselineBudget(BaselineBudgetColumns, AsEntered, Memory):
    """One budget share of a baseline, of the last published night."""

    state = BaselineBudget


class BaselineActualColumns(SnapshotCell):
    """Actual cost up to the day of a baseline."""

    expense_type = choice(EXPENSE_CLASSES, "Capital, operating or unclassified, as it then counted.", primary_key=True)
    currency = key_text("Currency in which the lines were entered; empty text = the functional one.")
    rate_date = key_date("The day whose exchange rate counted; of lines that need none, the last day of the period.")
    entered_amount = money("Sum of these lines as entered.", sign="negative = net credit", unit=AS_ENTERED)
    exchange_rate = rate_used()
    actual_cost = money(
        "Sum of these lines, up to the baseline's day; empty without an exchange rate.", sign="negative = net credit"
    )


class BaselineActual(BaselineActualColumns, Baseline):
    """Actual cost of a period, expense type, currency and rate in one baseline, taken once, of lines up to its day."""

    named = "actual_cost"


class RememberedBaselineActual(BaselineActualColumns, Memory):
    """Actual cost of a period in a baseline, of the last published night."""

    state = BaselineActual
