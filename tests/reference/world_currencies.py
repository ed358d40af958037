"""Foreign money: currencies of plans, lines, budgets and work items, and the rates of a world."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from .drawing import Cells, Draw, Tables
from .worlds import World

FUNCTIONAL = "USD"
CURRENCIES = ("EUR", "EUR", " eur ", "JPY", "GBP", "usd", "USD", None, None, "CHF")
"""CHF has no rate in most worlds; spellings differ."""
CHANCES = {
    "pm_project": 0.3,
    "dmn_demand": 0.3,
    "cost_plan": 0.35,
    "benefit_plan": 0.35,
    "fm_expense_line": 0.3,
    "project_funding": 0.3,
    "sn_invst_pln_invst_budget": 0.3,
}
"""How often a row of a table names a currency."""


def in_currencies(drawn: World, seed: int) -> World:
    """The same world with a functional currency, foreign money and rates."""
    draw = Draw(seed)
    tables = {**drawn.tables, **with_currencies(draw, drawn.tables)}
    if draw.chance(0.9):
        tables["fx_rate"] = rate_rows(draw, _days(drawn.tables))
    settings = replace(
        drawn.settings,
        functional_currency=draw.pick([FUNCTIONAL, FUNCTIONAL, " usd "]),
        missing_exchange_rate=draw.pick(["null", "null", "one"]),
        plan_rate_date=draw.pick(["period_start", "period_end"]),
        actual_rate_date=draw.pick(["line_date", "line_date", "period_start", "period_end"]),
    )
    return replace(drawn, tables=tables, settings=settings)


def with_currencies(draw: Draw, tables: Mapping[str, list[Cells]]) -> Tables:
    """Tables whose rows name currencies, among them ones without a rate."""
    foreign = draw.pick([CURRENCIES, CURRENCIES[:-1], CURRENCIES[:-1]])
    return {
        table: [{**row, "currency": draw.pick(foreign) if draw.chance(chance) else row.get("currency")} for row in rows]
        for table, chance in CHANCES.items()
        if (rows := tables.get(table)) is not None
    }


def rate_rows(draw: Draw, days: tuple[dt.date, dt.date]) -> list[Cells]:
    """Rates from several days on, some before everything, some between, inverse ones, and now and then one of 0."""
    first, last = days
    rows: list[Cells] = []
    for currency in ("EUR", "GBP", "JPY"):
        rows += [_rate(draw, currency, FUNCTIONAL, draw.day(first, last)) for _ in range(draw.count(0, 4))]
        if draw.chance(0.9):
            rows.append(_rate(draw, currency, FUNCTIONAL, first - dt.timedelta(days=500)))
        rows.append(_rate(draw, FUNCTIONAL, currency, draw.day(first, last)))
    draw.random.shuffle(rows)
    return list({(row["from_currency"], row["to_currency"], row["valid_from"]): row for row in rows}.values())


def _rate(draw: Draw, currency: str, to: str, day: dt.date) -> Cells:
    rate = draw.pick(["1.1", "1.25", "0.0091", "1.000001", "1.005", "0.87654321", "0.0000613", "123.456"])
    return {
        "from_currency": currency,
        "to_currency": to,
        "rate": "0" if draw.chance(0.03) else rate,
        "valid_from": day.isoformat(),
    }


def _days(tables: Mapping[str, list[Cells]]) -> tuple[dt.date, dt.date]:
    """From about the first to about the last day of the calendar."""
    days = [dt.date.fromisoformat(_plain((row["start_date_time"] or "")[:10])) for row in tables["fiscal_period"]]
    return min(days), max(days)


def _plain(text: str) -> str:
    """The day of `20250101T...` and of `2025-01-01 ...`."""
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}" if "-" not in text else text
