"""`mart.variance_bridge`: why an estimate at completion is not what it was, in parts that add up."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.reference.currency import Exchange, exchanged
from tests.reference.figures import Books, Record
from tests.reference.ledger import ZERO

from .cancelling import moved
from .kept_rows import rows_of
from .memory import Baseline, Groups, Kept, Memory
from .side import now, then

Cell = tuple[str, str]
"""Base period and expense type."""
PLAN, SPENT = "planned_cost", "actual_cost"


@dataclass(frozen=True)
class Comparison:
    """One work item, then and now; both estimates are known."""

    compared_with: str
    kind: str
    name: str
    day: dt.date
    work_item: str
    before: Sequence[Kept]
    today: Sequence[Kept]
    estimate_then: Decimal
    estimate_now: Decimal
    ends_then: Mapping[str, dt.date]
    groups: Groups


@dataclass(frozen=True)
class Part:
    """How much of a difference has which reason, and where."""

    part: str
    plan: str
    fiscal_period: str
    expense_type: str
    amount: Decimal


def comparisons(books: Books, baselines: Sequence[Baseline], memory: Memory) -> list[Comparison]:
    """Of every baseline and of the last night before this one, where both estimates are known."""
    return [*_with_baselines(books, baselines), *_with_last_night(books, memory)]


def _with_baselines(books: Books, baselines: Sequence[Baseline]) -> Iterator[Comparison]:
    for one in baselines:
        before = then(books, one).estimate_at_completion()
        today = now(books, one.work_item).estimate_at_completion()
        if before is not None and today is not None:
            rows = [row for row in one.rows if row.stream in {PLAN, SPENT}]
            sides = rows, _today(books, one.work_item), before, today, _ends(rows)
            groups = _groups_today(books, one.work_item) or (None, None)
            yield Comparison(one.key, one.kind, one.name, one.day, one.work_item, *sides, groups)


def _with_last_night(books: Books, memory: Memory) -> Iterator[Comparison]:
    """A work item that one of the nights does not have was estimated at 0 there."""
    night = memory.night_before(books.as_of)
    if night is None or night.currency != books.exchange.functional:
        return
    name, ends = f"night {night.day}", _ends([row for rows in night.rows.values() for row in rows])
    for item in sorted({*night.estimates, *books.ownership.work_items}):
        before = night.estimates.get(item, ZERO)
        today = books.own_money(item)["estimate_at_completion"] if item in books.ownership.work_items else ZERO
        if before is not None and today is not None:
            sides = night.rows.get(item, ()), _today(books, item), before, today, ends
            groups = _groups_today(books, item) or night.groups[item]
            yield Comparison(name, "night", name, night.day, item, *sides, groups)


def _ends(rows: Sequence[Kept]) -> dict[str, dt.date]:
    """Last days of base periods as they then were, as far as any row tells."""
    return {row.fiscal_period: row.end for row in rows}


def _groups_today(books: Books, work_item: str) -> Groups | None:
    """The program and the portfolio that count a work item today; None when it is gone."""
    item = books.ownership.work_items.get(work_item)
    return None if item is None else (item.text("primary_program"), item.text("primary_portfolio"))


def _today(books: Books, work_item: str) -> list[Kept]:
    return rows_of(books, work_item, PLAN, SPENT)


class Bridge:
    """The parts of one comparison."""

    def __init__(self, comparison: Comparison, books: Books) -> None:
        self._day_then, self._day_now = comparison.day, books.as_of
        self._calendar = {period.sys_id: period.end for period in books.calendar.base}
        self._ends_then = comparison.ends_then
        self._exchange = books.exchange
        plans = {
            fact.origin.sys_id: fact.origin.plan
            for fact in books.ledger.facts
            if fact.stream == PLAN and fact.origin is not None
        }
        self._today = [row for row in comparison.today if self._counts(row, closed=self._closed_now(row.fiscal_period))]
        self._before = [
            row for row in comparison.before if self._counts(row, closed=self._closed_then(row.fiscal_period))
        ]
        self._plan_of = {
            row.sys_id: row.plan or plans.get(row.sys_id) or "" for row in comparison.before if row.stream == PLAN
        }
        self._plans_then = {self._plan_of[row.sys_id] for row in comparison.before if row.stream == PLAN}
        self._plans_now = {row.plan or "" for row in comparison.today if row.stream == PLAN}

    def _counts(self, row: Kept, *, closed: bool) -> bool:
        """An estimate is made of actual cost in closed periods and of plan in open ones."""
        return row.stream == (SPENT if closed else PLAN)

    def _closed_then(self, period: str) -> bool:
        end = self._ends_then.get(period) or self._calendar[period]
        return end < self._day_then

    def _closed_now(self, period: str) -> bool:
        return self.end(period) < self._day_now

    def end(self, period: str) -> dt.date:
        """The last day of a period today; of one that is gone, as it was."""
        return self._calendar.get(period) or self._ends_then[period]

    def _is_open(self, period: str) -> bool:
        return not self._closed_then(period) and not self._closed_now(period)

    def parts(self) -> list[Part]:
        """All parts that are not 0."""
        found = [*self._exchange_rates(), *self._open_periods(), *self._other_periods()]
        sums: dict[tuple[str, str, str, str], Decimal] = defaultdict(lambda: ZERO)
        for part in found:
            sums[part.part, part.plan, part.fiscal_period, part.expense_type] += part.amount
        return [Part(*place, amount) for place, amount in sums.items() if amount]

    def _plan(self, row: Kept) -> str:
        return self._plan_of[row.sys_id] if row.stream == PLAN else ""

    def _exchange_rates(self) -> Iterator[Part]:
        for row in self._before:
            difference = restated(row, self._exchange) - amount(row)
            plan = self._plan(row) if self._is_open(row.fiscal_period) else ""
            yield Part("exchange_rate", plan, row.fiscal_period, row.expense_type, difference)

    def _open_periods(self) -> Iterator[Part]:
        """Plan against plan, plan by plan."""
        before = _by_plan((self._plan(row), row, restated(row, self._exchange)) for row in self._open(self._before))
        today = _by_plan((row.plan or "", row, amount(row)) for row in self._open(self._today))
        for plan in sorted({*before, *today}):
            difference = _less(today.get(plan, {}), before.get(plan, {}))
            if plan not in self._plans_then:
                yield from _all("scope_added", plan, difference)
            elif plan not in self._plans_now:
                yield from _all("scope_removed", plan, difference)
            else:
                yield from self._replanned(plan, difference)

    def _open(self, rows: Sequence[Kept]) -> list[Kept]:
        return [row for row in rows if self._is_open(row.fiscal_period)]

    def _replanned(self, plan: str, difference: Mapping[Cell, Decimal]) -> Iterator[Part]:
        """First what moved between expense types of a period, then what moved between periods of an expense type."""
        reclassified = _within(difference, lambda cell: cell[0], lambda cell: cell[1])
        left = _less(difference, reclassified)
        shifted = _within(left, lambda cell: cell[1], lambda cell: (self.end(cell[0]), cell[0]))
        yield from _all("reclassification", plan, reclassified)
        yield from _all("timing_shift", plan, shifted)
        yield from _all("reforecast", plan, _less(left, shifted))

    def _other_periods(self) -> Iterator[Part]:
        """Everything that counts, whatever its plan."""
        before, today = (
            [row for row in rows if not self._is_open(row.fiscal_period)] for rows in (self._before, self._today)
        )
        difference = _less(
            _by_cell((row, amount(row)) for row in today),
            _by_cell((row, restated(row, self._exchange)) for row in before),
        )
        reclassified = _within(difference, lambda cell: cell[0], lambda cell: cell[1])
        yield from _all("reclassification", "", reclassified)
        for cell, rest in _less(difference, reclassified).items():
            late = self._closed_then(cell[0]) and self._closed_now(cell[0])
            yield Part("late_actual" if late else "actual_against_plan", "", *cell, rest)


def amount(row: Kept) -> Decimal:
    """What a row that counts in a known estimate adds to it."""
    assert row.amount is not None
    return row.amount


def restated(row: Kept, exchange: Exchange) -> Decimal:
    """What was entered at today's rate of the same day; as kept where none is needed, there is none, or it is the same."""
    converted = row.converted
    if converted.currency is None or converted.rate_date is None or not exchange.is_foreign(converted.currency):
        return amount(row)
    rate = exchange.rate(converted.currency, converted.rate_date)
    if rate == converted.rate:
        return amount(row)
    again = None if rate is None else exchanged(converted.entered, rate)
    return amount(row) if again is None else again


