"""Findings about planning items."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.audit import PlanningFinding
from models.investment import Investment
from models.planning_item import PlanningItemExecution, PlanningItemLink
from transforms.findings.finding import found
from transforms.investment import FIGURES
from transforms.planning_item_figures import both_sides
from transforms.sentence import sentence

TABLE = "sn_align_core_planning_item"


def planning_finding(
    planning_item_link: dy.LazyFrame[PlanningItemLink],
    planning_item_execution: dy.LazyFrame[PlanningItemExecution],
    sn_invst_pln_investment: dy.LazyFrame[Investment],
) -> dy.LazyFrame[PlanningFinding]:
    """Planning items whose two sides differ, and integrated ones without an execution item."""
    sides = both_sides(planning_item_link, planning_item_execution, sn_invst_pln_investment)
    parts = [planning_item_disagrees(sides), integrated_without_work_item(planning_item_link)]
    return PlanningFinding.cast(pl.concat(parts))


def planning_item_disagrees(sides: pl.LazyFrame) -> pl.LazyFrame:
    """Figures of execution and those stored in the investment differ, where both are known: one finding an item.

    Its amount is the largest difference, execution less investment.
    """
    gaps = {figure: pl.col(figure) - pl.col(f"{figure}_stored") for figure in FIGURES}
    rows = sides.with_columns(gap=_largest(list(gaps.values()))).filter(pl.col("gap") != 0)
    named = [pl.when(gap != 0).then(_both_amounts(figure)) for figure, gap in gaps.items()]
    message = pl.concat_str(named, separator="; ", ignore_nulls=True)
    columns = {"sys_id": "planning_item", "work_item": "work_item", "amount": "gap"}
    return found(rows, "planning_item_disagrees", message + ".", source_table=TABLE, **columns)


def _both_amounts(figure: str) -> pl.Expr:
    return sentence(figure + " is {} by execution, {} by the investment", figure, f"{figure}_stored")


def _largest(gaps: list[pl.Expr]) -> pl.Expr:
    """The gap that is farthest from 0."""
    highest, lowest = pl.max_horizontal(gaps), pl.min_horizontal(gaps)
    return pl.when(highest >= -lowest).then(highest).otherwise(lowest)


def integrated_without_work_item(planning_item_link: pl.LazyFrame) -> pl.LazyFrame:
    """Integration is on, so that the investment does not count, but there is no execution item either."""
    rows = planning_item_link.filter("is_integrated", pl.col("work_item").is_null())
    message = pl.lit("Integration is on, but it has no work item: only plans on itself or on its investment count.")
    return found(rows, "integrated_without_work_item", message, source_table=TABLE, sys_id="planning_item")
