"""Figures over time: work item by base period, and the forecast per quarter and year."""

import datetime as dt
from decimal import Decimal

from .figures import SUMMED, Books, Record
from .fiscal_calendar import Period
from .ledger import Fact, plus

_RENAMED = {"estimated_cost": "planned_cost", "estimated_benefit": "planned_benefit"}
COLUMNS = {_RENAMED.get(name, name): what for name, what in SUMMED.items()}


def work_item_period_table(books: Books) -> list[Record]:
    """`mart.work_item_period`: a row wherever any fact exists, even at 0; no others."""
    records = []
    for work_item in books.ownership.work_items:
        facts = books.ledger.of(work_item)
        for period in books.calendar.base:
            here = [fact for fact in facts if fact.fiscal_period == period.sys_id]
            if here:
                records.append(_work_item_period(books, work_item, period, here))
    return records


def _work_item_period(books: Books, work_item: str, period: Period, facts: list[Fact]) -> Record:
    money = {name: books.ledger.total(facts, work_item, *what) for name, what in COLUMNS.items()}
    return {
        "work_item": work_item,
        "fiscal_period": period.sys_id,
        "fiscal_period_name": period.name,
        "start_date": period.start,
        "end_date": period.end,
        **money,
        "forecast_cost": forecast_cost(money, period, books.as_of),
    }


def forecast_cost(money: dict[str, Decimal | None], period: Period, as_of: dt.date) -> Decimal | None:
    """Actual of a past period, plan of the current and of later ones."""
    return money["actual_cost"] if period.is_past(as_of) else money["planned_cost"]


def forecast_table(books: Books, work_item_period: list[Record]) -> list[Record]:
    """`mart.forecast`: forecast_cost summed per work item and fiscal quarter or year.

    A quarter or year has a row where one of its base periods has one; a null among them makes the sum null.
    """
    parts: dict[tuple[object, str, str], list[Decimal | None]] = {}
    for row in work_item_period:
        period = str(row["fiscal_period"])
        cost = row["forecast_cost"]
        for duration, longer in (
            ("quarter", books.calendar.quarter_of(period)),
            ("year", books.calendar.year_of(period)),
        ):
            if longer is not None:
                part = cost if isinstance(cost, Decimal) else None
                parts.setdefault((row["work_item"], duration, longer.sys_id), []).append(part)
    return [
        {"work_item": item, "duration": duration, "fiscal_period": period, "forecast_cost": plus(*costs)}
        for (item, duration, period), costs in parts.items()
    ]
