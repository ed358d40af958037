"""The platform's own baselines: headers that are seen for the first time, and the copies of rows under them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from tests.reference.budget import shares
from tests.reference.classification import UNCLASSIFIED
from tests.reference.currency import Converted, exchanged
from tests.reference.figures import Books
from tests.reference.ledger import ZERO, Origin
from tests.reference.rows import Row
from tests.reference.schema import BASELINE_HEADERS

from .approval import known_streams
from .kept_rows import actuals_until
from .memory import Baseline, Kept, Memory

TABLE_OF = {
    "planned_cost": "cost_plan_breakdown_baseline",
    "planned_benefit": "benefit_plan_breakdown_baseline",
    "budget_cost": "sn_invst_pln_invst_budget_baseline",
    "actual_cost": "fm_expense_line",
}


def first_seen(books: Books, memory: Memory) -> list[Baseline]:
    """Headers that no night has read yet and whose work item is known."""
    there = {baseline.key for baseline in memory.baselines}
    found = []
    for table in BASELINE_HEADERS:
        for header in books.admitted.rows(table):
            work_item = _work_item(books, header)
            if header.sys_id not in there and work_item is not None:
                found.append(_baseline(books, header, work_item))
    return found


def _work_item(books: Books, header: Row) -> str | None:
    """The owner of the header's task, else what its investment funds, else the task itself, which then is gone."""
    task, investment = header.text("task"), books.admitted.by_key("sn_invst_pln_investment").get(_investment(header))
    funded = investment.text("funding_entity_id") if investment is not None else None
    return books.ownership.owner(task) or books.ownership.owner(funded) or task


def _investment(header: Row) -> str:
    return header.text("investment") or ""


def _baseline(books: Books, header: Row, work_item: str) -> Baseline:
    day, name = header.day("created_on"), header.word("name")
    copies = _Copies(books, header.sys_id, work_item, day)
    rows = (*copies.costs(), *copies.benefits(), *copies.budgets(), *actuals_until(books, work_item, day))
    known = _known_streams(books, work_item, rows)
    return Baseline(header.sys_id, name, work_item, day, "platform", known, books.exchange.functional, tuple(rows))


def _known_streams(books: Books, work_item: str, rows: Sequence[Kept]) -> frozenset[str]:
    """Those whose baseline table is there and in which no amount lacks its rate; actual cost if it is known tonight.

    The platform copies no v1 budget: where that counts, only copies tell of any.
    """
    there = {stream for stream, table in TABLE_OF.items() if books.admitted.has(table)}
    lacking = {row.stream for row in rows if row.amount is None and row.stream != "actual_cost"}
    if work_item in books.ownership.work_items and "actual_cost" not in known_streams(books, work_item):
        lacking.add("actual_cost")
    if work_item in books.ownership.work_items and books.budget.version(work_item) == "v1":
        has_copies = any(row.stream == "budget_cost" for row in rows)
        lacking |= set() if has_copies else {"budget_cost"}
    return frozenset(there - lacking)


