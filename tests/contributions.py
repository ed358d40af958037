"""The rows behind figures, as tests look at them: all of them, and the obvious sums of those included."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import dataframely as dy
import polars as pl

from models.audit import Run
from models.catalogue import STEPS
from models.contribution import METRICS, PERIOD_METRICS, Contribution, ContributionRule, LeftOutRow
from models.counted_row import CountedRow
from models.figures import WorkItem, WorkItemPeriod
from models.settings import Settings
from pipelines.new_warehouse import published_tables
from pipelines.workspace import Workspace
from tests.night import Frames
from transforms.contribution import contributions

Key = tuple[str, ...]


def behind(frames: Frames, as_of: dt.date) -> pl.DataFrame:
    """audit.contribution of a night."""
    counted: dy.LazyFrame[CountedRow] = CountedRow.cast(frames[CountedRow])
    left_out: dy.LazyFrame[LeftOutRow] = LeftOutRow.cast(frames[LeftOutRow])
    rules: dy.LazyFrame[ContributionRule] = ContributionRule.cast(frames[ContributionRule])
    rows = contributions(counted, left_out, rules, as_of=as_of).select(Contribution.column_names())
    return rows.collect()


def published_file(frames: Frames, as_of: dt.date, settings: Settings, folder: Path) -> Path:
    """A night as a published file."""
    run = pl.LazyFrame([(as_of, settings.model_dump_json(), "0.1.0")], schema=Run.dtypes(), orient="row")
    empty = {table: table.create_empty(lazy=True) for table in (*published_tables(), *STEPS.values())}
    workspace = Workspace()
    for table, frame in (empty | frames | {Run: run}).items():
        workspace.write(table, frame)
    workspace.build(folder / "world.duckdb")
    workspace.close()
    return folder / "world.duckdb"


def untied(
    rows: Iterable[dict[str, Any]], items: Iterable[dict[str, Any]], periods: Iterable[dict[str, Any]]
) -> list[Any]:
    """Every known figure that its included rows do not add up to, and every unknown one that they do."""
    by_item: dict[Key, list[Decimal | None]] = defaultdict(list)
    by_period: dict[Key, list[Decimal | None]] = defaultdict(list)
    for row in rows:
        if row["included"]:
            by_item[row["metric"], row["work_item"]].append(row["amount"])
            by_period[row["metric"], row["work_item"], row["fiscal_period"]].append(row["amount"])
    wrong = list(_differences(items, METRICS, ("work_item",), by_item))
    return wrong + list(_differences(periods, PERIOD_METRICS, ("work_item", "fiscal_period"), by_period))


def _differences(
    figures: Iterable[dict[str, Any]], metrics: Iterable[str], holder: Key, parts: dict[Key, list[Decimal | None]]
) -> Iterator[Any]:
    for row in figures:
        for metric in metrics:
            key = (metric, *(row[name] for name in holder))
            amounts = parts.get(key, [])
            found = None if None in amounts else sum(filter(None, amounts), Decimal(0))
            is_missing_stream = row[metric] is None and None not in amounts
            if row[metric] != found and not is_missing_stream:
                yield key, row[metric], found


def figures_of(frames: Frames) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows of work items and of their base periods."""
    return frames[WorkItem].collect().to_dicts(), frames[WorkItemPeriod].collect().to_dicts()
