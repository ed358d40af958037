"""The drift of cached figures as people read it, as machines do, and as rows for a file."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Final

import polars as pl
from rich.console import Console
from rich.text import Text

from models.drift_cause import AGREEING, CAUSE, ROUNDING, SECONDARY
from pipelines.drift.reconcile import RATE_METRICS, Drifting
from pipelines.figure_text import signed_text, value_text
from pipelines.page import titled_grid

SHOWN: Final = 20
NAMED: Final = 6
COLUMNS: Final = (
    *("number", "name", "work_item", "source_table", "sys_id", "metric", "cached", "computed", "difference"),
    *("cause", "further_causes", "explanation", "as_of", "other_causes"),
)
"""The columns of a file, names first."""


def show_drift(found: Drifting, console: Console, *, lists_all: bool) -> None:
    """Print how much has drifted and why, then the figures that are farthest off."""
    if not found.rows.is_empty():
        _show_causes(found, console)
        _show_worst(found, console, lists_all=lists_all)
    console.print(Text(f"\n{_verdict(found)}"))


def _show_causes(found: Drifting, console: Console) -> None:
    grid = titled_grid(f"Why cached figures are not ours, seen from {found.as_of}", "cause", "metric")
    grid.add_column("figures", justify="right")
    grid.add_column("off by, in all", justify="right")
    grid.add_column("what it means", overflow="fold")
    said: set[str] = set()
    for row in found.by_cause().iter_rows(named=True):
        cause = " + ".join(filter(None, (row["cause"], (row["further_causes"] or "").replace(", ", " + "))))
        drift = "" if row["drift"] is None else value_text(row["drift"])
        meaning = "" if cause in said else _meaning(row["cause"])
        grid.add_row(*map(Text, (cause, row["metric"], f"{row['figures']:,}", drift, meaning)))
        said.add(cause)
    console.print(grid)


def _meaning(cause: str) -> str:
    return f"{CAUSE[cause].said}."


def _show_worst(found: Drifting, console: Console, *, lists_all: bool) -> None:
    shown = found.rows if lists_all else found.rows.head(SHOWN)
    grid = titled_grid("Figures that have drifted, the farthest first", "record", "name", "metric")
    grid.columns[2].no_wrap = True
    for column in ("cached", "ours", "difference"):
        grid.add_column(column, justify="right", overflow="fold")
    grid.add_column("why", overflow="fold", ratio=1)
    for row in shown.iter_rows(named=True):
        unit = " %" if row["metric"] in RATE_METRICS else ""
        values = [value_text(row[side]) + (unit if row[side] is not None else "") for side in ("cached", "computed")]
        difference = "" if row["difference"] is None else signed_text(row["difference"])
        record = row["number"] or row["sys_id"]
        grid.add_row(*map(Text, (record, row["name"] or "", row["metric"], *values, difference, row["explanation"])))
    console.print(grid)
    if len(found.rows) > len(shown):
        console.print(Text(f"and {len(found.rows) - len(shown):,} more: --all shows them", style="dim"))


def _verdict(found: Drifting) -> str:
    """How many figures there are, how many have drifted, by how much, and what could not be compared."""
    compared = sum(found.compared.values())
    agreeing = sum(number for cause, number in found.compared.items() if cause in AGREEING)
    rounded = found.compared.get(ROUNDING, 0)
    up_to = f", {rounded:,} of them up to rounding" if rounded else ""
    said = [
        f"{agreeing:,} of {compared:,} cached figures are ours{up_to}."
        if compared
        else "The export has no cached figures: there is nothing to compare.",
        f"Amounts are off by {value_text(found.total)} in all, without those that only repeat other drift "
        f"({', '.join(SECONDARY)})."
        if not found.rows.is_empty()
        else "",
        _absent(found.not_exported) if compared else "",
    ]
    return " ".join(filter(None, said))


def _absent(columns: tuple[str, ...]) -> str:
    more = f" and {len(columns) - NAMED:,} more" if len(columns) > NAMED else ""
    return f"Not in the export: {', '.join(columns[:NAMED])}{more}." if columns else ""


def as_rows(found: Drifting) -> pl.DataFrame:
    """The figures that have drifted, for a file."""
    return found.rows.select(COLUMNS)


def as_json(found: Drifting, max_drift: Decimal | None) -> str:
    """Everything shown, amounts as exact text."""
    facts = {
        "as_of": str(found.as_of),
        "compared": found.compared,
        "not_exported": found.not_exported,
        "total_drift": str(found.total),
        "max_drift": None if max_drift is None else str(max_drift),
        "is_exceeded": max_drift is not None and found.total > max_drift,
        "causes": found.by_cause().to_dicts(),
        "figures": as_rows(found).to_dicts(),
    }
    return json.dumps(facts, default=str, indent=2, ensure_ascii=False)
