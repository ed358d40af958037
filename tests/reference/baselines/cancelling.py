"""What rises in one place and falls in another cancels out: that much has moved, the rest is new."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TypeVar

from tests.reference.ledger import ZERO

K = TypeVar("K")


def moved(differences: Mapping[K, Decimal]) -> dict[K, Decimal]:
    """How much of each difference is cancelled out by the others; adds up to 0.

    The pool is the smaller of all rises and all falls; each side gives to it in the order of the mapping until it is
    used up.
    """
    rises = sum((amount for amount in differences.values() if amount > 0), ZERO)
    falls = sum((-amount for amount in differences.values() if amount < 0), ZERO)
    pools = {True: min(rises, falls), False: min(rises, falls)}
    found = {}
    for place, amount in differences.items():
        given = min(abs(amount), pools[amount > 0])
        pools[amount > 0] -= given
        found[place] = given if amount > 0 else -given
    return found
