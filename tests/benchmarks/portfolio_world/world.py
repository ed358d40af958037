"""All tables of a world as numbers, with their dirt, and what the platform has added up of them."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from tests.benchmarks.portfolio_world.budgets import Budgets, budgets
from tests.benchmarks.portfolio_world.calendar import Calendar, calendar
from tests.benchmarks.portfolio_world.dirt import SOUND, soiled, with_orphans
from tests.benchmarks.portfolio_world.expenses import PROCESSED, expense_lines
from tests.benchmarks.portfolio_world.next_night import a_night_later
from tests.benchmarks.portfolio_world.options import CAPITAL, OPERATING, Options
from tests.benchmarks.portfolio_world.plans import Plans, benefit_plans, cost_plans, task_rows
from tests.benchmarks.portfolio_world.work_items import WorkItems, work_items


class World(NamedTuple):
    """Everything that is exported, as numbers."""

    options: Options
    calendar: Calendar
    work: WorkItems
    cost: Plans
    task_rows: pl.DataFrame
    benefit: Plans
    lines: pl.DataFrame
    budgets: Budgets


def world(options: Options) -> World:
    """The tables, one after the other; those of the next night differ from this night's in what has changed."""
    days = calendar(options.calendar)
    work = work_items(options, days)
    clean_cost = cost_plans(options, work)
    lines = expense_lines(options, work, clean_cost, days)
    lines = a_night_later(soiled(lines, options, "fm_expense_line", "record", work.records), options, "fm_expense_line")
    cost = _soiled_plans(clean_cost, options, work, "cost_plan")
    benefit = _soiled_plans(benefit_plans(options, work, days), options, work, "benefit_plan")
    return World(
        options, days, work, cost, task_rows(cost.rows.filter(SOUND)), benefit, lines, _soiled_budgets(options, work)
    )


def _soiled_plans(clean: Plans, options: Options, work: WorkItems, table: str) -> Plans:
    """Rows of a plan that stands on nothing are orphans too."""
    known = len(clean.plans)
    plans = with_orphans(clean.plans, options.dice(f"dirt {table}"), options.orphans / 10, "record", work.records)
    rows = soiled(clean.rows, options, f"{table}_breakdown", "plan", known)
    lost = plans["orphan"].gather(rows["plan"].clip(0, known - 1))
    rows = rows.with_columns(orphan=pl.col("orphan") | lost)
    return Plans(plans, a_night_later(rows, options, f"{table}_breakdown"))


def _soiled_budgets(options: Options, work: WorkItems) -> Budgets:
    clean = budgets(options, work)
    rows = clean.rows.with_columns(investment="item")
    funding = clean.funding.with_columns(record="item")
    return clean._replace(
        rows=a_night_later(soiled(rows, options, "budget_v2", "investment", options.items), options, "budget_v2"),
        funding=a_night_later(soiled(funding, options, "budget_v1", "record", work.records), options, "budget_v1"),
    )


def platform_totals(it: World) -> pl.DataFrame:
    """One row a work item, in order: what the platform has cached on it, in cents; stale on a few."""
    current, cents = it.calendar.current, pl.col("cents").sum()
    planned = it.cost.rows.filter(SOUND)
    counted = it.lines.filter(SOUND, pl.col("counted"))
    parts = [
        planned.group_by("item").agg(
            estimated_cost=cents,
            planned_capital=pl.col("cents").filter(pl.col("expense_class") == CAPITAL).sum(),
            planned_operating=pl.col("cents").filter(pl.col("expense_class") == OPERATING).sum(),
            still_planned=pl.col("cents").filter(pl.col("period") >= current).sum(),
        ),
        it.benefit.rows.filter(SOUND)
        .group_by("item")
        .agg(estimated_benefit=cents, actual_benefit=pl.col("realised").sum()),
        counted.group_by("item").agg(actual_cost=cents, spent=pl.col("cents").filter(pl.col("period") < current).sum()),
        it.lines.filter(SOUND, pl.col("state") >= PROCESSED).group_by("item").agg(unprocessed=cents),
        it.budgets.funding.filter(SOUND).group_by("item").agg(v1=cents),
        it.budgets.rows.filter(SOUND).group_by("item").agg(v2=cents),
    ]
    totals = it.work.items.select(item="number")
    for part in parts:
        totals = totals.join(part, on="item", how="left", maintain_order="left")
    return totals.fill_null(0).pipe(_with_drift, it)


def _with_drift(totals: pl.DataFrame, it: World) -> pl.DataFrame:
    """Figures that follow from others; where they are stale, unprocessed lines or both budgets are in them."""
    dice = it.options.dice("drift")
    stale_cost, stale_budget = (pl.Series(dice.random(len(totals)) < it.options.drift / 2) for _part in range(2))
    chosen = pl.when(pl.Series(it.budgets.migrated)).then("v2").otherwise("v1")
    return totals.with_columns(
        budget_cost=pl.when(stale_budget).then(pl.col("v1") + pl.col("v2")).otherwise(chosen),
        actual_cost=pl.when(stale_cost).then(pl.col("actual_cost") + pl.col("unprocessed")).otherwise("actual_cost"),
        planned_return=pl.col("estimated_cost") - pl.col("estimated_benefit"),
        estimate_at_completion=pl.col("spent") + pl.col("still_planned"),
    )
