"""Findings about plans and expense lines."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.audit import CostFinding
from models.benefit import BenefitPlanFigures
from models.cost import CostPlanFigures
from models.expense import ExpenseFunnel, ExpenseLine
from models.figures import WorkItem
from models.vocabulary import COUNTED, DEMAND_DIRECT, NO_FISCAL_PERIOD, NO_WORK_ITEM, NOT_PROCESSED, TOP_TASK_COPY
from models.work_item import Demand, Project
from transforms.findings.finding import found
from transforms.sentence import sentence


def cost_finding(
    cost_plan: dy.LazyFrame[CostPlanFigures],
    benefit_plan: dy.LazyFrame[BenefitPlanFigures],
    expense_funnel: dy.LazyFrame[ExpenseFunnel],
    fm_expense_line: dy.LazyFrame[ExpenseLine],
    pm_project: dy.LazyFrame[Project],
    dmn_demand: dy.LazyFrame[Demand],
    work_item: dy.LazyFrame[WorkItem],
) -> dy.LazyFrame[CostFinding]:
    """Plans and processed lines that are in no figure, and demands whose project repeats their plan."""
    parts = [
        plan_without_work_item(cost_plan, "cost_plan", "total_planned_cost"),
        plan_without_work_item(benefit_plan, "benefit_plan", "total_planned_benefit"),
        *lines_left_out(expense_funnel),
        unprocessed_lines(expense_funnel, work_item),
        copy_of_uncounted_line(expense_funnel, fm_expense_line),
        demand_and_project_planned(
            dmn_demand, pm_project, work_item, pl.concat([_owners(cost_plan), _owners(benefit_plan)])
        ),
        no_rate_model(
            pl.concat([pm_project.select("sys_id", "rate_model"), dmn_demand.select("sys_id", "rate_model")]), work_item
        ),
    ]
    return CostFinding.cast(pl.concat(parts))


def plan_without_work_item(plans: pl.LazyFrame, table: str, total: str) -> pl.LazyFrame:
    """A plan stands on something that no work item owns."""
    message = sentence(
        "The plan {} stands on something that no work item owns: it is in no work item's figures.", pl.col("name")
    )
    orphans = plans.filter(pl.col("work_item").is_null())
    return found(orphans, "plan_without_work_item", message, source_table=table, sys_id=table, amount=total)


def lines_left_out(expense_funnel: pl.LazyFrame) -> list[pl.LazyFrame]:
    """Processed lines that no figure counts, although they look as if one should."""
    reasons = {
        NO_WORK_ITEM: ("line_without_work_item", "The line is processed, but stands on no known work item."),
        NO_FISCAL_PERIOD: ("line_outside_calendar", "The line is processed, but its date lies in no base period."),
        DEMAND_DIRECT: (
            "line_on_demand",
            "The line stands on the demand itself; demands count lines of their tasks only.",
        ),
    }
    return [
        found(
            expense_funnel.filter(pl.col("outcome") == outcome),
            code,
            pl.lit(message),
            source_table="fm_expense_line",
            sys_id="expense_line",
            work_item="work_item",
            amount="amount",
        )
        for outcome, (code, message) in reasons.items()
    ]


def unprocessed_lines(expense_funnel: pl.LazyFrame, work_item: pl.LazyFrame) -> pl.LazyFrame:
    """A work item's actual cost is 0 while lines wait to be processed: one finding with what they amount to."""
    waiting = expense_funnel.filter(pl.col("outcome") == NOT_PROCESSED).group_by("work_item")
    sums = waiting.agg(pl.col("amount").sum(), lines=pl.len())
    rows = sums.join(work_item.filter(pl.col("actual_cost") == 0), on="work_item", how="semi")
    message = sentence("Actual cost is 0, and {} lines are not processed.", "lines")
    columns = {"work_item": "work_item", "amount": "amount"}
    return found(rows, "unprocessed_lines", message, source_table="fm_expense_line", **columns)


def copy_of_uncounted_line(expense_funnel: pl.LazyFrame, fm_expense_line: pl.LazyFrame) -> pl.LazyFrame:
    """A line repeats a base line that does not count: the money of neither is in a figure."""
    base = fm_expense_line.select("base_expense", expense_line="sys_id")
    outcome = expense_funnel.select(base_expense="expense_line", base_outcome="outcome")
    copies = expense_funnel.filter(pl.col("outcome") == TOP_TASK_COPY).join(base, on="expense_line")
    lost = copies.join(outcome, on="base_expense").filter(pl.col("base_outcome") != COUNTED)
    message = sentence("The line repeats line {}, which does not count ({}).", "base_expense", "base_outcome")
    columns = {"sys_id": "expense_line", "work_item": "work_item", "amount": "amount"}
    return found(lost, "copy_of_uncounted_line", message, source_table="fm_expense_line", **columns)


def _owners(plans: pl.LazyFrame) -> pl.LazyFrame:
    return plans.select("work_item").drop_nulls()


def demand_and_project_planned(
    dmn_demand: pl.LazyFrame, pm_project: pl.LazyFrame, work_item: pl.LazyFrame, owners: pl.LazyFrame
) -> pl.LazyFrame:
    """A demand and the project it became are both members of programs and portfolios, and both carry plans."""
    pairs = pl.concat(
        [
            dmn_demand.select(demand="sys_id", project="project"),
            pm_project.select(demand="demand", project="sys_id"),
        ]
    )
    planned = work_item.select("work_item", "estimated_cost").join(owners, on="work_item", how="semi")
    both = (
        pairs.drop_nulls()
        .unique()
        .join(planned, left_on="demand", right_on="work_item")
        .join(planned.select("work_item"), left_on="project", right_on="work_item")
    )
    message = sentence("The demand and project {}, which it became, both carry plans, and both count.", "project")
    columns = {"sys_id": "demand", "work_item": "demand", "amount": "estimated_cost"}
    return found(both, "demand_and_project_planned", message, source_table="dmn_demand", **columns)


def no_rate_model(rate_models: pl.LazyFrame, work_item: pl.LazyFrame) -> pl.LazyFrame:
    """A work item has no actual cost and no rate model, without which time booked on it costs nothing."""
    idle = work_item.filter(pl.col("actual_cost") == 0).select("work_item", "work_item_table")
    unpriced = rate_models.filter(pl.col("rate_model").is_null())
    message = pl.lit("No actual cost and no rate model: time booked on it costs nothing.")
    rows = idle.join(unpriced, left_on="work_item", right_on="sys_id")
    table = pl.col("work_item_table")
    return found(rows, "no_rate_model", message, source_table=table, sys_id="work_item", work_item="work_item")
