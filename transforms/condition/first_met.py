"""The first of many conditions that each row meets, found by the values of its fields instead of rule by rule.

A condition is met where all clauses of one of its groups hold. Every value of a field accepts some groups of all
conditions: their bits are set in a row of words, earlier conditions on lower bits. What a row meets is the AND over its
fields, and the lowest bit that is left is the first match. So clauses are asked of values, not of rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.condition.field import Field
from transforms.condition.predicate import STEPS
from transforms.encoded_query import ClauseHolds, Compiled

Words = npt.NDArray[np.uint64]
Codes = npt.NDArray[np.uint32]
Fields = tuple[Field, ...]
Asked = Sequence[tuple[int, ClauseHolds]]
"""Clauses and the bits of their groups."""

BITS: Final = 64
BLOCK: Final = 16_384
"""Rows worked on together: what fits the processor's cache."""
SAMPLED: Final = 8_192
"""Rows that tell whether the values of a field repeat."""
ONE: Final = np.uint64(1)


class Accepted(NamedTuple):
    """Which groups the values of some columns accept."""

    words: Words
    """(values, words)."""
    value: Codes | None
    """The value of each row; None where each row is taken as a value of its own."""

    def of_rows(self, rows: slice) -> Words:
        """Those of some rows."""
        return self.words[rows] if self.value is None else self.words.take(self.value[rows], axis=0)


def first_met(frame: pl.DataFrame, conditions: Sequence[Compiled | None]) -> pl.Series:
    """The place of the first condition that each row meets; null where it meets none. None is met by no row."""
    groups = [(place, group) for place, condition in enumerate(conditions) if condition for group in condition.groups]
    clauses: dict[Fields, list[tuple[int, ClauseHolds]]] = defaultdict(list)
    for bit, (_, group) in enumerate(groups):
        for clause in group:
            clauses[clause.fields].append((bit, clause))
    accepted = [_accepted(frame, fields, asked, len(groups)) for fields, asked in clauses.items()]
    place = pl.Series([place for place, _ in groups], dtype=pl.UInt32)
    bits = [_lowest_bits(accepted, rows, len(groups)) for rows in _blocks(len(frame))]
    lowest = pl.Series(np.concatenate([np.empty(0, dtype=np.uint32), *bits]), dtype=pl.UInt32)
    return place.gather(lowest.set(lowest == len(groups), None))


def _blocks(rows: int) -> Iterator[slice]:
    return (slice(begin, min(begin + BLOCK, rows)) for begin in range(0, rows, BLOCK))


def _accepted(frame: pl.DataFrame, fields: Fields, asked: Asked, groups: int) -> Accepted:
    """Each clause is asked of the values that occur; where they hardly repeat, of values that stand for them."""
    rows = frame.select(field.column for field in fields)
    if _repeats(rows):
        values, value = _distinct(rows)
    elif all(clause.cuts is not None for _, clause in asked):
        values, value = _classes(rows.to_series(), fields[0], asked)
    else:
        values, value = rows, None
    holds = values.with_columns(clause.holds.alias(f"{number}") for number, (_, clause) in enumerate(asked))
    words = _all_accepted(len(values), groups)
    for number, (bit, _) in enumerate(asked):
        refused = ~holds[f"{number}"].to_numpy()
        words[:, bit // BITS] &= ~(refused.astype(np.uint64) << np.uint64(bit % BITS))
    return Accepted(words, value)


def _all_accepted(values: int, groups: int) -> Words:
    """The bits of all groups, in as many words as they need."""
    bits = np.zeros(-(-groups // BITS) * BITS, dtype=np.bool_)
    bits[:groups] = True
    return np.tile(np.packbits(bits, bitorder="little").view(np.uint64), (values, 1))


def _repeats(rows: pl.DataFrame) -> bool:
    sample = rows.head(SAMPLED)
    return 2 * sample.n_unique() <= len(sample)


def _distinct(rows: pl.DataFrame) -> tuple[pl.DataFrame, Codes]:
    """The values that occur, and which of them each row has."""
    values = rows.with_row_index("#row").group_by(rows.columns).agg("#row")
    value = np.empty(len(rows), dtype=np.uint32)
    lengths = values["#row"].list.len().to_numpy()
    value[values["#row"].explode().to_numpy()] = np.repeat(np.arange(len(values), dtype=np.uint32), lengths)
    return values.drop("#row"), value


def _classes(column: pl.Series, field: Field, asked: Asked) -> tuple[pl.DataFrame, Codes]:
    """One value for all from one cut to the next, and which of them each row has.

    A cut itself is a class, too: the next value after it begins another. Before the first is one more, and one of null.
    """
    cuts = [pl.lit(column.drop_nulls().head(1)), *(cut for _, clause in asked for cut in clause.cuts or ())]
    point = pl.concat([pl.select(point=cut.cast(column.dtype)) for cut in cuts])
    after = point.select(pl.col("point") + STEPS[field.family])
    begins = pl.concat([point, after]).to_series().unique().sort()
    before = begins.head(1).to_frame().select(pl.col("point") - STEPS[field.family]).to_series()
    values = pl.concat([before, begins, pl.Series("point", [None], dtype=column.dtype)])
    value = begins.search_sorted(column, side="right").set(column.is_null(), len(values) - 1)
    return values.rename(column.name).to_frame(), value.cast(pl.UInt32).to_numpy()


def _lowest_bits(accepted: Sequence[Accepted], rows: slice, groups: int) -> npt.NDArray[np.uint32]:
    """The lowest bit that all of them have; the number of groups where there is none."""
    words = _all_accepted(rows.stop - rows.start, groups)
    for field in accepted:
        words &= field.of_rows(rows)
    lowest = np.full(len(words), groups, dtype=np.uint32)
    for place in reversed(range(words.shape[1])):
        word = words[:, place]
        below = np.bitwise_count((word & -word) - ONE)
        np.copyto(lowest, place * BITS + below.astype(np.uint32), where=word != 0)
    return lowest
