"""Which amounts would explain each drifting figure: every cause that can be tested, tested."""

from __future__ import annotations

import datetime as dt
from typing import Final, NamedTuple

import dataframely as dy
import polars as pl

from models.cost import Requirement
from models.drift_cause import (
    CAUSES,
    COUNTS_MORE,
    LEAVES_OUT,
    NO_PLAN,
    NOT_CONVERTED,
    NOT_ROLLED_UP,
    ONE_OF_SEVERAL_RATES,
    PLAN_LEFT_OUT,
    ROLLED_UP_FROM,
    UNCLASSIFIED_COUNTED,
    UNCLASSIFIED_LEFT_OUT,
    UNDISCOUNTED,
)
from models.figures import CashFlow, WorkItem, WorkItemPeriod, WorkItemRollup
from models.fiscal_calendar import BasePeriod, FiscalSpan
from models.reconciliation import Drift, DriftHypothesis
from models.vocabulary import REQUIREMENT
from models.work_item import Subject
from transforms.bridge.estimate_comparison import EarlierNights
from transforms.reconciliation.actual_cost import (
    LineTables,
    fewer_lines,
    more_lines,
    other_lines,
    placed_lines,
    without_later_lines,
)
from transforms.reconciliation.benefit import BenefitTables, fewer_benefit_rows, other_benefit_rows
from transforms.reconciliation.breakdown_row import of_plans, of_requirement_rows, of_task_rows
from transforms.reconciliation.budget import BudgetTables, budget_amounts, more_budget_rows, other_budget_rows
from transforms.reconciliation.cached_figure import INVESTMENT_TABLE, KEY, CachedRecords, cached_task_rows
from transforms.reconciliation.cached_part import cached_on_work_item, follow_ups, turned_signs
from transforms.reconciliation.estimate import earlier_estimates, other_estimates
from transforms.reconciliation.other_night import earlier_figures, with_sub_projects
from transforms.reconciliation.planned_cost import (
    PlanTables,
    fewer_planned_rows,
    more_planned_rows,
    other_planned_rows,
)
from transforms.reconciliation.present_value import other_present_values, several_rates
from transforms.reconciliation.tested_row import amounts_of

FLOATING: Final = ("planned_roi_pct", "irr_pct", "npv")
"""Figures that are computed with floats: a cause explains them up to rounding, and never together with another."""
TESTED_OF_UNKNOWN: Final = (NOT_CONVERTED, UNDISCOUNTED, ONE_OF_SEVERAL_RATES)
"""The causes that can explain a figure whose counterpart is unknown."""
ITEM: Final = ["work_item", "figure"]
PLANNED_COSTS: Final = ("estimated_cost", "planned_capital", "planned_operating")
TOTALS: Final = ("estimated_cost", "estimate_at_completion")


class ShownFigures(NamedTuple):
    """Figures of work items, in total, per period and per year."""

    work_item: dy.LazyFrame[WorkItem]
    work_item_rollup: dy.LazyFrame[WorkItemRollup]
    work_item_period: dy.LazyFrame[WorkItemPeriod]
    cash_flow: dy.LazyFrame[CashFlow]
    subject: dy.LazyFrame[Subject]
    fiscal_span: dy.LazyFrame[FiscalSpan]
    base_period: dy.LazyFrame[BasePeriod]


def drift_hypothesis(
    drift: dy.LazyFrame[Drift],
    plans: PlanTables,
    lines: LineTables,
    budgets: BudgetTables,
    benefits: BenefitTables,
    records: CachedRecords,
    figures: ShownFigures,
    nights: EarlierNights,
    *,
    as_of: dt.date,
    functional_currency: str | None,
    planned_return_sign: str,
) -> dy.LazyFrame[DriftHypothesis]:
    """Every cause that would move a drifting figure, with the amount by which it would.

    A cause either adds an amount to ours, or gives another figure instead of it.
    """
    items = drift.select("work_item").unique()
    rows = _countable(items, plans, lines, benefits, records)
    stored = _keys(drift.filter(pl.col("source_table") == INVESTMENT_TABLE))
    of_items = [
        *_added(rows, plans, budgets, benefits, records, figures.base_period, as_of),
        *_instead(rows, plans, budgets, records, figures.base_period, as_of),
        *_by_another_rule(figures, items, _cached(records), as_of=as_of, planned_return_sign=planned_return_sign),
        _earlier(nights, items, as_of=as_of, functional_currency=functional_currency),
    ]
    of_records = [
        *of_plans(rows.requirement, records.cost_plan_breakdown),
        *of_requirement_rows(lines.expense_funnel, Requirement.cast(rows.requirement), plans.plan_class),
        *of_task_rows(rows.task_rows, rows.lines),
    ]
    placed = [
        pl.concat(of_items, how="diagonal").join(_keys(drift), on=ITEM),
        pl.concat(of_records, how="diagonal").join(_keys(drift), on=["sys_id", "metric"]),
        pl.concat(cached_on_work_item(_cached(records)), how="diagonal").join(stored, on=ITEM),
        _without_plan(stored, plans.plan_class, PLANNED_COSTS),
        _without_plan(stored, _owned(benefits.benefit_plan, records.task_owner), ("estimated_benefit",)),
        _zeros(drift),
    ]
    return DriftHypothesis.cast(_that_move(pl.concat(placed, how="diagonal")))


