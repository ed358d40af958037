"""The second opinion: it notices wrong returns, and only those."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from pipelines.returns_check import disagreements
from transforms.internal_rate_of_return import internal_rates


def said(net: list[float], npv: float | None, irr: float | None, rate: float = 10.0) -> list[str]:
    years = pl.LazyFrame({"work_item": ["P1"] * len(net), "t": range(len(net)), "net": list(map(float, net))})
    values = pl.LazyFrame({"work_item": ["P1"], "npv": [npv], "discount_rate": [rate]})
    return list(disagreements(years, values, pl.LazyFrame({"work_item": ["P1"], "irr": [irr]})))


def test_right_values_pass_and_a_wrong_cent_or_rate_does_not() -> None:
    assert said([-100, 121], 10.0, 0.21) == []
    assert "npv of P1" in said([-100, 121], 10.02, 0.21)[0]
    assert "irr of P1" in said([-100, 121], 10.0, 0.2101)[0]


@pytest.mark.parametrize("benefit", [1.0, 0.01, 0.0001])
def test_a_rate_next_to_minus_100_percent_is_no_false_alarm(benefit: float) -> None:
    flows = np.array([[-1_000_000, benefit]])
    rate = float(internal_rates(flows, np.array([2])).rate[0])

    assert said([-1_000_000, benefit], None, rate) == []
