"""Portfolios, programs, work items (projects and demands) and their tasks."""

from __future__ import annotations

import dataframely as dy

from models.columns import choice, date, flag, key, key_reference, money, ratio, reference, text
from models.table import Source, Step
from models.vocabulary import WORK_ITEM_TABLES


class Portfolio(Source):
    """A portfolio of programs and work items."""

    reach = "shared"
    named = "pm_portfolio"
    absence = "No figures per portfolio, and work items have no portfolio."

    sys_id = key("The portfolio.")
    number = text("Its number.")
    name = text("Its name.")


class Program(Source):
    """A program of work items."""

    reach = "shared"
    named = "pm_program"
    absence = "No figures per program, and work items have no program."

    sys_id = key("The program.")
    number = text("Its number.")
    name = text("Its name.")
    account = text("The customer account it serves.")


class WorkItemRecord(dy.Schema):
    """What projects and demands have in common."""

    sys_id = key("The work item.")
    number = text("Its number.")
    short_description = text("Its name.")
    state = text("Its state, as the platform writes it.")
    primary_program = reference("pm_program", description="The program that counts it.")
    primary_portfolio = reference("pm_portfolio", description="The portfolio that counts it.")
    start_date = date("Planned first day.")
    end_date = date("Planned last day.")
    currency = text("Currency of its amounts; empty = functional currency.")
    discount_rate = ratio("Discount rate for its net present value.", unit="percent a year")
    rate_model = text("Rate model that prices its labour.")


class CachedFigures(dy.Schema):
    """The figures that the platform keeps on a work item: compared with ours, never used in them."""

    estimated_cost = money("Cached planned cost.")
    planned_capital = money("Cached planned capital cost.")
    planned_operating = money("Cached planned operating cost.")
    estimated_benefit = money("Cached planned benefit.")
    actual_cost = money("Cached actual cost.")
    budget_cost = money("Cached budget.")
    actual_benefit = money("Cached actual benefit.")
    planned_return = money("Cached planned return.")
    planned_roi = ratio("Cached return on investment.", unit="percent")
    npv_value = money("Cached net present value.")
    irr_value = ratio("Cached internal rate of return.", unit="percent")
    estimate_at_completion = money("Cached estimate at completion.")


class Project(WorkItemRecord, CachedFigures, Source):
    """A project: a work item that may have projects and tasks below it."""

    named = "pm_project"
    absence = "No projects: every plan, line and budget on one is set aside."

    parent = reference("pm_project", "pm_project_task", description="The project it is part of, or a task of that.")
    demand = reference("dmn_demand", description="The demand it came from.")


class Demand(WorkItemRecord, CachedFigures, Source):
    """A demand: a work item that is a request, and may become a project."""

    named = "dmn_demand"
    absence = "No demands: every plan, line and budget on one is set aside."

    project = reference("pm_project", description="The project it became.")


class ProjectTask(Source):
    """A task of a project, or of another project task."""

    named = "pm_project_task"
    absence = "Plans, lines and budgets on project tasks have no owner."

    sys_id = key("The project task.")
    number = text("Its number.")
    short_description = text("Its name.")
    parent = reference("pm_project", "pm_project_task", description="What it is a task of.", required=True)
    top_task = reference("pm_project", "pm_project_task", description="The platform's shortcut to the top; not used.")
    state = text("Its state, as the platform writes it.")


class DemandTask(Source):
    """A task of a demand."""

    named = "dmn_demand_task"
    absence = "Demands have no actuals: lines on demand tasks have no owner."

    sys_id = key("The demand task.")
    number = text("Its number.")
    parent = reference("dmn_demand", description="The demand.", nullable=False, dangling="report")
    state = text("Its state, as the platform writes it.")


class Subject(Step):
    """One project or demand, with what both have in common."""

    work_item = key_reference(*WORK_ITEM_TABLES, description="The project or demand.")
    work_item_table = choice(WORK_ITEM_TABLES, "Which of the two it is.", nullable=False)
    number = text("Its number.")
    name = text("Its name.")
    program = reference("pm_program", description="The program that counts it.")
    portfolio = reference("pm_portfolio", description="The portfolio that counts it.")
    start_date = date("Planned first day.")
    end_date = date("Planned last day.")
    currency = text("Currency of its amounts.")
    discount_rate = ratio("Discount rate as entered.", unit="percent a year")


class TaskOwner(Step):
    """One record that money can be booked on, and the work item that owns it."""

    task = key_reference(*WORK_ITEM_TABLES, "pm_project_task", "dmn_demand_task", description="The record.")
    task_table = text("The table of the record.", nullable=False)
    work_item = reference(*WORK_ITEM_TABLES, description="Its owner; empty when the chain of parents reaches none.")
    work_item_table = choice(WORK_ITEM_TABLES, "The owner's table.")
    in_cycle = flag("The chain of parents runs in a circle.", nullable=False)


class ProjectAncestor(Step):
    """One project and one project above it, or itself: whose rolled-up figures it is part of."""

    work_item = key_reference("pm_project", description="The project.")
    ancestor = key_reference("pm_project", description="Itself, or a project above it.")


class ProjectCycle(Step):
    """One project that is its own ancestor."""

    work_item = key_reference("pm_project", description="The project.")