class CountableRows(NamedTuple):
    """The rows of work items with a drifting figure."""

    requirement: pl.LazyFrame
    lines: pl.LazyFrame
    benefit_row: pl.LazyFrame
    task_rows: pl.LazyFrame


def _countable(
    items: pl.LazyFrame, plans: PlanTables, lines: LineTables, benefits: BenefitTables, records: CachedRecords
) -> CountableRows:
    return CountableRows(
        plans.requirement.join(items, on="work_item", how="semi"),
        placed_lines(lines.expense_funnel.join(items, on="work_item", how="semi"), lines.fm_expense_line),
        benefits.benefit_row.join(items, on="work_item", how="semi"),
        cached_task_rows(records).join(items, on="work_item", how="semi"),
    )


def _keys(drift: pl.LazyFrame) -> pl.LazyFrame:
    return drift.select(*KEY, *ITEM, "cached", "computed")


def _added(
    rows: CountableRows,
    plans: PlanTables,
    budgets: BudgetTables,
    benefits: BenefitTables,
    records: CachedRecords,
    base_period: pl.LazyFrame,
    as_of: dt.date,
) -> list[pl.LazyFrame]:
    """What rows that do not count would add, and rows that count would take away."""
    parts = [
        *more_planned_rows(rows.requirement, rows.task_rows),
        *fewer_planned_rows(rows.requirement, plans.plan_class),
        *more_lines(rows.lines),
        *fewer_lines(rows.lines),
        *more_budget_rows(budget_amounts(budgets), budgets, records.task_owner),
        *fewer_benefit_rows(rows.benefit_row, benefits.benefit_plan),
    ]
    is_total, cause = pl.col("figure").is_in(TOTALS), pl.col("cause")
    is_void = (is_total & (cause == UNCLASSIFIED_COUNTED)) | (~is_total & (cause == UNCLASSIFIED_LEFT_OUT))
    return [amounts_of(parts, base_period, as_of=as_of).filter(~is_void), without_later_lines(rows.lines)]


def _instead(
    rows: CountableRows,
    plans: PlanTables,
    budgets: BudgetTables,
    records: CachedRecords,
    base_period: pl.LazyFrame,
    as_of: dt.date,
) -> list[pl.LazyFrame]:
    """What other rows would give instead of those that count; of estimates they give only a part."""
    cached_rows = records.cost_plan_breakdown.filter(pl.col("breakdown_type") == REQUIREMENT)
    owner = rows.requirement.select("work_item", "expense_type", "fiscal_period", sys_id="cost_plan_breakdown")
    requirement_rows = cached_rows.select("sys_id", "actual").join(owner, on="sys_id")
    parts = [
        *other_planned_rows(rows.requirement, plans.plan_class, records.cached_plan, rows.task_rows),
        *other_lines(rows.lines, rows.task_rows, requirement_rows),
        *other_budget_rows(budget_amounts(budgets), budgets, rows.task_rows),
        *other_benefit_rows(rows.benefit_row),
    ]
    sums = amounts_of(parts, base_period, as_of=as_of).filter(pl.col("figure") != "estimate_at_completion")
    is_empty = (pl.col("cause") == ROLLED_UP_FROM) & (pl.col("amount") == 0)
    return [sums.filter(~is_empty).drop("rows").rename({"amount": "expected"})]


