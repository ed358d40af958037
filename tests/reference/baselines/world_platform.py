"""The platform's own baselines in generated worlds: headers, and copies of live rows as they may have been."""

import datetime as dt

from tests.reference.drawing import Cells, Draw, Tables
from tests.reference.schema import BASELINE_HEADERS, BASELINE_TABLES
from tests.reference.worlds import World


def draw_platform_baselines(draw: Draw, tonight: World, days: tuple[dt.date, dt.date]) -> None:
    """Adds a header in every other night, with copies of rows of its work item, some of them changed or without plan."""
    tables = tonight.tables
    for table in BASELINE_TABLES:
        tables.setdefault(table, [])
    for _ in range(draw.pick([0, 1, 1, 2])):
        _baseline(draw, tables, days)


def _baseline(draw: Draw, tables: Tables, days: tuple[dt.date, dt.date]) -> None:
    items = [*tables.get("pm_project", []), *tables.get("dmn_demand", [])]
    item = draw.pick(items)["sys_id"]
    header = _header(draw, tables, item, days)
    plans = _plan_copies(draw, tables, item, header)
    rows = tables.get("cost_plan_breakdown", [])
    own = [row for row in rows if row["cost_plan"] in plans] + (draw.some(rows, 2) if rows else [])
    for row in own:
        if draw.chance(0.85):
            _cost_copy(draw, tables, row, header, plans)
    _benefits_and_budgets(draw, tables, header)


def _header(draw: Draw, tables: Tables, item: str | None, days: tuple[dt.date, dt.date]) -> str | None:
    """By task, by investment, by both, by a work item that is not there, or by nothing."""
    investments = [row["sys_id"] for row in tables["sn_invst_pln_investment"] if row["funding_entity_id"] == item]
    others = [row["sys_id"] for row in tables["sn_invst_pln_investment"]]
    task = draw.pick([item, item, item, draw.key(), None])
    investment = draw.pick([*investments * 3, None, draw.pick(others)])
    row: Cells = {
        "sys_id": draw.key(),
        "name": draw.pick(["Gate 1", "Gate 2"]),
        "investment": investment,
        "task": task,
        "created_on": f"{draw.day(*days)} {draw.pick(['00:00:00', '12:30:00', '23:59:59'])}",
    }
    tables[draw.pick(BASELINE_HEADERS)].append(row)
    return row["sys_id"]


def _plan_copies(draw: Draw, tables: Tables, item: str | None, header: str | None) -> dict[str, str | None]:
    """Copies of the item's plans: by live plan the key of the copy; None where there is no copy."""
    plans: dict[str, str | None] = {}
    for plan in tables["cost_plan"]:
        if plan["task"] == item and plan["sys_id"]:
            copy = draw.key() if draw.chance(0.8) else None
            plans[plan["sys_id"]] = copy
            if copy:
                columns = {column: plan.get(column) for column in ("name", "task", "resource_type", "currency")}
                kind = draw.pick([plan["expense_type"], "capex", None])
                more = {"sys_id": copy, "baseline_header": header, "source_sys_id": plan["sys_id"]}
                tables["cost_plan_baseline"].append({**columns, **more, "expense_type": kind})
    return plans


def _cost_copy(draw: Draw, tables: Tables, row: Cells, header: str | None, plans: dict[str, str | None]) -> None:
    """A copy names the copy of its plan, the live plan, a plan that is gone, or none."""
    live = row["cost_plan"]
    plan = draw.pick([plans.get(live or ""), live, live, draw.key(), None])
    copy: Cells = {
        "sys_id": draw.key(),
        "baseline_header": header,
        "source_sys_id": draw.pick([row["sys_id"]] * 6 + [None, draw.key()]),
        "breakdown_type": row["breakdown_type"],
        "cost_plan": plan,
        "fiscal_period": row["fiscal_period"],
        "expense_type": row.get("expense_type"),
        "resource_type": draw.pick([row.get("resource_type"), None]),
        "value": row["value"] if draw.chance(0.6) else draw.money(),
        **_money_of(draw),
    }
    tables["cost_plan_breakdown_baseline"] += [copy]
    if draw.chance(0.05):
        tables["cost_plan_breakdown_baseline"].append({**copy, "sys_id": draw.key()})


def _money_of(draw: Draw) -> Cells:
    """Currency and rate of a copy, where it names them."""
    return {
        "currency": draw.pick([None, None, "EUR", "USD", "CHF"]),
        "exchange_rate": draw.pick([None, None, "1.3", "0.5000001"]),
    }


def _benefits_and_budgets(draw: Draw, tables: Tables, header: str | None) -> None:
    live = tables["benefit_plan_breakdown"]
    for row in draw.some(live, 3) if live else []:
        copy: Cells = {
            "sys_id": draw.key(),
            "baseline_header": header,
            "source_sys_id": row["sys_id"],
            "benefit_plan": row["benefit_plan"],
            "fiscal_period": row["fiscal_period"],
            "value": draw.money(),
            "actual_benefit": draw.pick([row["actual_benefit"], None]),
            **_money_of(draw),
        }
        tables["benefit_plan_breakdown_baseline"].append(copy)
    budgets = tables["sn_invst_pln_invst_budget"]
    for row in draw.some(budgets, 2) if budgets else []:
        copy = {**row, "sys_id": draw.key(), "baseline_header": header, "source_sys_id": row["sys_id"]}
        tables["sn_invst_pln_invst_budget_baseline"].append({**copy, **_money_of(draw)})
