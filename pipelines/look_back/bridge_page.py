"""A bridge as people read it, and as machines do."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Final

import polars as pl
from rich.console import Console
from rich.text import Text

from models.variance_bridge import PART_MEANINGS, RECLASSIFICATION, TIMING_SHIFT
from pipelines.figure_text import signed_text, value_text
from pipelines.look_back.bridge import Bridge
from pipelines.page import titled_grid

ROWS_SHOWN: Final = 10
MOVES: Final = (TIMING_SHIFT, RECLASSIFICATION)
"""Parts that add up to 0: what they have moved is said instead."""


def show_bridge(found: Bridge, console: Console, *, every_row: bool = False) -> None:
    """Print the estimate of then, the parts of the difference, the estimate of now, and the cells that moved most."""
    grid = titled_grid(f"{found.subject.name}: estimate at completion, from {found.compared_with} to {found.until}")
    for justify in ("right", "left", "left"):
        grid.add_column(justify=justify, overflow="fold")
    grid.show_header = False
    grid.add_row(value_text(found.then), "then", f"as seen from {found.day}", style="bold")
    for part, amount in found.parts.items():
        cells = signed_text(amount), part.replace("_", " "), PART_MEANINGS[part] + _moved(found, part)
        grid.add_row(*map(Text, cells), style=None if _has_rows(found, part) else "dim")
    grid.add_row(value_text(found.now), "now", f"as seen from {found.until}", style="bold")
    console.print(grid)
    _show_rows(found, console, every_row=every_row)
    console.print(Text(f"\n{_tie(found)}"))


def _has_rows(found: Bridge, part: str) -> bool:
    return not found.rows.filter(part=part).is_empty()


def _moved(found: Bridge, part: str) -> str:
    """How much a part that adds up to 0 has moved."""
    if part not in MOVES or not _has_rows(found, part):
        return ""
    came = found.rows.filter(pl.col("part") == part, pl.col("amount") > 0)["amount"].sum()
    return f" ({value_text(Decimal(came))} moved)"


def _show_rows(found: Bridge, console: Console, *, every_row: bool) -> None:
    rows = found.rows.sort(pl.col("amount").abs(), "part", "fiscal_period", "cost_plan", descending=True)
    shown = rows if every_row else rows.head(ROWS_SHOWN)
    if rows.is_empty():
        return
    grid = titled_grid("Where", "part", "work item", "plan", "period", "expense type")
    grid.add_column("amount", justify="right", overflow="fold")
    for row in shown.iter_rows(named=True):
        where = (row["item_name"], row["plan_name"], row["period_name"], row["expense_type"])
        grid.add_row(*map(Text, (row["part"].replace("_", " "), *where, signed_text(row["amount"]))))
    console.print(grid)
    if rows.height > shown.height:
        console.print(Text(f"and {rows.height - shown.height:,} more: --all shows them", style="dim"))


def _tie(found: Bridge) -> str:
    """That the parts add up, and what was left out."""
    total = sum(found.parts.values(), Decimal(0))
    tied = f"{value_text(found.now)} - {value_text(found.then)} = {signed_text(found.now - found.then)} = the parts"
    unexplained = found.now - found.then - total
    said = f"{tied}." if not unexplained else f"{tied} + {signed_text(unexplained)} that nothing explains."
    left_out = (
        f" Left out: {found.unknown:,} work items whose estimate is unknown, then or now." if found.unknown else ""
    )
    return said + left_out


def as_json(found: Bridge) -> str:
    """Everything shown, amounts as exact text."""
    rows = found.rows.with_columns(pl.col("amount").cast(pl.String), pl.col("day", "end_date").cast(pl.String))
    facts = {
        found.subject.level: found.subject.key,
        "name": found.subject.name,
        "compared_with": found.compared_with,
        "day": str(found.day),
        "as_of": str(found.until),
        "estimate_then": str(found.then),
        "estimate_now": str(found.now),
        "unknown_work_items": found.unknown,
        "parts": {part: str(amount) for part, amount in found.parts.items()},
        "rows": rows.to_dicts(),
    }
    return json.dumps(facts, indent=2, ensure_ascii=False)
