"""Rows that share a key: identical copies are one row, copies that differ are none."""

from __future__ import annotations

import polars as pl

from transforms.defect import DEFECT, INPUT_ROW, Stage, all_defects, defects, shown
from transforms.reference import Keys, earlier_owners
from transforms.sentence import sentence
from transforms.typed_table import TypedTable


def duplicate_defects(table: TypedTable) -> pl.DataFrame:
    """What is wrong with rows that share a key, rows with defects included.

    Where all copies are alike (every cell and every defect), the first stays and the others are `duplicate_row`;
    otherwise all are `conflicting_duplicate`.
    """
    copies = _copies(table)
    if copies.is_empty():
        return pl.DataFrame(schema=DEFECT)
    first_key = table.source.primary_key()[0]
    key = pl.concat_str(pl.col(table.source.primary_key()).cast(pl.String), separator=", ")
    repeated = copies.filter((pl.col("variants") == 1) & (pl.col(INPUT_ROW) > pl.col("first")))
    conflicting = copies.filter(pl.col("variants") > 1)
    same = sentence(f"{first_key} {{}} is on {{}} identical rows. The first one is used.", shown(key), "count")
    differ = sentence(
        f"{first_key} {{}} is on {{}} rows that differ. None is used: keep the right one.", shown(key), "count"
    )
    return all_defects(
        [
            defects(repeated, table.source, first_key, Stage.COPY, rule=pl.lit("duplicate_row"), message=same),
            defects(
                conflicting, table.source, first_key, Stage.COPY, rule=pl.lit("conflicting_duplicate"), message=differ
            ),
        ]
    )


def _copies(table: TypedTable) -> pl.DataFrame:
    """The rows whose key is on other rows too, with how many there are, in how many variants, and which is first."""
    key = table.source.primary_key()
    hashes = table.rows.select(pl.struct(key).hash()).to_series()
    if hashes.n_unique() == len(hashes):
        return table.rows.clear()
    candidates = (
        table.rows.filter(hashes.is_duplicated()).drop_nulls(key).join(_faults(table), on=INPUT_ROW, how="left")
    )
    variants = candidates.unique([*table.source.columns(), "faults"]).group_by(key).agg(variants=pl.len())
    counts = candidates.group_by(key).agg(count=pl.len(), first=pl.col(INPUT_ROW).min())
    return candidates.select(INPUT_ROW, *key).join(variants, on=key).join(counts, on=key).filter(pl.col("count") > 1)


def _faults(table: TypedTable) -> pl.DataFrame:
    """The defects of a row as one text."""
    fault = pl.concat_str("column", "rule", separator=" ")
    return table.defects.sort(INPUT_ROW, "place").group_by(INPUT_ROW).agg(faults=fault.str.join(", "))


def shared_key_defects(table: TypedTable, keys: Keys) -> pl.DataFrame:
    """Rows of a task or work item whose key another table has already: money on it could be of either."""
    name, key = table.source.table_name(), table.source.primary_key()[0]
    others = earlier_owners(name)
    rows = table.rows.select(INPUT_ROW, key).join(keys.known(others), left_on=key, right_on="key", how="semi")
    text = f"{key} {{}} is the key of a row of {' or '.join(others)} too. That one is used: give this one its own."
    message = sentence(text, shown(pl.col(key)))
    return defects(rows, table.source, key, Stage.COPY, rule=pl.lit("conflicting_duplicate"), message=message)
