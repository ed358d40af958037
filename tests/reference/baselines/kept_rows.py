"""The rows of tonight's figures as they are kept."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from tests.reference.currency import Converted
from tests.reference.figures import Books
from tests.reference.ledger import ZERO, Fact, plus

from .memory import Kept


def rows_of(books: Books, work_item: str, *streams: str) -> list[Kept]:
    """Every fact of a work item, with the last day of its period as the calendar is tonight."""
    return [_kept(books, fact) for fact in books.ledger.of(work_item, *streams)]


def _kept(books: Books, fact: Fact) -> Kept:
    origin = fact.origin
    assert origin is not None
    return Kept(
        fact.stream,
        fact.fiscal_period,
        books.calendar.period(fact.fiscal_period).end,
        fact.expense_type,
        fact.amount,
        origin.converted,
        origin.sys_id,
        origin.plan,
        fact.resource_type,
        origin.source_table,
    )


def snapshot(books: Books, work_item: str, day: dt.date) -> list[Kept]:
    """What a baseline keeps: plan, benefits and budget as they are, and lines up to and including its day, summed."""
    plans = rows_of(books, work_item, "planned_cost", "planned_benefit", "actual_benefit", "budget_cost")
    return [*plans, *actuals_until(books, work_item, day)]


def actuals_until(books: Books, work_item: str, day: dt.date) -> list[Kept]:
    """Counted lines up to a day, by period, expense type, currency and day of the rate."""
    facts = books.ledger.of(work_item, "actual_cost")
    lines = [_kept(books, fact) for fact in facts if fact.origin and fact.origin.day and fact.origin.day <= day]
    groups: dict[tuple[str, str, str, dt.date], list[Kept]] = defaultdict(list)
    for line in lines:
        foreign = books.exchange.is_foreign(line.converted.currency)
        currency = (line.converted.currency or "") if foreign else ""
        rate_date = line.converted.rate_date if foreign and line.converted.rate_date else line.end
        groups[line.fiscal_period, line.expense_type, currency, rate_date].append(line)
    return [_summed(group, currency, rate_date) for (*_, currency, rate_date), group in groups.items()]


def _summed(lines: Sequence[Kept], currency: str, rate_date: dt.date) -> Kept:
    first = lines[0]
    entered = sum((line.converted.entered for line in lines), ZERO)
    rate = next((line.converted.rate for line in lines if line.converted.rate is not None), None)
    amount = plus(*(line.amount for line in lines))
    converted = Converted(entered, currency or None, rate_date, rate, amount)
    return Kept("actual_cost", first.fiscal_period, first.end, first.expense_type, amount, converted)
