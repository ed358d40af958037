"""Benefit plans, their breakdown rows, and planned and actual benefit."""

from __future__ import annotations

from models.columns import AS_ENTERED, key, key_reference, money, reference, text
from models.cost import PLANNABLE
from models.currency import entered_currency, rate_date, rate_used, unconverted
from models.table import Mart, Source, Step
from models.vocabulary import WORK_ITEM_TABLES


class BenefitPlan(Source):
    """A named stream of expected returns of a work item."""

    absence = "No planned or actual benefit."

    sys_id = key("The benefit plan.")
    name = text("Its name.")
    task = reference(*PLANNABLE, description="What it plans for.", nullable=False, dangling="quarantine")
    currency = text("Currency of its amounts; empty = the work item's.")


class BenefitPlanBreakdown(Source):
    """An expected and a realised benefit in a fiscal period."""

    absence = "No planned or actual benefit."

    sys_id = key("The breakdown row.")
    benefit_plan = reference("benefit_plan", description="The plan.", nullable=False, dangling="quarantine")
    fiscal_period = reference("fiscal_period", description="A base period.", nullable=False, dangling="quarantine")
    value = money("Planned benefit of the period.", nullable=False)
    actual_benefit = money("Realised benefit of the period.")


class BenefitRow(Step):
    """One benefit breakdown row with the owner of its plan's task."""

    benefit_plan_breakdown = key_reference("benefit_plan_breakdown", description="The row.")
    benefit_plan = reference("benefit_plan", description="Its plan.", nullable=False)
    work_item = reference(*WORK_ITEM_TABLES, description="The owner of the plan's task.")
    fiscal_period = reference("fiscal_period", description="The base period.", nullable=False)
    entered_planned = money("Planned benefit as entered.", nullable=False, unit=AS_ENTERED)
    entered_actual = money("Realised benefit as entered; 0 where there is none.", nullable=False, unit=AS_ENTERED)
    planned_benefit = money("Planned benefit; empty without an exchange rate.")
    actual_benefit = money("Realised benefit; empty without an exchange rate.")
    currency = entered_currency()
    rate_date = rate_date()
    exchange_rate = rate_used()
    is_unconverted = unconverted()


class PlannedBenefit(Step):
    """Planned benefit of one work item in one base period."""

    work_item = key_reference(*WORK_ITEM_TABLES, description="The work item.")
    fiscal_period = key_reference("fiscal_period", description="The base period.")
    planned_benefit = money("Sum of the planned amounts; empty where one has no exchange rate.")


class ActualBenefit(Step):
    """Realised benefit of one work item in one base period."""

    work_item = key_reference(*WORK_ITEM_TABLES, description="The work item.")
    fiscal_period = key_reference("fiscal_period", description="The base period.")
    actual_benefit = money("Sum of the realised amounts; empty where one has no exchange rate.")


class BenefitPlanFigures(Mart):
    """One benefit plan with its totals."""

    named = "benefit_plan"

    benefit_plan = key_reference("benefit_plan", description="The plan.")
    name = text("Its name.")
    work_item = reference(*WORK_ITEM_TABLES, description="The owner of its task; empty when it has none.")
    total_planned_benefit = money("Sum of its planned amounts.")
    total_actual_benefit = money("Sum of its realised amounts.")
