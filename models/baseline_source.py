"""The platform's own baselines, as exported: headers, and copies of rows as they were. Read, never rewritten.

What a copy refers to may be gone by now: its references are kept as they are, except that of its header, without which
nobody can say whose it is, and that of its fiscal period.
"""

from __future__ import annotations

from typing import Final

import dataframely as dy

from models.baseline import kept_reference
from models.columns import choice, date_time, exchange_rate, key, money, reference, text
from models.cost import PLANNABLE
from models.table import Source
from models.vocabulary import BREAKDOWN_TYPES, EXPENSE_TYPES
from models.work_item import CachedFigures, WorkItemRecord

INVESTMENT_HEADER: Final = "sn_invst_pln_invst_investment_baseline_header"
DEMAND_HEADER: Final = "dmn_demand_baseline_header"
HEADERS: Final = (INVESTMENT_HEADER, DEMAND_HEADER)


class PlatformHeaderColumns(dy.Schema):
    """What both header tables have."""

    sys_id = key("The baseline.")
    name = text("Its name.", nullable=False)
    investment = kept_reference("sn_invst_pln_investment", description="The investment it is of.")
    task = kept_reference(*PLANNABLE, description="The work item it is of, where it names one.")
    created_on = date_time("When it was made.", nullable=False, accepts_day=True)


class InvestmentBaselineHeader(PlatformHeaderColumns, Source):
    """A baseline that the platform has made of an investment."""

    named = INVESTMENT_HEADER


class DemandBaselineHeader(PlatformHeaderColumns, Source):
    """A baseline that the platform has made of a demand."""

    named = DEMAND_HEADER


class OfBaseline(dy.Schema):
    """Which baseline a row is of, and whose copy it is."""

    baseline_header = reference(*HEADERS, description="The baseline.", nullable=False, dangling="quarantine")
    source_sys_id = text("The row that it is a copy of.")


class CopyColumns(OfBaseline):
    """A copy with a key of its own."""

    sys_id = key("The row of the baseline.")


class CostPlanBaseline(CopyColumns, Source):
    """A cost plan as it was in one of the platform's baselines."""

    name = text("Its name.")
    task = kept_reference(*PLANNABLE, description="What it planned for.")
    resource_type = kept_reference("resource_type_definition", description="Its cost type.")
    expense_type = choice(EXPENSE_TYPES, "Its expense type, where it had one of its own.")
    currency = text("Currency of its amounts.")
    total_planned_cost = money("Cached total.")


class CostPlanBreakdownBaseline(CopyColumns, Source):
    """A cost plan's amount in a fiscal period, as it was in one of the platform's baselines."""

    hazard = "Holds requirement, task, program and portfolio rows of the same money: sum one kind only."

    breakdown_type = choice(BREAKDOWN_TYPES, "Estimate of one plan, or an aggregate of estimates.", nullable=False)
    cost_plan = kept_reference("cost_plan_baseline", "cost_plan", description="Its plan: the copy, or the live one.")
    task = kept_reference(*PLANNABLE, description="What the row belonged to.")
    fiscal_period = reference("fiscal_period", description="A base period.", nullable=False, dangling="quarantine")
    expense_type = choice(EXPENSE_TYPES, "Expense type of the row.")
    resource_type = kept_reference("resource_type_definition", description="Cost type of the row.")
    value = money("Planned amount of the period.", nullable=False)
    actual = money("Cached actual amount.")
    budget = money("Cached budget amount.")
    planning_item = kept_reference("sn_align_core_planning_item", description="The planning item it was shown on.")
    currency = text("Currency of the amount.")
    exchange_rate = exchange_rate("Its rate to the functional currency, where given.", nullable=True)


class BenefitPlanBaseline(CopyColumns, Source):
    """A benefit plan as it was in one of the platform's baselines."""

    name = text("Its name.")
    task = kept_reference(*PLANNABLE, description="What it planned for.")
    currency = text("Currency of its amounts.")


class BenefitPlanBreakdownBaseline(CopyColumns, Source):
    """A benefit in a fiscal period, as it was in one of the platform's baselines."""

    benefit_plan = kept_reference(
        "benefit_plan_baseline", "benefit_plan", description="Its plan: the copy, or the live one."
    )
    fiscal_period = reference("fiscal_period", description="A base period.", nullable=False, dangling="quarantine")
    value = money("Planned benefit of the period.", nullable=False)
    actual_benefit = money("Realised benefit of the period.")
    currency = text("Currency of the amounts.")
    exchange_rate = exchange_rate("Their rate to the functional currency, where given.", nullable=True)


class InvestmentBudgetBaseline(CopyColumns, Source):
    """A budget of an investment (v2), as it was in one of the platform's baselines."""

    named = "sn_invst_pln_invst_budget_baseline"

    investment = kept_reference("sn_invst_pln_investment", description="The investment.")
    fiscal_period = reference(
        "fiscal_period", description="A base period, quarter or year.", nullable=False, dangling="quarantine"
    )
    amount = money("Approved amount.", nullable=False)
    expense_type = choice(EXPENSE_TYPES, "Its expense type.")
    resource_type = kept_reference("resource_type_definition", description="Its cost type.")
    currency = text("Currency of the amount.")
    exchange_rate = exchange_rate("Its rate to the functional currency, where given.", nullable=True)


class ProjectBaseline(OfBaseline, WorkItemRecord, CachedFigures, Source):
    """A project as it was in one of the platform's baselines. No figure uses it."""

    named = "pm_project_baseline"

    primary_program = kept_reference("pm_program", description="The program that counted it.")
    primary_portfolio = kept_reference("pm_portfolio", description="The portfolio that counted it.")
    parent = kept_reference("pm_project", "pm_project_task", description="The project it was part of.")
    demand = kept_reference("dmn_demand", description="The demand it came from.")


class DemandBaseline(OfBaseline, WorkItemRecord, CachedFigures, Source):
    """A demand as it was in one of the platform's baselines. No figure uses it."""

    named = "dmn_demand_baseline"

    primary_program = kept_reference("pm_program", description="The program that counted it.")
    primary_portfolio = kept_reference("pm_portfolio", description="The portfolio that counted it.")
    project = kept_reference("pm_project", description="The project it became.")
