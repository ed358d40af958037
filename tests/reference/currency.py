"""Amounts in several currencies: which currency an amount is in, which rate counts, and what it becomes."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

from .rows import Row
from .settings import Settings
from .values import LARGEST

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Converted:
    """An amount as entered and as it counts. `amount` is None without a rate; `currency` is None where none is named.

    `unconverted` says that a rate was needed and not there, also where the amount counts at 1.
    """

    entered: Decimal
    currency: str | None
    rate_date: dt.date | None
    rate: Decimal | None
    amount: Decimal | None
    unconverted: bool = False


def code(text: str | None) -> str | None:
    """A currency code: codes compare trimmed and without case."""
    return (text or "").strip().upper() or None


class Exchange:
    """The rate table of a night, the functional currency, and what becomes of amounts without a rate."""

    def __init__(self, rates: Sequence[Row], settings: Settings) -> None:
        self.functional = code(settings.functional_currency)
        self._settings = settings
        self._rates = [rate for rate in rates if code(rate.text("to_currency")) == self.functional]

    def convert(self, entered: Decimal, rate_date: dt.date, *currencies: str | None) -> Converted:
        """An amount in the first currency that is named, else in the functional one."""
        named = next((found for found in map(code, currencies) if found), None)
        if self.functional is None:
            return Converted(entered, named, None, None, entered)
        if named is None or not self.is_foreign(named):
            return Converted(entered, named, rate_date, None, entered)
        rate = self.rate(named, rate_date)
        amount = None if rate is None else exchanged(entered, rate)
        if amount is None:
            at_one = entered if self._settings.missing_exchange_rate == "one" else None
            return Converted(entered, named, rate_date, None, at_one, unconverted=True)
        return Converted(entered, named, rate_date, rate, amount)

    def is_foreign(self, currency: str | None) -> bool:
        """Whether an amount in this currency needs a rate."""
        return self.functional is not None and code(currency) not in {None, self.functional}

    def rate(self, currency: str, day: dt.date) -> Decimal | None:
        """The latest rate to the functional currency that is valid on the day; one of 0 or less is no rate at all."""
        rates = [row for row in self._rates if code(row.text("from_currency")) == currency]
        valid = [row for row in rates if row.day("valid_from") <= day and row.amount("rate") > 0]
        return max(valid, key=lambda row: row.day("valid_from")).amount("rate") if valid else None

    def plan_day(self, start: dt.date, end: dt.date) -> dt.date:
        """The day whose rate counts for plans, benefits and budgets of a fiscal period."""
        return end if self._settings.plan_rate_date == "period_end" else start

    def line_day(self, day: dt.date, period: tuple[dt.date, dt.date] | None) -> dt.date:
        """The day whose rate counts for a line: its own, or a bound of its base period, where it has one."""
        if period is None or self._settings.actual_rate_date == "line_date":
            return day
        return period[0] if self._settings.actual_rate_date == "period_start" else period[1]


def exchanged(entered: Decimal, rate: Decimal) -> Decimal | None:
    """The exact product, rounded once to cents, half away from zero; None where no admitted amount may be so large."""
    with localcontext(prec=100):
        amount = (entered * rate).quantize(CENT, ROUND_HALF_UP)
    return amount if abs(amount) < LARGEST else None
