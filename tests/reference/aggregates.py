"""Own figures summed over projects below, programs and portfolios."""

from collections.abc import Iterable

from .figures import ADDITIVE, Books, Money, Record, derived
from .ledger import ZERO, plus


def rollup_table(books: Books) -> list[Record]:
    """`mart.work_item_rollup`: own figures plus those of all projects below; a demand's and a cycle's are their own."""
    own = own_money(books)
    return [
        {"work_item": item, **derived(_summed(own[part] for part in books.ownership.rolled_up(item)), books.settings)}
        for item in books.ownership.work_items
    ]


def group_table(books: Books, table: str, column: str, key: str) -> list[Record]:
    """`mart.program` and `mart.portfolio`: own figures of members, each once; groups without members show 0.

    Without members a figure is still null when its stream is unknown: for the budget, when neither version's tables
    are present.
    """
    own = own_money(books)
    records = []
    for row in books.admitted.rows(table):
        members = [item for item, item_row in books.ownership.work_items.items() if item_row.text(column) == row.sys_id]
        money = _summed(own[item] for item in members) if members else _nothing(books)
        names = {"number": row.text("number"), "name": row.text("name")}
        records.append({key: row.sys_id, **names, **derived(money, books.settings), "work_item_count": len(members)})
    return records


def own_money(books: Books) -> dict[str, Money]:
    """Own additive figures of every work item."""
    return {item: books.own_money(item) for item in books.ownership.work_items}


def _summed(parts: Iterable[Money]) -> Money:
    """Column by column; an unknown part makes the sum unknown."""
    items = list(parts)
    return {column: plus(*(item[column] for item in items)) for column in ADDITIVE}


def _nothing(books: Books) -> Money:
    """Figures of no work item at all: 0 where the stream's tables are present."""
    has = books.admitted.has
    costs, lines = has("cost_plan", "cost_plan_breakdown"), has("fm_expense_line")
    benefits = has("benefit_plan", "benefit_plan_breakdown")
    budgets = has("project_funding") or has("sn_invst_pln_invst_budget", "sn_invst_pln_investment")
    present = {
        "estimated_cost": costs,
        "planned_capital": costs,
        "planned_operating": costs,
        "estimated_benefit": benefits,
        "actual_cost": lines,
        "actual_capital": lines,
        "actual_operating": lines,
        "demand_direct_actual": lines,
        "budget_cost": budgets,
        "budget_capital": budgets,
        "budget_operating": budgets,
        "actual_benefit": benefits,
        "estimate_at_completion": costs and lines,
    }
    return {column: ZERO if present[column] else None for column in ADDITIVE}
