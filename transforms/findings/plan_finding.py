"""Findings about plans and lines that count, but should be looked at: doubles, wrong dates, contradictions, gaps."""

from __future__ import annotations

from typing import Final

import dataframely as dy
import polars as pl

from models.audit import PlanFinding
from models.cost import CostPlanBreakdown, Requirement, ResourceTypeDefinition
from models.expense import ExpenseFunnel, ExpenseLine
from models.figures import AvailableStream, WorkItem
from models.fiscal_calendar import BasePeriod
from models.vocabulary import COUNTED
from models.work_item import Subject
from transforms.expense_type import with_cost_type_expense
from transforms.findings.finding import found
from transforms.sentence import sentence

CELL: Final = ["work_item", "cost_plan", "fiscal_period", "expense_type", "resource_type"]
ROWS: Final = "cost_plan_breakdown"
LINES: Final = "fm_expense_line"


def plan_finding(
    requirement: dy.LazyFrame[Requirement],
    cost_plan_breakdown: dy.LazyFrame[CostPlanBreakdown],
    expense_funnel: dy.LazyFrame[ExpenseFunnel],
    fm_expense_line: dy.LazyFrame[ExpenseLine],
    resource_type_definition: dy.LazyFrame[ResourceTypeDefinition],
    base_period: dy.LazyFrame[BasePeriod],
    subject: dy.LazyFrame[Subject],
    work_item: dy.LazyFrame[WorkItem],
    available_stream: dy.LazyFrame[AvailableStream],
) -> dy.LazyFrame[PlanFinding]:
    """One finding for each doubled cell, plan outside its dates, contradiction of a work item, and gap."""
    owned = requirement.filter(pl.col("work_item").is_not_null())
    lines = expense_funnel.filter(pl.col("outcome") == COUNTED)
    typed_rows = owned.join(_own_types(cost_plan_breakdown, ROWS), on=ROWS)
    typed_lines = lines.join(_own_types(fm_expense_line, "expense_line"), on="expense_line")
    parts = [
        duplicate_breakdown(owned),
        plan_outside_dates(owned, base_period, subject),
        expense_type_conflict(typed_rows, resource_type_definition, ROWS, "planned_cost"),
        expense_type_conflict(typed_lines, resource_type_definition, LINES, "amount"),
        zero_amount_lines(lines),
        *(gap(work_item.join(available_stream, how="cross"), code) for code in GAPS),
    ]
    return PlanFinding.cast(pl.concat(parts))


def _own_types(rows: pl.LazyFrame, key: str) -> pl.LazyFrame:
    """The expense type and cost type that rows have of their own, by their key."""
    return rows.select(pl.col("sys_id").alias(key), own_type="expense_type", own_cost_type="resource_type")


def duplicate_breakdown(owned: pl.LazyFrame) -> pl.LazyFrame:
    """Several requirement rows of one plan, period, expense type and cost type; the platform makes one."""
    cells = owned.group_by(CELL).agg(
        pl.col("planned_cost").sum(), rows=pl.len(), sys_id=pl.col("cost_plan_breakdown").min()
    )
    doubles = cells.filter(pl.col("rows") > 1)
    message = sentence("{} rows of one plan, period, expense type and cost type are added up.", "rows")
    columns = {"sys_id": "sys_id", "work_item": "work_item", "amount": "planned_cost"}
    return found(doubles, "duplicate_breakdown", message, source_table=ROWS, **columns)


def plan_outside_dates(owned: pl.LazyFrame, base_period: pl.LazyFrame, subject: pl.LazyFrame) -> pl.LazyFrame:
    """A plan has rows in periods that end before its work item begins, or begin after it ends: one finding a plan."""
    spans = subject.select("work_item", begins="start_date", finishes="end_date")
    dated = owned.join(base_period.select("fiscal_period", "start_date", "end_date"), on="fiscal_period")
    outside = (pl.col("end_date") < pl.col("begins")) | (pl.col("start_date") > pl.col("finishes"))
    rows = dated.join(spans, on="work_item").filter(outside.fill_null(value=False))
    plans = rows.group_by("work_item", "cost_plan", "begins", "finishes").agg(
        pl.col("planned_cost").sum(), rows=pl.len()
    )
    message = sentence("{} rows lie outside {} to {}; they count.", "rows", "begins", "finishes")
    columns = {"sys_id": "cost_plan", "work_item": "work_item", "amount": "planned_cost"}
    return found(plans, "plan_outside_dates", message, source_table="cost_plan", **columns)


def expense_type_conflict(
    rows: pl.LazyFrame, resource_type_definition: dy.LazyFrame[ResourceTypeDefinition], table: str, amount: str
) -> pl.LazyFrame:
    """Rows whose own expense type is not that of their own cost type: one finding for each work item."""
    own = rows.with_columns(resource_type="own_cost_type")
    typed = with_cost_type_expense(own, resource_type_definition)
    conflicts = typed.filter(pl.col("own_type") != pl.col("cost_type_expense"))
    items = conflicts.group_by("work_item").agg(pl.col(amount).sum().alias("amount"), rows=pl.len())
    message = sentence("{} rows are not of the expense type of their cost type; their own counts.", "rows")
    columns = {"work_item": "work_item", "amount": "amount"}
    return found(items, "expense_type_conflict", message, source_table=table, **columns)


def zero_amount_lines(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Counted lines of amount 0: one finding for each work item."""
    items = lines.filter(pl.col("entered_amount") == 0).group_by("work_item").agg(rows=pl.len())
    message = sentence("{} processed lines have the amount 0: a rate or a price may be missing.", "rows")
    return found(items, "zero_amount_lines", message, source_table=LINES, work_item="work_item")


GAPS: Final = {
    "no_plan": (
        pl.col("has_planned_cost") & (pl.col("estimated_cost") == 0) & (pl.col("actual_cost") != 0),
        "actual_cost",
        "Money has been spent on it, and nothing is planned.",
    ),
    "no_budget": (
        (pl.col("budget_source") == "none") & (pl.col("budget_cost") == 0) & (pl.col("estimate_at_completion") != 0),
        "estimate_at_completion",
        "It will cost something, and has no budget of the version that counts.",
    ),
    "no_benefit": (
        pl.col("has_planned_benefit") & (pl.col("estimated_benefit") == 0) & (pl.col("estimated_cost") != 0),
        "estimated_cost",
        "Cost is planned for it, and no benefit: return, present value and rate of return say so.",
    ),
}
"""What is missing beside other money: the condition, the amount that stands alone, and the words."""


def gap(work_item: pl.LazyFrame, code: str) -> pl.LazyFrame:
    """Work items that have money of one kind without any of the kind that should go with it."""
    is_missing, amount, message = GAPS[code]
    rows = work_item.filter(is_missing)
    table = pl.col("work_item_table")
    return found(
        rows, code, pl.lit(message), source_table=table, sys_id="work_item", work_item="work_item", amount=amount
    )
