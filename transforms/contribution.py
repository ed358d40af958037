"""The rows behind each money figure, by the rules that say which rows a figure adds up."""

from __future__ import annotations

import datetime as dt
from typing import Final

import dataframely as dy
import polars as pl

from models.contribution import ContributionRule, LeftOutRow
from models.contribution_reason import AGGREGATE, MISSING_RATE, OPEN_ACTUAL, OTHER_TYPE, PAST_PLAN
from models.contribution_rule import OPEN, PARTS, PAST, parts_of
from models.counted_row import CountedRow

CONSIDERED: Final = tuple(column for column in LeftOutRow.column_names() if column != "reason")


def contribution_rule(*, planned_return_sign: str) -> dy.LazyFrame[ContributionRule]:
    """Every rule as a row: figure, stream, expense type, base periods and sign."""
    rows = [
        {"metric": metric, **part._asdict()}
        for metric in PARTS
        for part in parts_of(metric, planned_return_sign=planned_return_sign)
    ]
    return ContributionRule.cast(pl.LazyFrame(rows, schema_overrides={"expense_type": pl.String}))


def contributions(
    counted_row: dy.LazyFrame[CountedRow],
    left_out_row: dy.LazyFrame[LeftOutRow],
    contribution_rule: dy.LazyFrame[ContributionRule],
    *,
    as_of: dt.date,
) -> pl.LazyFrame:
    """Every row that was considered, once for each figure that its stream is part of: audit.contribution."""
    no_period, nothing = pl.col("fiscal_period") == "", pl.lit(None, pl.String)
    counted = counted_row.select(*CONSIDERED, reason=nothing)
    considered = pl.concat(
        [
            counted.with_columns(fiscal_period=pl.when(~no_period).then("fiscal_period")),
            left_out_row.select(*CONSIDERED, "reason"),
        ]
    )
    return under_rules(considered, contribution_rule, as_of=as_of)


def under_rules(rows: pl.LazyFrame, contribution_rule: pl.LazyFrame, *, as_of: dt.date) -> pl.LazyFrame:
    """Rows of streams as rows of figures, with their sign, whether they are included, and why not.

    A row that only repeats others says so. Any other that the figure would not count anyway says that, whatever else is
    wrong with it: putting it right would not change the figure.
    """
    ruled_out, amount = _ruled_out(as_of), pl.col("amount")
    repeats = pl.when(pl.col("reason") == AGGREGATE).then("reason")
    unknown = pl.when(amount.is_null()).then(pl.lit(MISSING_RATE))
    return (
        rows.join(contribution_rule.rename({"expense_type": "only_type"}), on="stream")
        .with_columns(why_not=pl.coalesce(repeats, ruled_out, "reason"))
        .with_columns(
            amount=pl.when(pl.col("sign") < 0).then(-amount).otherwise(amount),
            included=pl.col("why_not").is_null(),
            reason=pl.coalesce("why_not", unknown),
        )
        .drop("only_type", "why_not", "sign", "periods")
    )


def _ruled_out(as_of: dt.date) -> pl.Expr:
    """Why a figure does not count a row of its stream."""
    periods, end_date = pl.col("periods"), pl.col("end_date")
    return (
        pl.when(pl.col("expense_type") != pl.col("only_type"))
        .then(pl.lit(OTHER_TYPE))
        .when((periods == PAST) & (end_date >= as_of))
        .then(pl.lit(OPEN_ACTUAL))
        .when((periods == OPEN) & (end_date < as_of))
        .then(pl.lit(PAST_PLAN))
    )
