"""The tables of a world as the platform exports them: keys, words, days and amounts in place of numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import polars as pl

from tests.benchmarks.portfolio_world.expenses import STATES
from tests.benchmarks.portfolio_world.keys import keys
from tests.benchmarks.portfolio_world.options import UNKNOWN_KEYS
from tests.benchmarks.portfolio_world.plans import COST_TYPES
from tests.benchmarks.portfolio_world.world import World, platform_totals

EXPENSE_TYPES: Final = ("capex", "opex")
WORK_ITEM_STATES: Final = ("Draft", "Approved", "Work in Progress", "Closed Complete")
HOME, FOREIGN = "USD", "EUR"
CACHED: Final = (
    "estimated_cost",
    "planned_capital",
    "planned_operating",
    "estimated_benefit",
    "actual_cost",
    "budget_cost",
    "actual_benefit",
    "planned_return",
    "estimate_at_completion",
)


class Exported:
    """The tables of a world by name; each is made when it is asked for."""

    def __init__(self, it: World) -> None:
        self.world = it
        self.record = pool("record", it.work.records)
        self.period = pool("fiscal_period", len(it.calendar.rows))
        self.plan = pool("cost_plan", len(it.cost.plans))
        self.benefit_plan = pool("benefit_plan", len(it.benefit.plans))
        self.investment = pool("investment", it.options.items)
        self.cost_type = pool("resource_type_definition", COST_TYPES)
        self.program = pool("pm_program", it.work.programs)
        self.portfolio = pool("pm_portfolio", it.work.portfolios)

    @property
    def tables(self) -> dict[str, Callable[[], pl.DataFrame]]:
        """How to make each table."""
        currencies = {"fx_rate": self.fx_rate} if self.world.options.foreign else {}
        return {
            "fiscal_period": self.fiscal_period,
            "resource_type_definition": self.resource_type_definition,
            "pm_portfolio": lambda: _named(self.portfolio, self.world.work.portfolios, "PRT", "Portfolio"),
            "pm_program": lambda: _named(self.program, self.world.work.programs, "PRG", "Program"),
            "pm_project": lambda: self.work_items(demand=False),
            "dmn_demand": lambda: self.work_items(demand=True).drop("parent"),
            "pm_project_task": lambda: self.tasks(demand=False),
            "dmn_demand_task": lambda: self.tasks(demand=True).select("sys_id", "number", "parent", "state"),
            "cost_plan": self.cost_plan,
            "cost_plan_breakdown": self.cost_plan_breakdown,
            "benefit_plan": lambda: _benefit_plan(self),
            "benefit_plan_breakdown": self.benefit_plan_breakdown,
            "fm_expense_line": self.fm_expense_line,
            "project_funding": self.project_funding,
            "sn_invst_pln_invst_budget": self.invst_budget,
            "sn_invst_pln_investment": self.investments,
            "sn_invst_pln_financial_migration": self.migrations,
        } | currencies

    def fiscal_period(self) -> pl.DataFrame:
        return self.world.calendar.rows.select(
            of(self.period, "number", "sys_id"), "name", "fiscal_type", start_date_time="start", end_date_time="end"
        )

    def resource_type_definition(self) -> pl.DataFrame:
        classes = [EXPENSE_TYPES[place >= COST_TYPES // 2] for place in range(COST_TYPES)]
        names = [f"Cost type {place + 1}" for place in range(COST_TYPES)]
        return pl.DataFrame({"sys_id": self.cost_type[:COST_TYPES], "name": names, "expense_type": classes})

    def fx_rate(self) -> pl.DataFrame:
        """One rate a month of the calendar, and an early one."""
        days = pl.Series([0, *self.world.calendar.starts]).cast(pl.Int32).cast(pl.Date)
        rates = [f"{1.05 + (place * 7 % 13) / 100:.4f}" for place in range(len(days))]
        return pl.DataFrame({"from_currency": FOREIGN, "to_currency": HOME, "rate": rates, "valid_from": days})

    def work_items(self, *, demand: bool) -> pl.DataFrame:
        totals = platform_totals(self.world).select(*(money(name) for name in CACHED))
        rows = pl.concat([self.world.work.items, totals], how="horizontal").filter(pl.col("demand") == demand)
        prefix, name = ("DMND", "Demand ") if demand else ("PRJ", "Project ")
        return rows.select(
            of(self.record, "number", "sys_id"),
            number=pl.lit(prefix) + (pl.col("number") + 10_000_000).cast(pl.String),
            short_description=pl.lit(name) + pl.col("number").cast(pl.String),
            state=word(WORK_ITEM_STATES, "state"),
            parent=of(self.record, "parent"),
            primary_program=of(self.program, "program"),
            primary_portfolio=of(self.portfolio, "portfolio"),
            start_date=day("first_day"),
            end_date=day("last_day"),
            currency=self._currency("foreign"),
            discount_rate=pl.when(pl.col("rate") >= 0).then(pl.col("rate").cast(pl.Float64)),
            **{name: pl.col(name) for name in CACHED},
        )

    def _currency(self, foreign: str) -> pl.Expr:
        if not self.world.options.foreign:
            return pl.lit(None, dtype=pl.String)
        return pl.when(pl.col(foreign)).then(pl.lit(FOREIGN)).otherwise(pl.lit(HOME))

    def tasks(self, *, demand: bool) -> pl.DataFrame:
        rows = self.world.work.tasks.filter(pl.col("demand") == demand)
        prefix = "DMNTSK" if demand else "PRJTASK"
        return rows.select(
            of(self.record, "number", "sys_id"),
            number=pl.lit(prefix) + (pl.col("number") + 10_000_000).cast(pl.String),
            short_description=pl.lit("Task ") + pl.col("number").cast(pl.String),
            parent=of(self.record, "parent"),
            top_task=of(self.record, "item"),
            state=pl.lit("Open"),
        )

    def cost_plan(self) -> pl.DataFrame:
        rows, plans = self.world.cost.rows, self.world.cost.plans
        sound = rows.filter(~pl.col("orphan"), ~pl.col("is_copy"))
        totals = sound.group_by("plan").agg(pl.col("cents").sum())
        joined = plans.join(totals, left_on="number", right_on="plan", how="left", maintain_order="left")
        return joined.select(
            of(self.plan, "number", "sys_id"),
            name=pl.lit("Cost plan ") + (pl.col("number") % 1000).cast(pl.String),
            task=of(self.record, "record"),
            resource_type=of(self.cost_type, "cost_type"),
            expense_type=word(EXPENSE_TYPES, "expense_type"),
            total_planned_cost=money("cents").fill_null(0),
        )

    def cost_plan_breakdown(self) -> pl.DataFrame:
        """Requirement rows, then the platform's aggregates of them, then those of portfolios."""
        it = self.world
        requirement = it.options.arranged(it.cost.rows, "requirement").select(
            sys_id=keys_of("requirement", "number"),
            breakdown_type=pl.lit("requirement"),
            cost_plan=of(self.plan, "plan"),
            task=of(self.record, "item"),
            fiscal_period=of(self.period, "period"),
            expense_type=word(EXPENSE_TYPES, "expense_type"),
            resource_type=of(self.cost_type, "cost_type"),
            value=money("cents"),
        )
        aggregates = it.options.arranged(it.task_rows, "task_row").select(
            sys_id=keys_of("task_row", "number"),
            breakdown_type=pl.lit("task"),
            task=of(self.record, "item"),
            fiscal_period=of(self.period, "period"),
            expense_type=word(EXPENSE_TYPES, "expense_class"),
            value=money("cents"),
        )
        return pl.concat([requirement, aggregates, self._portfolio_rows()], how="diagonal")

    def _portfolio_rows(self) -> pl.DataFrame:
        """Planned cost per portfolio and base period."""
        items = self.world.work.items.select("portfolio", item="number")
        sound = self.world.cost.rows.filter(~pl.col("orphan"), ~pl.col("is_copy"))
        cell = ["portfolio", "period"]
        summed = sound.join(items, on="item").group_by(cell).agg(pl.col("cents").sum()).sort(cell)
        return summed.select(
            sys_id=keys_of("portfolio_row", pl.col("portfolio") * 1000 + pl.col("period")),
            breakdown_type=pl.lit("portfolio"),
            task=of(self.portfolio, "portfolio"),
            fiscal_period=of(self.period, "period"),
            value=money("cents"),
        )

    def benefit_plan_breakdown(self) -> pl.DataFrame:
        rows = self.world.options.arranged(self.world.benefit.rows, "benefit_row")
        return rows.select(
            sys_id=keys_of("benefit_row", "number"),
            benefit_plan=of(self.benefit_plan, "plan"),
            fiscal_period=of(self.period, "period"),
            value=money("cents"),
            actual_benefit=money("realised"),
        )

    def fm_expense_line(self) -> pl.DataFrame:
        rows = self.world.options.arranged(self.world.lines, "expense_line")
        record, through_source = of(self.record, "record"), pl.col("through_source")
        return rows.select(
            sys_id=keys_of("expense_line", "number"),
            state=word(STATES, "state"),
            date=day("day"),
            amount=money("cents"),
            task=pl.when(~through_source).then(record),
            source_id=pl.when(through_source).then(record),
            cost_plan=of(self.plan, "plan"),
            resource_type=of(self.cost_type, "cost_type"),
            expense_type=word(EXPENSE_TYPES, "expense_type"),
            base_expense=pl.when(pl.col("copy_of") >= 0).then(keys_of("expense_line", pl.col("copy_of").clip(0))),
        )

    def project_funding(self) -> pl.DataFrame:
        rows = self.world.options.arranged(self.world.budgets.funding, "funding")
        return rows.select(
            sys_id=keys_of("funding", "number"),
            task=of(self.record, "record"),
            fiscal_period=of(self.period, "period"),
            capex_budget=money("capital"),
            opex_budget=money("operating"),
            total_budget=money("total"),
        )

    def invst_budget(self) -> pl.DataFrame:
        rows = self.world.options.arranged(self.world.budgets.rows, "budget")
        return rows.select(
            sys_id=keys_of("budget", "number"),
            investment=of(self.investment, "investment"),
            fiscal_period=of(self.period, "period"),
            amount=money("cents"),
            expense_type=word(EXPENSE_TYPES, "expense_type"),
            resource_type=of(self.cost_type, "cost_type"),
        )

    def investments(self) -> pl.DataFrame:
        items = np.flatnonzero(self.world.budgets.has_investment)
        return pl.DataFrame({"sys_id": self.investment.gather(items), "funding_entity_id": self.record.gather(items)})

    def migrations(self) -> pl.DataFrame:
        items = np.flatnonzero(self.world.budgets.recorded)
        migrated = self.world.budgets.migrated[items]
        return pl.DataFrame(
            {"sys_id": keys("migration", items), "task": self.record.gather(items), "is_budget_migrated": migrated}
        )


