"""Baselines: plan, budget and actuals of a work item on one day, kept for good, and how today differs from them."""

from __future__ import annotations

from typing import Final

import dataframely as dy

from models.columns import choice, count, date, flag, key, key_reference, key_text, money, reference, text
from models.table import Baseline, History, Mart, Memory, Step
from models.vocabulary import EXPENSE_CLASSES, WORK_ITEM_TABLES

APPROVAL: Final = "approval"
MANUAL: Final = "manual"
PLATFORM: Final = "platform"
BASELINE_KINDS: Final = (APPROVAL, MANUAL, PLATFORM)
BUDGET_TABLES: Final = ("project_funding", "sn_invst_pln_invst_budget")
GROWTH: Final = "positive = more than at the baseline"


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


class BaselineCostColumns(SnapshotCell):
    """A requirement row as it was."""

    cost_plan_breakdown = key_text("The row.")
    cost_plan = kept_reference("cost_plan", description="Its plan.")
    expense_type = choice(EXPENSE_CLASSES, "Capital, operating or unclassified, as it then counted.", nullable=False)
    resource_type = kept_reference("resource_type_definition", description="Its cost type.")
    planned_cost = money("Planned amount.", nullable=False)


class BaselineCost(BaselineCostColumns, Baseline):
    """One requirement row of one baseline, with its amount and expense type as they then counted."""

    named = "cost_plan_breakdown"


class PlatformCost(BaselineCostColumns, Step):
    """One requirement row of a baseline of the platform that is read for the first time."""


class RememberedBaselineCost(BaselineCostColumns, Memory):
    """One requirement row of a baseline, of the last published night."""

    state = BaselineCost


class BaselineBenefitColumns(SnapshotCell):
    """A benefit row as it was."""

    benefit_plan_breakdown = key_text("The row.")
    benefit_plan = kept_reference("benefit_plan", description="Its plan.")
    planned_benefit = money("Planned benefit.", nullable=False)
    actual_benefit = money("Realised benefit, as it then was.")


class BaselineBenefit(BaselineBenefitColumns, Baseline):
    """One benefit row of one baseline."""

    named = "benefit_plan_breakdown"


class PlatformBenefit(BaselineBenefitColumns, Step):
    """One benefit row of a baseline of the platform that is read for the first time."""


class RememberedBaselineBenefit(BaselineBenefitColumns, Memory):
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
    budget_cost = money("The share of the period, in whole cents.", nullable=False)


class BaselineBudget(BaselineBudgetColumns, Baseline):
    """The share of one budget amount that falls on one base period, in one baseline."""

    named = "budget"


class PlatformBudget(BaselineBudgetColumns, Step):
    """One budget share of a baseline of the platform that is read for the first time."""


class RememberedBaselineBudget(BaselineBudgetColumns, Memory):
    """One budget share of a baseline, of the last published night."""

    state = BaselineBudget


class BaselineActualColumns(SnapshotCell):
    """Actual cost up to the day of a baseline."""

    expense_type = choice(EXPENSE_CLASSES, "Capital, operating or unclassified, as it then counted.", primary_key=True)
    actual_cost = money(
        "Sum of the counted lines up to the baseline's day.", sign="negative = net credit", nullable=False
    )


class BaselineActual(BaselineActualColumns, Baseline):
    """Actual cost of one base period and expense type in one baseline: taken once, from lines up to its day."""

    named = "actual_cost"


class RememberedBaselineActual(BaselineActualColumns, Memory):
    """Actual cost of a period in a baseline, of the last published night."""

    state = BaselineActual


class ComparedAmounts(dy.Schema):
    """Amounts of a baseline beside those of today. Empty = unknown on that side; present on one side only = 0 there."""

    planned_cost_baseline = money("Planned cost in the baseline.")
    planned_cost_current = money("Planned cost today.")
    planned_cost_variance = money("Current less baseline.", sign=GROWTH)
    planned_capital_baseline = money("Planned cost of expense type capex in the baseline.")
    planned_capital_current = money("Planned cost of expense type capex today.")
    planned_capital_variance = money("Current less baseline.", sign=GROWTH)
    planned_operating_baseline = money("Planned cost of expense type opex in the baseline.")
    planned_operating_current = money("Planned cost of expense type opex today.")
    planned_operating_variance = money("Current less baseline.", sign=GROWTH)
    planned_benefit_baseline = money("Planned benefit in the baseline.")
    planned_benefit_current = money("Planned benefit today.")
    planned_benefit_variance = money("Current less baseline.", sign=GROWTH)
    budget_cost_baseline = money("Budget in the baseline.")
    budget_cost_current = money("Budget today.")
    budget_cost_variance = money("Current less baseline.", sign=GROWTH)
    actual_cost_baseline = money("Actual cost up to the baseline's day, as it then counted.")
    actual_cost_current = money("Actual cost today.")
    actual_vs_baseline = money(
        "Actual cost today less planned cost in the baseline.", sign="positive = more than planned"
    )


