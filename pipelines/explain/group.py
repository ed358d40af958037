"""Figures of programs and portfolios: the parts of their work items, then the largest rows of them all."""

# ruff: noqa: S608 -- names of tables and columns are our own

from __future__ import annotations

from models.contribution_rule import PARTS
from pipelines.explain.context import about, findings, set_aside
from pipelines.explain.page import ExplainError, Explanation, Group, Row, added
from pipelines.explain.question import Question, explanation, published_figure, tied
from pipelines.explain.rows import ROWS_OF_A_GROUP, Scope, gathered
from pipelines.explain.work_item import ratio_in_words, tied_ratio


def of_group(question: Question) -> Explanation:
    """One figure of a program or portfolio."""
    if question.span is not None:
        raise ExplainError(f"{question.item.a_kind} has no figures per period. Ask for one of its work items.")
    return _of_sum(question) if question.metric in PARTS else _of_ratio(question)


def _of_sum(question: Question) -> Explanation:
    figure = published_figure(question)
    holders, key = _holders(question), question.item.sys_id
    scope = Scope(
        f"SELECT * FROM audit.contribution WHERE metric = ? AND work_item IN ({holders})",
        [question.metric, key],
        by_plan=False,
        by_item=True,
    )
    rows = gathered(question.ask, scope, every=question.every)
    members = _members(question)
    return explanation(
        question,
        figure,
        members=members,
        groups=rows.groups,
        left_out=rows.left_out,
        findings=about(findings(question.ask, question.metric, holders, key), figure),
        set_aside=set_aside(question.ask, question.metric, holders, key),
        notes=[] if members.count else ["It has no work items: without any a figure is 0."],
        why_unknown=_why_unknown(question) if figure is None else [],
        tie=tied("The rows that count in its work items add up to", rows.total, figure),
    )


def _holders(question: Question) -> str:
    return f"SELECT work_item FROM mart.work_item WHERE {question.item.table} = ?"


def _members(question: Question) -> Group:
    """The work items, the largest part first."""
    found = question.ask(
        f'SELECT work_item, work_item_table, number, name, "{question.metric}" AS amount FROM mart.work_item '
        f"WHERE {question.item.table} = ? ORDER BY amount IS NULL DESC, abs(amount) DESC, 3, 1",
        question.item.sys_id,
    )
    rows = [
        Row(
            row["work_item_table"],
            row["work_item"],
            row["number"] or row["work_item"],
            row["name"] or "",
            *("", "", None, "", row["amount"], None, None, None),
        )
        for row in found
    ]
    total = added([row.amount for row in rows])
    return Group("Work items", len(rows), total, rows if question.every else rows[:ROWS_OF_A_GROUP])


def _why_unknown(question: Question) -> list[str]:
    unknown = question.ask(
        "SELECT count(*) AS count, min(coalesce(number, work_item)) AS one FROM mart.work_item "
        f'WHERE "{question.metric}" IS NULL AND {question.item.table} = ?',
        question.item.sys_id,
    )[0]
    if not unknown["count"]:
        return ["A table that it needs is not in the export: see the findings."]
    return [f"It is unknown for {unknown['count']} of its work items, such as {unknown['one']}: explain that one next."]


def _of_ratio(question: Question) -> Explanation:
    """Return on investment of the whole: of the sums, not the average of its work items."""
    table = question.item.table
    (row,) = question.ask(f"SELECT * FROM mart.{table} WHERE {table} = ?", question.item.sys_id)
    figure = row[question.metric]
    is_unknown = row["estimated_cost"] is None or row["estimated_benefit"] is None
    why = "Planned cost or benefit is unknown: explain that next." if is_unknown else "Planned cost is 0."
    return explanation(
        question,
        figure,
        notes=[ratio_in_words(row)],
        why_unknown=[why] if figure is None else [],
        tie=None if figure is None else tied_ratio(row, []),
    )
