"""What one night leaves to the next: baselines, the states of work items, and the rows that figures were made of."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tests.reference.currency import Converted

Groups = tuple[str | None, str | None]
"""Program and portfolio of a work item."""


@dataclass(frozen=True)
class Kept:
    """One amount as it counted on its night; `amount` is None without a rate."""

    stream: str
    fiscal_period: str
    end: dt.date
    expense_type: str
    amount: Decimal | None
    converted: Converted
    sys_id: str = ""
    plan: str | None = None
    resource_type: str | None = None
    source_table: str = ""


@dataclass(frozen=True)
class Baseline:
    """A header with everything that it keeps; `known` are the streams that had their tables and all their rates."""

    key: str
    name: str
    work_item: str
    day: dt.date
    kind: str
    known: frozenset[str]
    currency: str | None
    rows: tuple[Kept, ...]


@dataclass(frozen=True)
class Night:
    """What a night has shown: estimates by work item, and the plan rows and lines that they were made of."""

    day: dt.date
    currency: str | None
    estimates: Mapping[str, Decimal | None]
    rows: Mapping[str, tuple[Kept, ...]]
    groups: Mapping[str, Groups]


@dataclass(frozen=True)
class Memory:
    """Everything that is remembered."""

    baselines: tuple[Baseline, ...] = ()
    states: Mapping[str, str | None] = field(default_factory=dict)
    nights: Mapping[dt.date, Night] = field(default_factory=dict)

    def night_before(self, day: dt.date) -> Night | None:
        """The last night before a day."""
        earlier = [night for night in self.nights if night < day]
        return self.nights[max(earlier)] if earlier else None
