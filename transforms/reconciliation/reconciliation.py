"""The verdict on every cached figure: that it matches, or the simplest cause that explains it to the cent."""

from __future__ import annotations

from typing import Final

import dataframely as dy
import polars as pl

from models.drift_cause import (
    CAUSE,
    CODES,
    COUNTS_MORE,
    LEAVES_OUT,
    MATCH,
    NOT_CACHED,
    NOT_KNOWN,
    ROUNDING,
    ROUNDING_BOUND,
    SECONDARY,
    UNEXPLAINED,
)
from models.reconciliation import CachedFigure, DriftHypothesis, Reconciliation
from transforms.reconciliation.cached_figure import KEY
from transforms.reconciliation.drift_hypothesis import said_of

RANK: Final = {code: place for place, code in enumerate(CODES)}
FOUND: Final = ("cause", "further_causes", "told", "day")
"""What is kept of the explanation that is named."""
CANDIDATE: Final = (*FOUND, "size", "rank", "amount", "gap", "is_floating")
"""What decides which one that is."""
JOINED: Final = ("cause", "amount", "rank", "takes_away", "told", "day")
"""What a second cause brings along."""


def reconciliation(
    cached_figure: dy.LazyFrame[CachedFigure], drift_hypothesis: dy.LazyFrame[DriftHypothesis]
) -> dy.LazyFrame[Reconciliation]:
    """Every cached figure beside ours, with the difference and its cause.

    One cause alone goes before several together. Of several that would do, the simplest is named and the number of
    others told; only if none gives exactly the cached figure it is unexplained.
    """
    frame = (
        cached_figure.join(_explained(drift_hypothesis), on=KEY, how="left")
        .with_columns(difference=pl.col("cached") - pl.col("computed"))
        .with_columns(cause=_verdict())
        .with_columns(explanation=_explanation(), other_causes=pl.col("other_causes").fill_null(0), as_of="day")
    )
    return Reconciliation.cast(frame)


def _verdict() -> pl.Expr:
    size = pl.col("difference").abs()
    return (
        pl.when(pl.col("cached").is_null())
        .then(pl.lit(NOT_CACHED))
        .when(size == 0)
        .then(pl.lit(MATCH))
        .when(size <= ROUNDING_BOUND)
        .then(pl.lit(ROUNDING))
        .when(pl.col("cause").is_not_null())
        .then("cause")
        .when(pl.col("computed").is_null())
        .then(pl.lit(NOT_KNOWN))
        .otherwise(pl.lit(UNEXPLAINED))
    )


def _explanation() -> pl.Expr:
    said = pl.coalesce("told", said_of("cause"))
    others = pl.when(pl.col("other_causes") > 0).then(
        pl.concat_str(pl.lit(" Other causes that explain it as well: "), pl.col("other_causes"), pl.lit("."))
    )
    full = pl.concat_str(said, pl.lit("."), others.fill_null(""))
    return pl.when(pl.col("cause") != MATCH).then(full)


def _explained(drift_hypothesis: pl.LazyFrame) -> pl.LazyFrame:
    """The explanation of each drifting figure that has one: of one cause, else of two, else of three."""
    tested = drift_hypothesis.select(
        *KEY,
        *("cause", "amount", "gap", "is_floating", "day", "told"),
        further_causes="further_cause",
        size=1,
        rank=pl.col("cause").replace_strict(RANK, return_dtype=pl.Int64),
        takes_away=_has_effect(LEAVES_OUT),
    ).with_columns(last_rank="rank")
    rows = tested.filter(_has_effect(COUNTS_MORE, LEAVES_OUT), ~pl.col("is_floating"))
    adding = rows.filter(~pl.col("takes_away"))
    candidates = [tested, _together(rows, rows), _together(_together(adding, adding), adding)]
    return _simplest(pl.concat([_that_fit(one.select(*KEY, *CANDIDATE)) for one in candidates]))


def _that_fit(candidates: pl.LazyFrame) -> pl.LazyFrame:
    leeway = pl.when("is_floating").then(ROUNDING_BOUND).otherwise(0)
    return candidates.filter((pl.col("amount") - pl.col("gap")).abs() <= leeway)


def _has_effect(*effects: str) -> pl.Expr:
    return pl.col("cause").is_in([code for code in CODES if CAUSE[code].effect in effects])


def _together(one: pl.LazyFrame, other: pl.LazyFrame) -> pl.LazyFrame:
    """Causes of one figure in the order of the list, their amounts added up; at most one takes rows away.

    Rows that are left out for two reasons may be the same; rows that are counted in addition for two reasons are not.
    """
    both = one.join(other.select(*KEY, *JOINED), on=KEY, suffix=" other")
    apart = (pl.col("rank other") > pl.col("last_rank")) & ~(pl.col("takes_away") & pl.col("takes_away other"))
    added = both.filter(apart).with_columns(
        further_causes=pl.concat_str("further_causes", "cause other", separator=", ", ignore_nulls=True),
        amount=pl.col("amount") + pl.col("amount other"),
        size=pl.col("size") + 1,
        rank=pl.col("rank") * len(CODES) + pl.col("rank other"),
        last_rank="rank other",
        takes_away=pl.col("takes_away") | pl.col("takes_away other"),
        told=pl.concat_str("told", "told other", separator="; "),
        day=pl.coalesce("day", "day other"),
    )
    return added.drop(pl.selectors.ends_with(" other"))


def _simplest(fits: pl.LazyFrame) -> pl.LazyFrame:
    """Of all explanations of a figure the one of fewest causes that comes first in the list, of the latest day.

    Counted as others are those of as many causes that say something new: not that a figure repeats another's drift.
    """
    label = pl.concat_str("cause", "further_causes", separator=", ", ignore_nulls=True)
    is_new, as_simple = ~pl.col("cause").is_in(SECONDARY), pl.col("size") == pl.col("size").min()
    others = label.filter(is_new & as_simple).n_unique().cast(pl.Int64) - is_new.first().cast(pl.Int64)
    ordered = fits.sort("size", "rank", "day", "told", descending=[False, False, True, False], nulls_last=True)
    return ordered.group_by(KEY, maintain_order=True).agg(pl.col(FOUND).first(), other_causes=others)