def _by_another_rule(
    figures: ShownFigures,
    items: pl.LazyFrame,
    cached: pl.LazyFrame,
    *,
    as_of: dt.date,
    planned_return_sign: str,
) -> list[pl.LazyFrame]:
    """What figures would be if they were made of other figures, or the same ones by another rule."""
    work_item, rollup, periods, flows = (
        table.join(items, on="work_item", how="semi")
        for table in (figures.work_item, figures.work_item_rollup, figures.work_item_period, figures.cash_flow)
    )
    return [
        *other_estimates(periods, as_of=as_of),
        earlier_estimates(periods, as_of=as_of),
        *other_present_values(flows, figures.subject, figures.fiscal_span, as_of=as_of),
        several_rates(work_item),
        with_sub_projects(rollup),
        *turned_signs(work_item),
        *follow_ups(cached, work_item, planned_return_sign=planned_return_sign),
    ]


def _earlier(
    nights: EarlierNights, items: pl.LazyFrame, *, as_of: dt.date, functional_currency: str | None
) -> pl.LazyFrame:
    history = nights.remembered_work_item_history.join(items, on="work_item", how="semi")
    return earlier_figures(nights.remembered_night, history, as_of=as_of, functional_currency=functional_currency)


def _cached(records: CachedRecords) -> pl.LazyFrame:
    """The cached figures of projects and demands."""
    held = pl.concat([records.pm_project, records.dmn_demand], how="diagonal")
    return held.with_columns(work_item="sys_id")


def _zeros(drift: pl.LazyFrame) -> pl.LazyFrame:
    zero = drift.filter(pl.col("cached") == 0)
    return _keys(zero).with_columns(expected="cached", cause=pl.lit(NOT_ROLLED_UP))


def _without_plan(stored: pl.LazyFrame, plans: pl.LazyFrame, figures: tuple[str, ...]) -> pl.LazyFrame:
    """Planned figures of investments whose work item owns no plan: whatever is stored there is an estimate."""
    planless = stored.filter(pl.col("figure").is_in(figures)).join(plans, on="work_item", how="anti")
    return planless.with_columns(expected="cached", cause=pl.lit(NO_PLAN))


def _owned(benefit_plan: pl.LazyFrame, task_owner: pl.LazyFrame) -> pl.LazyFrame:
    return benefit_plan.join(task_owner.select("task", "work_item"), on="task")


def _that_move(placed: pl.LazyFrame) -> pl.LazyFrame:
    """Hypotheses with their amount, where it is not 0.

    An unknown figure can only be explained by what makes it unknown; a figure without its only plan has none.
    """
    computed, cause = pl.col("computed").fill_null(0), pl.col("cause")
    amount = pl.coalesce("amount", pl.col("expected") - computed)
    testable = pl.col("computed").is_not_null() | cause.is_in(TESTED_OF_UNKNOWN)
    is_only_plan = (cause == PLAN_LEFT_OUT) & (pl.col("amount") == -computed)
    moving = placed.with_columns(amount=amount).filter(testable, pl.col("amount") != 0, ~is_only_plan)
    told = moving.with_columns(
        gap=pl.col("cached") - computed, is_floating=pl.col("figure").is_in(FLOATING), told=_told()
    )
    return told.select(DriftHypothesis.column_names())


def _told() -> pl.Expr:
    """The cause in words, with what is known of its rows."""
    number = pl.when(pl.col("rows") == 1).then(pl.lit("1 row")).otherwise(pl.concat_str("rows", pl.lit(" rows")))
    counts_rows = pl.col("cause").is_in([cause.code for cause in CAUSES if cause.effect in (COUNTS_MORE, LEAVES_OUT)])
    amount = pl.when(counts_rows).then(pl.col("amount").cast(pl.String).str.replace(r"00$", ""))
    measured = pl.concat_str(number, amount, separator=", ", ignore_nulls=True)
    parts = [
        said_of("cause"),
        pl.lit("; ") + said_of("further_cause"),
        pl.when(measured != "").then(pl.lit(": ") + measured),
        pl.lit(" (") + pl.col("detail") + pl.lit(")"),
        pl.lit(", as of ") + pl.col("day").dt.to_string("%Y-%m-%d"),
    ]
    return pl.concat_str(parts, ignore_nulls=True)


def said_of(cause: str) -> pl.Expr:
    """The words of a cause."""
    return pl.col(cause).replace_strict({one.code: one.said for one in CAUSES}, default=None)
