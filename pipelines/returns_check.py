"""A second opinion on net present values and rates of return: numpy-financial, on a sample, at every run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
import numpy_financial as npf
import polars as pl

from models.figures import CashFlow, InternalRateOfReturn, WorkItem
from models.table import Table

JUDGED: Final[tuple[type[Table], ...]] = (CashFlow, WorkItem, InternalRateOfReturn)
"""What is looked at."""
SAMPLE: Final = 200
"""Work items; spread evenly over all, so that reruns look at the same ones."""
HALF_A_CENT: Final = 0.005
PRECISION: Final = 1e-9
"""Of a discounted sum, relative to the sum of its terms without their signs."""

Floats = npt.NDArray[np.float64]


def disagreements(cash_flow: pl.LazyFrame, npv: pl.LazyFrame, irr: pl.LazyFrame) -> Iterator[str]:
    """What numpy-financial says otherwise about a sample of work items, in words.

    `cash_flow` is mart.cash_flow, `npv` has work_item, npv and discount_rate, `irr` has work_item and the rate itself.
    A rate of return is judged by the present value that numpy-financial finds at it, which should be 0: its own search
    for rates chooses among several, and differently from version to version.
    """
    for item in _sample(cash_flow, npv, irr).iter_rows(named=True):
        net = np.array(item["net"], dtype=np.float64)
        if item["npv"] is not None:
            yield from _present_value(item["work_item"], (item["discount_rate"] or 0.0) / 100, net, float(item["npv"]))
        if item["irr"] is not None:
            yield from _rate_of_return(item["work_item"], item["irr"], net)


def _sample(cash_flow: pl.LazyFrame, npv: pl.LazyFrame, irr: pl.LazyFrame) -> pl.DataFrame:
    vectors = cash_flow.sort("work_item", "t").group_by("work_item", maintain_order=True).agg("net")
    known = vectors.filter(~pl.col("net").list.eval(pl.element().is_null()).list.any()).with_row_index("place")
    every = (pl.len() // SAMPLE).clip(1)
    sample = known.filter(pl.col("place") % every == 0).head(SAMPLE)
    return sample.join(npv, on="work_item", how="left").join(irr, on="work_item", how="left").collect()


def _present_value(work_item: str, rate: float, net: Floats, published: float) -> Iterator[str]:
    theirs = float(npf.npv(rate, net))
    if abs(theirs - published) > HALF_A_CENT + PRECISION * _size(rate, net):
        yield f"npv of {work_item}: published {published}, numpy-financial finds {theirs}."


def _rate_of_return(work_item: str, rate: float, net: Floats) -> Iterator[str]:
    residual = float(npf.npv(rate, net))
    if abs(residual) > max(PRECISION, _uncertainty(rate, len(net))) * _size(rate, net):
        yield f"irr of {work_item}: at {rate} numpy-financial finds a present value of {residual}, not 0."


def _size(rate: float, net: Floats) -> float:
    """Sum of the discounted terms without their signs."""
    return float(npf.npv(rate, np.abs(net)))


def _uncertainty(rate: float, years: int) -> float:
    """How much the last binary digit of a rate near -100 % changes a present value, relative to its size."""
    return 4 * years * float(np.finfo(np.float64).eps) / (1 + rate)
