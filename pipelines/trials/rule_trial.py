"""A trial of new rules: what they would decide otherwise than the rules of an export, before anyone puts them live."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl
from rich.console import Console, Group, RenderableType
from rich.table import Table as Grid
from rich.text import Text

from models.audit import Admission
from models.catalogue import MEMORIES, SOURCES
from models.order import LINE_TABLE, ORDER_TABLE
from models.oversight import DECISION_TABLES, OversightDecision, OversightSetup
from models.oversight_rule import PPM_PLUGIN, OversightRule
from models.oversight_rule_lint import REJECTED, OversightRuleLint
from models.settings import Settings
from models.table import Table
from pipelines.sources import Ingested, admit_table, ingest
from transforms.catalogue import transforms_for
from transforms.oversight.rule_change import CHANGES, rule_changes

RULES: Final = OversightRule.table_name()
WANTED: Final[tuple[type[Table], ...]] = (OversightDecision, OversightRuleLint)
SHOWN: Final = 20


@dataclass(frozen=True)
class Trial:
    """What new rules would change, and which of them can't be used."""

    changes: pl.DataFrame
    """One row for each record that is decided otherwise; see `rule_changes`."""
    rejected: pl.DataFrame
    """`rule` and `detail` of each new rule that can't be used."""
    problems: pl.DataFrame
    """`rule`, `problem` and `detail` of whatever else is wrong with the new rules."""
    records: int
    """How many records are decided on, in all decision tables."""
    is_ppm_installed: bool
    """Whether anything is decided at all."""


def trial(rules: Path, source: Path, settings: Settings) -> Trial:
    """Decide on the orders of an export with its own rules and with new ones, nothing being remembered.

    Raises SourceError where the export or the rules can't be read.
    """
    outcome = ingest(source, settings, indispensable=((ORDER_TABLE,), (LINE_TABLE,)), only=_needed())
    new = admit_table(RULES, rules, settings)
    before = _night(outcome, outcome.tables.get(RULES), settings)
    after = _night(outcome, new.tables[RULES], settings)
    lint = after[OversightRuleLint].collect()
    unreadable = new.quarantine.select(rule=pl.col("sys_id").fill_null("(no sys_id)"), detail="message")
    rejected = lint.filter(problem=REJECTED).select("rule", "detail")
    return Trial(
        rule_changes(before[OversightDecision], after[OversightDecision]).collect(),
        pl.concat([unreadable, rejected]),
        lint.filter(pl.col("problem") != REJECTED),
        after[OversightDecision].select(pl.len()).collect().item(),
        after[OversightSetup].select("is_ppm_installed").collect().item(),
    )


def _needed() -> set[str]:
    """The source tables that decisions are made from."""
    inputs = {table for transform in transforms_for(WANTED) for table in transform.inputs.values()}
    return {name for name, table in SOURCES.items() if table in inputs}


def _night(outcome: Ingested, rules: pl.DataFrame | None, settings: Settings) -> dict[type[Table], pl.LazyFrame]:
    """The tables of a night over the export with these rules, as far as decisions need them."""
    empty = {table: table.create_empty(lazy=True) for table in (*SOURCES.values(), *MEMORIES.values())}
    read = {SOURCES[name]: rows.lazy() for name, rows in outcome.tables.items()}
    known = {Admission: outcome.admission.lazy(), OversightRule: OversightRule.create_empty(lazy=True)}
    frames: dict[type[Table], pl.LazyFrame] = {**empty, **read, **known}
    if rules is not None:
        frames[OversightRule] = rules.lazy()
    choices: dict[str, Any] = settings.model_dump()
    for transform in transforms_for(WANTED):
        frames[transform.table] = transform(frames, choices).collect(engine="streaming").lazy()
    return frames


def show_trial(found: Trial, console: Console, *, lists_changes: bool) -> None:
    """Print what would change on one page."""
    console.print(Group(*_parts(found, lists_changes=lists_changes)))


def _parts(found: Trial, *, lists_changes: bool) -> Iterator[RenderableType]:
    if len(found.rejected):
        yield _listed("Rules that can't be used; they match nothing", found.rejected, style="red")
    if len(found.problems):
        yield _listed("Worth a look", found.problems, style="yellow")
    yield _summary(found.changes)
    if lists_changes and len(found.changes):
        yield _listed(f"First {min(SHOWN, len(found.changes))} changes", found.changes.head(SHOWN))
    yield Text(f"\n{len(found.changes):,} of {found.records:,} decisions would change.")
    if not found.is_ppm_installed:
        yield Text(f"The export says that {PPM_PLUGIN} is not active: nothing is decided at all.", style="yellow")


def _summary(changes: pl.DataFrame) -> Grid:
    grid = _grid("Decisions that would change", "decision table")
    for change in CHANGES:
        grid.add_column(change, justify="right")
    for table in DECISION_TABLES:
        mine = changes.filter(decision_table=table)["change"]
        grid.add_row(table, *(f"{(mine == change).sum():,}" for change in CHANGES))
    return grid


def _listed(title: str, rows: pl.DataFrame, style: str = "") -> Grid:
    grid = _grid(title, *rows.columns)
    for row in rows.iter_rows():
        grid.add_row(*(Text("" if cell is None else str(cell)) for cell in row), style=style)
    return grid


def _grid(title: str, *columns: str) -> Grid:
    grid = Grid(title=f"\n{title}", title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in columns:
        grid.add_column(column, overflow="fold")
    return grid
