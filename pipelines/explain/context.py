"""What a page says besides rows: findings, rows set aside at admission, and why a figure is unknown."""

# ruff: noqa: S608 -- names of tables and columns are our own

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from models.contribution_rule import PARTS
from models.finding import FINDINGS
from models.stream import ACTUAL_BENEFIT, ACTUAL_COST, BUDGET_COST, DIRECT_COST, PLANNED_BENEFIT, PLANNED_COST
from models.vocabulary import SEVERITIES
from pipelines.explain.page import Figure, Found, SetAside
from pipelines.explain.rows import tables_held
from pipelines.published_file import Ask

LINES: Final = ("fm_expense_line",)
BENEFITS: Final = ("benefit_plan", "benefit_plan_breakdown")
TABLES: Final = {
    PLANNED_COST: ("cost_plan", "cost_plan_breakdown"),
    PLANNED_BENEFIT: BENEFITS,
    ACTUAL_BENEFIT: BENEFITS,
    ACTUAL_COST: LINES,
    DIRECT_COST: LINES,
    BUDGET_COST: ("project_funding", "sn_invst_pln_investment", "sn_invst_pln_invst_budget"),
}
"""The source tables of each stream: what is found in them, or missing of them, concerns its figures."""
CONCERNS: Final = {
    ACTUAL_COST: ("no_rate_model", "several_currencies"),
    PLANNED_COST: ("demand_and_project_planned", "several_currencies"),
    PLANNED_BENEFIT: ("demand_and_project_planned", "several_currencies"),
    BUDGET_COST: ("several_currencies",),
}
"""Findings in other tables that concern a stream."""
RETURN_FINDINGS: Final = ("missing_discount_rate", "unusable_discount_rate", "net_present_value_out_of_range")


def streams_of(metric: str) -> list[str]:
    """The streams that a figure adds up; those of the plan, for returns."""
    if metric not in PARTS:
        return [PLANNED_COST, PLANNED_BENEFIT]
    return list(dict.fromkeys(part.stream for part in PARTS[metric]))


def findings(ask: Ask, metric: str, holders: str, *parameters: object) -> list[Found]:
    """The findings of the holders, and of the export as a whole, that concern a figure, the gravest first."""
    streams = streams_of(metric)
    codes = {code for stream in streams for code in CONCERNS.get(stream, ())}
    codes |= set() if metric in PARTS else set(RETURN_FINDINGS)
    rows = ask(
        f"""
        SELECT code, any_value(severity) AS severity, count(*) AS count, min(message) AS message, sum(amount) AS amount
          FROM audit.finding
         WHERE (work_item IN ({holders}) AND ({_among("source_table", _tables(streams))} OR {_among("code", codes)}))
            OR (work_item IS NULL AND (code = 'several_currencies' OR code = 'missing_source'
                                       AND {_among("source_table", _tables(streams))}))
         GROUP BY code, CASE code WHEN 'missing_source' THEN source_table END ORDER BY code, message
        """,
        *parameters,
    )
    found = [
        Found(row["code"], row["severity"], row["count"], row["message"], FINDINGS[row["code"]].remedy, row["amount"])
        for row in rows
    ]
    return sorted(found, key=lambda finding: SEVERITIES.index(finding.severity))


def _tables(streams: Iterable[str]) -> list[str]:
    return sorted({table for stream in streams for table in TABLES[stream]})


def _among(column: str, words: Collection[str]) -> str:
    """That a column has one of our own words."""
    return f"{column} IN ({', '.join(repr(word) for word in sorted(words))})" if words else "false"


def set_aside(ask: Ask, metric: str, holders: str, *parameters: object) -> list[SetAside]:
    """Rows of the figure's tables that were not admitted although they name a holder, a task or a plan of it."""
    concerned = f"SELECT * FROM audit.quarantine WHERE {_among('source_table', _tables(streams_of(metric)))}"
    if not ask(f"{concerned} LIMIT 1"):
        return []
    rows = ask(
        f"""
        WITH RECURSIVE {_names(ask, holders)}
        SELECT source_table, rule, count(*) AS count, min(message) AS message
          FROM ({concerned}) AS q
         WHERE EXISTS (SELECT 1 FROM named WHERE contains(q.raw, concat('"', id, '"'))
                                              OR contains(q.raw, concat('"', id, '\\"')))
         GROUP BY source_table, rule ORDER BY count DESC, source_table, rule
        """,
        *parameters,
    )
    return [SetAside(row["source_table"], row["rule"], row["count"], row["message"]) for row in rows]


def _names(ask: Ask, holders: str) -> str:
    """The keys by which a row can name the holders: their own, and those of their tasks, plans and investments."""
    held = tables_held(ask)
    tasks = [table for table in ("pm_project_task", "dmn_demand_task") if table in held]
    below = " UNION ALL ".join(f"SELECT sys_id, parent FROM source.{table}" for table in tasks)
    descent = f"UNION SELECT t.sys_id FROM ({below}) AS t JOIN task ON t.parent = task.id" if below else ""
    return f"""
        task(id) AS (SELECT work_item FROM ({holders}) AS h(work_item) {descent}),
        named AS (SELECT id FROM task
                   UNION SELECT cost_plan FROM mart.cost_plan WHERE work_item IN (SELECT id FROM task)
                   UNION SELECT benefit_plan FROM mart.benefit_plan WHERE work_item IN (SELECT id FROM task)
                   UNION SELECT investment FROM mart.investment WHERE work_item IN (SELECT id FROM task))
    """


def about(found: list[Found], figure: Figure) -> list[Found]:
    """What to say of findings: that a table is missing matters where the figure is unknown, and is said there."""
    return [finding for finding in found if finding.code != "missing_source" or figure is None]


def why_unknown(metric: str, unknown_rows: int, found: list[Found]) -> list[str]:
    """Why there is no figure, in sentences."""
    said = []
    if unknown_rows:
        said.append(
            f"{unknown_rows} of the rows that count have no exchange rate on their day, so what they add is unknown. "
            f"{FINDINGS['missing_exchange_rate'].remedy}"
        )
    said += [finding.message for finding in found if finding.code == "missing_source"]
    tables = ", ".join(_tables(streams_of(metric)))
    return said or [f"A table that it needs is not in the export: one of {tables}."]
