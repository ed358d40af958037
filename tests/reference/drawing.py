"""Seeded draws: keys, amounts in all their spellings, and the tables that a world is written into."""

import datetime as dt
import random
from collections.abc import Sequence
from decimal import Decimal
from typing import TypeVar

Cells = dict[str, str | None]
Tables = dict[str, list[Cells]]
T = TypeVar("T")


class Draw:
    """A random generator that speaks in keys, chances and amounts."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def key(self) -> str:
        """A sys_id of 32 hex digits."""
        return f"{self.random.getrandbits(128):032x}"

    def chance(self, probability: float) -> bool:
        """True in this share of draws."""
        return self.random.random() < probability

    def pick(self, options: Sequence[T]) -> T:
        """One of the options."""
        return self.random.choice(options)

    def some(self, options: Sequence[T], at_most: int) -> list[T]:
        """At least one and at most so many of the options, each once, in random order."""
        return self.random.sample(list(options), self.random.randint(1, max(1, min(at_most, len(options)))))

    def count(self, low: int, high: int) -> int:
        """A whole number from low to high."""
        return self.random.randint(low, high)

    def amount(self) -> Decimal:
        """Round, odd, tiny, zero and negative amounts, with two to four decimals."""
        places = self.pick([0, 2, 2, 2, 2, 3, 4])
        largest = self.pick([10, 5_000, 50_000, 900_000])
        amount = Decimal(self.random.randint(0, largest * 10**places)).scaleb(-places)
        if self.chance(0.06):
            return Decimal(0)
        return -amount if self.chance(0.12) else amount

    def money(self, amount: Decimal | None = None) -> str:
        """An amount in one of the accepted spellings."""
        value = self.amount() if amount is None else amount
        style = self.pick(["plain"] * 6 + ["grouped", "dollar", "code", "zeros"])
        if style == "grouped":
            return f"{value:,f}"
        if style == "dollar":
            return f"-${-value:,f}" if value < 0 else f"${value:,f}"
        if style == "code":
            return f"USD;{value:f}"
        return f"{value:f}{'00' if '.' in f'{value:f}' else '.00'}" if style == "zeros" else f"{value:f}"

    def spelled(self, word: str) -> str:
        """A word with the case and the spaces that exports have."""
        return self.pick([word, word, word, word.upper(), word.capitalize(), f" {word.capitalize()} "])

    def day(self, start: dt.date, end: dt.date) -> dt.date:
        """Any day from start to end."""
        return start + dt.timedelta(days=self.random.randint(0, (end - start).days))