@dataclass(frozen=True)
class _Copies:
    """The copies under one header."""

    books: Books
    header: str
    work_item: str
    day: dt.date

    def rows(self, table: str) -> list[Row]:
        """The rows of a baseline table under this header."""
        return [row for row in self.books.admitted.rows(table) if row.text("baseline_header") == self.header]

    def costs(self) -> list[Kept]:
        """Requirement copies only."""
        table = "cost_plan_breakdown_baseline"
        rows = [row for row in self.rows(table) if row.text("breakdown_type") == "requirement"]
        found = []
        for row in rows:
            plan, plan_row = self._plan("cost_plan", row.text("cost_plan"))
            expense_type = self._expense_type(row) or (self._expense_type(plan_row) if plan_row else None)
            resource_type = row.text("resource_type") or (plan_row.text("resource_type") if plan_row else None)
            found.append(
                self._kept("planned_cost", row, rows, plan, plan_row, expense_type or UNCLASSIFIED, resource_type)
            )
        return found

    def benefits(self) -> list[Kept]:
        """Planned and, where given, realised benefit."""
        rows = self.rows("benefit_plan_breakdown_baseline")
        found = []
        for row in rows:
            plan = self._plan("benefit_plan", row.text("benefit_plan"))
            given = row.money("actual_benefit") is not None
            streams = ("planned_benefit", "actual_benefit") if given else ("planned_benefit",)
            found += [self._kept(stream, row, rows, *plan, UNCLASSIFIED, None) for stream in streams]
        return found

    def budgets(self) -> list[Kept]:
        """Budget copies, shared out over base periods."""
        rows = self.rows("sn_invst_pln_invst_budget_baseline")
        found = []
        for row in rows:
            period = row.word("fiscal_period")
            converted = self._convert(row, row.amount("amount"), None)
            origin = Origin("sn_invst_pln_invst_budget", _known(row, rows), None, converted)
            expense_type = self._expense_type(row) or UNCLASSIFIED
            for fact in shares(
                self.work_item, self.books.calendar.base_of(period), origin, expense_type, row.text("resource_type")
            ):
                share = fact.origin
                assert share is not None
                end = self.books.calendar.period(fact.fiscal_period).end
                kind = fact.expense_type, fact.amount, share.converted, share.sys_id, None
                found.append(
                    Kept("budget_cost", fact.fiscal_period, end, *kind, fact.resource_type, share.source_table)
                )
        return found

    def _plan(self, table: str, reference: str | None) -> tuple[str | None, Row | None]:
        """The plan's live key and the row that says what it was: its copy, else the live plan."""
        copies = self.rows(f"{table}_baseline")
        same = [copy for copy in copies if copy.sys_id == reference]
        same = same or [copy for copy in copies if reference is not None and copy.text("source_sys_id") == reference]
        if len(same) == 1:
            return _known(same[0], copies), same[0]
        return reference, self.books.admitted.by_key(table).get(reference or "")

    def _kept(
        self,
        stream: str,
        row: Row,
        rows: Sequence[Row],
        plan: str | None,
        plan_row: Row | None,
        expense_type: str,
        resource_type: str | None,
    ) -> Kept:
        period = row.word("fiscal_period")
        entered = (row.money("actual_benefit") or ZERO) if stream == "actual_benefit" else row.amount("value")
        converted = self._convert(row, entered, plan_row)
        end = self.books.calendar.period(period).end
        key = _known(row, rows)
        return Kept(stream, period, end, expense_type, converted.amount, converted, key, plan, resource_type)

    def _convert(self, row: Row, entered: Decimal, plan_row: Row | None) -> Converted:
        """At the rate that the copy gives, else at the one that the baseline could know.

        That is the one of the day that counts, or of the baseline's own day where that is earlier.
        """
        period = self.books.calendar.period(row.word("fiscal_period"))
        day = self.books.exchange.plan_day(period.start, period.end)
        plan_currency = plan_row.text("currency") if plan_row is not None else None
        item_currency = self.books.ownership.currency(self.work_item)
        exchange, currencies = self.books.exchange, (row.text("currency"), plan_currency, item_currency)
        converted = replace(exchange.convert(entered, min(day, self.day), *currencies), rate_date=day)
        given = row.money("exchange_rate")
        if exchange.functional is None:
            return replace(converted, rate_date=None)
        if not exchange.is_foreign(converted.currency) or given is None or given <= 0:
            return converted
        return Converted(entered, converted.currency, day, given, exchanged(entered, given))

    def _expense_type(self, row: Row) -> str | None:
        types = {
            kind.sys_id: kind.word("expense_type") for kind in self.books.admitted.rows("resource_type_definition")
        }
        return row.text("expense_type") or types.get(row.text("resource_type") or "")


def _known(row: Row, rows: Sequence[Row]) -> str:
    """A copy is known by the live row's key, where its baseline has one copy of it; else by its own."""
    source = row.text("source_sys_id")
    copies = [other for other in rows if other.text("source_sys_id") == source]
    return source if source is not None and len(copies) == 1 else row.sys_id