class BaselineVariancePeriod(ComparedAmounts, Mart):
    """One baseline beside today, in one base period that either of them has a row in."""

    baseline = key_text("The baseline.")
    work_item = kept_reference(*WORK_ITEM_TABLES, description="Its work item.", nullable=False)
    fiscal_period = key_text("The base period.")
    forecast_cost_baseline = money("Actual cost of a period that was past on the baseline's day, else its plan.")
    forecast_cost_current = money("Actual cost if the period is past today, else planned cost.")
    forecast_cost_variance = money("Current less baseline.", sign=GROWTH)


class ComparedEstimates(dy.Schema):
    """The estimate at completion of a baseline beside that of today."""

    estimate_at_completion_baseline = money("Estimate at completion, seen from the baseline's day.")
    estimate_at_completion_current = money("Estimate at completion today.")
    estimate_at_completion_variance = money("Current less baseline.", sign=GROWTH)


class BaselineVariance(BaselineIdentity, ComparedAmounts, ComparedEstimates, Mart):
    """One baseline beside today, in total."""

    hazard = "A work item has a row for each of its baselines: choose one of them before adding up."

    program = reference("pm_program", description="The program that counts the work item today.")
    portfolio = reference("pm_portfolio", description="The portfolio that counts the work item today.")


class ProgramBaselineVariance(ComparedAmounts, ComparedEstimates, Mart):
    """One program and one name of baselines: the baselines of that name of its work items beside today, added up."""

    hazard = "Baselines of several names repeat the same work items: choose one name."

    program = key_reference("pm_program", description="The program.")
    name = key_text("The name of the baselines.")
    baseline_count = count("Number of baselines of that name.")


class PortfolioBaselineVariance(ComparedAmounts, ComparedEstimates, Mart):
    """One portfolio and one name of baselines: those of that name of its work items beside today, added up."""

    hazard = "Baselines of several names repeat the same work items: choose one name."

    portfolio = key_reference("pm_portfolio", description="The portfolio.")
    name = key_text("The name of the baselines.")
    baseline_count = count("Number of baselines of that name.")


class BaselinePairVariance(Mart):
    """One baseline beside a later one of the same work item, in total."""

    hazard = "A work item has a row for every two of its baselines: choose two."

    baseline = key_text("The earlier baseline.")
    later_baseline = key_text("The later one: by its day, then by its key.")
    work_item = kept_reference(*WORK_ITEM_TABLES, description="Their work item.", nullable=False)
    planned_cost_variance = money("Planned cost: later less earlier.", sign=GROWTH)
    planned_capital_variance = money("Planned cost of expense type capex: later less earlier.", sign=GROWTH)
    planned_operating_variance = money("Planned cost of expense type opex: later less earlier.", sign=GROWTH)
    planned_benefit_variance = money("Planned benefit: later less earlier.", sign=GROWTH)
    budget_cost_variance = money("Budget: later less earlier.", sign=GROWTH)
    actual_cost_variance = money("Actual cost up to the day of each: later less earlier.", sign=GROWTH)
    estimate_at_completion_variance = money("Estimate at completion: later less earlier.", sign=GROWTH)


class BaselineDriver(Mart):
    """One cost plan and expense type whose planned cost has changed since a baseline, the largest change first."""

    baseline = key_text("The baseline.")
    rank = count("Its place by the size of the change, from 1.", primary_key=True)
    work_item = kept_reference(*WORK_ITEM_TABLES, description="The work item.", nullable=False)
    cost_plan = kept_reference("cost_plan", description="The plan; empty for rows of the platform that name none.")
    name = text("Name of the plan, where it is still there.")
    expense_type = choice(EXPENSE_CLASSES, "Capital, operating or unclassified.", nullable=False)
    planned_cost_baseline = money("Planned cost in the baseline.", nullable=False)
    planned_cost_current = money("Planned cost today.", nullable=False)
    planned_cost_variance = money("Current less baseline.", sign=GROWTH, nullable=False)
