"""What an explanation is made of, before it is printed for people or machines."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

Figure = Decimal | float | None


CENTS: Final = Decimal("0.01")
UNKNOWN: Final = "unknown"


class ExplainError(Exception):
    """What can't be explained, and why: one paragraph."""


@dataclass(frozen=True)
class Row:
    """One source row behind a figure."""

    table: str
    sys_id: str
    name: str
    """Its number, else the name of its plan or what it is."""
    description: str
    work_item: str
    """Number of its work item, where the figure is one of several."""
    period: str
    date: dt.date | None
    expense_type: str
    amount: Decimal | None
    """As it enters the figure; None = unknown."""
    entered: Decimal | None
    """As entered, where it was converted or could not be."""
    currency: str | None
    exchange_rate: Decimal | None


@dataclass(frozen=True)
class Group:
    """Rows that belong together, with what all of them add up to."""

    title: str
    count: int
    subtotal: Decimal | None
    """None = unknown, because a row is."""
    rows: list[Row]
    """The largest; all of them, if asked for."""


@dataclass(frozen=True)
class LeftOut:
    """Rows that the figure leaves out for one reason."""

    reason: str
    meaning: str
    remedy: str
    count: int
    amount: Decimal | None
    rows: list[Row]


@dataclass(frozen=True)
class SetAside:
    """Rows of the export that were not admitted for one reason."""

    table: str
    rule: str
    count: int
    message: str
    """Of one of them."""


@dataclass(frozen=True)
class Found:
    """Findings of one kind."""

    code: str
    severity: str
    count: int
    message: str
    """Of one of them."""
    remedy: str
    amount: Decimal | None


@dataclass(frozen=True)
class Year:
    """One year of the vector behind a return."""

    period: str
    t: int
    cost: Decimal
    benefit: Decimal
    net: Decimal
    discount_factor: float | None
    present_value: Decimal | None


@dataclass(frozen=True)
class Tie:
    """The sum of what is shown beside the figure."""

    what: str
    """What adds up to the total, as the beginning of a sentence."""
    total: Figure
    holds: bool


@dataclass(frozen=True)
class Explanation:
    """One figure, explained."""

    kind: str
    number: str
    name: str
    sys_id: str
    metric: str
    meaning: str
    made_of: list[str]
    """What the figure adds up, in words."""
    period: str
    """Empty = over all periods."""
    as_of: dt.date
    currency: str | None
    figure: Figure
    unit: str
    """Empty = an amount, in the currency of the run."""
    notes: list[str]
    years: list[Year]
    members: Group | None
    """The work items of a program or portfolio, with their parts of the figure."""
    groups: list[Group]
    left_out: list[LeftOut]
    set_aside: list[SetAside]
    findings: list[Found]
    why_unknown: list[str]
    tie: Tie | None
    """None = there is nothing to add up."""


def in_words(figure: Figure) -> str:
    """A figure for people: exact, an amount with at least its cents."""
    if figure is None:
        return UNKNOWN
    if isinstance(figure, float):
        return f"{figure:,.4f}"
    cents = figure.quantize(CENTS)
    return f"{cents if cents == figure else figure.normalize():,f}"


def added(amounts: list[Any]) -> Decimal | None:
    """The sum, unknown as soon as a part is."""
    return None if None in amounts else sum(amounts, Decimal(0))
