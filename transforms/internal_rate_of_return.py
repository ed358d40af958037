"""Internal rate of return: the rate at which the present value of a yearly cash flow is zero, if there is only one."""

from __future__ import annotations

from typing import Final, NamedTuple

import dataframely as dy
import numpy as np
import numpy.typing as npt
import polars as pl

from models.columns import MONEY_PRECISION, MONEY_SCALE
from models.figures import CashFlow, InternalRateOfReturn
from models.vocabulary import IRR_STATUSES, MULTIPLE, NO_ROOT, NO_SIGN_CHANGE, OK, TOO_FEW_YEARS
from transforms.roots.polynomial_roots import Roots, positive_roots
from transforms.yearly_vector import yearly_vectors

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.uint8]

LEAST_YEARS: Final = 2
UNITS: Final = 10.0**MONEY_SCALE
"""Flows are counted in the smallest unit of money: as whole numbers they are exact."""
PERCENT_DECIMALS: Final = 4


class Rates(NamedTuple):
    """Internal rates of return of many cash flows."""

    status: Codes
    """Position in IRR_STATUSES."""
    rate: Floats
    """Unrounded (0.0866 = 8.66 %); NaN unless the status is ok."""
    roots: Roots
    """All rates of the cash flows with status multiple, by row and rate."""


def internal_rates(flows: Floats, years: npt.NDArray[np.int64]) -> Rates:
    """Status and rate of every row of yearly net flows (t = 0, 1, ...), filled up with zeros after its `years`.

    The first status that applies: too_few_years (below 2), no_sign_change (no positive or no negative flow), multiple
    (several distinct r > -1 with sum of flow_t / (1 + r)^t = 0), none, ok. Flows are money of at most four decimals and
    taken as exact; beyond 2 x 10^11 a flow is as exact as a float64.
    """
    roots, changing = positive_roots(flows, years, UNITS)
    count = np.bincount(roots.polynomial, minlength=len(flows))
    return Rates(_status(years, changing, count), _only_rate(roots, count), _several(roots, count))


def _status(years: npt.NDArray[np.int64], changing: npt.NDArray[np.bool_], roots: npt.NDArray[np.int64]) -> Codes:
    by_count = np.array([IRR_STATUSES.index(word) for word in (NO_ROOT, OK, MULTIPLE)], dtype=np.uint8)
    status = by_count[np.minimum(roots, 2)]
    status[~changing] = IRR_STATUSES.index(NO_SIGN_CHANGE)
    status[years < LEAST_YEARS] = IRR_STATUSES.index(TOO_FEW_YEARS)
    return status


def _only_rate(roots: Roots, count: npt.NDArray[np.int64]) -> Floats:
    rate = np.full(len(count), np.nan)
    alone = count[roots.polynomial] == 1
    rate[roots.polynomial[alone]] = roots.rate[alone]
    return rate


def _several(roots: Roots, count: npt.NDArray[np.int64]) -> Roots:
    """Of rows with more than one, by row and rate."""
    several = np.flatnonzero(count[roots.polynomial] > 1)
    by_rate = several[np.argsort(roots.rate[several])]
    order = by_rate[np.argsort(roots.polynomial[by_rate], kind="stable")]
    return Roots(roots.polynomial[order], roots.rate[order])


def internal_rate_of_return(cash_flow: dy.LazyFrame[CashFlow]) -> dy.LazyFrame[InternalRateOfReturn]:
    """Rate at which each planned cash flow has a net present value of zero, in percent with four decimals.

    Only where there is exactly one; `irr_status` says why there is none, and `irr_roots_pct` lists several. Cash flows
    with an unknown year have no row.
    """
    net = cash_flow.select("work_item", "t", "net")
    return InternalRateOfReturn.cast(net.map_batches(_rates_of_work_items, schema=InternalRateOfReturn.dtypes()))


def _rates_of_work_items(net: pl.DataFrame) -> pl.DataFrame:
    vectors = yearly_vectors(net, "net")
    rates = internal_rates(vectors.values, vectors.years)
    rate = pl.Series(rates.rate).fill_nan(None)
    frame = pl.DataFrame(
        {
            "work_item": vectors.work_item,
            "irr": rate,
            "irr_pct": _percent(rate),
            "irr_status": pl.Series(IRR_STATUSES).gather(rates.status),
        }
    )
    listed = frame.with_row_index("row").join(_listed(rates.roots), on="row", how="left")
    return listed.select(InternalRateOfReturn.column_names())


def _percent(rate: pl.Series) -> pl.Series:
    """The rate in percent; adding 0.0 turns -0.0 into 0.0."""
    return (rate * 100).round(PERCENT_DECIMALS, mode="half_away_from_zero") + 0.0


def _listed(roots: Roots) -> pl.DataFrame:
    """The rates of each row as text, ascending: `25.0000; 400.0000`."""
    text = _percent(pl.Series(roots.rate)).cast(pl.Decimal(MONEY_PRECISION, PERCENT_DECIMALS)).cast(pl.String)
    rates = pl.DataFrame({"row": pl.Series(roots.polynomial).cast(pl.get_index_type()), "irr_roots_pct": text})
    return rates.group_by("row", maintain_order=True).agg(pl.col("irr_roots_pct").str.join("; "))
