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
from transforms.laws.conservation import MONEY, compared, law, number

KIND: Final = ["stream", "expense_type", "end_date"]
"""What decides which figures a row is part of."""
OF_ROWS: Final = "_of_rows"
"""What marks the sum of a figure's rows beside the figure."""
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
    rows = pl.concat([rows.select("stream", "source_table", "sys_id") for rows in (counted_row, left_out_row)])
    budgets = rows.filter(pl.col("stream") == BUDGET_COST).unique()
    kinds = _kinds(counted_row)
    counted = counted_row.join(kinds, on=KIND, nulls_equal=True).select(*PLURALS, "kind", "amount")
    of_items, of_periods = (
        _additions(kinds, contribution_rule, metrics, as_of=as_of) for metrics in (METRICS, PERIOD_METRICS)
    )
    laws = [
        _tied_out(work_item, METRICS, ["work_item"], counted, of_items),
        _tied_out(work_item_period, PERIOD_METRICS, ["work_item", "fiscal_period"], counted, of_periods),
        _all_seen(cost_plan_breakdown, CostPlanBreakdown.table_name(), rows, PLANNED_COST),
        _all_seen(benefit_plan_breakdown, BenefitPlanBreakdown.table_name(), rows, PLANNED_BENEFIT),
        _all_seen(fm_expense_line, ExpenseLine.table_name(), rows, ACTUAL_COST),
        _all_seen(project_funding, ProjectFunding.table_name(), budgets, BUDGET_COST),
        _all_seen(sn_invst_pln_invst_budget, InvestmentBudget.table_name(), budgets, BUDGET_COST),
    ]
    return ContributionConservation.cast(pl.concat(laws))


def _kinds(counted_row: pl.LazyFrame) -> pl.LazyFrame:
    """Every combination of what the rules look at, numbered: there are few, and the rows of one are treated alike."""
    return counted_row.select(KIND).unique().sort(KIND).with_row_index("kind")


def _additions(
    kinds: pl.LazyFrame, contribution_rule: pl.LazyFrame, metrics: tuple[str, ...], *, as_of: dt.date
) -> pl.LazyFrame:
    """What a row of amount 1 adds to each metric, for each kind that adds to any: 1, 0 or -1."""
    rows = kinds.with_columns(amount=pl.lit(1, pl.Int8), reason=pl.lit(None, pl.String))
    included = under_rules(rows, contribution_rule, as_of=as_of).filter("included")
    added = pl.col("amount").filter
    return included.group_by("kind").agg(added(pl.col("metric") == metric).sum().alias(metric) for metric in metrics)


def _tied_out(
    figures: pl.LazyFrame, metrics: tuple[str, ...], holder: list[str], rows: pl.LazyFrame, additions: pl.LazyFrame
) -> pl.LazyFrame:
    """For each metric: as many known figures as figures that are the sum of their rows, which is 0 without any.

    Holders are numbered and have their sums side by side: a row for each holder and metric would be many.
    """
    numbered = figures.select(*holder, *metrics).with_row_index("holder")
    held = rows.join(numbered.select(*holder, "holder"), on=holder).select("holder", "kind", "amount")
    of_kinds = held.join(additions, on="kind").group_by("holder")
    sums = of_kinds.agg(map(_sum_of_rows, metrics), has_rows=pl.lit(value=True))
    compared_holders = numbered.join(sums, on="holder", how="left").select(map(_sides, metrics))
    sides = compared_holders.unpivot(variable_name="metric", value_name="sides").unnest("sides")
    what = f": {PLURALS[holder[-1]]} with a known figure = those whose rows add up to it"
    return compared(sides, pl.concat_str("metric", pl.lit(what)))


def _sum_of_rows(metric: str) -> pl.Expr:
    """What all rows of a holder add to a metric; unknown where one adds an unknown amount."""
    amount, addition = pl.col("amount"), pl.col(metric)
    added = pl.when(addition < 0).then(-amount).otherwise(amount).filter(addition != 0)
    return pl.when(~added.is_null().any()).then(added.sum()).alias(f"{metric}{OF_ROWS}")


def _sides(metric: str) -> pl.Expr:
    """How many figures are known, and how many of them are the sum of their rows."""
    figure = pl.col(metric)
    sum_of_rows = pl.when("has_rows").then(f"{metric}{OF_ROWS}").otherwise(pl.lit(0).cast(MONEY))
    expected, found = figure.count(), (figure == sum_of_rows).sum()
    return pl.struct(expected=expected.cast(MONEY), found=found.cast(MONEY)).alias(metric)


def _all_seen(exported: pl.LazyFrame, table: str, rows: pl.LazyFrame, stream: str) -> pl.LazyFrame:
    """Every admitted row of a table is counted in its stream or left out: exactly one of the two."""
    of_table = rows.filter(pl.col("source_table") == table, pl.col("stream") == stream)
    return law(f"{table}: rows = rows counted or left out", number(exported), number(of_table))
