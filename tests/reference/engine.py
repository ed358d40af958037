"""The whole reference in the order of the contract: admission, calendar, ownership, streams, figures."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from zoneinfo import ZoneInfo

from .actuals import Outcome, actual_cost, expense_funnel, received
from .admission import Admitted, Cells, admission_table, admit_values
from .aggregates import group_table, rollup_table
from .budget import Budget
from .classification import Classification
from .currency import Exchange
from .figures import Books, Record, cash_flow_table, exact_npv, work_item_table
from .fiscal_calendar import Calendar, calendar
from .investments import investment_table
from .ledger import Ledger
from .ownership import Ownership
from .periods import forecast_table, work_item_period_table
from .planned import PlanRates, benefits, planned_cost
from .planning_items import PlanningItems, planning_item_table
from .plans import benefit_plan_table, breakdown_table, cost_plan_table
from .references import admit_references
from .refusal import ReferenceRefusal
from .schema import WORK_ITEMS
from .settings import Settings


@dataclass(frozen=True)
class Result:
    """Published tables under their qualified names.

    `exact_npv` holds NPV per work item before rounding, to tell a wrong cent from a tie that float64 decides.
    """

    tables: dict[str, list[Record]]
    exact_npv: dict[str, Fraction]


def compute(
    tables: Mapping[str, list[dict[str, str | None]]], *, as_of: dt.date, settings: Settings | None = None
) -> Result:
    """Every table of sections 2 to 6 from rows of text.

    A table that is absent is missing, one with an empty list has no rows. Raises ReferenceRefusal where nothing may be
    published.
    """
    settings = settings or Settings()
    books = open_books(tables, as_of=as_of, settings=settings)
    admitted, ownership, classification = books.admitted, books.ownership, Classification(books.admitted)
    destinations = received(admitted, ownership, classification, books.funnel)
    planning_items = PlanningItems(books)
    work_item_period = work_item_period_table(books)
    published = {
        "mart.work_item": work_item_table(books),
        "mart.work_item_rollup": rollup_table(books),
        "mart.program": group_table(books, "pm_program", "primary_program", "program"),
        "mart.portfolio": group_table(books, "pm_portfolio", "primary_portfolio", "portfolio"),
        "mart.work_item_period": work_item_period,
        "mart.cost_plan": cost_plan_table(books, destinations),
        "mart.benefit_plan": benefit_plan_table(books),
        "mart.cost_plan_breakdown": breakdown_table(books, classification, destinations, planning_items),
        "mart.forecast": forecast_table(books, work_item_period),
        "mart.cash_flow": cash_flow_table(books),
        "mart.investment": investment_table(books),
        "mart.planning_item": planning_item_table(books, planning_items),
        "audit.expense_funnel": [_funnel_record(outcome) for outcome in books.funnel],
        "audit.admission": admission_table(tables, admitted),
        "audit.quarantine": [asdict(row) for row in admitted.quarantine],
    }
    exact = {item: exact_npv(books, item) for item in ownership.work_items}
    return Result(published, {item: value for item, value in exact.items() if value is not None})


def open_books(tables: Mapping[str, list[dict[str, str | None]]], *, as_of: dt.date, settings: Settings) -> Books:
    """Everything that figures are computed from. Raises ReferenceRefusal where nothing may be published."""
    admitted, periods = _admit(tables, settings)
    return _books(admitted, periods, Ownership(admitted), Classification(admitted), settings, as_of)


def _admit(
    tables: Mapping[str, list[Cells] | list[dict[str, str | None]]], settings: Settings
) -> tuple[Admitted, Calendar]:
    if "fiscal_period" not in tables:
        raise ReferenceRefusal("fiscal_period is missing")
    if not any(table in tables for table in WORK_ITEMS):
        raise ReferenceRefusal(f"none of {', '.join(WORK_ITEMS)} is present")
    admitted = admit_values(tables, ZoneInfo(settings.instance_time_zone))
    periods = calendar(admitted.rows("fiscal_period"))
    admit_references(admitted, periods)
    return admitted, periods


def _books(
    admitted: Admitted,
    periods: Calendar,
    ownership: Ownership,
    classification: Classification,
    settings: Settings,
    as_of: dt.date,
) -> Books:
    exchange = Exchange(admitted.rows("fx_rate"), settings)
    rates = PlanRates(admitted, ownership, periods, exchange)
    funnel = expense_funnel(admitted, ownership, periods, exchange, settings)
    planned = planned_cost(rates, classification)
    budget = Budget(admitted, ownership, periods, classification, exchange, settings)
    facts = [*planned, *benefits(rates), *actual_cost(funnel, classification), *budget.facts(planned)]
    everything = frozenset(ownership.work_items)
    with_benefits = everything if admitted.has("benefit_plan", "benefit_plan_breakdown") else frozenset()
    known = {
        "planned_cost": everything if admitted.has("cost_plan", "cost_plan_breakdown") else frozenset(),
        "planned_benefit": with_benefits,
        "actual_cost": everything if admitted.has("fm_expense_line") else frozenset(),
        "budget_cost": frozenset(filter(budget.is_known, everything)),
        "actual_benefit": with_benefits,
    }
    return Books(admitted, ownership, periods, Ledger(tuple(facts), known), funnel, budget, exchange, settings, as_of)


def _funnel_record(outcome: Outcome) -> Record:
    return {
        "expense_line": outcome.line.sys_id,
        "outcome": outcome.outcome,
        "amount": outcome.amount,
        "entered_amount": outcome.converted.entered,
        "is_unconverted": outcome.converted.unconverted,
        "work_item": outcome.work_item,
        "fiscal_period": outcome.fiscal_period,
    }
