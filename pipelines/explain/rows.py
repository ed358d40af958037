"""The rows of audit.contribution behind one figure, grouped, the largest first, each called by what people know."""

# ruff: noqa: S608 -- names of tables and columns are our own

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final, NamedTuple

from models.contribution_reason import REASONS
from pipelines.explain.page import Group, LeftOut, Row, added
from pipelines.published_file import Ask

ROWS_OF_A_GROUP: Final = 10
ROWS_OF_A_REASON: Final = 3
GROUPS: Final = 12
"""How many groups a page shows; the smallest are put together, unless all are asked for."""
ALL: Final = 1_000_000_000
BEHIND: Final = "behind_the_figure"
TITLES: Final = {
    "cost_plan_breakdown": "Cost plan",
    "benefit_plan_breakdown": "Benefit plan",
    "fm_expense_line": "Expense lines",
    "project_funding": "Budget v1 (project_funding)",
    "sn_invst_pln_invst_budget": "Budget v2 (sn_invst_pln_invst_budget)",
}
LABELS: Final = {
    "cost_plan": "row.plan",
    "benefit_plan": "row.plan",
    "fm_expense_line": "row.sys_id",
    "cost_plan_breakdown": "row.sys_id",
    "fiscal_period": "row.fiscal_period",
}
"""Tables that say what people call a row, and the column that leads there."""
AGGREGATE: Final = "nullif(cost_plan_breakdown.breakdown_type, 'requirement') || ' row'"


class Gathered(NamedTuple):
    """Everything behind a figure."""

    groups: list[Group]
    left_out: list[LeftOut]
    unknown: int
    """How many rows that count have no known amount."""

    @property
    def total(self) -> Decimal | None:
        """What the rows that count add up to."""
        return added([group.subtotal for group in self.groups])


class Scope(NamedTuple):
    """Which rows are looked at."""

    query: str
    """A query for rows with the columns of audit.contribution."""
    parameters: Sequence[object]
    by_plan: bool = True
    """Whether rows are grouped by plan, else by table."""
    by_item: bool = False
    """Whether rows say which work item they belong to."""


def gathered(ask: Ask, scope: Scope, *, every: bool) -> Gathered:
    """The rows of a scope: those that count in groups, the others by reason."""
    group = "concat_ws(' ', source_table, plan)" if scope.by_plan else "source_table"
    ask(
        f"CREATE OR REPLACE TEMP TABLE {BEHIND} AS "
        f"SELECT *, CASE WHEN included THEN {group} ELSE reason END AS part FROM ({scope.query})",
        *scope.parameters,
    )
    rows = _shown(ask, every=every, by_item=scope.by_item)
    parts = ask(
        f"SELECT included, part, any_value(source_table) AS source_table, any_value(plan) AS plan, count(*) AS count, "
        f"sum(amount) AS subtotal, count(*) - count(amount) AS unknown FROM {BEHIND} GROUP BY included, part "
        "ORDER BY unknown = 0, abs(subtotal) DESC, part"
    )
    names = _plan_names(ask) if scope.by_plan else {}
    counted = [_group(part, rows, names) for part in parts if part["included"]]
    left_out = [_left_out(part, rows) for part in parts if not part["included"]]
    unknown = sum(part["unknown"] for part in parts if part["included"])
    return Gathered(counted if every else _the_largest(counted), left_out, unknown)


def _group(part: dict[str, Any], rows: dict[Any, list[Row]], names: dict[str, str]) -> Group:
    title, plan = TITLES[part["source_table"]], names.get(part["plan"] or "")
    joint = " under " if part["source_table"] == "fm_expense_line" else " "
    return Group(
        f"{title}{joint}{plan}" if plan else title, part["count"], _subtotal(part), rows.get((True, part["part"]), [])
    )


def _left_out(part: dict[str, Any], rows: dict[Any, list[Row]]) -> LeftOut:
    reason = part["part"]
    return LeftOut(reason, *REASONS[reason], part["count"], _subtotal(part), rows.get((False, reason), []))


