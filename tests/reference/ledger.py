"""Facts: amounts of the five streams where work item and base period meet, and sums over them."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from .classification import UNCLASSIFIED
from .currency import Converted

STREAMS = ("planned_cost", "planned_benefit", "actual_cost", "budget_cost", "actual_benefit")
ZERO = Decimal(0)


@dataclass(frozen=True)
class Origin:
    """The row that a fact is made of, its plan, and what was entered (of a share, its part of that)."""

    source_table: str
    sys_id: str
    plan: str | None
    converted: Converted
    day: dt.date | None = None


@dataclass(frozen=True)
class Fact:
    """One amount of one stream; None without an exchange rate.

    `work_item` is None where money is admitted but belongs to no work item.
    """

    stream: str
    work_item: str | None
    fiscal_period: str
    amount: Decimal | None
    expense_type: str = UNCLASSIFIED
    resource_type: str | None = None
    origin: Origin | None = None


@dataclass(frozen=True)
class Ledger:
    """All facts, and per stream the work items for which the stream has its source tables."""

    facts: tuple[Fact, ...]
    known: Mapping[str, frozenset[str]]

    def of(self, work_item: str, *streams: str) -> list[Fact]:
        """Facts of a work item in these streams, all if none are named."""
        return [fact for fact in self.facts if fact.work_item == work_item and fact.stream in (streams or STREAMS)]

    def total(
        self, facts: Iterable[Fact], work_item: str, stream: str, expense_type: str | None = None
    ) -> Decimal | None:
        """Sum of one stream of a work item; None when the stream's source or an exchange rate is missing.

        0 when it has no rows.
        """
        if work_item not in self.known[stream]:
            return None
        return plus(
            *(
                fact.amount
                for fact in facts
                if (fact.work_item, fact.stream) == (work_item, stream) and expense_type in {None, fact.expense_type}
            )
        )


def plus(*amounts: Decimal | None) -> Decimal | None:
    """Sum in which an unknown part makes the whole unknown."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, ZERO) if len(known) == len(amounts) else None


def minus(left: Decimal | None, right: Decimal | None) -> Decimal | None:
    """left - right; unknown when either is."""
    return None if left is None or right is None else left - right
