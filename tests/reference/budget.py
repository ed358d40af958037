"""Stream 4: budget. One version per work item, and amounts of longer periods split over base periods."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal

from .admission import Admitted
from .classification import UNCLASSIFIED, Classification
from .currency import Converted, Exchange
from .fiscal_calendar import Calendar, Period
from .ledger import Fact, Origin
from .ownership import Ownership
from .rows import Row
from .settings import Settings

CENT = Decimal("0.01")


def split(amount: Decimal, parts: int) -> list[Decimal]:
    """Equal whole-cent shares that add up to the amount.

    The earliest shares get the odd cents, the first also any fraction of a cent. Negative amounts mirror positive ones.
    """
    if amount < 0:
        return [-share for share in split(-amount, parts)]
    cents = int((amount / CENT).to_integral_value(ROUND_DOWN))
    each, odd = divmod(cents, parts)
    shares = [CENT * (each + (1 if place < odd else 0)) for place in range(parts)]
    shares[0] += amount - CENT * cents
    return shares


class Budget:
    """Selects the version of each work item and lists its shares."""

    def __init__(
        self,
        admitted: Admitted,
        ownership: Ownership,
        calendar: Calendar,
        classification: Classification,
        exchange: Exchange,
        settings: Settings,
    ) -> None:
        self._admitted = admitted
        self._ownership = ownership
        self._work_items = ownership.work_items
        self._calendar = calendar
        self._classification = classification
        self._exchange = exchange
        self._settings = settings
        self._investments = admitted.by_key("sn_invst_pln_investment")

    def version(self, work_item: str) -> str:
        """v2 when any migration record of the work item says so, else v1.

        Under `v2_if_only_v2` an item without any migration record that has v2 rows and no v1 rows is v2 too.
        """
        migrations = [
            row for row in self._admitted.rows("sn_invst_pln_financial_migration") if row.text("task") == work_item
        ]
        if any(row.values["is_budget_migrated"] is True for row in migrations):
            return "v2"
        free = not migrations and self._settings.budget_without_migration_record == "v2_if_only_v2"
        only_v2 = bool(self._rows(work_item, "v2")) and not self._rows(work_item, "v1")
        return "v2" if free and only_v2 else "v1"

    def source(self, work_item: str) -> str:
        """The chosen version if its table holds an admitted row of the work item, whatever its amounts; else none."""
        version = self.version(work_item)
        return version if self._rows(work_item, version) else "none"

    def is_known(self, work_item: str) -> bool:
        """Whether the tables of the chosen version are present."""
        if self.version(work_item) == "v1":
            return self._admitted.has("project_funding")
        return self._admitted.has("sn_invst_pln_invst_budget", "sn_invst_pln_investment")

    def _rows(self, work_item: str, version: str) -> list[Row]:
        if version == "v1":
            return [row for row in self._admitted.rows("project_funding") if row.text("task") == work_item]
        return [
            row
            for row in self._admitted.rows("sn_invst_pln_invst_budget")
            if self._investments[row.word("investment")].text("funding_entity_id") == work_item
        ]

    def facts(self, planned: Sequence[Fact]) -> list[Fact]:
        """Shares of the chosen version of every work item."""
        facts: list[Fact] = []
        for work_item in self._work_items:
            if self.version(work_item) == "v1":
                facts += self._v1(work_item, planned)
            else:
                facts += self._v2(work_item)
        return facts

    def _v1(self, work_item: str, planned: Sequence[Fact]) -> Iterator[Fact]:
        planned_periods = {fact.fiscal_period for fact in planned if fact.work_item == work_item}
        for row in self._rows(work_item, "v1"):
            periods = self._funded_periods(
                work_item, self._calendar.base_of(row.word("fiscal_period")), planned_periods
            )
            for expense_type, amount in _funding(row):
                converted = self.convert(row, amount, work_item)
                origin = Origin("project_funding", row.sys_id, None, converted)
                yield from shares(work_item, periods, origin, expense_type, None)

    def _funded_periods(self, work_item: str, year: list[Period], planned_periods: set[str]) -> list[Period]:
        """Base periods of the year with requirement rows of the item; else those its dates overlap; else all."""
        item = self._work_items[work_item]
        start, end = item.date("start_date"), item.date("end_date")
        with_plan = [period for period in year if period.sys_id in planned_periods]
        overlapping = [period for period in year if start and end and period.overlaps(start, end)]
        return with_plan or overlapping or year

    def _v2(self, work_item: str) -> Iterator[Fact]:
        for row in self._rows(work_item, "v2"):
            periods = self._calendar.base_of(row.word("fiscal_period"))
            expense_type = self._classification.expense_type(row)
            converted = self.convert(row, row.amount("amount"), work_item)
            origin = Origin("sn_invst_pln_invst_budget", row.sys_id, None, converted)
            yield from shares(work_item, periods, origin, expense_type, row.text("resource_type"))

    def convert(self, row: Row, amount: Decimal, work_item: str) -> Converted:
        """The whole amount of a budget row, at the rate of the first or last day of its own fiscal period."""
        period = self._calendar.period(row.word("fiscal_period"))
        day = self._exchange.plan_day(period.start, period.end)
        return self._exchange.convert(amount, day, row.text("currency"), self._ownership.currency(work_item))


def _funding(row: Row) -> list[tuple[str, Decimal]]:
    """Amounts of a v1 row by expense type; the total counts only where neither capex nor opex is set."""
    capex, opex, total = row.money("capex_budget"), row.money("opex_budget"), row.money("total_budget")
    if capex is None and opex is None:
        return [] if total is None else [(UNCLASSIFIED, total)]
    return [(kind, amount) for kind, amount in (("capex", capex), ("opex", opex)) if amount is not None]


def shares(
    work_item: str, periods: Sequence[Period], origin: Origin, expense_type: str, resource_type: str | None
) -> list[Fact]:
    """The amount is converted first, then split over base periods; what was entered is split alike."""
    converted, count = origin.converted, len(periods)
    amounts = [None] * count if converted.amount is None else split(converted.amount, count)
    facts = []
    for period, amount, entered in zip(periods, amounts, split(converted.entered, count), strict=True):
        share = replace(origin, converted=replace(converted, entered=entered, amount=amount))
        facts.append(Fact("budget_cost", work_item, period.sys_id, amount, expense_type, resource_type, share))
    return facts
