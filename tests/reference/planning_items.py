"""Planning items: what they stand for, whether integration is on, and `mart.planning_item`."""

from collections.abc import Iterable
from decimal import Decimal

from .figures import Books, Record
from .investments import ACTUAL, BENEFIT, BUDGET, PLANNED, Figures, funded_work_item, own_figures, stored_figures
from .ledger import plus
from .planned import plan_owners
from .rows import Row

EXECUTION, INVESTMENT = "execution", "investment"


class PlanningItems:
    """The planning items of a world, each with its investment, its work item and its state of integration."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._investments = books.admitted.by_key("sn_invst_pln_investment")
        self.rows = books.admitted.by_key("sn_align_core_planning_item")

    def is_integrated(self, item: str) -> bool:
        """Whether a setup row for its class is active or says nothing; classes compare trimmed and without case."""
        name = _plain(self.rows[item].word("sys_class_name"))
        setup = self._books.admitted.rows("sn_align_cmn_int_integrations_setup")
        return any(
            _plain(row.word("planning_item_table")) == name and row.values.get("active") is not False for row in setup
        )

    def work_item(self, item: str) -> str | None:
        """The task that it names, else what the investment that it names stands for."""
        task, named = self.rows[item].text("task"), self.rows[item].text("investment")
        if task is not None or named is None:
            return task
        return funded_work_item(self._books, self._investments[named])

    def investment(self, item: str) -> Row | None:
        """The one it names, else the lowest of those that stand for its work item or for itself."""
        named = self.rows[item].text("investment")
        if named is not None:
            return self._investments[named]
        entities = {item, self.work_item(item)} - {None}
        keys = [key for key, row in self._investments.items() if row.text("funding_entity_id") in entities]
        return self._investments[min(keys)] if keys else None

    def of_row(self, named: str | None, work_item: str | None) -> str | None:
        """What a breakdown row shows: the one it names, else the lowest one of its work item, if integrated."""
        if named is not None and self.is_integrated(named):
            return named
        of_work_item = [item for item in self.rows if work_item is not None and self.work_item(item) == work_item]
        return min(filter(self.is_integrated, of_work_item), default=None)


def _plain(name: str) -> str:
    return name.strip().lower()


def planning_item_table(books: Books, items: PlanningItems) -> list[Record]:
    """`mart.planning_item`: one row an item, each group of figures from one side."""
    return [_planning_item(books, items, item) for item in items.rows]


def _planning_item(books: Books, items: PlanningItems, item: str) -> Record:
    row, investment, work_item = items.rows[item], items.investment(item), items.work_item(item)
    places = [item, *([investment.sys_id] if investment else [])]
    is_on = items.is_integrated(item)
    sides = {
        EXECUTION: own_figures(books, work_item) if work_item else _figures_of_plans(books, places),
        INVESTMENT: stored_figures(investment),
    }
    planned = EXECUTION if is_on or _plans_on(books, "cost_plan", work_item, places) else INVESTMENT
    benefit = EXECUTION if is_on or _plans_on(books, "benefit_plan", work_item, places) else INVESTMENT
    other = EXECUTION if is_on else INVESTMENT
    return {
        "planning_item": item,
        "sys_class_name": row.text("sys_class_name"),
        "number": row.text("number"),
        "investment": investment.sys_id if investment else None,
        "work_item": work_item,
        "integration": "on" if is_on else "off",
        **_some(sides[planned], PLANNED),
        **_some(sides[other], (*ACTUAL, *BUDGET)),
        **_some(sides[benefit], BENEFIT),
        "planned_cost_source": planned,
        "actual_cost_source": other,
        "benefit_source": benefit,
        "budget_source": other,
    }


def _some(figures: Figures, names: Iterable[str]) -> Record:
    return {name: figures[name] for name in names}


def _plans_on(books: Books, table: str, work_item: str | None, places: list[str]) -> set[str]:
    """Plans that the work item owns; where there is none, plans that stand on the item or on its investment."""
    if work_item is not None:
        owners = plan_owners(books.admitted, books.ownership, table)
        return {plan for plan, owner in owners.items() if owner == work_item}
    return {row.sys_id for row in books.admitted.rows(table) if row.text("task") in places}


def _figures_of_plans(books: Books, places: list[str]) -> Figures:
    """Plans on the item and its investment added up; without any, or without the table of rows, nothing is known."""
    figures: Figures = dict.fromkeys((*PLANNED, *ACTUAL, *BENEFIT, *BUDGET))
    cost_plans = _plans_on(books, "cost_plan", None, places)
    if cost_plans and books.admitted.has("cost_plan_breakdown"):
        kinds = dict(zip(PLANNED, (None, "capex", "opex"), strict=True))
        figures |= {name: _total(books, "planned_cost", cost_plans, kind) for name, kind in kinds.items()}
    benefit_plans = _plans_on(books, "benefit_plan", None, places)
    if benefit_plans and books.admitted.has("benefit_plan_breakdown"):
        figures |= {stream: _total(books, stream, benefit_plans) for stream in BENEFIT}
    return figures


def _total(books: Books, stream: str, plans: set[str], kind: str | None = None) -> Decimal | None:
    """The amounts of plans in functional currency, of one expense type or of all; unknown where one has no rate."""
    facts = [fact for fact in books.ledger.facts if fact.stream == stream and kind in {None, fact.expense_type}]
    return plus(*(fact.amount for fact in facts if fact.origin is not None and fact.origin.plan in plans))
