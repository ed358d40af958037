"""Internal rate of return: the rate at which the present value of a yearly cash flow is zero, if there is only one."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from models.columns import MONEY_SCALE
from models.vocabulary import IRR_STATUSES, MULTIPLE, NO_ROOT, NO_SIGN_CHANGE, OK, TOO_FEW_YEARS
from transforms.polynomial_roots import Roots, positive_roots

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.uint8]

LEAST_YEARS: Final = 2
UNITS: Final = 10.0**MONEY_SCALE
"""Flows are counted in the smallest unit of money: as whole numbers they are exact."""


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
    gains, losses = flows.max(axis=1, initial=0) > 0, flows.min(axis=1, initial=0) < 0
    changing = (years >= LEAST_YEARS) & gains & losses
    rows = np.flatnonzero(changing)
    roots = positive_roots(np.rint(flows[rows] * UNITS))
    roots = roots._replace(polynomial=rows[roots.polynomial])
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
    order = several[np.lexsort((roots.rate[several], roots.polynomial[several]))]
    return Roots(roots.polynomial[order], roots.rate[order])
