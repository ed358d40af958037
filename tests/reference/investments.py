"""Investments: `mart.investment`, and the nine figures of the planning side in both places they can come from."""

from decimal import Decimal

from .figures import Books, Record
from .rows import Row

PLANNED = ("planned_cost", "planned_capital", "planned_operating")
ACTUAL = ("actual_cost", "actual_capital", "actual_operating")
BENEFIT = ("planned_benefit", "actual_benefit")
BUDGET = ("budget_cost",)
FIGURES = (*PLANNED, *ACTUAL, *BENEFIT, *BUDGET)

OWN = {"planned_cost": "estimated_cost", "planned_benefit": "estimated_benefit"}
"""Figures that a work item knows under another name."""
STORED = {"actual_cost": "work_cost", "actual_capital": "capex_work_cost", "actual_operating": "opex_work_cost"}
"""Figures that an investment stores under another name."""

Figures = dict[str, Decimal | None]


def own_figures(books: Books, work_item: str) -> Figures:
    """What the streams say of a work item, without the projects below it."""
    money = books.own_money(work_item)
    return {name: money[OWN.get(name, name)] for name in FIGURES}


def stored_figures(investment: Row | None) -> Figures:
    """What is stored in an investment; nothing is known without one."""
    return {name: investment.money(STORED.get(name, name)) if investment else None for name in FIGURES}


def funded_work_item(books: Books, investment: Row) -> str | None:
    """The work item an investment stands for; tasks, programs, portfolios and planning items are none."""
    entity = investment.text("funding_entity_id")
    return entity if entity in books.ownership.work_items else None


def investment_table(books: Books) -> list[Record]:
    """`mart.investment`: figures of the work item, or what is stored where there is no work item."""
    return [_investment(books, row) for row in books.admitted.rows("sn_invst_pln_investment")]


def _investment(books: Books, row: Row) -> Record:
    work_item = funded_work_item(books, row)
    return {
        "investment": row.sys_id,
        "work_item": work_item,
        "figures_source": "investment" if work_item is None else "execution",
        **(stored_figures(row) if work_item is None else own_figures(books, work_item)),
    }
