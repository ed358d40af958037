"""The rollup row by row in plain Python: dictionaries of rows, decimals, loops."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

import polars as pl
import pyarrow.parquet as pq

from tests.benchmarks.rollups.polars_strings import write
from tests.benchmarks.rollups.result import ITEM_AMOUNTS, PERIOD_AMOUNTS

PART: Final = {"capex": "capital", "opex": "operating"}
CENT: Final = Decimal("0.01")
ZERO: Final = Decimal(0)

Row = dict[str, Any]


class Span(NamedTuple):
    """One base period."""

    key: str
    first: dt.date
    last: dt.date


class Books:
    """What is looked up by key, and the figures as they add up."""

    def __init__(self, world: Path) -> None:
        self.world = world
        self.items = {row["sys_id"]: row for name in ("pm_project", "dmn_demand") for row in rows(world, name)}
        self.demands = {row["sys_id"] for row in rows(world, "dmn_demand")}
        tasks = [row for name in ("pm_project_task", "dmn_demand_task") for row in rows(world, name)]
        self.parents = {row["sys_id"]: row["parent"] for row in tasks}
        self.types = {row["sys_id"]: row["expense_type"] for row in rows(world, "resource_type_definition")}
        self.plans = {row["sys_id"]: row for row in rows(world, "cost_plan") if self.owner(row["task"])}
        self.periods = {row["sys_id"]: row for row in rows(world, "fiscal_period")}
        base = [row for row in self.periods.values() if row["fiscal_type"] == "month"]
        self.base = sorted((_span(row) for row in base), key=lambda span: span.first)
        self.base_keys = {span.key for span in self.base}
        self.days = {day: span.key for span in self.base for day in _days(span)}
        self.cells: dict[tuple[str, str], dict[str, Decimal]] = defaultdict(lambda: dict.fromkeys(PERIOD_AMOUNTS, ZERO))
        self.planned: set[tuple[str, str]] = set()

    def owner(self, record: str | None) -> str | None:
        """The work item of a record that money stands on."""
        while record in self.parents:
            record = self.parents[record]
        return record if record in self.items else None

    def class_of(self, row: Row, plan: Row | None = None) -> str | None:
        """The expense type of a row: its own, its cost type's, its plan's, its plan's cost type's."""
        own = row["expense_type"] or self.types.get(row["resource_type"])
        return own or (self.class_of(plan) if plan else None)

    def add(self, item: str, period: str, stream: str, expense_class: str | None, amount: Decimal) -> None:
        """Add an amount to the figures of a work item in a base period."""
        cell = self.cells[item, period]
        cell[f"{stream}_cost"] += amount
        if expense_class in PART:
            cell[f"{stream}_{PART[expense_class]}"] += amount


def rows(world: Path, table: str) -> Iterator[Row]:
    """The rows of a table, one by one."""
    for batch in pq.ParquetFile(world / f"{table}.parquet").iter_batches():
        yield from batch.to_pylist()


def admitted(world: Path, table: str) -> list[Row]:
    """One of identical copies, none of copies that differ."""
    found: dict[str, list[Row]] = {}
    for row in rows(world, table):
        found.setdefault(row["sys_id"], []).append(row)
    return [same[0] for same in found.values() if all(row == same[0] for row in same)]


def rollup(world: Path, result: Path) -> None:
    """Read the world, and write the figures into a new file."""
    books = Books(world)
    for step in (_plan, _spend, _fund, _benefit):
        step(books)
    write(result, work_item_period=_periods(books), work_item=_items(books))


def _plan(books: Books) -> None:
    for row in admitted(books.world, "cost_plan_breakdown"):
        plan = books.plans.get(row["cost_plan"])
        if row["breakdown_type"] == "requirement" and plan and row["fiscal_period"] in books.base_keys:
            item, period = str(books.owner(plan["task"])), row["fiscal_period"]
            books.planned.add((item, period))
            books.add(item, period, "planned", books.class_of(row, plan), row["value"])


def _spend(books: Books) -> None:
    lines = admitted(books.world, "fm_expense_line")
    known = {line["sys_id"] for line in lines}
    for line in lines:
        record = line["task"] or line["source_id"]
        item, period = books.owner(record), books.days.get(line["date"])
        is_copy = line["base_expense"] in known and line["base_expense"] != line["sys_id"]
        if item and period and not is_copy and record not in books.demands and _is_processed(line):
            books.add(item, period, "actual", books.class_of(line, books.plans.get(line["cost_plan"])), line["amount"])


def _is_processed(line: Row) -> bool:
    return bool(line["state"].strip().lower() == "processed")


def _fund(books: Books) -> None:
    migrations = rows(books.world, "sn_invst_pln_financial_migration")
    migrated = {row["task"] for row in migrations if row["is_budget_migrated"]}
    investments = {row["sys_id"]: row["funding_entity_id"] for row in rows(books.world, "sn_invst_pln_investment")}
    for row in admitted(books.world, "project_funding"):
        if row["task"] in books.items and row["task"] not in migrated:
            _share_v1(books, row)
    for row in admitted(books.world, "sn_invst_pln_invst_budget"):
        item = investments.get(row["investment"])
        if item in migrated:
            spans = _members(books, row["fiscal_period"])
            _share(books, str(item), spans, books.class_of(row), row["amount"])


def _share_v1(books: Books, row: Row) -> None:
    spans = _claiming(books, row["task"], _members(books, row["fiscal_period"]))
    capital, operating = row["capex_budget"], row["opex_budget"]
    if capital is None and operating is None:
        _share(books, row["task"], spans, None, row["total_budget"])
    for expense_class, amount in (("capex", capital), ("opex", operating)):
        if amount is not None:
            _share(books, row["task"], spans, expense_class, amount)


def _members(books: Books, period: str) -> list[Span]:
    whole = _span(books.periods[period])
    return [span for span in books.base if span.first >= whole.first and span.last <= whole.last]


def _claiming(books: Books, item: str, spans: list[Span]) -> list[Span]:
    """Those with plan, else those within the dates of the work item, else all."""
    begins, ends = books.items[item]["start_date"], books.items[item]["end_date"]
    planned = [span for span in spans if (item, span.key) in books.planned]
    within = [span for span in spans if span.first <= ends and span.last >= begins]
    return planned or within or spans


def _share(books: Books, item: str, spans: list[Span], expense_class: str | None, amount: Decimal) -> None:
    cents, sign = abs(int(amount * 100)), -1 if amount < 0 else 1
    whole, odd = divmod(cents, len(spans))
    for place, span in enumerate(spans):
        books.add(item, span.key, "budget", expense_class, sign * (whole + (place < odd)) * CENT)


def _benefit(books: Books) -> None:
    owners = {row["sys_id"]: books.owner(row["task"]) for row in rows(books.world, "benefit_plan")}
    for row in admitted(books.world, "benefit_plan_breakdown"):
        item = owners.get(row["benefit_plan"])
        if item and row["fiscal_period"] in books.base_keys:
            cell = books.cells[item, row["fiscal_period"]]
            cell["planned_benefit"] += row["value"]
            cell["actual_benefit"] += row["actual_benefit"] or ZERO


def _span(row: Row) -> Span:
    return Span(row["sys_id"], row["start_date_time"].date(), row["end_date_time"].date())


def _days(span: Span) -> Iterator[dt.date]:
    return (span.first + dt.timedelta(days=day) for day in range((span.last - span.first).days + 1))


def _periods(books: Books) -> pl.DataFrame:
    keys = pl.DataFrame(list(books.cells), schema=["work_item", "fiscal_period"], orient="row")
    amounts = dict.fromkeys(PERIOD_AMOUNTS, pl.Decimal(18, 4))
    return keys.hstack(pl.DataFrame(list(books.cells.values()), schema=amounts))


def _items(books: Books) -> pl.DataFrame:
    totals = {item: dict.fromkeys(PERIOD_AMOUNTS, ZERO) for item in books.items}
    for (item, _period), cell in books.cells.items():
        for name, amount in cell.items():
            totals[item][name] += amount
    amounts = pl.DataFrame(list(totals.values()), schema=dict.fromkeys(PERIOD_AMOUNTS, pl.Decimal(18, 4)))
    amounts.columns = list(ITEM_AMOUNTS)
    return pl.DataFrame({"work_item": list(totals)}).hstack(amounts)
