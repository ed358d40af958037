"""Net present value and internal rate of return of a yearly vector of net cash flows."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from .roots import positive_roots

RATE_PRECISION = Fraction(1, 10**15)
"""Roots are known to 1e-15 as rates, so to 1e-13 as percentages."""


@dataclass(frozen=True)
class InternalRate:
    """IRR in percent (4 places), its status, and all roots as text where there are several."""

    irr_pct: float | None
    irr_status: str
    irr_roots_pct: str | None = None
    exact_rate: Fraction | None = None


def discount_factor(rate_pct: Decimal, t: int) -> float:
    """1 / (1 + i)^t with i = rate / 100, in float64."""
    return 1.0 / (1.0 + float(rate_pct) / 100.0) ** t


def net_present_value(net: Sequence[Decimal], rate_pct: Decimal) -> Decimal | None:
    """Σ net_t / (1 + i)^t from t = 0 on, summed in float64 and rounded once to cents, half away from zero.

    None for a rate of -100 % or less. The float is read as its shortest decimal text before it is rounded.
    """
    if rate_pct <= -100:
        return None
    total = sum(float(flow) / (1.0 + float(rate_pct) / 100.0) ** t for t, flow in enumerate(net))
    return Decimal(repr(float(total))).quantize(Decimal("0.01"), ROUND_HALF_UP) + Decimal(0)


def exact_net_present_value(net: Sequence[Decimal], rate_pct: Decimal) -> Fraction | None:
    """The same sum in exact arithmetic and unrounded: tells whether a cent of difference is a tie."""
    if rate_pct <= -100:
        return None
    growth = 1 + Fraction(rate_pct) / 100
    return sum((Fraction(flow) / growth**t for t, flow in enumerate(net)), Fraction(0))


def internal_rate_of_return(net: Sequence[Decimal]) -> InternalRate:
    """The first status that applies: too_few_years, no_sign_change, multiple, none, ok.

    A rate r above -100 % is a root x = 1 / (1 + r) > 0 of Σ net_t x^t.
    """
    if len(net) < 2:
        return InternalRate(None, "too_few_years")
    if max(net) <= 0 or min(net) >= 0:
        return InternalRate(None, "no_sign_change")
    intervals = positive_roots([Fraction(flow) for flow in net], RATE_PRECISION)
    rates = sorted(1 / ((low + high) / 2) - 1 for low, high in intervals)
    if len(rates) > 1:
        return InternalRate(None, "multiple", "; ".join(str(_percent(rate)) for rate in rates))
    if not rates:
        return InternalRate(None, "none")
    return InternalRate(float(_percent(rates[0])), "ok", None, rates[0])


def _percent(rate: Fraction) -> Decimal:
    """A rate as percentage with 4 places, half away from zero."""
    scaled = abs(rate) * 10**6
    ticks = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(ticks if rate >= 0 else -ticks).scaleb(-4)
