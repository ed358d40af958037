"""Stream 3, actual cost: expense lines, each with its one outcome, and where the counted ones belong."""

from __future__ import annotations

from typing import Final

import dataframely as dy
import polars as pl

from models.cost import PlanClass, Requirement, ResourceTypeDefinition
from models.counted_row import CountedRow
from models.currency import ExchangeRate
from models.expense import ActualCost, DemandDirectActual, ExpenseFunnel, ExpenseLine, RequirementActual
from models.fiscal_calendar import BasePeriod, CalendarDay
from models.stream import ACTUAL_COST, DIRECT_COST
from models.vocabulary import (
    COUNTED,
    DEMAND_DIRECT,
    DEMAND_TABLE,
    NO_FISCAL_PERIOD,
    NO_WORK_ITEM,
    NOT_PROCESSED,
    PROCESSED,
    PROJECT_TABLE,
    TOP_TASK_COPY,
)
from models.work_item import Subject, TaskOwner
from transforms.conversion import Exchange, converted, with_currency, with_period_rate_date
from transforms.counted_row import of_stream
from transforms.expense_type import classified
from transforms.figure import total

PLAN_CELL: Final = ["cost_plan", "fiscal_period"]
COST_TYPE_CELL: Final = ["work_item", "fiscal_period", "resource_type"]
EXPENSE_TYPE_CELL: Final = ["work_item", "fiscal_period", "expense_type"]


def expense_funnel(
    fm_expense_line: dy.LazyFrame[ExpenseLine],
    task_owner: dy.LazyFrame[TaskOwner],
    plan_class: dy.LazyFrame[PlanClass],
    resource_type_definition: dy.LazyFrame[ResourceTypeDefinition],
    calendar_day: dy.LazyFrame[CalendarDay],
    base_period: dy.LazyFrame[BasePeriod],
    subject: dy.LazyFrame[Subject],
    fx_rate: dy.LazyFrame[ExchangeRate],
    *,
    demand_direct_actuals: str,
    functional_currency: str | None,
    missing_exchange_rate: str,
    actual_rate_date: str,
) -> dy.LazyFrame[ExpenseFunnel]:
    """Every admitted line with its outcome, the first that applies.

    A line stands on its task, or, where that is empty, on its source_id. A line whose `base_expense` is another
    admitted line repeats that one's money on the top task. Amounts are converted at the rate of the line's day, or
    of its period, by setting.
    """
    exchange = Exchange(fx_rate, functional_currency, missing_exchange_rate)
    frame = (
        fm_expense_line.with_columns(task=pl.coalesce("task", "source_id"))
        .join(task_owner.select("task", "task_table", "work_item", "work_item_table"), on="task", how="left")
        .join(calendar_day, left_on="date", right_on="day", how="left")
        .pipe(classified, plan_class, resource_type_definition)
        .with_columns(on_demand=(pl.col("task_table") == DEMAND_TABLE).fill_null(False))
        .with_columns(outcome=_outcome(demand_direct_actuals), expense_line="sys_id", entered_amount="amount")
        .pipe(with_currency, subject, functional_currency)
        .pipe(_with_rate_date, base_period, functional_currency, actual_rate_date)
        .pipe(converted, ["amount"], exchange)
    )
    return ExpenseFunnel.cast(frame)


def _with_rate_date(
    lines: pl.LazyFrame, base_period: pl.LazyFrame, functional_currency: str | None, actual_rate_date: str
) -> pl.LazyFrame:
    """Lines with the day whose rate counts: their own, also where no base period holds it."""
    if functional_currency is None or actual_rate_date == "line_date":
        own = pl.lit(None, pl.Date) if functional_currency is None else pl.col("date")
        return lines.with_columns(rate_date=own)
    of_period = with_period_rate_date(lines, base_period, functional_currency, actual_rate_date)
    return of_period.with_columns(rate_date=pl.coalesce("rate_date", "date"))


