"""The rollup in Polars, on the keys as they are, streaming."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from tests.benchmarks.rollups.result import ITEM_AMOUNTS, PERIOD_AMOUNTS

CELL: Final = ["work_item", "fiscal_period"]
CLASSES: Final = {"cost": None, "capital": "capex", "operating": "opex"}
MONEY: Final = pl.Decimal(18, 4)
CENT: Final = Decimal("0.01")


def rollup(world: Path, result: Path) -> None:
    """Read the world, and write the figures into a new file."""
    period = _cells(world).collect(engine="streaming")
    items = _work_items(world).select("work_item").join(_totals(period.lazy()), on="work_item", how="left")
    write(result, work_item_period=period, work_item=items.fill_null(0).collect(engine="streaming"))


def write(result: Path, **tables: pl.DataFrame) -> None:
    """The tables in a new DuckDB file."""
    with duckdb.connect(str(result)) as connection:
        for name, rows in tables.items():
            connection.register("rows_in_memory", rows.to_arrow())
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM rows_in_memory")
            connection.unregister("rows_in_memory")


def _table(world: Path, name: str) -> pl.LazyFrame:
    return pl.scan_parquet(world / f"{name}.parquet")


def _admitted(world: Path, name: str) -> pl.LazyFrame:
    """One of identical copies, none of copies that differ."""
    rows = _table(world, name)
    twice = rows.group_by("sys_id").len().filter(pl.col("len") > 1)
    copies = rows.join(twice, on="sys_id", how="semi").unique()
    alike = copies.group_by("sys_id").len().filter(pl.col("len") == 1)
    return pl.concat([rows.join(twice, on="sys_id", how="anti"), copies.join(alike, on="sys_id", how="semi")])


def _work_items(world: Path) -> pl.LazyFrame:
    parts = [
        _table(world, name).select("start_date", "end_date", work_item="sys_id", is_demand=pl.lit(demand))
        for name, demand in (("pm_project", False), ("dmn_demand", True))
    ]
    return pl.concat(parts)


def _owners(world: Path) -> pl.LazyFrame:
    """Each record that money can stand on, and its work item."""
    found = [_work_items(world).select("work_item", task="work_item", stands_on_demand="is_demand").collect()]
    tasks = pl.concat(
        [_table(world, name).select("sys_id", "parent") for name in ("pm_project_task", "dmn_demand_task")]
    )
    while len(found[-1]):
        above = found[-1].lazy().select("work_item", parent="task")
        below = tasks.join(above, on="parent").select("work_item", task="sys_id", stands_on_demand=pl.lit(False))
        found.append(below.collect())
    return pl.concat(found).lazy()


def _cost_types(world: Path) -> pl.LazyFrame:
    return _table(world, "resource_type_definition").select(resource_type="sys_id", type_class="expense_type")


def _base_periods(world: Path) -> pl.LazyFrame:
    return _spans(world).filter(pl.col("fiscal_type") == "month").drop("fiscal_type")


def _spans(world: Path) -> pl.LazyFrame:
    return _table(world, "fiscal_period").select(
        "fiscal_type",
        fiscal_period="sys_id",
        first_day=pl.col("start_date_time").dt.date(),
        last_day=pl.col("end_date_time").dt.date(),
    )


def _cells(world: Path) -> pl.LazyFrame:
    """The five streams, side by side."""
    owners, requirement = _owners(world), _requirement(world)
    streams = [
        _by_class(requirement, "planned"),
        _by_class(_spent(world, owners), "actual"),
        _by_class(_budget(world, requirement), "budget"),
        _benefit(world, owners),
    ]
    added = pl.concat(streams, how="diagonal").group_by(CELL).agg(pl.col(PERIOD_AMOUNTS).sum())
    return added.with_columns(pl.col(PERIOD_AMOUNTS).fill_null(0).cast(MONEY)).select(*CELL, *PERIOD_AMOUNTS)


def _by_class(rows: pl.LazyFrame, stream: str) -> pl.LazyFrame:
    amounts = {
        f"{stream}_{part}": (
            pl.col("amount") if word is None else pl.col("amount").filter(pl.col("class") == word)
        ).sum()
        for part, word in CLASSES.items()
    }
    return rows.group_by(CELL).agg(**amounts)


def _plans(world: Path) -> pl.LazyFrame:
    return (
        _table(world, "cost_plan")
        .join(_owners(world), on="task")
        .join(_cost_types(world), on="resource_type", how="left")
        .select("work_item", cost_plan="sys_id", plan_class=pl.coalesce("expense_type", "type_class"))
    )


def _requirement(world: Path) -> pl.LazyFrame:
    return (
        _admitted(world, "cost_plan_breakdown")
        .filter(pl.col("breakdown_type") == "requirement")
        .join(_plans(world), on="cost_plan")
        .join(_base_periods(world), on="fiscal_period")
        .join(_cost_types(world), on="resource_type", how="left")
        .select(*CELL, _class("expense_type", "type_class", "plan_class"), amount="value")
    )


def _class(*columns: str) -> pl.Expr:
    return pl.coalesce(*columns, pl.lit("unclassified")).alias("class")


def _benefit(world: Path, owners: pl.LazyFrame) -> pl.LazyFrame:
    plans = _table(world, "benefit_plan").join(owners, on="task").select("work_item", benefit_plan="sys_id")
    rows = _admitted(world, "benefit_plan_breakdown").join(plans, on="benefit_plan")
    amounts = {"planned_benefit": pl.col("value").sum(), "actual_benefit": pl.col("actual_benefit").sum()}
    return rows.join(_base_periods(world), on="fiscal_period").group_by(CELL).agg(**amounts)


def _spent(world: Path, owners: pl.LazyFrame) -> pl.LazyFrame:
    lines = _admitted(world, "fm_expense_line")
    days = _base_periods(world).select("fiscal_period", date=pl.date_ranges("first_day", "last_day")).explode("date")
    base = lines.select(base_expense="sys_id", has_base=pl.lit(True))
    plans = _plans(world).select("cost_plan", "plan_class")
    return (
        lines.filter(pl.col("state").str.strip_chars().str.to_lowercase() == "processed")
        .with_columns(task=pl.coalesce("task", "source_id"))
        .join(owners, on="task")
        .filter(~pl.col("stands_on_demand"))
        .join(days, on="date")
        .join(base, on="base_expense", how="left")
        .filter(pl.col("has_base").is_null())
        .join(plans, on="cost_plan", how="left")
        .join(_cost_types(world), on="resource_type", how="left")
        .select(*CELL, _class("expense_type", "type_class", "plan_class"), "amount")
    )


def _budget(world: Path, requirement: pl.LazyFrame) -> pl.LazyFrame:
    """Each amount in equal shares of whole cents, over the base periods with the strongest claim."""
    spans = _spans(world).select("fiscal_period", begins="first_day", ends="last_day")
    members = spans.join(_base_periods(world).rename({"fiscal_period": "base"}), how="cross").filter(
        pl.col("first_day") >= pl.col("begins"), pl.col("last_day") <= pl.col("ends")
    )
    planned = requirement.select("work_item", base="fiscal_period", is_planned=pl.lit(True)).unique()
    candidates = (
        _budget_amounts(world)
        .join(members, on="fiscal_period")
        .join(_work_items(world), on="work_item")
        .join(planned, on=["work_item", "base"], how="left")
        .with_columns(claim=_claim())
    )
    strongest = candidates.filter(pl.col("claim") == pl.col("claim").min().over("one"))
    place = pl.int_range(pl.len()).over("one", order_by="first_day")
    numbered = strongest.with_columns(place=place, parts=pl.len().over("one").cast(pl.Int64))
    return numbered.select("work_item", "class", fiscal_period="base", amount=_share())


def _claim() -> pl.Expr:
    within = (pl.col("first_day") <= pl.col("end_date")) & (pl.col("last_day") >= pl.col("start_date"))
    v1 = pl.col("v1")
    return pl.when(v1 & pl.col("is_planned")).then(1).when(v1 & within).then(2).otherwise(3)


def _share() -> pl.Expr:
    cents = (pl.col("amount") * 100).cast(pl.Int64)
    odd = (pl.col("place") < cents.abs() % pl.col("parts")).cast(pl.Int64)
    return (cents.sign() * (cents.abs() // pl.col("parts") + odd)).cast(pl.Decimal(18, 2)) * CENT


def _budget_amounts(world: Path) -> pl.LazyFrame:
    migrated = _table(world, "sn_invst_pln_financial_migration").filter("is_budget_migrated").select(work_item="task")
    funding = _admitted(world, "project_funding").join(migrated, left_on="task", right_on="work_item", how="anti")
    unsplit = pl.col("capex_budget").is_null() & pl.col("opex_budget").is_null()
    v2 = (
        _admitted(world, "sn_invst_pln_invst_budget")
        .join(_table(world, "sn_invst_pln_investment"), left_on="investment", right_on="sys_id")
        .join(migrated, left_on="funding_entity_id", right_on="work_item", how="semi")
        .join(_cost_types(world), on="resource_type", how="left")
    )
    parts: Iterable[pl.LazyFrame] = [
        _v1(funding, "capex_budget", "capex"),
        _v1(funding, "opex_budget", "opex"),
        _v1(funding.filter(unsplit), "total_budget", "unclassified"),
        v2.select(
            "fiscal_period",
            "amount",
            _class("expense_type", "type_class"),
            one="sys_id",
            work_item="funding_entity_id",
            v1=pl.lit(False),
        ),
    ]
    return pl.concat(parts, how="diagonal")


def _v1(rows: pl.LazyFrame, column: str, word: str) -> pl.LazyFrame:
    said = {"class": pl.lit(word), "one": pl.col("sys_id") + word, "work_item": pl.col("task"), "v1": pl.lit(True)}
    return rows.filter(pl.col(column).is_not_null()).select("fiscal_period", amount=column, **said)


def _totals(period: pl.LazyFrame) -> pl.LazyFrame:
    renamed = dict(zip(PERIOD_AMOUNTS, ITEM_AMOUNTS, strict=True))
    return period.group_by("work_item").agg(pl.col(PERIOD_AMOUNTS).sum()).rename(renamed)
