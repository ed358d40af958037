"""What every table must satisfy, derived from its model: keys, required columns, closed words, references and laws.

Each check says how many rows are at fault and shows some of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final, NamedTuple

import polars as pl

from models.audit import LawColumns
from models.catalogue import SOURCES
from models.table import Step, Table

SHOWN: Final = 5
SHOWN_FAULTS: Final = 20
KEPT: Final = ("keep", "report")

Read = Callable[[type[Table]], pl.LazyFrame]


class Verdict(NamedTuple):
    """The outcome of one check."""

    name: str
    faults: tuple[str, ...]
    """What is wrong, a sentence each; nothing when the check holds."""

    @property
    def in_words(self) -> str:
        """The first faults, as one text."""
        return " ".join(self.faults[:SHOWN_FAULTS])


def refers_to(table: type[Table]) -> set[type[Table]]:
    """The source tables that the references of a table are held against."""
    held = [column for column in table.columns_of_kind("reference") if _is_held_against_keys(table, column)]
    return {SOURCES[target] for column in held for target in table.metadata_of(column)["tables"]}


def _is_held_against_keys(table: type[Table], column: str) -> bool:
    return not issubclass(table, Step) and table.metadata_of(column)["dangling"] not in KEPT


def check_names(table: type[Table]) -> list[str]:
    """The checks that a table has."""
    names = ["rows_conform"]
    if not issubclass(table, Step) and table.columns_of_kind("reference"):
        names.append("references_resolve")
    if issubclass(table, LawColumns):
        names.append("laws_hold")
    return names


def verdicts(table: type[Table], rows: pl.DataFrame, read: Read) -> Iterator[Verdict]:
    """Every check of a table on its rows; `read` gives the tables that it refers to. What is not there has no fault."""
    made: dict[str, Callable[[type[Table], pl.DataFrame], Iterator[str]]] = {
        "rows_conform": rows_conform,
        "references_resolve": partial(references_resolve, read=read),
        "laws_hold": laws_hold,
    }
    for name in check_names(table):
        yield Verdict(name, () if rows.is_empty() else tuple(made[name](table, rows)))


def rows_conform(table: type[Table], rows: pl.DataFrame) -> Iterator[str]:
    """Keys are unique, required columns filled, and choices words of their list."""
    key = table.primary_key()
    if key and (copies := _copies(rows.select(key))):
        yield f"{copies} rows repeat the key ({', '.join(key)})."
    for name, column in table.columns().items():
        if not column.nullable and (empty := rows[name].null_count()):
            yield f"{name} is empty in {empty} rows."
    for name in table.columns_of_kind("choice"):
        unknown = set(rows[name].unique().drop_nulls()) - set(table.metadata_of(name)["words"])
        if unknown:
            yield f"{name} has words that are not in its list: {', '.join(sorted(unknown)[:SHOWN])}."


def _copies(keys: pl.DataFrame) -> int:
    """How many keys repeat another one.

    Equal keys have equal hashes: as many hashes as keys prove that there are none. Only where that proves nothing are
    the keys themselves counted, which takes four times as long.
    """
    if keys.hash_rows().n_unique() == keys.height:
        return 0
    return keys.height - keys.n_unique()


def references_resolve(table: type[Table], rows: pl.DataFrame, read: Read) -> Iterator[str]:
    """Every reference is the key of an admitted row, except where a rule names the outcome of those that are not."""
    for name in table.columns_of_kind("reference"):
        targets = table.metadata_of(name)["tables"]
        if table.metadata_of(name)["dangling"] in KEPT:
            continue
        keys = pl.concat([read(SOURCES[target]).select(pl.col(SOURCES[target].primary_key()[0])) for target in targets])
        values = rows.lazy().select(name).drop_nulls()
        answered = keys.collect_schema().names()[0]
        unknown = values.join(keys, left_on=name, right_on=answered, how="anti").unique().collect()
        if unknown.height:
            shown = ", ".join(unknown[name].sort().head(SHOWN))
            yield f"{name} has {unknown.height} values that no row of {', '.join(targets)} answers to: {shown}."


def laws_hold(_table: type[Table], rows: pl.DataFrame) -> Iterator[str]:
    """Every law's two sides are equal."""
    for law in rows.filter(~pl.col("holds")).iter_rows(named=True):
        yield f"{law['law']}: expected {law['expected']}, found {law['found']}, difference {law['difference']}."
