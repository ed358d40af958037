"""Which rows of an export belong together, and how a night can take them in portions.

Two rows are tied where one names the other, or both name a third: a plan and its task, a task and its project, a
project and its parent. Whatever is computed for a work item needs only rows that are tied with it, directly or through
others, and the `shared` ones.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from models.audit import LawColumns
from models.catalogue import SOURCES
from models.table import Memory, Table

Codes = npt.NDArray[np.uint32]
NAMED_IN_MEMORY: Final = ("work_item", "plan", "baseline")
"""Columns of remembered rows that say what a row belongs to; what they name may be gone, so they are mere text."""
TIED_BY_ITSELF: Final = {
    target
    for source in SOURCES.values()
    if source.reach == "portion"
    for column in source.columns_of_kind("reference")
    for target in source.metadata_of(column)["tables"]
}
"""The tables whose rows others name."""


def ties(table: type[Table]) -> list[str]:
    """The columns of a table whose values tie its rows to others."""
    own = table.primary_key() if table.table_name() in TIED_BY_ITSELF else []
    named = [column for column in NAMED_IN_MEMORY if issubclass(table, Memory) and column in table.columns()]
    return list(dict.fromkeys([*own, *named, *_references(table)]))


def _references(table: type[Table]) -> list[str]:
    """The references that can be to rows of portions; programs, calendars and the like tie nothing."""
    return [
        column
        for column in table.columns_of_kind("reference")
        if any(SOURCES[target].reach == "portion" for target in table.metadata_of(column)["tables"])
    ]


class Ties:
    """The ties of all rows that it has been told of, by what their place is asked under."""

    def __init__(self) -> None:
        self._nodes = pl.Series(["a value"], dtype=pl.Categorical(pl.Categories.random()))
        """Codes are given out anew when no series has them any more: this one lasts."""
        self._node_of_row: dict[Hashable, list[pl.Series]] = {}
        self._pairs: list[pl.DataFrame] = []

    def add(self, key: Hashable, named: pl.DataFrame) -> None:
        """Take in rows, further ones where `key` has some already: what each of their columns names."""
        coded = named.select(pl.all().cast(self._nodes.dtype).to_physical())
        node = coded.select(pl.coalesce(pl.all())).to_series()
        self._node_of_row.setdefault(key, []).append(node)
        for column in coded.iter_columns():
            pairs = pl.DataFrame({"one": node, "other": column}).drop_nulls()
            self._pairs.append(pairs.filter(pl.col("one") != pl.col("other")).unique())

    def portions(self, *, rows: int, among: Mapping[Hashable, pl.Series] | None = None) -> dict[Hashable, pl.Series]:
        """The portion of every row, from 0: as many connected rows together as make about so many `rows`.

        What is connected stays together, however much it is; so do rows without a tie. With `among`, which says of rows
        whether they are asked for, rows that are not connected with any of those have none.
        """
        groups = (
            connected(self._count(), pl.concat(self._pairs))
            if self._pairs
            else np.arange(self._count(), dtype=np.uint32)
        )
        group_of_row = {key: _looked_up(groups, pl.concat(node)) for key, node in self._node_of_row.items()}
        wanted = _wanted(group_of_row, among, len(groups) + 1)
        sizes = _sizes(group_of_row.values(), len(groups) + 1) * wanted
        portion = pl.Series(((np.cumsum(sizes) - sizes) // rows).astype(np.uint32))
        portion = portion.set(pl.Series(~wanted), None)
        return {key: portion.gather(group) for key, group in group_of_row.items()}

    def _count(self) -> int:
        codes = [node for pieces in self._node_of_row.values() for node in pieces]
        codes += [pairs["other"] for pairs in self._pairs]
        return 1 + highest(codes)


def highest(numbers: Iterable[pl.Series]) -> int:
    """The largest of all numbers; -1 without any."""
    return max((int(str(top)) for series in numbers if (top := series.max()) is not None), default=-1)


def _looked_up(groups: Codes, nodes: pl.Series) -> pl.Series:
    """The group of every node; one more, which comes last, where there is none."""
    untied = len(groups)
    return pl.Series(np.append(groups, untied), dtype=pl.UInt32).gather(nodes.fill_null(untied))


def _wanted(
    group_of_row: Mapping[Hashable, pl.Series], among: Mapping[Hashable, pl.Series] | None, groups: int
) -> npt.NDArray[np.bool_]:
    """Which groups have a row that is asked for."""
    wanted = np.full(groups, among is None)
    for key, asked in (among or {}).items():
        wanted[group_of_row[key].filter(asked).to_numpy()] = True
    return wanted


def _sizes(group_of_row: Iterable[pl.Series], groups: int) -> npt.NDArray[np.int64]:
    sizes = np.zeros(groups, np.int64)
    for group in group_of_row:
        sizes += np.bincount(group.to_numpy(), minlength=groups)
    return sizes


def connected(nodes: int, pairs: pl.DataFrame) -> Codes:
    """For every node the lowest one that it is connected with by pairs of `one` and `other`.

    Each round hangs the higher of two lowest nodes under the other and then shortens all ways to their ends.
    """
    one, other = pairs["one"].to_numpy(), pairs["other"].to_numpy()
    lowest = np.arange(nodes, dtype=np.uint32)
    while (apart := lowest[one] != lowest[other]).any():
        one, other = one[apart], other[apart]
        ends = lowest[one], lowest[other]
        np.minimum.at(lowest, np.maximum(*ends), np.minimum(*ends))
        while (farther := lowest[lowest]).tobytes() != lowest.tobytes():
            lowest = farther
    return lowest


def put_together(table: type[Table], portions: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """The rows of a table from those of its portions: laws of conservation add up, all others stand side by side."""
    rows = pl.concat([table.create_empty(), *portions])
    return added_up(rows.lazy()).collect() if issubclass(table, LawColumns) else rows


def added_up(laws: pl.LazyFrame) -> pl.LazyFrame:
    """Each law once: what portions expected and found is added up."""
    sums = laws.group_by("law", maintain_order=True).agg(
        pl.col("expected", "found", "difference").sum(), pl.col("holds").all()
    )
    return sums.select(LawColumns.column_names())
