"""Laws about the rows behind figures: they add up to them, and each exported row is counted or left out."""

from __future__ import annotations

import datetime as dt
from typing import Final

import dataframely as dy
import polars as pl

from models.benefit import BenefitPlanBreakdown
from models.budget import InvestmentBudget, ProjectFunding
from models.contribution import METRICS, PERIOD_METRICS, ContributionConservation, ContributionRule, LeftOutRow
from models.cost import CostPlanBreakdown
from models.counted_row import CountedRow
from models.expense import ExpenseLine
from models.figures import WorkItem, WorkItemPeriod
from models.stream import ACTUAL_COST, BUDGET_COST, PLANNED_BENEFIT, PLANNED_COST
from transforms.contribution import under_rules
from transforms.figure import total
from transforms.laws.conservation import MONEY, law, number

CELL: Final = ["stream", "work_item", "fiscal_period", "expense_type", "end_date"]
PLURALS: Final = {"work_item": "work items", "fiscal_period": "base periods"}


def contribution_conservation(
    counted_row: dy.LazyFrame[CountedRow],
    left_out_row: dy.LazyFrame[LeftOutRow],
    contribution_rule: dy.LazyFrame[ContributionRule],
    work_item: dy.LazyFrame[WorkItem],
    work_item_period: dy.LazyFrame[WorkItemPeriod],
    cost_plan_breakdown: dy.LazyFrame[CostPlanBreakdown],
    benefit_plan_breakdown: dy.LazyFrame[BenefitPlanBreakdown],
    fm_expense_line: dy.LazyFrame[ExpenseLine],
    project_funding: dy.LazyFrame[ProjectFunding],
    sn_invst_pln_invst_budget: dy.LazyFrame[InvestmentBudget],
    *,
    as_of: dt.date,
) -> dy.LazyFrame[ContributionConservation]:
    """Figures that tie out to their rows, counted per figure; then the rows of each table."""
    cells = counted_row.group_by(CELL).agg(total("amount")).with_columns(reason=pl.lit(None, pl.String))
    rows = pl.concat([rows.select("stream", "source_table", "sys_id") for rows in (counted_row, left_out_row)])
    budgets = rows.filter(pl.col("stream") == BUDGET_COST).unique()
    laws = [
        _tied_out(work_item, METRICS, ["work_item"], cells, contribution_rule, as_of),
        _tied_out(work_item_period, PERIOD_METRICS, ["work_item", "fiscal_period"], cells, contribution_rule, as_of),
        _all_seen(cost_plan_breakdown, CostPlanBreakdown.table_name(), rows, PLANNED_COST),
        _all_seen(benefit_plan_breakdown, BenefitPlanBreakdown.table_name(), rows, PLANNED_BENEFIT),
        _all_seen(fm_expense_line, ExpenseLine.table_name(), rows, ACTUAL_COST),
        _all_seen(project_funding, ProjectFunding.table_name(), budgets, BUDGET_COST),
        _all_seen(sn_invst_pln_invst_budget, InvestmentBudget.table_name(), budgets, BUDGET_COST),
    ]
    return ContributionConservation.cast(pl.concat(laws))


def _tied_out(
    figures: pl.LazyFrame,
    metrics: tuple[str, ...],
    holder: list[str],
    cells: pl.LazyFrame,
    contribution_rule: pl.LazyFrame,
    as_of: dt.date,
) -> pl.LazyFrame:
    """For each metric: as many known figures as figures that are the sum of their rows, which is 0 without any.

    Holders are numbered: numbers are grouped and joined much faster than keys.
    """
    numbered = figures.with_row_index("holder")
    held = cells.join(numbered.select(*holder, "holder"), on=holder).drop("work_item", "fiscal_period")
    rules = contribution_rule.filter(pl.col("metric").is_in(metrics))
    included = under_rules(held, rules, as_of=as_of).filter("included")
    found = included.group_by("metric", "holder").agg(total("amount"), has_rows=pl.lit(value=True))
    known = numbered.unpivot(metrics, index="holder", variable_name="metric", value_name="figure").drop_nulls("figure")
    rows_add_up = pl.when("has_rows").then("amount").otherwise(pl.lit(0).cast(MONEY))
    sides = (
        known.join(found, on=["metric", "holder"], how="left")
        .group_by("metric")
        .agg(expected=pl.len().cast(MONEY), found=(pl.col("figure") == rows_add_up).sum().cast(MONEY))
    )
    what = f": {PLURALS[holder[-1]]} with a known figure = those whose rows add up to it"
    difference = pl.col("found") - pl.col("expected")
    return sides.select(
        "expected",
        "found",
        law=pl.concat_str("metric", pl.lit(what)),
        difference=difference,
        holds=difference == 0,
    )


def _all_seen(exported: pl.LazyFrame, table: str, rows: pl.LazyFrame, stream: str) -> pl.LazyFrame:
    """Every admitted row of a table is counted in its stream or left out: exactly one of the two."""
    of_table = rows.filter(pl.col("source_table") == table, pl.col("stream") == stream)
    return law(f"{table}: rows = rows counted or left out", number(exported), number(of_table))
