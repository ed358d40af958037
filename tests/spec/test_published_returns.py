"""Internal rates of return that others have published, each under the name of its source."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy_financial
import pytest

from models.vocabulary import IRR_STATUSES
from transforms.internal_rate_of_return import internal_rates


def answer(flow: Sequence[float]) -> tuple[str, list[float]]:
    """Status, and the rate or all rates in percent."""
    rates = internal_rates(np.array([flow], dtype=np.float64), np.array([len(flow)]))
    status = IRR_STATUSES[rates.status[0]]
    return status, [float(rate) * 100 for rate in (rates.rate if status == "ok" else rates.roots.rate)]


@pytest.mark.parametrize(
    ("years", "percent"),
    [
        pytest.param(4, -2.1, id="after four years"),
        pytest.param(5, 8.7, id="after five years"),
        pytest.param(2, -44.4, id="after two years"),
    ],
)
def test_excel_irr_function_page(years: int, percent: float) -> None:
    """Microsoft support, "IRR function": business of 70,000 with net income of 12,000 to 26,000."""
    status, rates = answer([-70000, 12000, 15000, 18000, 21000, 26000][: years + 1])
    assert status == "ok"
    assert rates == pytest.approx([percent], abs=0.05)


def test_excel_irr_function_page_to_five_decimals() -> None:
    assert answer([-70000, 12000, 15000, 18000, 21000, 26000])[1] == pytest.approx([8.66309], abs=5e-6)


@pytest.mark.parametrize(
    ("flow", "rate"),
    [
        ([-150000, 15000, 25000, 35000, 45000, 60000], 0.0524),
        ([-100, 0, 0, 74], -0.0955),
        ([-100, 39, 59, 55, 20], 0.28095),
        ([-100, 100, 0, 7], 0.06206),
    ],
)
def test_numpy_financial_vectors_with_one_rate(flow: list[float], rate: float) -> None:
    status, rates = answer(flow)
    assert status == "ok"
    assert rates[0] / 100 == pytest.approx(rate, abs=5e-5)
    assert rates[0] / 100 == pytest.approx(numpy_financial.irr(flow), rel=1e-9)


@pytest.mark.parametrize(
    ("flow", "theirs", "all_rates"),
    [
        ([-100, 100, 0, -7], -0.0833, [-67.8894, -8.3300]),
        ([-5, 10.5, 1, -8, 1], 0.0886, [-87.0201, 8.8598, 70.9560]),
    ],
)
def test_numpy_financial_vectors_with_several_rates(flow: list[float], theirs: float, all_rates: list[float]) -> None:
    """The library publishes one of the rates; we choose none and list them all, theirs among them."""
    status, rates = answer(flow)
    assert status == "multiple"
    assert rates == pytest.approx(all_rates, abs=5e-5)
    assert any(rate / 100 == pytest.approx(theirs, abs=5e-5) for rate in rates)


def test_numpy_financial_vector_without_a_rate() -> None:
    assert answer([-1, -2, -3]) == ("no_sign_change", [])


def test_textbook_flow_with_two_changes_of_sign() -> None:
    """-50, -100, 600, 300, -100."""
    status, rates = answer([-50, -100, 600, 300, -100])
    assert status == "multiple"
    assert rates == pytest.approx([-76.8895, 185.4418], abs=5e-5)


def test_pump_problem() -> None:
    """Lorie and Savage, "Three problems in rationing capital" (1955): -1600, 10000, -10000."""
    status, rates = answer([-1600, 10000, -10000])
    assert status == "multiple"
    assert rates == pytest.approx([25, 400], abs=1e-9)