def _by_cell(amounts: Iterable[tuple[Kept, Decimal]]) -> dict[Cell, Decimal]:
    sums: dict[Cell, Decimal] = defaultdict(lambda: ZERO)
    for row, value in amounts:
        sums[row.fiscal_period, row.expense_type] += value
    return dict(sums)


def _by_plan(amounts: Iterable[tuple[str, Kept, Decimal]]) -> dict[str, dict[Cell, Decimal]]:
    plans: dict[str, list[tuple[Kept, Decimal]]] = defaultdict(list)
    for plan, row, value in amounts:
        plans[plan].append((row, value))
    return {plan: _by_cell(rows) for plan, rows in plans.items()}


def _less(left: Mapping[Cell, Decimal], right: Mapping[Cell, Decimal]) -> dict[Cell, Decimal]:
    """Left less right, cell by cell; a cell that is missing counts as 0."""
    return {cell: left.get(cell, ZERO) - right.get(cell, ZERO) for cell in sorted({*left, *right})}


def _within(
    differences: Mapping[Cell, Decimal], group: Callable[[Cell], str], order: Callable[[Cell], Any]
) -> dict[Cell, Decimal]:
    """What cancels out among the cells of each group, in order."""
    groups: dict[str, list[Cell]] = defaultdict(list)
    for cell in differences:
        groups[group(cell)].append(cell)
    found: dict[Cell, Decimal] = {}
    for cells in groups.values():
        found |= moved({cell: differences[cell] for cell in sorted(cells, key=order)})
    return found


