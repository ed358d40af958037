"""How today differs from baselines: by period, in total, by program, between two baselines, and what moved it most."""

from __future__ import annotations

from typing import Final

import dataframely as dy

from models.baseline import BaselineIdentity, kept_reference
from models.columns import choice, count, key_reference, key_text, money, reference, text
from models.table import Mart
from models.vocabulary import EXPENSE_CLASSES, WORK_ITEM_TABLES

GROWTH: Final = "positive = more than at the baseline"


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

    reach = "whole"
    hazard = "Baselines of several names repeat the same work items: choose one name."

    program = key_reference("pm_program", description="The program.")
    name = key_text("The name of the baselines.")
    baseline_count = count("Number of baselines of that name.")


class PortfolioBaselineVariance(ComparedAmounts, ComparedEstimates, Mart):
    """One portfolio and one name of baselines: those of that name of its work items beside today, added up."""

    reach = "whole"
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
