"""Work items with three baselines each, as Parquet files of the tables that the variance reads."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import Final

import dataframely as dy
import numpy as np
import polars as pl

from models.baseline import BaselineActual, BaselineBenefit, BaselineBudget, BaselineCost, BaselineHeader
from models.budget import BudgetSelection
from models.figures import AvailableStream, WorkItem, WorkItemPeriod

SEED: Final = 20260115
BASELINES: Final = 3
MONTHS: Final = 60
FIRST_MONTH: Final = dt.date(2024, 1, 31)
COST_ROWS: Final = 10
BENEFIT_ROWS: Final = 3
BUDGET_ROWS: Final = 4
ACTUAL_ROWS: Final = 5
PERIODS: Final = 8
TABLES: Final[dict[str, type[dy.Schema]]] = {
    "header": BaselineHeader,
    "cost_plan_breakdown": BaselineCost,
    "benefit_plan_breakdown": BaselineBenefit,
    "budget": BaselineBudget,
    "actual_cost": BaselineActual,
    "work_item_period": WorkItemPeriod,
    "budget_selection": BudgetSelection,
    "available_stream": AvailableStream,
    "work_item": WorkItem,
}


def write_variance_world(folder: Path, items: int) -> None:
    """So many work items, with rows of plan, benefit, budget and actual cost in each baseline and today."""
    dice = np.random.default_rng(SEED)
    owners = pl.DataFrame({"work_item": _keys("item", items), "item": np.arange(items)})
    header = owners.join(pl.DataFrame({"number": range(BASELINES)}), how="cross").with_columns(
        baseline=_keys("baseline", items * BASELINES),
        name=pl.format("baseline {}", "number"),
        created_on=pl.lit(dt.date(2025, 1, 15)) + pl.duration(days=pl.col("number") * 120),
        kind=pl.lit("manual"),
        **{
            f"has_{stream}": pl.lit(value=True)
            for stream in ("planned_cost", "planned_benefit", "actual_cost", "budget")
        },
    )
    drawn = {
        "header": header,
        "cost_plan_breakdown": _rows(dice, header, COST_ROWS, "planned_cost"),
        "benefit_plan_breakdown": _rows(dice, header, BENEFIT_ROWS, "planned_benefit"),
        "budget": _rows(dice, header, BUDGET_ROWS, "budget_cost"),
        "actual_cost": _rows(dice, header, ACTUAL_ROWS, "actual_cost"),
        "work_item_period": _rows(
            dice, owners, PERIODS, *(name for name in WorkItemPeriod.column_names() if name.endswith(AMOUNTS))
        ).unique(["work_item", "fiscal_period"], maintain_order=True),
        "budget_selection": owners.select("work_item", version=pl.lit("v2")),
        "available_stream": pl.DataFrame({name: [True] for name in AvailableStream.column_names()}),
        "work_item": owners.select("work_item", **{name: pl.lit(0) for name in ESTIMATES}),
    }
    for name, frame in drawn.items():
        _completed(TABLES[name], frame).write_parquet(folder / f"{name}.parquet")


AMOUNTS: Final = ("_cost", "_capital", "_operating", "_benefit")
ESTIMATES: Final = ("estimated_cost", "estimated_benefit", "budget_cost", "actual_cost")


def _keys(kind: str, count: int) -> pl.Series:
    """Keys as the platform makes them: 32 hexadecimal digits."""
    return pl.Series(
        [hashlib.md5(f"{kind}{number}".encode(), usedforsecurity=False).hexdigest() for number in range(count)]
    )


def _rows(dice: np.random.Generator, owners: pl.DataFrame, each: int, *amounts: str) -> pl.DataFrame:
    """So many rows of each owner on average, in its order, with amounts in months that follow each other."""
    owner = np.repeat(np.arange(len(owners)), dice.poisson(each, len(owners)))
    month = (owners["item"].to_numpy()[owner] * 7 + dice.integers(0, 12, owner.size)) % MONTHS
    ends = pl.date_range(FIRST_MONTH, interval="1mo", end=FIRST_MONTH + dt.timedelta(days=31 * MONTHS), eager=True)
    cents = {name: pl.Series(dice.integers(-10_000, 10_000_000, owner.size)) for name in amounts}
    return owners[owner].with_columns(
        fiscal_period=_keys("period", MONTHS).gather(month),
        end_date=ends.gather(month),
        expense_type=pl.Series(["capital", "operating", "unclassified"]).gather(dice.integers(0, 3, owner.size)),
        **{name: values.cast(pl.Decimal(38, 4)) / 100 for name, values in cents.items()},
    )


def _completed(table: type[dy.Schema], frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with every column of its table; those that were not drawn are empty."""
    held = set(frame.columns)
    return frame.select(
        (pl.col(name) if name in held else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in table.dtypes().items()
    )
