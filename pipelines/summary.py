"""What a run has published, on one page for a person: rows, money, findings, and where the file is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from rich.console import Console, Group, RenderableType
from rich.table import Table as Grid
from rich.text import Text

from models.drift_cause import AGREEING
from models.finding import FINDINGS
from models.oversight import COVERED, DECISION_TABLES, OVERSEEN, VIA_PARENT
from models.vocabulary import ERROR, INFORMATION, WARNING
from pipelines.published_file import reading

Rows = Sequence[tuple[Any, ...]]
STREAMS: Final = {
    "planned cost": "estimated_cost",
    "planned benefit": "estimated_benefit",
    "actual cost": "actual_cost",
    "budget": "budget_cost",
    "actual benefit": "actual_benefit",
}
ROWS: Final = """
    SELECT source_table, rows_read, rows_accepted, rows_quarantined,
           (SELECT string_agg(rule || ' ' || n, ', ' ORDER BY n DESC, rule)
              FROM (SELECT rule, count(*) AS n FROM audit.quarantine AS q
                     WHERE q.source_table = a.source_table GROUP BY rule))
      FROM audit.admission AS a ORDER BY source_table
"""
FINDINGS_BY_CODE: Final = """
    SELECT severity, code, count(*), sum(amount) FROM audit.finding GROUP BY severity, code
     ORDER BY CASE severity WHEN 'error' THEN 1 WHEN 'warning' THEN 2 ELSE 3 END, code
"""
DECISIONS: Final = """
    SELECT decision_table, outcome, count(*) AS n FROM mart.oversight_decision GROUP BY ALL ORDER BY n DESC, outcome
"""
DRIFTED: Final = f"""
    SELECT coalesce(sum(figures) FILTER (cause NOT IN {AGREEING}), 0)::BIGINT, coalesce(sum(figures), 0)::BIGINT
      FROM audit.reconciliation
"""  # noqa: S608 -- words of a closed list
UNUSED: Final = "SELECT source_file, string_agg(\"column\", ', ') FROM audit.unused_input GROUP BY 1 ORDER BY 1"
COLOURS: Final = {ERROR: "red", WARNING: "yellow", INFORMATION: "cyan"}


def summary(warehouse: Path) -> Group:
    """The page, read from the published file."""
    with reading(warehouse) as connection:

        def query(statement: str) -> Rows:
            return connection.execute(statement).fetchall()

        return Group(*_parts(warehouse, query))


def _parts(warehouse: Path, query: Callable[[str], Rows]) -> Iterable[RenderableType]:
    yield _rows(query(ROWS))
    yield _totals(query)
    decisions = query(DECISIONS)
    if decisions:
        yield _decisions(decisions)
    yield _findings(query(FINDINGS_BY_CODE))
    yield from _drift(query(DRIFTED))
    unused = query(UNUSED)
    if unused:
        yield Text(f"\nNot used: columns or files of {len(unused)} files; audit.unused_input names them and says why.")
    ((as_of,),) = query("SELECT as_of FROM audit.run")
    yield Text.assemble("\nPublished ", (str(warehouse), "bold green"), f", seen from {as_of}.")


def _grid(title: str, *columns: str, numbers: Sequence[str] = ()) -> Grid:
    grid = Grid(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, header_style="dim")
    for column in (*columns, *numbers):
        grid.add_column(column, justify="right" if column in numbers else "left", overflow="fold")
    return grid


def _rows(rows: Rows) -> Grid:
    grid = _grid("\nRows", "table", numbers=("read", "accepted", "quarantined"))
    grid.add_column("why", overflow="fold")
    for table, read, accepted, quarantined, why in rows:
        style = "yellow" if quarantined else None
        grid.add_row(table, f"{read:,}", f"{accepted:,}", f"{quarantined:,}", why or "", style=style)
    return grid


def _totals(query: Callable[[str], Rows]) -> Grid:
    grid = _grid("\nOwn figures of all work items", "stream", numbers=("total", "work items"))
    for stream, column in STREAMS.items():
        counted = f"SELECT sum({column}), count(*) FILTER ({column} <> 0) FROM mart.work_item"  # noqa: S608
        ((total, items),) = query(counted)
        grid.add_row(stream, _money(total), f"{items:,}")
    return grid


def _decisions(rows: Rows) -> Grid:
    grid = _grid("\nOversight of orders", "decision table", numbers=("records", "overseen"))
    grid.add_column("outcomes", overflow="fold")
    for table in DECISION_TABLES:
        mine = [(outcome, number) for name, outcome, number in rows if name == table]
        overseen = sum(number for outcome, number in mine if outcome in (*OVERSEEN, VIA_PARENT, COVERED))
        outcomes = ", ".join(f"{outcome} {number:,}" for outcome, number in mine)
        grid.add_row(table, f"{sum(number for _, number in mine):,}", f"{overseen:,}", outcomes)
    return grid


def _drift(rows: Rows) -> Iterable[Text]:
    """How many of the platform's cached figures are not ours."""
    for drifted, compared in rows:
        if drifted:
            yield Text(f"\n{drifted:,} of {compared:,} cached figures are not ours: `tieout reconcile` says why.")


def _findings(rows: Rows) -> Grid:
    grid = _grid("\nFindings", "severity", "code", numbers=("number", "amount"))
    grid.columns[1].no_wrap = True
    grid.add_column("meaning", overflow="fold")
    for severity, code, number, amount in rows:
        style = COLOURS[severity]
        money = _money(amount) if amount is not None else ""
        grid.add_row(Text(severity, style=style), code, f"{number:,}", money, FINDINGS[code].meaning)
    return grid


def _money(amount: Decimal | None) -> str:
    return "unknown" if amount is None else f"{amount:,.2f}"


def show(warehouse: Path, console: Console) -> None:
    """Print the page."""
    console.print(summary(warehouse))
