"""What a new set of rules would change: the decisions of two nights over the same orders, side by side."""

from __future__ import annotations

from typing import Final

import polars as pl

from models.oversight import OVERSEEN, VIA_PARENT

MORE: Final = "more"
FEWER: Final = "fewer"
DIFFERENT: Final = "different"
CHANGES: Final = (MORE, FEWER, DIFFERENT)
KEY: Final = ["decision_table", "record"]
TOLD: Final = ("rule", "answer", "outcome")


def rule_changes(old: pl.LazyFrame, new: pl.LazyFrame) -> pl.LazyFrame:
    """One row for each record that the two sets of rules decide otherwise.

    `more`: it is overseen by the new rules only; `fewer`: by the old ones only; `different`: by another rule or with
    another answer. Both sides have the columns of `mart.oversight_decision`.
    """
    before = old.select(*KEY, **{f"old_{name}": name for name in TOLD})
    after = new.select(*KEY, **{f"new_{name}": name for name in TOLD})
    both = before.join(after, on=KEY).with_columns(change=_change())
    told = [f"{side}_{name}" for name in TOLD for side in ("old", "new")]
    return both.filter(pl.col("change").is_not_null()).select(*KEY, *told, "change").sort(KEY)


def decided_otherwise(old: pl.LazyFrame, new: pl.LazyFrame) -> pl.LazyFrame:
    """The decision table and key of each record whose rule, answer or outcome is another one, or only on one side."""
    told = pl.struct(*TOLD)
    both = old.select(*KEY, old=told).join(new.select(*KEY, new=told), on=KEY, how="full", coalesce=True)
    return both.filter(pl.col("old").ne_missing(pl.col("new"))).select(KEY)


def _change() -> pl.Expr:
    was, is_now = _is_overseen("old_outcome"), _is_overseen("new_outcome")
    same = pl.col("old_rule").eq_missing(pl.col("new_rule")) & pl.col("old_answer").eq_missing(pl.col("new_answer"))
    return (
        pl.when(~was & is_now)
        .then(pl.lit(MORE))
        .when(was & ~is_now)
        .then(pl.lit(FEWER))
        .when(~same)
        .then(pl.lit(DIFFERENT))
    )


def _is_overseen(outcome: str) -> pl.Expr:
    return pl.col(outcome).is_in([*OVERSEEN, VIA_PARENT])
