"""What a published warehouse says of the platform's cached figures: read, not computed again."""

# ruff: noqa: S608 -- names of tables come from the models, and what people give is quoted

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from models.audit import Run
from models.cost import CostPlanFigures
from models.drift_cause import AGREEING, NOT_CACHED, NOT_KNOWN, SECONDARY
from models.figures import WorkItem
from models.reconciliation import Reconciliation
from pipelines.published_file import query
from pipelines.statements import qualified, quoted
from pipelines.warehouse import stored_where
from transforms.reconciliation.cached_figure import METRICS, RATES

RATE_METRICS: Final = [metric for metric in METRICS if metric in RATES]
"""Figures in percent: they differ by points, and are in no sum of amounts."""
AGREED: Final = ", ".join(f"'{cause}'" for cause in AGREEING)
EXISTS: Final = "SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'audit' AND table_name = 'reconciliation'"


class ReconciliationError(Exception):
    """What a warehouse can't answer, and why."""


class Drifting(NamedTuple):
    """The cached figures that are not ours."""

    as_of: dt.date
    compared: dict[str, int]
    """Number of figures by verdict, of all that were compared."""
    not_exported: tuple[str, ...]
    """Cached columns that the export has no figure of."""
    rows: pl.DataFrame
    """Those that have drifted, of the shape of audit.reconciliation with `number` and `name`, the farthest first."""

    @property
    def total(self) -> Decimal:
        """The sum of all differences of amounts without sign, those left out that repeat the drift of others."""
        counted = self.rows.filter(is_counted())
        return Decimal(counted["difference"].abs().sum() or 0)

    @property
    def is_compared(self) -> bool:
        """Whether any cached figure could be set beside a known one of ours."""
        return bool(set(self.compared) - {NOT_CACHED, NOT_KNOWN})

    def by_cause(self) -> pl.DataFrame:
        """Per cause and metric: number of figures, sum of differences without sign, and how many have none.

        Causes that move most come first; amounts only are added up.
        """
        is_rate = pl.col("metric").is_in(RATE_METRICS)
        groups = self.rows.group_by("cause", "further_causes", "metric").agg(
            figures=pl.col("figures").sum(),
            drift=pl.when(~is_rate.first()).then(pl.col("difference").abs().sum()),
            without_difference=pl.col("difference").null_count(),
        )
        in_all = pl.col("drift").sum().over("cause", "further_causes")
        secondary = pl.col("cause").is_in(SECONDARY)
        ranks = [secondary, in_all.neg(), "cause", "further_causes", pl.col("drift").neg(), "metric"]
        return groups.sort(ranks, nulls_last=True)


def is_counted() -> pl.Expr:
    """Whether a drifting figure is in the total: an amount that does not only repeat the drift of others."""
    return ~pl.col("cause").is_in(SECONDARY) & ~pl.col("metric").is_in(RATE_METRICS)


def drifting(warehouse: Path, metric: str | None = None) -> Drifting:
    """The cached figures that have drifted, all or those of one metric. Raises ReconciliationError."""
    file = _file(warehouse)
    chosen = "true" if metric is None else f"metric = {quoted(metric)}"
    counts = f"SELECT cause, sum(figures)::BIGINT FROM {qualified(Reconciliation)} WHERE {chosen} GROUP BY 1 ORDER BY 1"
    held = {name for (name,) in query(file, f"SELECT DISTINCT metric FROM {qualified(Reconciliation)}")}
    rows = stored_where(file, Reconciliation, f"{chosen} AND cause NOT IN ({AGREED})")
    absent = tuple(name for name in METRICS if name not in held and metric in (None, name))
    ((as_of,),) = query(file, f"SELECT as_of FROM {qualified(Run)}")
    return Drifting(as_of, dict(query(file, counts)), absent, _named(file, rows))


def _file(warehouse: Path) -> Path:
    """The version that a warehouse is a link to now."""
    if not warehouse.exists():
        raise ReconciliationError(
            f"There is no file {warehouse}. Publish one with `tieout run`, or name it with --warehouse."
        )
    file = warehouse.resolve()
    ((tables,),) = query(file, EXISTS)
    if not tables:
        raise ReconciliationError(f"{warehouse} compares no cached figures. The next `tieout run` will.")
    return file


def _named(file: Path, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with the number of their work item and the name of it, or of their cost plan, the farthest first."""
    drifted = f"FROM {qualified(Reconciliation)} WHERE cause NOT IN ({AGREED})"
    items = stored_where(file, WorkItem, f"work_item IN (SELECT work_item {drifted})").select(
        "work_item", "number", "name"
    )
    plans = stored_where(file, CostPlanFigures, f"cost_plan IN (SELECT sys_id {drifted})").select(
        sys_id="cost_plan", plan="name"
    )
    named = rows.join(items, on="work_item", how="left").join(plans, on="sys_id", how="left")
    size = pl.coalesce(pl.col("difference").abs(), pl.col("cached").abs(), pl.col("computed").abs())
    ordered = named.with_columns(pl.coalesce("plan", "name").alias("name")).drop("plan")
    return ordered.sort(~is_counted(), size.neg(), "source_table", "sys_id", "metric", nulls_last=True)
