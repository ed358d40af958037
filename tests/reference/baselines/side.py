"""One side of a comparison of a baseline with today: amounts of known streams, by period or in total."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tests.reference.figures import Books
from tests.reference.ledger import plus

from .approval import known_streams
from .kept_rows import rows_of
from .memory import Baseline, Kept

FIGURES = {
    "planned_cost": ("planned_cost", None),
    "planned_capital": ("planned_cost", "capex"),
    "planned_operating": ("planned_cost", "opex"),
    "planned_benefit": ("planned_benefit", None),
    "budget_cost": ("budget_cost", None),
    "actual_cost": ("actual_cost", None),
}
"""Figure: stream and expense type that it sums."""
Money = Decimal | None


@dataclass(frozen=True)
class Side:
    """The rows of a baseline, or of today, and the day they are seen from."""

    day: dt.date
    known: frozenset[str]
    rows: Sequence[Kept]

    def figure(self, name: str, period: str | None = None) -> Money:
        """A sum; None where the stream or one of the amounts is unknown, 0 without rows."""
        stream, expense_type = FIGURES[name]
        return self._sum(
            stream, lambda row: expense_type in {None, row.expense_type} and period in {None, row.fiscal_period}
        )

    def forecast(self, period: str, *, closed: bool) -> Money:
        """Actual cost of a period that is over, else its plan; needs both streams."""
        if not {"actual_cost", "planned_cost"} <= self.known:
            return None
        return self.figure("actual_cost" if closed else "planned_cost", period)

    def estimate_at_completion(self) -> Money:
        """Actual cost of periods that are over, and the plan of the others; needs both streams."""
        spent = self._sum("actual_cost", lambda row: row.end < self.day)
        planned = self._sum("planned_cost", lambda row: row.end >= self.day)
        return plus(spent, planned)

    def end(self, period: str) -> dt.date | None:
        """The last day of a period as this side knows it, if it has a row in it."""
        return next((row.end for row in self.rows if row.fiscal_period == period), None)

    def _sum(self, stream: str, counts: Callable[[Kept], bool]) -> Money:
        if stream not in self.known:
            return None
        return plus(*(row.amount for row in self.rows if row.stream == stream and counts(row)))


def then(books: Books, baseline: Baseline) -> Side:
    """What a baseline has kept; nothing of it is known in another currency than its own."""
    comparable = baseline.currency == books.exchange.functional
    return Side(baseline.day, baseline.known if comparable else frozenset(), baseline.rows)


def now(books: Books, work_item: str) -> Side:
    """Today. Of a work item that is gone, streams are known whose tables are there, be it of either budget version."""
    has = books.admitted.has
    there = {
        "planned_cost": has("cost_plan", "cost_plan_breakdown"),
        "planned_benefit": has("benefit_plan", "benefit_plan_breakdown"),
        "actual_cost": has("fm_expense_line"),
        "budget_cost": has("project_funding") or has("sn_invst_pln_invst_budget", "sn_invst_pln_investment"),
    }
    known = frozenset(stream for stream in there if there[stream])
    if work_item in books.ownership.work_items:
        known = known_streams(books, work_item)
    return Side(books.as_of, known, rows_of(books, work_item))
