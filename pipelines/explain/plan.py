"""Totals of plans: their rows, and, for the actual cost of a cost plan, the lines that reached them."""

# ruff: noqa: S608 -- names of tables and columns are our own

from __future__ import annotations

from typing import Any, Final

import polars as pl

from models.cost import BreakdownFigures, CostPlanFigures
from models.expense import ExpenseFunnel
from models.stream import ACTUAL_BENEFIT, ACTUAL_COST, PLANNED_BENEFIT, PLANNED_COST
from models.table import Table
from models.vocabulary import NO_WORK_ITEM
from pipelines.explain.context import why_unknown
from pipelines.explain.page import ExplainError, Explanation, in_words
from pipelines.explain.question import Question, explanation, published_figure, tied
from pipelines.explain.rows import Gathered, Scope, gathered
from pipelines.published_file import Ask
from transforms.actual_cost import placed_lines

ROWS: Final = {
    "total_planned_cost": ("estimated_cost", PLANNED_COST),
    "total_planned_benefit": ("estimated_benefit", PLANNED_BENEFIT),
    "total_actual_benefit": ("actual_benefit", ACTUAL_BENEFIT),
    "total_actual_cost": ("actual_cost", ACTUAL_COST),
}
"""The figure of a work item, and the stream, whose rows a total of a plan adds up."""


def of_plan(question: Question) -> Explanation:
    """One total of a cost plan or benefit plan."""
    if question.span is not None:
        raise ExplainError(f"{question.item.a_kind} has no figures per period. Ask for its work item.")
    figure, (metric, _) = published_figure(question), ROWS[question.metric]
    rows = gathered(question.ask, _scope(question), every=question.every)
    return explanation(
        question,
        figure,
        groups=rows.groups,
        left_out=rows.left_out,
        notes=_notes(question, rows),
        why_unknown=why_unknown(metric, rows.unknown, []) if figure is None else [],
        tie=tied("The rows that count add up to", rows.total, figure),
    )


def _scope(question: Question) -> Scope:
    """The rows of the plan; that no work item owns it does not matter to its own total."""
    metric, _ = ROWS[question.metric]
    if question.metric == "total_actual_cost":
        return _lines(question, metric)
    return of_plans(metric, [question.item.sys_id])


def of_plans(metric: str, plans: list[str]) -> Scope:
    """The rows of plans, whoever owns these."""
    counts = f"included OR reason = '{NO_WORK_ITEM}'"
    reason = f"CASE WHEN reason <> '{NO_WORK_ITEM}' THEN reason END"
    query = f"SELECT * REPLACE ({counts} AS included, {reason} AS reason) FROM audit.contribution"
    return Scope(f"{query} WHERE metric = ? AND plan IN (SELECT unnest(?::VARCHAR[]))", [metric, plans])


def _lines(question: Question, metric: str) -> Scope:
    """The lines that reached a requirement row of the plan, and those that name it and do not count."""
    reached = _lines_that_reached(question.ask, question.item.sys_id)
    query = """
        SELECT * FROM audit.contribution WHERE metric = $1 AND source_table = 'fm_expense_line'
           AND ((included AND sys_id IN (SELECT unnest($2::VARCHAR[]))) OR (NOT included AND plan = $3))
    """
    return Scope(query, [metric, reached, question.item.sys_id], by_plan=False)


def _lines_that_reached(ask: Ask, plan: str) -> list[str]:
    """The lines that are placed on a row of the plan, by the rule that makes its total."""
    (held,) = ask("SELECT work_item FROM mart.cost_plan WHERE cost_plan = ?", plan)
    of_item = held["work_item"]
    lines = _frame(ask, ExpenseFunnel, "work_item = ?", of_item)
    requirement = _frame(ask, BreakdownFigures, "breakdown_type = 'requirement' AND work_item = ?", of_item)
    plans = _frame(ask, CostPlanFigures, "work_item = ?", of_item)
    rows = requirement.filter(pl.col("cost_plan") == plan).select("cost_plan_breakdown")
    placed = placed_lines(lines, requirement, plans).join(rows, on="cost_plan_breakdown", how="semi")
    reached: list[str] = placed.select("expense_line").collect()["expense_line"].to_list()
    return reached


def _frame(ask: Ask, table: type[Table], where: str, *parameters: object) -> pl.LazyFrame:
    found: list[dict[str, Any]] = ask(f"SELECT * FROM {table.layer}.{table.table_name()} WHERE {where}", *parameters)
    return pl.LazyFrame(found, schema=table.dtypes())


def _notes(question: Question, rows: Gathered) -> list[str]:
    said = [] if rows.groups else ["No row counts: without rows a figure is 0."]
    if question.metric == "total_actual_cost":
        said += _unplaced(question)
    (plan,) = question.ask(f"SELECT work_item FROM {_mart(question)} WHERE {_key(question)} = ?", question.item.sys_id)
    owner = question.ask("SELECT number, name FROM mart.work_item WHERE work_item = ?", plan["work_item"])
    of = f"It belongs to {' '.join(filter(None, owner[0].values()))}." if owner else "No work item owns it."
    return [of, *said]


def _unplaced(question: Question) -> list[str]:
    """Lines that name the plan and count, but for its work item only."""
    reached = _lines_that_reached(question.ask, question.item.sys_id)
    (waiting,) = question.ask(
        "SELECT count(*) AS count, sum(amount) AS amount FROM audit.contribution WHERE metric = 'actual_cost' "
        "AND included AND plan = ? AND sys_id NOT IN (SELECT unnest(?::VARCHAR[]))",
        question.item.sys_id,
        reached,
    )
    if not waiting["count"]:
        return []
    why = "the plan has none, or several, in their period, or is one of another work item"
    lines = f"{waiting['count']} further lines, of {in_words(waiting['amount'])}, name this plan and count"
    return [f"{lines} for their work item, but reach no row of the plan: {why}."]


def _mart(question: Question) -> str:
    return f"mart.{_key(question)}"


def _key(question: Question) -> str:
    return question.item.table
