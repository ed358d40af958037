"""The list of all baselines: those remembered, and those that this run adds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import dataframely as dy
import polars as pl

from models.audit import Admission
from models.baseline import (
    BaselineHeader,
    BaselineTaken,
    NewBaseline,
    PlatformBaseline,
    PlatformBenefit,
    PlatformBudget,
    PlatformCost,
    RememberedBaselineHeader,
)
from models.budget import BudgetSelection
from models.figures import AvailableStream, WorkItem
from models.vocabulary import V1
from transforms.available_stream import HAS_BUDGET

PLATFORM_NEEDS: Final = {
    "has_planned_cost": "cost_plan_breakdown_baseline",
    "has_planned_benefit": "benefit_plan_breakdown_baseline",
    "has_budget": "sn_invst_pln_invst_budget_baseline",
}
"""The table without which a stream of the platform's baselines is unknown."""


def new_baseline(
    baseline_taken: dy.LazyFrame[BaselineTaken],
    platform_baseline: dy.LazyFrame[PlatformBaseline],
    budget_selection: dy.LazyFrame[BudgetSelection],
    available_stream: dy.LazyFrame[AvailableStream],
    work_item: dy.LazyFrame[WorkItem],
    admission: dy.LazyFrame[Admission],
    platform_cost: dy.LazyFrame[PlatformCost],
    platform_benefit: dy.LazyFrame[PlatformBenefit],
    platform_budget: dy.LazyFrame[PlatformBudget],
    *,
    functional_currency: str | None,
) -> dy.LazyFrame[NewBaseline]:
    """Baselines taken or first read in this run, with the streams that this export can tell of.

    One that is taken knows the figures that are known today; one of the platform the streams whose baseline tables are
    there, and in which no amount lacks its exchange rate. The platform copies v2 budgets only: where v1 counts and it
    has copied none, the budget is unknown. Actuals are derived from today's lines in both.
    """
    versions = budget_selection.select("work_item", "version")
    taken = baseline_taken.join(versions, on="work_item", how="left").join(available_stream, how="cross")
    known = taken.with_columns(has_budget=HAS_BUDGET.fill_null(value=False)).pipe(with_unknown_figures, work_item)
    copies = {
        "has_planned_cost": (platform_cost, "planned_cost"),
        "has_planned_benefit": (platform_benefit, "planned_benefit"),
        "has_budget": (platform_budget, "budget_cost"),
    }
    read = (
        platform_baseline.join(available_stream.select("has_actual_cost"), how="cross")
        .join(_platform_streams(admission), how="cross")
        .pipe(_where_budget_is_told, versions, platform_budget)
        .pipe(with_unknown_figures, work_item, only=["has_actual_cost"])
    )
    added = (known, _where_converted(read, copies))
    named = [rows.with_columns(currency=pl.lit(functional_currency, pl.String)) for rows in added]
    return NewBaseline.cast(pl.concat([rows.select(NewBaseline.column_names()) for rows in named]))


FIGURES: Final = {
    "has_planned_cost": "estimated_cost",
    "has_planned_benefit": "estimated_benefit",
    "has_budget": "budget_cost",
    "has_actual_cost": "actual_cost",
}
"""The figure of a work item that is empty where one of a stream's amounts has no exchange rate."""


def with_unknown_figures(
    rows: pl.LazyFrame, work_item: pl.LazyFrame, *, only: Iterable[str] = FIGURES.keys()
) -> pl.LazyFrame:
    """Rows of work items whose flags are taken back where the figure of the stream is unknown today."""
    unknown = work_item.select("work_item", **{f"no_{flag}": pl.col(FIGURES[flag]).is_null() for flag in only})
    joined = rows.join(unknown, on="work_item", how="left")
    return joined.with_columns(pl.col(flag) & ~pl.col(f"no_{flag}").fill_null(value=False) for flag in only)


def _where_converted(read: pl.LazyFrame, copies: Mapping[str, tuple[pl.LazyFrame, str]]) -> pl.LazyFrame:
    """Baselines whose flags are taken back where an amount of the stream has no exchange rate."""
    for flag, (rows, amount) in copies.items():
        lacking = rows.filter(pl.col(amount).is_null()).select("baseline").unique()
        marked = read.join(lacking.with_columns(lacks_rate=pl.lit(value=True)), on="baseline", how="left")
        read = marked.with_columns(pl.col(flag) & pl.col("lacks_rate").is_null()).drop("lacks_rate")
    return read


def _where_budget_is_told(read: pl.LazyFrame, versions: pl.LazyFrame, platform_budget: pl.LazyFrame) -> pl.LazyFrame:
    """Baselines of the platform whose budget is not that of v1, which it does not copy, or which have copies."""
    copied = platform_budget.select("baseline").unique().with_columns(is_copied=pl.lit(value=True))
    joined = read.join(versions, on="work_item", how="left").join(copied, on="baseline", how="left")
    is_told = pl.col("is_copied").is_not_null() | (pl.col("version") != V1).fill_null(value=True)
    return joined.with_columns(pl.col("has_budget") & is_told)


def _platform_streams(admission: pl.LazyFrame) -> pl.LazyFrame:
    return admission.select(
        (pl.col("source_table") == table).any().alias(flag) for flag, table in PLATFORM_NEEDS.items()
    )


def header(
    new_baseline: dy.LazyFrame[NewBaseline], remembered_baseline_header: dy.LazyFrame[RememberedBaselineHeader]
) -> dy.LazyFrame[BaselineHeader]:
    """Every baseline there is: none is ever changed or dropped."""
    return BaselineHeader.cast(with_remembered(BaselineHeader, remembered_baseline_header, new_baseline))


def with_remembered(kept: type[dy.Schema], remembered: pl.LazyFrame, *new: pl.LazyFrame) -> pl.LazyFrame:
    """The rows remembered as they are, and new ones, in the columns of the kept table."""
    return pl.concat([rows.select(kept.column_names()) for rows in (remembered, *new)])
