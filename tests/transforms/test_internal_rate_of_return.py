"""Internal rates of return: status, rate and all roots of many cash flows at once."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import numpy.typing as npt
import pytest
import pyxirr
from hypothesis import given
from hypothesis import strategies as st

from models.vocabulary import IRR_STATUSES
from tests.reference.roots import positive_roots
from tests.transforms.cash_flows import (
    KINDS,
    Kind,
    any_magnitude,
    anything,
    cash_flows,
    investment,
    near_double_roots,
    small_numbers,
    with_closing_cost,
)
from transforms.internal_rate_of_return import Rates, internal_rates
from transforms.roots import bracketed_newton

Floats = npt.NDArray[np.float64]


def rates_of(*flows: list[float]) -> Rates:
    width = max(map(len, flows))
    filled = np.array([flow + [0.0] * (width - len(flow)) for flow in flows])
    return internal_rates(filled, np.array([len(flow) for flow in flows]))


def statuses(rates: Rates) -> list[str]:
    return [IRR_STATUSES[code] for code in rates.status]


def status_of(*flow: float) -> str:
    return statuses(rates_of(list(flow)))[0]


def roots_of(*flow: float) -> list[float]:
    """All roots of one cash flow, ascending."""
    rates = rates_of(list(flow))
    return [*rates.rate[~np.isnan(rates.rate)], *rates.roots.rate]


# Status


def test_one_year_is_too_few_whatever_its_sign() -> None:
    assert statuses(rates_of([100.0], [-100.0], [0.0])) == ["too_few_years"] * 3


def test_years_of_one_sign_have_no_rate() -> None:
    assert statuses(rates_of([1.0, 0.0, 2.0], [-1.0, -2.0], [0.0, 0.0])) == ["no_sign_change"] * 3


def test_empty_years_at_the_end_are_years() -> None:
    assert status_of(-100, 0) == "no_sign_change"
    assert roots_of(-100, 110, 0, 0) == pytest.approx([0.1], abs=1e-15)


def test_flows_without_a_rate_are_none() -> None:
    assert status_of(1, -2, 2) == "none"
    assert status_of(-1000, 3000, -2500) == "none"


def test_no_rows_give_no_rates() -> None:
    for shape in ((0, 0), (0, 5)):
        rates = internal_rates(np.empty(shape), np.empty(0, dtype=np.int64))
        assert len(rates.status) == len(rates.rate) == len(rates.roots.rate) == 0


# Roots


@pytest.mark.parametrize("scale", [1, -1, 1e-4, -123.4567, 1e12])
def test_a_root_that_touches_zero_counts_once(scale: float) -> None:
    assert roots_of(-scale, 2 * scale, -scale) == pytest.approx([0.0], abs=1e-12)
    assert roots_of(-scale, 3 * scale, -3 * scale, scale) == pytest.approx([0.0], abs=1e-12)


def test_touching_roots_are_found_at_rates_that_no_float_holds() -> None:
    assert roots_of(1, -2.2, 1.21) == pytest.approx([0.1], rel=1e-14)
    assert roots_of(10_000, -21_400, 11_449) == pytest.approx([0.07], rel=1e-14)
    assert roots_of(9, -24, 16) == pytest.approx([1 / 3], rel=1e-14)


def test_a_touching_root_beside_a_crossing_one_makes_two() -> None:
    """(g - 1.1)^2 (g - 1.5) with g = 1 + r."""
    assert roots_of(1, -3.7, 4.51, -1.815) == pytest.approx([0.1, 0.5], rel=1e-13)


def test_one_unit_in_the_last_place_decides_between_no_root_one_and_two() -> None:
    assert status_of(1_000_000, -2_000_000, 1_000_000.0001) == "none"
    assert status_of(1_000_000, -2_000_000, 1_000_000) == "ok"
    assert status_of(1_000_000, -2_000_000, 999_999.9999) == "multiple"
    low, high = roots_of(1_000_000, -2_000_000, 999_999.9999)
    assert (low, high) == pytest.approx((-1e-5, 1e-5), rel=1e-4)


def test_roots_closer_than_float64_can_tell_are_still_two() -> None:
    """Two roots 2e-9 apart."""
    low, high = roots_of(100_000_000_000, -200_000_000_000, 99_999_999_999.9999)
    assert (low, high) == pytest.approx((-(10**-7.5), 10**-7.5), rel=1e-4)


def test_all_roots_are_listed_ascending_with_their_row() -> None:
    rates = rates_of([-1600.0, 10000.0, -10000.0], [-100.0, 110.0], [-1.0, 6.0, -11.0, 6.0], [-100.0, 150.0, -50.0])
    assert statuses(rates) == ["multiple", "ok", "multiple", "multiple"]
    assert rates.roots.polynomial.tolist() == [0, 0, 2, 2, 2, 3, 3]
    assert rates.roots.rate == pytest.approx([0.25, 4, 0, 1, 2, -0.5, 0], abs=1e-14)
    assert np.isnan(rates.rate[[0, 2, 3]]).all()


def test_rates_from_next_to_minus_100_percent_to_astronomic_ones() -> None:
    assert roots_of(-0.0001, 1e14) == pytest.approx([1e18], rel=1e-12)
    assert roots_of(-1, 1e-4) == pytest.approx([-0.9999], rel=1e-15)
    (lowest,) = roots_of(-1e14, 0.0001)
    assert -1 < lowest < -1 + 1e-15


def test_a_rate_of_zero_is_plain_zero() -> None:
    (rate,) = roots_of(-100, 60, 40)
    assert rate == 0
    assert not np.signbit(rate)


# Laws

money = st.integers(-(10**9), 10**9).map(lambda cents: cents / 100)
some_flows = st.lists(money, min_size=2, max_size=7)


@given(some_flows, st.sampled_from([-1, 3, 100, -10_000]))
def test_neither_currency_unit_nor_side_changes_a_rate(flow: list[float], factor: int) -> None:
    scaled = [value * factor for value in flow]
    assert status_of(*scaled) == status_of(*flow)
    assert roots_of(*scaled) == pytest.approx(roots_of(*flow), rel=1e-9, abs=1e-9)


@given(some_flows, st.integers(1, 3))
def test_waiting_changes_no_rate(flow: list[float], years: int) -> None:
    assert roots_of(*[0.0] * years, *flow) == pytest.approx(roots_of(*flow), rel=1e-12, abs=1e-12)


@given(some_flows)
def test_backwards_in_time_growth_becomes_its_reciprocal(flow: list[float]) -> None:
    backwards = sorted(1 / (1 + rate) for rate in roots_of(*flow[::-1]))
    assert [1 + rate for rate in roots_of(*flow)] == pytest.approx(backwards, rel=1e-7)


@given(st.lists(st.integers(-9, 40).map(lambda tenths: Fraction(tenths, 10)), min_size=1, max_size=5))
def test_exactly_the_rates_that_a_cash_flow_was_made_of(rates: list[Fraction]) -> None:
    flow = [Fraction(1)]
    for rate in rates:
        flow = [a - (1 + rate) * b for a, b in zip([*flow, Fraction(0)], [Fraction(0), *flow], strict=True)]
    assert roots_of(*[float(value * 10) for value in flow]) == pytest.approx(sorted(set(rates)), rel=1e-9, abs=1e-9)


@given(st.lists(some_flows, min_size=2, max_size=6))
def test_a_row_does_not_see_the_others(flows: list[list[float]]) -> None:
    together = rates_of(*flows)
    alone = [rates_of(flow) for flow in flows]
    assert statuses(together) == [statuses(rates)[0] for rates in alone]
    assert together.rate == pytest.approx([rates.rate[0] for rates in alone], rel=1e-12, abs=1e-12, nan_ok=True)
    assert together.roots.rate.size == sum(rates.roots.rate.size for rates in alone)


# Against exact and other arithmetic


def exact_growths(flow: Floats) -> list[Fraction]:
    """1 + r of every rate, to 10^-25, ascending."""
    units = [Fraction(round(value * 10_000)) for value in flow]
    return sorted(2 / (low + high) for low, high in positive_roots(units, precision=Fraction(1, 10**25)))


def errors(flow: Floats) -> list[tuple[float, float]]:
    """For every rate how far it is from the next one, and its error in 1 + r, as a share of it where that is above 1."""
    true, found = exact_growths(flow), roots_of(*flow.tolist())
    assert len(true) == len(found)
    gaps = [min((abs(one - other) for other in true if other != one), default=Fraction(1)) for one in true]
    wrong = [abs(1 + Fraction(rate) - growth) / max(growth, 1) for rate, growth in zip(found, true, strict=True)]
    return [(float(gap), float(error)) for gap, error in zip(gaps, wrong, strict=True)]


@pytest.mark.parametrize("kind", [*KINDS, near_double_roots])
def test_rates_apart_by_a_hundredth_of_a_percent_are_exact_to_the_twelfth_decimal(kind: Kind) -> None:
    flows, _ = near_double_roots(150) if kind is near_double_roots else cash_flows(kind, 60, longest=9)
    changing = flows[(flows.max(axis=1) > 0) & (flows.min(axis=1) < 0)]
    found = [pair for flow in changing for pair in errors(flow)]
    assert len(found) > len(flows) / 4
    assert max(error for gap, error in found if gap >= 1e-4) <= 1e-12


@pytest.mark.parametrize("kind", KINDS)
def test_guarded_steps_come_to_the_same_rates_as_free_ones(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    flows, years = cash_flows(kind, 3_000, longest=14)
    free = internal_rates(flows, years)
    monkeypatch.setattr(bracketed_newton, "FREE_STEPS", ())
    guarded = internal_rates(flows, years)
    assert (free.status == guarded.status).all()
    assert (free.roots.polynomial == guarded.roots.polynomial).all()
    assert 1 + free.rate == pytest.approx(1 + guarded.rate, rel=1e-12, abs=1e-15, nan_ok=True)
    assert 1 + free.roots.rate == pytest.approx(1 + guarded.roots.rate, rel=1e-12, abs=1e-15)


def exact_count(flow: list[float]) -> int:
    """Number of distinct rates by Sturm's theorem in exact fractions."""
    units = [Fraction(round(value * 10_000)) for value in flow]
    return len(positive_roots(units, precision=Fraction(10) ** 40))