def _outcome(demand_direct_actuals: str) -> pl.Expr:
    processed = pl.col("state").str.strip_chars().str.to_lowercase() == PROCESSED
    left_out_on_demand = pl.col("on_demand") & pl.lit(demand_direct_actuals == "exclude")
    return (
        pl.when(~processed)
        .then(pl.lit(NOT_PROCESSED))
        .when(pl.col("work_item").is_null())
        .then(pl.lit(NO_WORK_ITEM))
        .when(pl.col("base_expense") != pl.col("sys_id"))
        .then(pl.lit(TOP_TASK_COPY))
        .when(left_out_on_demand)
        .then(pl.lit(DEMAND_DIRECT))
        .when(pl.col("fiscal_period").is_null())
        .then(pl.lit(NO_FISCAL_PERIOD))
        .otherwise(pl.lit(COUNTED))
    )


def actual_cost(counted_row: dy.LazyFrame[CountedRow]) -> dy.LazyFrame[ActualCost]:
    """Sum of counted lines per work item, base period and expense type."""
    lines = of_stream(counted_row, ACTUAL_COST)
    return ActualCost.cast(lines.group_by("work_item", "fiscal_period", "expense_type").agg(total(ACTUAL_COST)))


def demand_direct_actual(counted_row: dy.LazyFrame[CountedRow]) -> dy.LazyFrame[DemandDirectActual]:
    """Processed lines on a demand itself that repeat no other line, whatever their date, counted or not."""
    lines = of_stream(counted_row, DIRECT_COST)
    return DemandDirectActual.cast(lines.group_by("work_item").agg(total(DIRECT_COST)))


def requirement_actual(
    expense_funnel: dy.LazyFrame[ExpenseFunnel],
    requirement: dy.LazyFrame[Requirement],
    plan_class: dy.LazyFrame[PlanClass],
) -> dy.LazyFrame[RequirementActual]:
    """Actual cost of each requirement row that counted project lines find."""
    received = placed_lines(expense_funnel, requirement, plan_class).group_by("cost_plan_breakdown")
    return RequirementActual.cast(received.agg(total("amount").alias("actual_cost")))


def placed_lines(expense_funnel: pl.LazyFrame, requirement: pl.LazyFrame, plan_class: pl.LazyFrame) -> pl.LazyFrame:
    """Every counted project line that finds a requirement row, with it.

    A line that names a plan of its own work item goes to that plan's only requirement row of the period, and nowhere
    else. Any other goes to the only row of (work item, period, cost type), else to the only one of (work item, period,
    expense type), else to none. Demand lines never reach a row. Rows of other periods than those in which their work
    item has lines are no candidates, and are not looked at.
    """
    lines = _project_lines(expense_funnel, plan_class)
    near = requirement.join(lines, on=["work_item", "fiscal_period"], how="semi")
    to_plan = lines.filter("names_own_plan").join(_only_row(near, PLAN_CELL), on=PLAN_CELL, how="left")
    to_cell = (
        lines.filter(~pl.col("names_own_plan"))
        .join(_only_row(near, COST_TYPE_CELL), on=COST_TYPE_CELL, how="left")
        .join(_only_row(near, EXPENSE_TYPE_CELL), on=EXPENSE_TYPE_CELL, how="left", suffix="_by_type")
        .with_columns(pl.coalesce("cost_plan_breakdown", "cost_plan_breakdown_by_type"))
    )
    placed = [line.select("expense_line", "cost_plan_breakdown", "amount") for line in (to_plan, to_cell)]
    return pl.concat(placed).drop_nulls("cost_plan_breakdown")


def _project_lines(expense_funnel: pl.LazyFrame, plan_class: pl.LazyFrame) -> pl.LazyFrame:
    counted = (pl.col("outcome") == COUNTED) & (pl.col("work_item_table") == PROJECT_TABLE)
    owner = plan_class.select("cost_plan", plan_owner="work_item")
    own_plan = (pl.col("plan_owner") == pl.col("work_item")).fill_null(False)
    return expense_funnel.filter(counted).join(owner, on="cost_plan", how="left").with_columns(names_own_plan=own_plan)


def _only_row(requirement: pl.LazyFrame, cell: list[str]) -> pl.LazyFrame:
    """The requirement row of each cell that has exactly one."""
    rows = requirement.group_by(cell).agg(rows=pl.len(), cost_plan_breakdown=pl.col("cost_plan_breakdown").first())
    return rows.filter(pl.col("rows") == 1).drop("rows")
