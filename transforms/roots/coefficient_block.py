"""Polynomials of one length at a time, as the columns of matrices that fit the processor's cache."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

BLOCK: Final = 8192
"""Polynomials worked on together."""


class CoefficientBlock(NamedTuple):
    """Some polynomials without what is 0 before their first and after their last term."""

    rows: Indices
    coefficients: Floats
    """(terms, rows): whole numbers, the constant term first."""


class _Extent(NamedTuple):
    """Where the terms of each polynomial begin, and how many there are from the first to the last that is not 0."""

    first: Indices
    length: Indices


def coefficient_blocks(polynomials: Floats, lengths: Indices, units: float) -> Iterator[CoefficientBlock]:
    """Rows of equal length, counted in units and rounded. Those with one term or none are left out: they have no root.

    Rows are filled up with zeros after their lengths.
    """
    if polynomials.size:
        extent = _extent(polynomials, lengths, units)
        for rows in same_length(extent.length):
            if extent.length[rows[0]] > 1:
                yield CoefficientBlock(rows, _whole(polynomials, rows, extent, units))


def same_length(lengths: Indices) -> Iterator[Indices]:
    """Rows of equal length, a block at most at a time, from short ones to long ones."""
    order = np.argsort(lengths.astype(np.uint16), kind="stable")
    for group in np.split(order, np.flatnonzero(np.diff(lengths[order])) + 1):
        for rows in np.split(group, range(BLOCK, len(group), BLOCK)):
            if rows.size:
                yield rows


def _extent(polynomials: Floats, lengths: Indices, units: float) -> _Extent:
    """Only rows that are 0 at an end are searched."""
    first, length = np.zeros(len(polynomials), dtype=np.int64), lengths.astype(np.int64)
    ends = np.stack([polynomials[:, 0], polynomials[np.arange(len(polynomials)), lengths - 1]])
    loose = np.flatnonzero((np.abs(ends) <= 1 / (2 * units)).any(axis=0))
    for rows in np.split(loose, range(BLOCK, loose.size, BLOCK)):
        present = np.abs(polynomials.take(rows, axis=0)) > 1 / (2 * units)
        first[rows] = np.argmax(present, axis=1)
        last = polynomials.shape[1] - np.argmax(present[:, ::-1], axis=1)
        length[rows] = np.where(present.any(axis=1), last - first[rows], 0)
    return _Extent(first, length)


def _whole(polynomials: Floats, rows: Indices, extent: _Extent, units: float) -> Floats:
    length = int(extent.length[rows[0]])
    taken = polynomials.take(rows, axis=0)[:, :length]
    later = np.flatnonzero(extent.first[rows])
    begins = extent.first[rows[later]][:, None]
    taken[later] = polynomials[rows[later][:, None], begins + np.arange(length)]
    whole = np.multiply(taken.T, units, order="C")
    return np.rint(whole, out=whole)
