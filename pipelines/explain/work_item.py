"""Figures of work items: their rows, and the vector behind their returns."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any, Final

from models.contribution_rule import PARTS, SAME_FIGURE
from models.stream import BUDGET_COST
from pipelines.explain.context import about, findings, set_aside, streams_of, why_unknown
from pipelines.explain.item import FIGURES
from pipelines.explain.page import ExplainError, Explanation, Figure, Tie, Year, in_words
from pipelines.explain.question import Question, explanation, published_figure, tied
from pipelines.explain.rows import Gathered, Scope, gathered
from pipelines.published_file import Ask

HOLDER: Final = "SELECT ?::VARCHAR"
ROUNDED: Final = Decimal("0.005")
ROUNDED_YEAR: Final = Decimal("0.00005")
HALF_A_STEP: Final = 5e-5
"""Percent: how far a rate of four decimals may be from the true one."""
TOUCHES: Final = 1e-9
IN_A_PERIOD: Final = {over_all: in_period for in_period, over_all in SAME_FIGURE.items()}


def of_work_item(question: Question) -> Explanation:
    """One figure of a project or demand."""
    if question.metric not in PARTS:
        return _of_returns(question)
    figure = _figure(question)
    rows = gathered(question.ask, _scope(question), every=question.every)
    found = findings(question.ask, question.metric, HOLDER, question.item.sys_id)
    return explanation(
        question,
        figure,
        groups=rows.groups,
        left_out=rows.left_out,
        findings=about(found, figure),
        set_aside=set_aside(question.ask, question.metric, HOLDER, question.item.sys_id),
        notes=_notes(question, rows, figure),
        why_unknown=why_unknown(question.metric, rows.unknown, found) if figure is None else [],
        tie=tied("The rows that count add up to", rows.total, figure),
    )


def _figure(question: Question) -> Figure:
    """The figure as published: over all periods, or the sum over the base periods that are asked for."""
    over_all = published_figure(question)
    if question.span is None:
        return over_all
    column = IN_A_PERIOD.get(question.metric, question.metric)
    known = [row["name"] for row in question.ask(FIGURES, "work_item_period")]
    if column not in known:
        listed = ", ".join(known)
        raise ExplainError(
            f"{question.metric} is no figure of a base period. Those are {listed}. Leave --period out "
            f"to have {question.metric} explained over all of them."
        )
    (sums,) = question.ask(
        f'SELECT count(*) AS count, count(*) - count("{column}") AS unknown, sum("{column}") AS figure '  # noqa: S608
        "FROM mart.work_item_period WHERE work_item = ? AND fiscal_period IN (SELECT unnest(?::VARCHAR[]))",
        question.item.sys_id,
        question.span.base_periods,
    )
    if not sums["count"]:
        return None if _lacks_tables(question) else Decimal(0)
    figure: Figure = None if sums["unknown"] else sums["figure"]
    return figure


def _lacks_tables(question: Question) -> bool:
    """Whether a table that the figure needs is not in the export."""
    found = findings(question.ask, question.metric, HOLDER, question.item.sys_id)
    return published_figure(question) is None and any(finding.code == "missing_source" for finding in found)


def _scope(question: Question) -> Scope:
    query = "SELECT * FROM audit.contribution WHERE metric = ? AND work_item = ?"
    given: list[object] = [question.metric, question.item.sys_id]
    if question.span is None:
        return Scope(query, given)
    in_period = "fiscal_period IN (SELECT unnest(CASE WHEN included THEN ?::VARCHAR[] ELSE ?::VARCHAR[] END))"
    return Scope(f"{query} AND {in_period}", [*given, question.span.base_periods, question.span.around])


def _notes(question: Question, rows: Gathered, figure: Figure) -> list[str]:
    said = ["No row counts: without rows a figure is 0."] if figure is not None and not rows.groups else []
    if BUDGET_COST in streams_of(question.metric):
        (item,) = question.ask("SELECT budget_source FROM mart.work_item WHERE work_item = ?", question.item.sys_id)
        said += [f"Budget version that counts: {item['budget_source']}."]
    return said + _rolled_up(question)


def _rolled_up(question: Question) -> list[str]:
    """The figure with everything below, where that is another one."""
    if question.span is not None:
        return []
    metric = question.over_all
    rolled_up = question.ask(
        f'SELECT r."{metric}" AS figure FROM mart.work_item_rollup AS r JOIN mart.work_item AS w USING (work_item) '  # noqa: S608
        f'WHERE work_item = ? AND r."{metric}" IS DISTINCT FROM w."{metric}"',
        question.item.sys_id,
    )
    return [
        f"This is its own figure; with all projects below it, it is {in_words(row['figure'])} (mart.work_item_rollup)."
        for row in rolled_up
    ]


def _of_returns(question: Question) -> Explanation:
    """Net present value, rate of return or return on investment: by the yearly vector."""
    if question.span is not None:
        raise ExplainError(
            f"{question.metric} has no base periods: it is made of whole fiscal years. Leave --period out."
        )
    key = question.item.sys_id
    (item,) = question.ask("SELECT * FROM mart.work_item WHERE work_item = ?", key)
    years = _years(question.ask, key)
    figure: Figure = item[question.metric]
    found = findings(question.ask, question.metric, HOLDER, key)
    ties = {"npv": _tied_value, "irr_pct": _tied_rate, "planned_roi_pct": tied_ratio}
    return explanation(
        question,
        figure,
        years=years,
        findings=about(found, figure),
        notes=_notes_on_returns(question.metric, item, years),
        why_unknown=_why_no_return(question.metric, item, years) if figure is None else [],
        tie=None if figure is None else ties[question.metric](item, years),
    )


def _years(ask: Ask, work_item: str) -> list[Year]:
    rows = ask(
        "SELECT p.name, t, cost, benefit, net, discount_factor, present_value FROM mart.cash_flow AS c "
        "JOIN source.fiscal_period AS p ON p.sys_id = c.fiscal_period WHERE work_item = ? ORDER BY t",
        work_item,
    )
    return [Year(*row.values()) for row in rows]


def _notes_on_returns(metric: str, item: dict[str, Any], years: list[Year]) -> list[str]:
    if metric == "planned_roi_pct":
        return [ratio_in_words(item)]
    rate = item["discount_rate"]
    said = [f"Discount rate: {'none entered' if rate is None else f'{rate:g} % a year'}."] if metric == "npv" else []
    said += [f"Status of the rate: {item['irr_status']}."] if metric == "irr_pct" else []
    roots = item["irr_roots_pct"]
    said += [f"All rates, in percent: {roots}."] if metric == "irr_pct" and roots else []
    return said if years else [*said, "There is no planned year."]


def ratio_in_words(item: dict[str, Any]) -> str:
    """The two amounts that a return on investment is made of."""
    cost, benefit = (in_words(item[name]) for name in ("estimated_cost", "estimated_benefit"))
    return f"({benefit} planned benefit - {cost} planned cost) / {cost} x 100."


def _tied_value(item: dict[str, Any], years: list[Year]) -> Tie:
    """Present values are shown with four decimals, and their exact sum is rounded once."""
    total = sum((year.present_value or Decimal(0) for year in years), Decimal(0))
    slack = ROUNDED + ROUNDED_YEAR * len(years)
    return Tie("Rounded once to cents, the present values add up to", total, abs(total - item["npv"]) <= slack)


def _tied_rate(item: dict[str, Any], years: list[Year]) -> Tie:
    """Half a step below and above the rate, the present value has opposite signs; or it touches zero there."""
    rate = float(item["irr_pct"])
    below, at, above = (_value_at(years, rate + step) for step in (-HALF_A_STEP, 0, HALF_A_STEP))
    size = sum(abs(float(year.net)) for year in years)
    holds = below * above <= 0 or abs(at) <= TOUCHES * size
    around = f"between {rate - HALF_A_STEP:.5f} and {rate + HALF_A_STEP:.5f} % they cross 0"
    return Tie(f"At {rate:.4f} % ({around}) the present values add up to", round(at, 2), holds)


def _value_at(years: list[Year], percent: float) -> float:
    growth = (percent + 100) / 100
    return math.fsum(float(year.net) / growth**year.t if growth > 0 else float(year.net) for year in years)


def tied_ratio(item: dict[str, Any], _years: list[Year]) -> Tie:
    """Net benefit over planned cost, in percent."""
    ratio = float(item["net_benefit"]) / float(item["estimated_cost"]) * 100
    return Tie("Net benefit / planned cost x 100 is", ratio, ratio == item["planned_roi_pct"])


NO_RATE: Final = {
    "too_few_years": "A rate of return needs a plan in at least two fiscal years.",
    "no_sign_change": "The plan has no year with more cost than benefit, or none with more benefit: there is no rate.",
    "multiple": "Several rates bring the present value to 0, and none of them is the one.",
    "none": "No rate brings the present value to 0.",
}


def _why_no_return(metric: str, item: dict[str, Any], years: list[Year]) -> list[str]:
    if item["estimated_cost"] is None or item["estimated_benefit"] is None:
        unknown = [name for name in ("estimated_cost", "estimated_benefit") if item[name] is None]
        return [f"{' and '.join(unknown)} of this work item is unknown: explain that next."]
    if metric == "planned_roi_pct":
        return ["Planned cost is 0: there is nothing to divide by."]
    if metric == "irr_pct":
        return [NO_RATE[item["irr_status"]]]
    if not years:
        return ["There is no plan at all."]
    return ["There is no usable discount rate, or the value is too large for an amount: see the findings."]
