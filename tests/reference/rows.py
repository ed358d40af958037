"""An admitted row with typed access to its values."""

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal

from .values import Value


@dataclass(frozen=True)
class Row:
    """One input row: its 1-based place in its table and its values under canonical names."""

    number: int
    values: dict[str, Value]

    def text(self, column: str) -> str | None:
        """Text or a reference; None when empty."""
        value = self.values.get(column)
        return value if isinstance(value, str) else None

    def word(self, column: str) -> str:
        """Text of a required column."""
        value = self.values[column]
        if not isinstance(value, str):
            raise TypeError(f"{column} is no text: {value!r}")
        return value

    def money(self, column: str) -> Decimal | None:
        """An amount or a number; None when empty."""
        value = self.values.get(column)
        return value if isinstance(value, Decimal) else None

    def amount(self, column: str) -> Decimal:
        """An amount of a required column."""
        value = self.values[column]
        if not isinstance(value, Decimal):
            raise TypeError(f"{column} is no amount: {value!r}")
        return value

    def date(self, column: str) -> dt.date | None:
        """A date; None when empty."""
        value = self.values.get(column)
        return value if isinstance(value, dt.date) else None

    def day(self, column: str) -> dt.date:
        """A date of a required column."""
        value = self.values[column]
        if not isinstance(value, dt.date):
            raise TypeError(f"{column} is no date: {value!r}")
        return value

    def without(self, column: str) -> "Row":
        """The same row with this reference emptied."""
        return replace(self, values={**self.values, column: None})

    @property
    def sys_id(self) -> str:
        """The key of the row."""
        return self.word("sys_id")
