"""Generated worlds: small portfolios that hold every trap of the contract, the same for the same seed."""

import datetime as dt
from dataclasses import dataclass

from .drawing import Cells, Draw, Tables
from .settings import Settings
from .world_budgets import draw_budgets
from .world_calendar import WorldCalendar, draw_calendar, fiscal_period_rows
from .world_dirt import Dirt
from .world_expenses import draw_lines
from .world_people import draw_people
from .world_planning import draw_planning
from .world_plans import draw_plans

OPTIONAL_TABLES = (
    "resource_type_definition",
    "pm_portfolio",
    "pm_program",
    "pm_project_task",
    "dmn_demand_task",
    "cost_plan",
    "cost_plan_breakdown",
    "benefit_plan",
    "benefit_plan_breakdown",
    "fm_expense_line",
    "project_funding",
    "sn_invst_pln_invst_budget",
    "sn_invst_pln_investment",
    "sn_invst_pln_financial_migration",
    "sn_align_core_planning_item",
    "sn_align_cmn_int_integrations_setup",
)


@dataclass(frozen=True)
class World:
    """Input tables as text, and the parameters of the run."""

    tables: Tables
    as_of: dt.date
    settings: Settings


def world(
    seed: int,
    *,
    projects: int | None = None,
    demands: int | None = None,
    dirty: bool = False,
    missing_tables: bool = True,
    varied_settings: bool = True,
) -> World:
    """Draw a world of 3 to 21 work items, or of so many projects and demands (at least one in all).

    `dirty` adds rows that must be quarantined. `missing_tables=False` keeps every table present and filled;
    `varied_settings=False` keeps all defaults except the time zone, which belongs to the calendar.
    """
    draw = Draw(seed)
    calendar = draw_calendar(draw)
    tables = _tables(
        draw,
        calendar,
        draw.count(2, 14) if projects is None else projects,
        draw.count(1, 7) if demands is None else demands,
    )
    if missing_tables and draw.chance(0.35):
        _drop_tables(draw, tables)
    if dirty:
        Dirt(draw, tables, calendar).spread(0.7)
    settings = _settings(draw, calendar.zone) if varied_settings else Settings(instance_time_zone=calendar.zone)
    return World(tables, _as_of(draw, calendar), settings)


def _tables(draw: Draw, calendar: WorldCalendar, projects: int, demands: int) -> Tables:
    people = draw_people(draw, calendar, projects, demands)
    money = draw_plans(draw, calendar, people)
    draw_budgets(draw, calendar, people, money)
    tables = {"fiscal_period": fiscal_period_rows(draw, calendar)}
    lines, properties = draw_lines(draw, calendar, people, money), _properties(draw)
    draw_planning(draw, calendar, people, money)
    return {**tables, **people.rows, **money.rows, "fm_expense_line": lines, "sys_properties": properties}


def _properties(draw: Draw) -> list[Cells]:
    """The property that chooses the dimension of task rows, among others; or without it."""
    value = draw.pick(["expense_type", "cost_type", "cost_type", None])
    rows: list[Cells] = [{"name": "glide.sys.date_format", "value": "yyyy-MM-dd"}]
    if value is not None:
        rows.append({"name": "sn_invst_pln.budget_allocation_attribute", "value": value})
    return rows


def _drop_tables(draw: Draw, tables: Tables) -> None:
    """One or two tables are missing or empty; sometimes one of the two kinds of work items is."""
    for table in draw.some(OPTIONAL_TABLES, 2):
        if draw.chance(0.7):
            tables.pop(table, None)
        else:
            tables[table] = []
    if draw.chance(0.15):
        table = draw.pick(["pm_project", "dmn_demand"])
        if draw.chance(0.5):
            tables.pop(table)
        else:
            tables[table] = []


def _as_of(draw: Draw, calendar: WorldCalendar) -> dt.date:
    """Any day around the calendar; often the last day of a base period or the one after."""
    span = draw.pick(calendar.base)
    edge = draw.pick([span.end, span.end + dt.timedelta(days=1), span.start])
    anywhere = draw.day(calendar.first - dt.timedelta(days=90), calendar.last + dt.timedelta(days=90))
    return draw.pick([edge, edge, anywhere])


def _settings(draw: Draw, zone: str) -> Settings:
    """Each choice is the default in about two of three worlds."""
    return Settings(
        instance_time_zone=zone,
        demand_direct_actuals=draw.pick(["exclude", "exclude", "include"]),
        budget_without_migration_record=draw.pick(["v1", "v1", "v2_if_only_v2"]),
        planned_return_sign=draw.pick(["cost_minus_benefit", "cost_minus_benefit", "benefit_minus_cost"]),
        npv_first_year=draw.pick(["first_planned", "first_planned", "first_planned", "as_of"]),
        missing_discount_rate=draw.pick(["zero", "zero", "null"]),
    )