def _subtotal(part: dict[str, Any]) -> Decimal | None:
    return None if part["unknown"] else part["subtotal"]


def _the_largest(groups: list[Group]) -> list[Group]:
    """The largest groups, and all others as one."""
    if len(groups) <= GROUPS:
        return groups
    rest = groups[GROUPS - 1 :]
    title = f"{len(rest)} further groups (--all shows them)"
    together = Group(title, sum(group.count for group in rest), added([group.subtotal for group in rest]), [])
    return [*groups[: GROUPS - 1], together]


def _shown(ask: Ask, *, every: bool, by_item: bool) -> dict[Any, list[Row]]:
    """The largest rows of each part, by part."""
    limits = (ALL, ALL) if every else (ROWS_OF_A_GROUP, ROWS_OF_A_REASON)
    place = "row_number() OVER (PARTITION BY included, part ORDER BY amount IS NULL DESC, abs(amount) DESC, sys_id)"
    rows = f"(SELECT * FROM {BEHIND} QUALIFY {place} <= CASE WHEN included THEN ? ELSE ? END) AS row"
    found: dict[Any, list[Row]] = {}
    order = "ORDER BY amount IS NULL DESC, abs(amount) DESC, date, period, sys_id"
    for row in ask(f"FROM ({_labelled(ask, rows)}) {order}", *limits):
        found.setdefault((row["included"], row["part"]), []).append(_row(row, by_item=by_item))
    return found


def _row(row: dict[str, Any], *, by_item: bool) -> Row:
    is_converted = row["exchange_rate"] is not None or row["amount"] is None
    return Row(
        row["source_table"],
        row["sys_id"],
        row["name"] or "",
        row["description"] or "",
        (row["number"] or row["work_item"]) if by_item else "",
        row["period"] or "",
        row["date"],
        row["expense_type"],
        row["amount"],
        row["entered_amount"] if is_converted else None,
        row["currency"] if is_converted else None,
        row["exchange_rate"],
    )


def _labelled(ask: Ask, rows: str) -> str:
    """A query for rows with what people call them, from the source tables that this file has."""
    held = tables_held(ask)
    joins = [
        f"LEFT JOIN source.{table} AS {table} ON {table}.sys_id = {key}"
        for table, key in LABELS.items()
        if table in held
    ]
    return f"""
        SELECT row.*, item.number,
               {_first(held, "fm_expense_line.number", "cost_plan.name", "benefit_plan.name")} AS name,
               {_first(held, "fm_expense_line.short_description", AGGREGATE)} AS description,
               {_first(held, "fm_expense_line.date")}::DATE AS date,
               fiscal_period.name AS period
          FROM {rows} {" ".join(joins)} LEFT JOIN mart.work_item AS item ON item.work_item = row.work_item
    """


def _first(held: set[str], *columns: str) -> str:
    """The first of the columns that says something, of tables that this file has."""
    there = [column for column in columns if column.split(".")[0].split("(")[-1] in held]
    return f"coalesce({', '.join([*there, 'NULL'])})"


def _plan_names(ask: Ask) -> dict[str, str]:
    """The names of the plans behind the figure."""
    tables = [table for table in ("cost_plan", "benefit_plan") if table in tables_held(ask)]
    named = " UNION ALL ".join(f"SELECT sys_id, name FROM source.{table}" for table in tables)
    if not named:
        return {}
    plans = ask(f"SELECT sys_id, name FROM ({named}) WHERE sys_id IN (SELECT plan FROM {BEHIND})")
    return {plan["sys_id"]: plan["name"] or plan["sys_id"] for plan in plans}


def tables_held(ask: Ask) -> set[str]:
    """The source tables of the export that the file was made of."""
    return {row["name"] for row in ask("SELECT table_name AS name FROM duckdb_tables() WHERE schema_name = 'source'")}