def assert_counts_are_exact(flows: Floats, years: npt.NDArray[np.int64]) -> None:
    rates = internal_rates(flows, years)
    found = np.bincount(rates.roots.polynomial, minlength=len(flows)) + ~np.isnan(rates.rate)
    changing = [row for row, status in enumerate(statuses(rates)) if status != "no_sign_change"]
    assert len(changing) > len(flows) / 2
    wrong = [flows[row].tolist() for row in changing if exact_count(flows[row].tolist()) != found[row]]
    assert wrong == []


@pytest.mark.parametrize(
    ("kind", "rows", "longest"),
    [
        (anything, 600, 8),
        (with_closing_cost, 400, 8),
        (any_magnitude, 400, 7),
        (small_numbers, 2000, 5),
        (anything, 12, 30),
    ],
)
def test_as_many_roots_as_exact_arithmetic_finds(kind: Kind, rows: int, longest: int) -> None:
    assert_counts_are_exact(*cash_flows(kind, rows, longest=longest))


def test_as_many_roots_as_exact_arithmetic_finds_where_they_nearly_touch() -> None:
    assert_counts_are_exact(*near_double_roots(800))


@pytest.mark.parametrize("kind", [anything, with_closing_cost])
def test_roots_agree_with_50_digits(kind: Kind) -> None:
    flows, years = cash_flows(kind, 60, longest=12, seed=2)
    with mpmath.workdps(50):
        for flow, length in zip(flows, years, strict=True):
            units = [mpmath.mpf(round(value * 10_000)) for value in flow[:length]]
            discounts = map(mpmath.mpc, mpmath.polyroots(units, maxsteps=500, extraprec=500, asc=True))
            real = sorted(float(1 / x.real - 1) for x in discounts if abs(x.imag) < 1e-25 and x.real > 0)
            mine = roots_of(*flow[:length]) if status_of(*flow[:length]) != "no_sign_change" else []
            assert mine == pytest.approx(real, rel=1e-10, abs=1e-12)


