"""The published figures: per work item, with everything below it, per program, portfolio and base period."""

from __future__ import annotations

import dataframely as dy

from models.columns import choice, count, date, flag, key_reference, money, ratio, reference, text
from models.table import Mart, Step
from models.vocabulary import BUDGET_SOURCES, DURATIONS, IRR_STATUSES, WORK_ITEM_TABLES

OVERRUN = "negative = overrun"
CREDIT = "negative = net credit"


class AvailableStream(Step):
    """Which streams have their tables in this export: one row for the whole run. A stream without them is unknown."""

    has_planned_cost = flag("Cost plans and their breakdowns are there.", nullable=False)
    has_planned_benefit = flag("Benefit plans and their breakdowns are there.", nullable=False)
    has_actual_cost = flag("Expense lines are there.", nullable=False)
    has_actual_benefit = flag("Benefit plans and their breakdowns are there.", nullable=False)
    has_budget_v1 = flag("Project funding is there.", nullable=False)
    has_budget_v2 = flag("Investments and their budgets are there.", nullable=False)


class MoneyFigures(dy.Schema):
    """The money of one or several work items. Empty = a source table it needs is missing; zero = no rows."""

    estimated_cost = money("Planned cost: sum of requirement rows.")
    planned_capital = money("Planned cost of expense type capex.")
    planned_operating = money("Planned cost of expense type opex.")
    estimated_benefit = money("Planned benefit.")
    actual_cost = money("Processed expense lines that count.", sign=CREDIT)
    actual_capital = money("Actual cost of expense type capex.", sign=CREDIT)
    actual_operating = money("Actual cost of expense type opex.", sign=CREDIT)
    demand_direct_actual = money("Processed lines on the demand itself, whatever their date; 0 on projects.")
    budget_cost = money("Budget of the version that counts.")
    budget_capital = money("Budget of expense type capex.")
    budget_operating = money("Budget of expense type opex.")
    actual_benefit = money("Realised benefit.")
    planned_return = money("Planned cost less planned benefit.", sign="positive = loss (unless the settings turn it)")
    net_benefit = money("Planned benefit less planned cost.", sign="positive = gain")
    planned_roi_pct = ratio("Net benefit / planned cost x 100; empty when the cost is 0.", unit="percent")
    estimate_at_completion = money("Actuals of past base periods plus plan of the current and later ones.")
    budget_variance = money("Budget less estimate at completion.", sign=OVERRUN)


class WorkItemIdentity(dy.Schema):
    """Which work item a row is about."""

    work_item = key_reference(*WORK_ITEM_TABLES, description="The project or demand.")
    work_item_table = choice(WORK_ITEM_TABLES, "Which of the two it is.", nullable=False)
    number = text("Its number.")
    name = text("Its name.")
    program = reference("pm_program", description="Its primary program.")
    portfolio = reference("pm_portfolio", description="Its primary portfolio.")


class WorkItem(WorkItemIdentity, MoneyFigures, Mart):
    """One project or demand with its own figures: its own rows and those of its tasks, not of projects below it."""

    hazard = "Own figures only: for a project with projects below it, see mart.work_item_rollup."

    budget_source = choice(BUDGET_SOURCES, "The budget version that the figures come from.")
    discount_rate = ratio("Discount rate as entered.", unit="percent a year")
    npv = money("Net present value of planned figures, rounded to cents.")
    irr_pct = ratio("Internal rate of return of planned figures, four decimals.", unit="percent a year")
    irr_status = choice(IRR_STATUSES, "Why there is a rate, or none.")
    irr_roots_pct = text("All rates, ascending, where there are several.")


class WorkItemRollup(WorkItemIdentity, MoneyFigures, Mart):
    """One project or demand with its own figures and those of all projects below it."""

    hazard = "A project's money is in its own row and in that of every project above it: never sum the column."


class ProgramIdentity(dy.Schema):
    """Which program a row is about."""

    program = key_reference("pm_program", description="The program.")
    number = text("Its number.")
    name = text("Its name.")


class ProgramFigures(ProgramIdentity, MoneyFigures, Mart):
    """One program with the own figures of its work items, each counted once."""

    reach = "whole"
    named = "program"

    work_item_count = count("Number of its work items.")


class PortfolioIdentity(dy.Schema):
    """Which portfolio a row is about."""

    portfolio = key_reference("pm_portfolio", description="The portfolio.")
    number = text("Its number.")
    name = text("Its name.")


class PortfolioFigures(PortfolioIdentity, MoneyFigures, Mart):
    """One portfolio with the own figures of its work items, each counted once."""

    reach = "whole"
    named = "portfolio"

    work_item_count = count("Number of its work items.")


class WorkItemPeriod(Mart):
    """One work item in one base period that has any row of plan, benefit, actual or budget, even of amount 0."""

    work_item = key_reference(*WORK_ITEM_TABLES, description="The work item.")
    fiscal_period = key_reference("fiscal_period", description="The base period.")
    fiscal_period_name = text("Its name.", nullable=False)
    start_date = date("Its first day.", nullable=False)
    end_date = date("Its last day.", nullable=False)
    planned_cost = money("Planned cost.")
    planned_capital = money("Planned cost of expense type capex.")
    planned_operating = money("Planned cost of expense type opex.")
    planned_benefit = money("Planned benefit.")
    actual_cost = money("Actual cost.", sign=CREDIT)
    actual_capital = money("Actual cost of expense type capex.", sign=CREDIT)
    actual_operating = money("Actual cost of expense type opex.", sign=CREDIT)
    budget_cost = money("Budget.")
    budget_capital = money("Budget of expense type capex.")
    budget_operating = money("Budget of expense type opex.")
    actual_benefit = money("Realised benefit.")
    forecast_cost = money("Actual cost if the period is past, else planned cost.")


class Forecast(Mart):
    """Forecast cost of one work item in one fiscal quarter or year."""

    hazard = "Holds quarters and years of the same money: choose one duration."

    work_item = key_reference(*WORK_ITEM_TABLES, description="The work item.")
    duration = choice(DURATIONS, "Quarter or year.", primary_key=True)
    fiscal_period = key_reference("fiscal_period", description="The quarter or year.")
    forecast_cost = money("Sum of the forecast cost of its base periods.")


class CashFlow(Mart):
    """Planned cash flow of one work item in one fiscal year, from its first to its last planned year."""

    work_item = key_reference(*WORK_ITEM_TABLES, description="The work item.")
    fiscal_period = key_reference("fiscal_period", description="The fiscal year.")
    t = count("Years since the first.")
    cost = money("Planned cost of the year.")
    benefit = money("Planned benefit of the year.")
    net = money("Benefit less cost.", sign="negative = more cost than benefit")
    discount_factor = ratio("1 / (1 + i)^t; empty when there is no usable rate.", unit="factor")
    present_value = money("Net / (1 + i)^t, rounded to four decimals.")


class NetPresentValue(Step):
    """Net present value of one work item with a plan."""

    work_item = key_reference(*WORK_ITEM_TABLES, description="The work item.")
    npv = money("Rounded to cents, half away from zero.")


class InternalRateOfReturn(Step):
    """Internal rate of return of one work item with a plan."""

    work_item = key_reference(*WORK_ITEM_TABLES, description="The work item.")
    irr = ratio("The rate itself, unrounded.", unit="per year (0.1 = 10 %)")
    irr_pct = ratio("In percent, four decimals.", unit="percent a year")
    irr_status = choice(IRR_STATUSES, "Why there is a rate, or none.")
    irr_roots_pct = text("All rates, ascending, where there are several.")
