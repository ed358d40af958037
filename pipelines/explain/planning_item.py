"""Figures of planning items and investments: the side that they are taken from, then what stands there."""

# ruff: noqa: S608 -- names of tables and columns are our own

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from models.investment import EXECUTION
from pipelines.explain.item import Item
from pipelines.explain.page import ExplainError, Explanation, Group, Row, added
from pipelines.explain.plan import of_plans
from pipelines.explain.question import Question, explanation, made_of, published_figure, run_facts, tied
from pipelines.explain.rows import gathered, tables_held
from pipelines.explain.work_item import of_work_item
from transforms.planning_item_figures import GROUPS

INVESTMENT: Final = "investment"
OF_WORK_ITEM: Final = {"planned_cost": "estimated_cost", "planned_benefit": "estimated_benefit"}
STORED: Final = {"actual_cost": "work_cost", "actual_capital": "capex_work_cost", "actual_operating": "opex_work_cost"}
"""What figures are called in the investment."""


def of_planning_item(question: Question) -> Explanation:
    """One figure of a planning item or investment."""
    if question.span is not None:
        raise ExplainError(f"{question.item.a_kind} has no figures per period. Ask for its work item.")
    table = question.item.table
    (row,) = question.ask(f"SELECT * FROM mart.{table} WHERE {table} = ?", question.item.sys_id)
    side = row[_source(question)]
    if side != EXECUTION:
        return _stored(question, row)
    return _executed(question, row) if row["work_item"] else _of_own_plans(question, row)


def _source(question: Question) -> str:
    """The column that says which side the figure is taken from."""
    if question.item.kind == INVESTMENT:
        return "figures_source"
    return next(source for source, figures in GROUPS.items() if question.metric in figures)


def _executed(question: Question, row: dict[str, Any]) -> Explanation:
    """As its work item."""
    key = row["work_item"]
    (held,) = question.ask("SELECT number, name FROM mart.work_item WHERE work_item = ?", key)
    item = Item("work item", key, held["number"] or "", held["name"] or "")
    metric = OF_WORK_ITEM.get(question.metric, question.metric)
    figure, answer = published_figure(question), of_work_item(question.of(item, metric))
    note = f"Taken from execution: {metric} of {item.called}{f' {item.name}' if item.number else ''}."
    about = question.item
    return replace(
        answer,
        kind=about.kind,
        number=about.number,
        name=about.name,
        sys_id=about.sys_id,
        metric=question.metric,
        figure=figure,
        notes=[note, *answer.notes],
        tie=None if figure is None or answer.tie is None else tied(answer.tie.what, answer.tie.total, figure),
    )


def _stored(question: Question, row: dict[str, Any]) -> Explanation:
    """As stored in its investment."""
    figure, investment = published_figure(question), row["investment"]
    column = STORED.get(question.metric, question.metric)
    there = "sn_invst_pln_investment" in tables_held(question.ask)
    stored = (
        question.ask(f"SELECT {column} AS amount FROM source.sn_invst_pln_investment WHERE sys_id = ?", investment)
        if there
        else []
    )
    note = f"Taken from the investment {investment or '(none)'}: what is stored there as {column}, as it is."
    groups = [
        Group("Stored in the investment", 1, value["amount"], [_stored_row(investment, column, value["amount"])])
        for value in stored
        if value["amount"] is not None
    ]
    why = f"{column} is empty in the investment." if stored else "It has no investment to take it from."
    total = added([group.subtotal for group in groups]) if groups else None
    return explanation(
        question,
        figure,
        made_of=[],
        notes=[note],
        groups=groups,
        why_unknown=[why] if figure is None else [],
        tie=tied("What is stored adds up to", total, figure),
    )


def _stored_row(investment: str, column: str, amount: Decimal) -> Row:
    return Row("sn_invst_pln_investment", investment, column, "", "", "", None, "", amount, None, None, None)


def _of_own_plans(question: Question, row: dict[str, Any]) -> Explanation:
    """The rows of the plans that stand on the planning item itself, or on its investment."""
    figure = published_figure(question)
    metric = OF_WORK_ITEM.get(question.metric, question.metric)
    plans = _plans(question, row["investment"])
    rows = gathered(question.ask, of_plans(metric, plans), every=question.every)
    why = "There is no such plan, and actual cost and budget of execution are those of a work item."
    return explanation(
        question,
        figure,
        made_of=made_of(question.ask, metric, run_facts(question.ask)[0]),
        notes=["Taken from execution: it has no work item, so plans on itself or on its investment are its own."],
        groups=rows.groups,
        left_out=rows.left_out,
        why_unknown=[why] if figure is None else [],
        tie=tied("The rows that count add up to", rows.total, figure),
    )


def _plans(question: Question, investment: str | None) -> list[str]:
    """The plans that stand on the planning item, or on its investment."""
    tables = [table for table in ("cost_plan", "benefit_plan") if table in tables_held(question.ask)]
    standing = " UNION ALL ".join(f"SELECT sys_id, task FROM source.{table}" for table in tables)
    if not standing:
        return []
    found = question.ask(
        f"SELECT sys_id FROM ({standing}) WHERE task IN (?, ?)",
        question.item.sys_id,
        investment or question.item.sys_id,
    )
    return [plan["sys_id"] for plan in found]