def test_investments_agree_with_pyxirr() -> None:
    flows, years = cash_flows(investment, 2000, longest=12)
    rates = internal_rates(flows, years)
    assert set(statuses(rates)) == {"ok"}
    usual = np.flatnonzero(np.abs(rates.rate) < 0.9)
    assert len(usual) > 1000
    theirs = [pyxirr.irr(flows[row, : years[row]]) for row in usual]
    assert rates.rate[usual] == pytest.approx(theirs, rel=1e-9, abs=1e-9)


# The residual


def present_value(flow: Floats, rate: float) -> Fraction:
    discount = 1 / (1 + Fraction(rate))
    total = Fraction(0)
    for value in flow[::-1]:
        total = total * discount + Fraction(round(value * 10_000), 10_000)
    return total


def residuals(flows: Floats, rate: Floats) -> tuple[Floats, Floats]:
    """|NPV| relative to the sum of |flows|, and relative to the sum of |discounted flows|."""
    present = flows * (1 / (1 + rate))[:, None] ** np.arange(flows.shape[1])
    size = np.abs(present.sum(axis=1))
    return size / np.abs(flows).sum(axis=1), size / np.abs(present).sum(axis=1)


def a_nearer_float_exists(flow: Floats, rate: float) -> bool:
    """Whether a neighbour of the rate has an NPV smaller by more than a hundredth."""
    own = abs(present_value(flow, rate))
    neighbours = [rate, rate]
    for _ in range(3):
        neighbours = [max(np.nextafter(neighbours[0], -1), np.nextafter(-1, 0)), np.nextafter(neighbours[1], 1)]
        if any(abs(present_value(flow, float(rate))) * 100 < 99 * own for rate in neighbours):
            return True
    return False


