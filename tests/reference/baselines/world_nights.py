"""Generated histories: a world on successive nights, its exports changed in between in every way that moves estimates."""

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

from tests.reference.drawing import Cells, Draw, Tables
from tests.reference.values import local_moment
from tests.reference.world_currencies import FUNCTIONAL, in_currencies, rate_rows
from tests.reference.worlds import World, world

from .world_changes import Changes
from .world_platform import draw_platform_baselines

APPROVED = {"pm_project": ["2", " work in progress"], "dmn_demand": ["1", "WORK IN PROGRESS "]}
ABSENT = (
    "cost_plan_breakdown",
    "benefit_plan_breakdown",
    "fm_expense_line",
    "project_funding",
    "sn_invst_pln_invst_budget",
    "fx_rate",
    "resource_type_definition",
)
"""Tables that are missing on a night now and then."""
ABROAD = (7, 1)
"""Last digit of the histories that have a night in another currency, and which one it is."""


def history(seed: int, nights: int = 3) -> list[World]:
    """The same instance on successive nights; in two of three histories it has foreign money."""
    draw = Draw(seed)
    first = world(seed, projects=draw.count(2, 5), demands=draw.count(0, 2), missing_tables=False)
    if seed % 3:
        first = in_currencies(first, seed)
    days = _calendar_days(first.tables)
    as_of = draw.day(days[0], days[1] - (days[1] - days[0]) // 2)
    tonight = replace(first, as_of=as_of, settings=replace(first.settings, approved_states=APPROVED))
    worlds: list[World] = []
    for night in range(nights):
        tonight = _changed(draw, tonight) if night else tonight
        draw_platform_baselines(draw, tonight, days)
        exported = _exported(draw, tonight)
        worlds.append(_in_euro(exported) if (seed % 10, night) == ABROAD else exported)
        tonight = replace(tonight, as_of=_next_day(draw, tonight))
    return worlds


def _in_euro(tonight: World) -> World:
    """A night in another functional currency than those around it."""
    return replace(tonight, settings=replace(tonight.settings, functional_currency="EUR"))


def _with_twins(lines: list[Cells], today: dt.date) -> list[Cells]:
    """Lines, and beside some of them two of the same day in euro, which are rounded one by one, and one of today."""
    of_today = [
        {**line, "sys_id": f"{line['sys_id']} today", "date": today.isoformat(), "amount": "1.5", "base_expense": None}
        for line in lines
        if (line["sys_id"] or "") < "3"
    ]
    twins = [
        {**line, "sys_id": f"{line['sys_id']} {amount}", "amount": amount, "currency": "EUR", "base_expense": None}
        for line in lines
        for amount in ("0.4545", "10.0550")
        if (line["sys_id"] or "") < "6"
    ]
    return [*lines, *of_today, *twins]


def _next_day(draw: Draw, tonight: World) -> dt.date:
    """The same day again, one soon after, or the first or last day of a fiscal period."""
    if draw.chance(0.6):
        return tonight.as_of + dt.timedelta(days=draw.pick([0, 1, 1, 20, 31, 45, 100]))
    zone = ZoneInfo(tonight.settings.instance_time_zone)
    starts = [local_moment(row["start_date_time"] or "", zone)[0] for row in tonight.tables["fiscal_period"]]
    later = sorted(day for day in {*starts, *(start - dt.timedelta(days=1) for start in starts)} if day > tonight.as_of)
    return draw.pick(later[:6]) if later else tonight.as_of


def _exported(draw: Draw, tonight: World) -> World:
    """What is exported: the tables in another order, now and then without one of them."""
    missing = draw.pick(ABSENT) if draw.chance(0.12) else None
    tables: Tables = {}
    for table, rows in tonight.tables.items():
        copies = [dict(row) for row in rows]
        draw.random.shuffle(copies)
        if table != missing:
            has_twins = table == "fm_expense_line" and tonight.settings.functional_currency is not None
            tables[table] = _with_twins(copies, tonight.as_of) if has_twins else copies
    return replace(tonight, tables=tables)


def _changed(draw: Draw, before: World) -> World:
    """The next night's world: rows, rates and now and then a setting have changed."""
    tables = {table: [dict(row) for row in rows] for table, rows in before.tables.items()}
    Changes(draw, tables, before.settings.instance_time_zone, before.as_of).spread()
    settings = before.settings
    if settings.functional_currency is not None:
        if draw.chance(0.6):
            _change_rates(draw, tables)
        if draw.chance(0.05):
            settings = replace(settings, functional_currency=draw.pick(["EUR", FUNCTIONAL]))
        if draw.chance(0.1):
            settings = replace(settings, missing_exchange_rate=draw.pick(["null", "one"]))
    if draw.chance(0.1):
        settings = replace(settings, demand_direct_actuals=draw.pick(["exclude", "include"]))
    return replace(before, tables=tables, settings=settings)


def _change_rates(draw: Draw, tables: Tables) -> None:
    """Rates are corrected, go, or come."""
    rates = tables.setdefault("fx_rate", [])
    for row in list(rates):
        if draw.chance(0.25):
            row["rate"] = draw.pick(["1.2", "1.11", "0.95", "0.0101", "2.000003"])
        elif draw.chance(0.05):
            rates.remove(row)
    there = {_rate_key(row) for row in rates}
    rates += [row for row in rate_rows(draw, _calendar_days(tables))[:2] if _rate_key(row) not in there]


def _rate_key(row: Cells) -> tuple[str | None, ...]:
    return row["from_currency"], row["to_currency"], row["valid_from"]


def _calendar_days(tables: Tables) -> tuple[dt.date, dt.date]:
    """About the first and the last first day of all fiscal periods."""
    digits = ["".join(filter(str.isdigit, (row["start_date_time"] or "")[:10])) for row in tables["fiscal_period"]]
    days = [dt.date(int(text[:4]), int(text[4:6]), int(text[6:8])) for text in digits]
    return min(days), max(days)
