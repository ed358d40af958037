"""Figures as text for people: exact, and empty ones told as such."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

EMPTY: Final = "(empty)"
CENTS: Final = Decimal("0.01")


def value_text(value: object) -> str:
    """A value: an amount with all its digits, and at least its cents."""
    if isinstance(value, Decimal):
        cents = value.quantize(CENTS)
        return f"{cents if cents == value else value.normalize():,f}"
    return EMPTY if value is None else str(value)


def difference_text(before: object, after: object) -> str:
    """How much more it is; only amounts have a difference."""
    return signed_text(after - before) if isinstance(before, Decimal) and isinstance(after, Decimal) else ""


def signed_text(difference: Decimal) -> str:
    """A difference with its sign."""
    return f"{'+' if difference > 0 else ''}{value_text(difference)}"
