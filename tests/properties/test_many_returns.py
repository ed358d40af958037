"""Rates of return of a million cash flows of all kinds in one go, judged by arithmetic of more digits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import numpy_financial
import pytest

from models.figures import WorkItem
from models.vocabulary import IRR_STATUSES
from tests.properties.nights import from_rows
from tests.reference import Settings, World
from tests.reference.drawing import Cells, Tables
from tests.reference.roots import positive_roots
from tests.reference.tiny import fiscal_years
from transforms.internal_rate_of_return import Rates, internal_rates

Floats = npt.NDArray[np.float64]
Years = npt.NDArray[np.int64]
Indices = npt.NDArray[np.int64]
Kind = Callable[[np.random.Generator, tuple[int, int]], Floats]

ROWS: Final = 1_000_000
LONGEST: Final = 12
UNITS: Final = 10_000
PRECISION: Final = 1e-9
LONG_ROUNDINGS: Final = 64 * float(np.finfo(np.longdouble).eps)
HALF_A_CENT: Final = 0.005 + 1e-9
HALF_A_DIGIT: Final = 0.00005 + 1e-9
NO_NARROWING: Final = Fraction(10) ** 40


def project(random: np.random.Generator, shape: tuple[int, int]) -> Floats:
    """Cost in the first years, benefit in the others."""
    rows, years = shape
    turn = random.integers(1, years, (rows, 1))
    return np.where(np.arange(years) < turn, -1, 1) * random.lognormal(10, 1.5, shape)


def any_sign(random: np.random.Generator, shape: tuple[int, int]) -> Floats:
    return random.normal(0, 1e5, shape)


def alternating(random: np.random.Generator, shape: tuple[int, int]) -> Floats:
    """As many changes of sign as years allow."""
    return np.where(np.arange(shape[1]) % 2, 1, -1) * random.lognormal(8, 0.5, shape)


def with_years_of_nothing(random: np.random.Generator, shape: tuple[int, int]) -> Floats:
    """Most years are empty, often the first or the last ones."""
    return random.normal(0, 1e4, shape) * (random.random(shape) < 0.4)


def of_any_size(random: np.random.Generator, shape: tuple[int, int]) -> Floats:
    """A portfolio of cents or of trillions."""
    return random.normal(0, 1, shape) * 10 ** random.uniform(-2, 13, (shape[0], 1))


def of_all_sizes(random: np.random.Generator, shape: tuple[int, int]) -> Floats:
    """Cents beside trillions."""
    return random.choice([-1.0, 1.0], shape) * 10 ** random.uniform(-4, 12, shape)


def small_numbers(random: np.random.Generator, shape: tuple[int, int]) -> Floats:
    return random.integers(-3, 4, shape).astype(np.float64)


def nearly_touching(random: np.random.Generator, shape: tuple[int, int]) -> Floats:
    """A rate, another next to it, and up to two more; rounding to money may take the pair away."""
    rows, years = shape
    rate = random.choice([0.0, 0.1, 0.25, -0.5, 0.07, 1.0], rows)
    rates = [rate, rate + random.choice([0, 1e-6, 1e-4, 1e-2], rows), *random.uniform(-0.9, 3, (2, rows)).round(1)]
    flows = np.zeros(shape)
    flows[:, 0] = random.choice([-1, 1], rows) * 10.0 ** random.integers(0, 8, rows)
    for one in rates[: years - 1]:
        flows[:, 1:] -= (1 + one)[:, None] * flows[:, :-1]
    return flows


KINDS: Final[tuple[Kind, ...]] = (
    project,
    any_sign,
    alternating,
    with_years_of_nothing,
    of_any_size,
    of_all_sizes,
    small_numbers,
    nearly_touching,
)


def blocks() -> list[Indices]:
    """The rows of each kind of 2 years, then of each kind of 3 years, and so on."""
    return np.array_split(np.arange(ROWS), len(KINDS) * (LONGEST - 1))


@cache
def cash_flows() -> tuple[Floats, Years]:
    """A million vectors of 2 to 12 years, of each kind and length about as many, in amounts of money."""
    random = np.random.default_rng(20260515)
    flows, years = np.zeros((ROWS, LONGEST)), np.zeros(ROWS, dtype=np.int64)
    for place, block in enumerate(blocks()):
        kind, length = KINDS[place % len(KINDS)], 2 + place // len(KINDS)
        flows[block, :length], years[block] = kind(random, (len(block), length)).round(4), length
    return flows, years


@cache
def rates() -> Rates:
    return internal_rates(*cash_flows())


def of_status(word: str) -> Indices:
    return np.flatnonzero(rates().status == IRR_STATUSES.index(word))


def units_of(row: int) -> list[int]:
    """The cash flow in ten-thousandths."""
    flows, years = cash_flows()
    return [int(unit) for unit in np.rint(flows[row, : years[row]] * UNITS)]


# Residuals


def largest_residuals(rows: Indices) -> Floats:
    """|NPV| at the rate, as a share of the sum of |flows|: computed in long doubles, plus all they may be off by."""
    flows = cash_flows()[0][rows].astype(np.longdouble)
    discount = 1 / (1 + rates().rate[rows].astype(np.longdouble))
    value, size = np.zeros((2, len(rows)), dtype=np.longdouble)
    for flow in flows.T[::-1]:
        value, size = value * discount + flow, size * discount + np.abs(flow)
    largest: Floats = ((np.abs(value) + LONG_ROUNDINGS * size) / np.abs(flows).sum(axis=1)).astype(np.float64)
    return largest


def sign_of_present_value(units: Sequence[int], rate: float) -> int:
    """Exactly; at -100 % it is that of the last flow, which outgrows all others on the way there."""
    growth = 1 + Fraction(rate)
    if growth <= 0:
        return sign(next(unit for unit in reversed(units) if unit))
    value = Fraction(0)
    for unit in units:
        value = value * growth + unit
    return sign(value)


def sign(value: Fraction | int) -> int:
    return (value > 0) - (value < 0)


def lies_beside_the_exact_rate(row: int) -> bool:
    """Whether the exact rate is between the floats below and above."""
    units, rate = units_of(row), rates().rate[row]
    below, above = (sign_of_present_value(units, float(np.nextafter(rate, end))) for end in (-1, np.inf))
    return below * above < 0


def test_present_value_at_the_rate_is_zero_or_no_float_is_nearer_to_the_exact_rate() -> None:
    """Close to -100 % one step of the last binary digit of a rate can be worth more than all flows together."""
    rows = of_status("ok")
    beyond = rows[largest_residuals(rows) > PRECISION]
    assert (rates().rate[beyond] < -0.5).all()
    assert len(beyond) < len(rows) / 20
    assert [row for row in beyond if not lies_beside_the_exact_rate(row)] == []


# Numbers of roots


def sampled(kind: Kind, rows: int, status: str = "") -> Indices:
    """Cash flows of one kind, of one status or of any that may have a rate."""
    of_kind = np.concatenate(blocks()[KINDS.index(kind) :: len(KINDS)])
    changing = np.setdiff1d(of_kind, of_status("no_sign_change"), assume_unique=True)
    wanted = np.intersect1d(changing, of_status(status), assume_unique=True) if status else changing
    return np.random.default_rng(7).choice(wanted, rows, replace=False)


@pytest.mark.parametrize("kind", KINDS)
def test_there_are_as_many_rates_as_sturms_theorem_counts(kind: Kind) -> None:
    found = np.bincount(rates().roots.polynomial, minlength=ROWS) + ~np.isnan(rates().rate)
    rows = sampled(kind, 100 if kind is nearly_touching else 60)
    exact = [len(positive_roots(list(map(Fraction, units_of(row))), precision=NO_NARROWING)) for row in rows]
    assert found[rows].tolist() == exact


def test_every_status_says_how_many_rates_there_are() -> None:
    several = np.unique(rates().roots.polynomial)
    assert (several == of_status("multiple")).all()
    assert (np.flatnonzero(~np.isnan(rates().rate)) == of_status("ok")).all()
    assert all(len(of_status(word)) > ROWS / 20 for word in ("ok", "multiple", "none", "no_sign_change"))


# numpy-financial


@pytest.mark.parametrize("kind", [project, any_sign, alternating, with_years_of_nothing, of_any_size])
def test_the_only_rate_is_the_one_that_numpy_financial_finds(kind: Kind) -> None:
    flows, years = cash_flows()
    rows = sampled(kind, 100, "ok")
    theirs = np.array([numpy_financial.irr(flows[row, : years[row]]) for row in rows])
    assert rates().rate[rows] + 1 == pytest.approx(theirs + 1, rel=1e-9)


def test_published_returns_are_those_of_numpy_financial() -> None:
    """Projects with such cash flows: net present value to half a cent, the only rate to four decimals of a percent."""
    flows, years = cash_flows()
    rows = np.concatenate([sampled(kind, 40) for kind in (project, any_sign, alternating)])
    percent = np.random.default_rng(3).uniform(-20, 40, len(rows)).round(2)
    vectors = [flows[row, : years[row]] for row in rows]
    for item, flow, rate in zip(published(vectors, percent), vectors, percent, strict=True):
        assert float(item["npv"]) == pytest.approx(numpy_financial.npv(rate / 100, flow), rel=1e-12, abs=HALF_A_CENT)
        if item["irr_status"] == "ok":
            assert item["irr_pct"] == pytest.approx(numpy_financial.irr(flow) * 100, rel=1e-9, abs=HALF_A_DIGIT)


def published(flows: Sequence[Floats], percent: Floats) -> list[dict[str, Any]]:
    """Rows of mart.work_item for projects with these net flows in their years, one cost and one benefit row a year."""
    items = range(len(flows))
    in_years = [(item, f"M{t + 10}01", Decimal(str(net))) for item in items for t, net in enumerate(flows[item])]
    tables: Tables = {
        "fiscal_period": fiscal_years(*range(2010, 2010 + LONGEST)),
        "pm_project": [{"sys_id": f"P{item}", "discount_rate": str(percent[item])} for item in items],
        "cost_plan": [{"sys_id": f"C{item}", "task": f"P{item}"} for item in items],
        "benefit_plan": [{"sys_id": f"B{item}", "task": f"P{item}"} for item in items],
        "cost_plan_breakdown": [
            {"sys_id": str(row), "breakdown_type": "requirement", "cost_plan": f"C{item}", **amount(month, -net)}
            for row, (item, month, net) in enumerate(in_years)
        ],
        "benefit_plan_breakdown": [
            {"sys_id": str(row), "benefit_plan": f"B{item}", **amount(month, net)}
            for row, (item, month, net) in enumerate(in_years)
        ],
    }
    frames = from_rows(World(tables, dt.date(2010, 1, 1), Settings())).computed()
    found = {row["work_item"]: row for row in frames[WorkItem].collect().iter_rows(named=True)}
    return [found[f"P{item}"] for item in items]


def amount(month: str, value: Decimal) -> Cells:
    return {"fiscal_period": month, "value": f"{max(value, Decimal(0)):f}"}