def _all(part: str, plan: str, amounts: Mapping[Cell, Decimal]) -> Iterator[Part]:
    return (Part(part, plan, *cell, value) for cell, value in amounts.items())


def bridge_table(books: Books, compared: Sequence[Comparison]) -> list[Record]:
    """`mart.variance_bridge`; program and portfolio are today's, of a work item that is gone those of that night."""
    records: list[Record] = []
    for one in compared:
        bridge = Bridge(one, books)
        parts = bridge.parts()
        assert sum((part.amount for part in parts), ZERO) == one.estimate_now - one.estimate_then
        program, portfolio = one.groups
        records += [
            {
                "compared_with": one.compared_with,
                "kind": one.kind,
                "name": one.name,
                "day": one.day,
                "work_item": one.work_item,
                "program": program,
                "portfolio": portfolio,
                "part": part.part,
                "cost_plan": part.plan,
                "fiscal_period": part.fiscal_period,
                "end_date": bridge.end(part.fiscal_period),
                "expense_type": part.expense_type,
                "amount": part.amount,
            }
            for part in parts
        ]
    return records


def group_bridge_table(bridge: Sequence[Record], group: str) -> list[Record]:
    """The parts of a program's or portfolio's work items, added up by name of baseline or night, if only to 0."""
    sums: dict[tuple[object, object, object], Decimal] = defaultdict(lambda: ZERO)
    for record in bridge:
        value = record["amount"]
        if record[group] is not None and isinstance(value, Decimal):
            sums[record[group], record["name"], record["part"]] += value
    return [{group: key, "name": name, "part": part, "amount": value} for (key, name, part), value in sums.items()]