def pool(kind: str, known: int) -> pl.Series:
    """The keys of a kind: those of its rows, then some that no row has."""
    return keys(kind, np.arange(known + UNKNOWN_KEYS))


def of(known: pl.Series, number: str, name: str | None = None) -> pl.Expr:
    """The keys of these numbers, empty where a number is negative."""
    place = pl.when(pl.col(number) >= 0).then(pl.col(number)).cast(pl.UInt32)
    return place.map_batches(known.gather, return_dtype=pl.String).alias(name or number)


def keys_of(kind: str, number: str | pl.Expr) -> pl.Expr:
    """The keys of rows that are referred to by nothing or little."""
    asked = pl.col(number) if isinstance(number, str) else number
    return asked.map_batches(lambda numbers: keys(kind, numbers.to_numpy()), return_dtype=pl.String)


def word(words: tuple[str, ...], number: str) -> pl.Expr:
    """The word of a number, empty where there is none."""
    place = pl.when(pl.col(number).is_between(0, len(words) - 1)).then(pl.col(number)).cast(pl.UInt32)
    return place.map_batches(pl.Series(words).gather, return_dtype=pl.String).alias(number)


def money(cents: str) -> pl.Expr:
    """Whole cents as an amount."""
    return (pl.col(cents).cast(pl.Decimal(18, 2)) / 100).cast(pl.Decimal(18, 2)).alias(cents)


def day(number: str) -> pl.Expr:
    """Days since 1970 as a date."""
    return pl.col(number).cast(pl.Int32).cast(pl.Date).alias(number)


def _named(known: pl.Series, count: int, prefix: str, name: str) -> pl.DataFrame:
    number = pl.int_range(1_000_001, 1_000_001 + count, eager=True).cast(pl.String)
    return pl.DataFrame({"sys_id": known[:count], "number": prefix + number, "name": f"{name} " + number})


def _benefit_plan(exported: Exported) -> pl.DataFrame:
    return exported.world.benefit.plans.select(
        of(exported.benefit_plan, "number", "sys_id"),
        name=pl.lit("Benefit plan ") + (pl.col("number") % 1000).cast(pl.String),
        task=of(exported.record, "record"),
    )