@pytest.mark.parametrize("kind", KINDS)
def test_present_value_at_the_rate_is_zero_for_a_million_cash_flows(kind: Kind) -> None:
    """|NPV| <= 1e-9 of the sum of |flows| down to -75 %.

    Below, where 1 / (1 + r)^t is large, there are cash flows for which no float64 rate is near enough: one step of the
    last binary digit moves the NPV by more. There the rate is the best float64, and the NPV is small beside the
    discounted flows.
    """
    flows, years = cash_flows(kind, 200_000, longest=12)
    rates = internal_rates(flows, years)
    found = np.flatnonzero(~np.isnan(rates.rate))
    plain, discounted = residuals(flows[found], rates.rate[found])
    usual = rates.rate[found] > -0.75
    assert (plain[usual] <= 1e-9).all()
    assert (discounted[rates.rate[found] > -1 + 1e-6] <= 1e-9).all()
    beyond = found[(plain > 1e-9) & (rates.rate[found] > -1 + 1e-12)][:40]
    assert not any(a_nearer_float_exists(flows[row], rates.rate[row]) for row in beyond)


def test_long_cash_flows_of_extreme_amounts_neither_overflow_nor_lose_a_rate() -> None:
    random = np.random.default_rng(3)
    flows = any_magnitude(random, 500, 45) * 10
    rates = internal_rates(flows, np.full(500, 45))
    usual = np.flatnonzero(rates.rate > -0.99)
    assert (residuals(flows[usual], rates.rate[usual])[1] <= 1e-9).all()
    odd = (flows[:, 0] * flows[:, -1]) < 0
    counts = np.bincount(rates.roots.polynomial, minlength=500) + ~np.isnan(rates.rate)
    assert ((counts % 2 == 1) == odd).all()
