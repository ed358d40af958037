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
PLACE: Final = "place"
NOTHING: Final = pl.Series("node", [], pl.UInt64)
NOTHING_TIED: Final = pl.DataFrame(schema={"one": pl.UInt64, "other": pl.UInt64})
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
    key = own_key(table)
    named = [column for column in NAMED_IN_MEMORY if issubclass(table, Memory) and column in table.columns()]
    return list(dict.fromkeys([*([key] if key else []), *named, *_references(table)]))


def _references(table: type[Table]) -> list[str]:
    """The references that can be to rows of portions; programs, calendars and the like tie nothing."""
    return [
        column
        for column in table.columns_of_kind("reference")
        if any(SOURCES[target].reach == "portion" for target in table.metadata_of(column)["tables"])
    ]


class Ties:
    """The ties of all rows that it has been told of, by what their place is asked under.

    What rows name is known by hashes: two names with the same one would tie rows that are not connected, which takes
    them in one portion and changes nothing else.
    """

    def __init__(self) -> None:
        self._node_of_row: dict[Hashable, list[pl.Series]] = {}
        self._pairs: list[pl.DataFrame] = []
        self._own: list[pl.DataFrame] = []
        """Keys of rows beside what these name: most are named by no other row, and tie nothing."""

    def add(self, key: Hashable, named: pl.DataFrame, own: str | None = None) -> None:
        """Take in rows, further ones where `key` has some already: what each of their columns names.

        `own` is the column with the key of the row itself, where no other row of any table has that key.
        """
        hashes = named.select(_hash(column) for column in named.columns)
        columns = sorted(named.columns, key=lambda column: column == own)
        node = hashes.select(pl.coalesce(columns)).to_series()
        self._node_of_row.setdefault(key, []).append(node)
        for column in columns:
            pairs = pl.DataFrame({"one": node, "other": hashes[column]}).filter(pl.col("one") != pl.col("other"))
            kept, found = (self._own, pairs) if column == own else (self._pairs, pairs.unique())
            kept.append(found)

    def portions(self, *, rows: int, among: Mapping[Hashable, pl.Series] | None = None) -> dict[Hashable, pl.Series]:
        """The portion of every row, from 0: as many connected rows together as make about so many `rows`.

        What is connected stays together, however much it is; so do rows without a tie. With `among`, which says of rows
        whether they are asked for, rows that are not connected with any of those have none.
        """
        known = self._known()
        untied = known.height
        groups = pl.Series(np.append(connected(untied, self._pairs_of(known)), np.uint32(untied)))
        group_of_row = {
            key: pl.concat([groups.gather(_places(known, node)) for node in nodes])
            for key, nodes in self._node_of_row.items()
        }
        wanted = _wanted(group_of_row, among, len(groups))
        sizes = _sizes(group_of_row.values(), len(groups)) * wanted
        portion = pl.Series(((np.cumsum(sizes) - sizes) // rows).astype(np.uint32))
        portion = portion.set(pl.Series(~wanted), None)
        return {key: portion.gather(group) for key, group in group_of_row.items()}

    def _known(self) -> pl.DataFrame:
        """Whatever a row is told apart by or names, with its place."""
        nodes = [node for pieces in self._node_of_row.values() for node in pieces]
        named = [pairs["other"] for pairs in self._pairs]
        each_once = pl.concat([NOTHING, *(found.unique() for found in (*nodes, *named))]).unique()
        return each_once.drop_nulls().to_frame().with_row_index(PLACE)

    def _pairs_of(self, known: pl.DataFrame) -> pl.DataFrame:
        """The places of what is tied to each other; keys of rows only where they are known from others."""
        own = [pairs.join(known, left_on="other", right_on=NOTHING.name, how="semi") for pairs in self._own]
        pairs = pl.concat([NOTHING_TIED, *self._pairs, *own]).unique()
        return pl.DataFrame({side: _places(known, pairs[side]) for side in pairs.columns})


def own_key(table: type[Table]) -> str | None:
    """The column that others name rows of a table by, where there are any that do."""
    return table.primary_key()[0] if table.table_name() in TIED_BY_ITSELF else None


def _hash(column: str) -> pl.Expr:
    return pl.when(pl.col(column).is_not_null()).then(pl.col(column).hash()).alias(column)


def _places(known: pl.DataFrame, nodes: pl.Series) -> pl.Series:
    """The place of every node among the known ones; one more, which comes last, where there is none."""
    named = nodes.alias(NOTHING.name).to_frame()
    found = named.join(known, on=NOTHING.name, how="left", maintain_order="left")
    return found[PLACE].fill_null(known.height)


def highest(numbers: Iterable[pl.Series]) -> int:
    """The largest of all numbers; -1 without any."""
    return max((int(str(top)) for series in numbers if (top := series.max()) is not None), default=-1)


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
