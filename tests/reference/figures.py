"""Figures of a work item over its whole life: `mart.work_item`, the yearly vector, and its sums over several items."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .actuals import Outcome, demand_direct_actual
from .admission import Admitted
from .budget import Budget
from .currency import Exchange
from .fiscal_calendar import Calendar, Period
from .ledger import ZERO, Ledger, minus, plus
from .ownership import Ownership
from .returns import (
    InternalRate,
    discount_factor,
    exact_net_present_value,
    internal_rate_of_return,
    net_present_value,
)
from .rows import Row
from .settings import Settings

SUMMED = {
    "estimated_cost": ("planned_cost", None),
    "planned_capital": ("planned_cost", "capex"),
    "planned_operating": ("planned_cost", "opex"),
    "estimated_benefit": ("planned_benefit", None),
    "actual_cost": ("actual_cost", None),
    "actual_capital": ("actual_cost", "capex"),
    "actual_operating": ("actual_cost", "opex"),
    "budget_cost": ("budget_cost", None),
    "budget_capital": ("budget_cost", "capex"),
    "budget_operating": ("budget_cost", "opex"),
    "actual_benefit": ("actual_benefit", None),
}
"""Column: stream and expense type that it sums."""

ADDITIVE = (*SUMMED, "demand_direct_actual", "estimate_at_completion")
Money = dict[str, Decimal | None]
Record = dict[str, object]


@dataclass(frozen=True)
class CashFlow:
    """One fiscal year of the vector behind NPV and IRR; cost or benefit is None where the stream is unknown."""

    year: Period
    t: int
    cost: Decimal | None
    benefit: Decimal | None

    @property
    def net(self) -> Decimal | None:
        """benefit - cost."""
        return minus(self.benefit, self.cost)


@dataclass(frozen=True)
class Books:
    """Everything that figures are computed from."""

    admitted: Admitted
    ownership: Ownership
    calendar: Calendar
    ledger: Ledger
    funnel: Sequence[Outcome]
    budget: Budget
    exchange: Exchange
    settings: Settings
    as_of: dt.date

    def own_money(self, work_item: str) -> Money:
        """The figures that add up over work items."""
        facts = self.ledger.of(work_item)
        money = {name: self.ledger.total(facts, work_item, *what) for name, what in SUMMED.items()}
        lines = work_item in self.ledger.known["actual_cost"]
        money["demand_direct_actual"] = demand_direct_actual(self.funnel, work_item) if lines else None
        money["estimate_at_completion"] = self._estimate_at_completion(work_item)
        return money

    def _estimate_at_completion(self, work_item: str) -> Decimal | None:
        """Actuals of past base periods plus the plan of the current and later ones; needs both streams."""
        past = {period.sys_id for period in self.calendar.base if period.is_past(self.as_of)}
        facts = self.ledger.of(work_item, "actual_cost", "planned_cost")
        forecast = [fact for fact in facts if (fact.stream == "actual_cost") == (fact.fiscal_period in past)]
        return plus(*(self.ledger.total(forecast, work_item, stream) for stream in ("actual_cost", "planned_cost")))

    def cash_flow(self, work_item: str) -> list[CashFlow]:
        """Planned cost and benefit per fiscal year, from the first to the last year with any row; empty years between.

        Under `npv_first_year = as_of` the vector starts with the year that holds as_of (or the next one that ends
        later); what was planned for earlier years is left out.
        """
        facts = self.ledger.of(work_item, "planned_cost", "planned_benefit")
        planned = [year for year in self.calendar.years for fact in facts if self._in(year, fact.fiscal_period)]
        if not planned:
            return []
        first, last = min(year.start for year in planned), max(year.end for year in planned)
        years = [year for year in self.calendar.years if first <= year.start and year.end <= last]
        if self.settings.npv_first_year == "as_of":
            years = [year for year in self.calendar.years if year.end >= self.as_of and year.end <= last]
        flows = []
        for t, year in enumerate(years):
            inside = [fact for fact in facts if self._in(year, fact.fiscal_period)]
            cost, benefit = (self.ledger.total(inside, work_item, s) for s in ("planned_cost", "planned_benefit"))
            flows.append(CashFlow(year, t, cost, benefit))
        return flows

    def _in(self, year: Period, base_period: str) -> bool:
        return self.calendar.year_of(base_period).sys_id == year.sys_id

    def has_plan(self, work_item: str) -> bool:
        """Whether any admitted requirement or benefit row belongs to the item."""
        return bool(self.ledger.of(work_item, "planned_cost", "planned_benefit"))

    def knows_plans(self, work_item: str) -> bool:
        """Whether both planned streams have their source tables."""
        return all(work_item in self.ledger.known[stream] for stream in ("planned_cost", "planned_benefit"))

    def discount_rate(self, work_item: str) -> Decimal | None:
        """The rate to discount with, in percent; None when there is none to use."""
        rate = self.ownership.work_items[work_item].money("discount_rate")
        if rate is None and self.settings.missing_discount_rate == "zero":
            return ZERO
        return rate if rate is not None and rate > -100 else None


def work_item_table(books: Books) -> list[Record]:
    """`mart.work_item`: own figures, one row a work item."""
    return [
        _work_item(books, table, row) for table in ("pm_project", "dmn_demand") for row in books.admitted.rows(table)
    ]


def _work_item(books: Books, table: str, row: Row) -> Record:
    return {
        "work_item": row.sys_id,
        "work_item_table": table,
        "number": row.text("number"),
        "name": row.text("short_description"),
        "program": row.text("primary_program"),
        "portfolio": row.text("primary_portfolio"),
        **derived(books.own_money(row.sys_id), books.settings),
        "budget_source": books.budget.source(row.sys_id),
        "discount_rate": row.money("discount_rate"),
        "npv": _npv(books, row.sys_id),
        **_irr(books, row.sys_id),
    }


def derived(money: Money, settings: Settings) -> Record:
    """The summed figures with those computed from them."""
    cost, benefit = money["estimated_cost"], money["estimated_benefit"]
    net = minus(benefit, cost)
    return {
        **money,
        "planned_return": net if settings.planned_return_sign == "benefit_minus_cost" else minus(cost, benefit),
        "net_benefit": net,
        "planned_roi_pct": float(Fraction(net) / Fraction(cost) * 100) if net is not None and cost else None,
        "budget_variance": minus(money["budget_cost"], money["estimate_at_completion"]),
    }


def _net(books: Books, work_item: str) -> list[Decimal] | None:
    """The yearly vector; None where any plan of the work item is unknown, be it of a year that is left out."""
    facts = books.ledger.of(work_item)
    if None in {books.ledger.total(facts, work_item, stream) for stream in ("planned_cost", "planned_benefit")}:
        return None
    return [flow.net for flow in books.cash_flow(work_item) if flow.net is not None]


def _npv(books: Books, work_item: str) -> Decimal | None:
    rate, net = books.discount_rate(work_item), _net(books, work_item)
    if rate is None or net is None or not books.has_plan(work_item):
        return None
    return net_present_value(net, rate)


def exact_npv(books: Books, work_item: str) -> Fraction | None:
    """NPV before rounding, in exact arithmetic."""
    rate, net = books.discount_rate(work_item), _net(books, work_item)
    if rate is None or net is None or not books.has_plan(work_item):
        return None
    return exact_net_present_value(net, rate)


def _irr(books: Books, work_item: str) -> Record:
    rate, net = InternalRate(None, "too_few_years"), _net(books, work_item)
    if net is None:
        return {"irr_pct": None, "irr_status": None, "irr_roots_pct": None}
    if books.has_plan(work_item):
        rate = internal_rate_of_return(net)
    return {"irr_pct": rate.irr_pct, "irr_status": rate.irr_status, "irr_roots_pct": rate.irr_roots_pct}


def cash_flow_table(books: Books) -> list[Record]:
    """`mart.cash_flow`: the yearly vector with its discounting; present value is null where NPV is."""
    records = []
    for work_item in books.ownership.work_items:
        rate = books.discount_rate(work_item)
        for flow in books.cash_flow(work_item):
            factor = None if rate is None else discount_factor(rate, flow.t)
            records.append(_cash_flow(work_item, flow, factor))
    return records


def _cash_flow(work_item: str, flow: CashFlow, factor: float | None) -> Record:
    return {
        "work_item": work_item,
        "fiscal_period": flow.year.sys_id,
        "t": flow.t,
        "cost": flow.cost,
        "benefit": flow.benefit,
        "net": flow.net,
        "discount_factor": factor,
        "present_value": None if flow.net is None or factor is None else float(flow.net) * factor,
    }
