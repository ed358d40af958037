"""What is asked about: the record that has a sys_id, a number or a name, and the figure that it has."""

# ruff: noqa: S608 -- names of tables and columns come from the models

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from typing import Final, NamedTuple

from models.contribution_rule import SAME_FIGURE
from pipelines.explain.page import ExplainError
from pipelines.published_file import Ask

TABLES: Final = {
    "work item": "work_item",
    "program": "program",
    "portfolio": "portfolio",
    "cost plan": "cost_plan",
    "benefit plan": "benefit_plan",
    "planning item": "planning_item",
    "investment": "investment",
}
"""What has figures that can be explained, and the mart that holds them under a key of the same name."""
FIGURES: Final = """
    SELECT column_name AS name FROM duckdb_columns() WHERE schema_name = 'mart' AND table_name = ?
       AND data_type IN ('DECIMAL(38,4)', 'DOUBLE') AND column_name <> 'discount_rate' ORDER BY column_index
"""
"""The figures of a mart: its amounts and ratios, apart from the one that is entered."""
SIMILAR: Final = 4
FAR: Final = 4
"""How many letters a misspelt name may have wrong."""


SET_ASIDE: Final = """
    SELECT source_table, source_file, row_number, message FROM audit.quarantine
     WHERE source_table IN ('pm_project', 'dmn_demand', 'cost_plan', 'benefit_plan', 'pm_program', 'pm_portfolio',
                            'sn_align_core_planning_item', 'sn_invst_pln_investment')
       AND (sys_id = $1 OR contains(raw, $2))
     ORDER BY sys_id <> $1, source_table, source_file, row_number LIMIT 1
"""
"""A row that would have been a record of this sys_id, or that has this text, and was not admitted."""


class Item(NamedTuple):
    """A record with figures."""

    kind: str
    sys_id: str
    number: str
    name: str

    @property
    def table(self) -> str:
        """The mart that holds its figures, and the column that holds its key."""
        return TABLES[self.kind]

    @property
    def a_kind(self) -> str:
        """What kind it is, at the beginning of a sentence."""
        return f"{'An' if self.kind[0] in 'aeiou' else 'A'} {self.kind}"

    @property
    def called(self) -> str:
        """Its number, else its name, else its key."""
        return self.number or self.name or self.sys_id


class Candidate(NamedTuple):
    """A record, and how well it answers to a name: 1 = by sys_id, 2 = by number, 3 = by name."""

    rank: int
    item: Item


def item_of(ask: Ask, given: str, metric: str) -> Item:
    """The record of that sys_id, number or name; of several, the one that has the figure. Raises ExplainError."""
    text = given.strip()
    found = [candidate for kind in TABLES for candidate in _candidates(ask, kind, text)]
    best = [candidate.item for candidate in found if candidate.rank == min(other.rank for other in found)]
    if not best:
        raise ExplainError(_unknown(ask, text))
    fitting = [item for item in best if metric in metrics_of(ask, item)] or best
    if len(fitting) > 1:
        named = "; ".join(f"{item.kind} {item.called} ({item.sys_id})" for item in fitting)
        raise ExplainError(f"{text} is the name of {len(fitting)} records. Give a sys_id: {named}.")
    return fitting[0]


def _candidates(ask: Ask, kind: str, text: str) -> list[Candidate]:
    table = TABLES[kind]
    number, name = _names(ask, table)
    rank = f"CASE WHEN {table} = $1 THEN 1 WHEN upper({number}) = upper($1) THEN 2 ELSE 3 END"
    rows = ask(
        f"SELECT {table} AS sys_id, {number} AS number, {name} AS name, {rank} AS rank FROM mart.{table} "
        f"WHERE {table} = $1 OR upper({number}) = upper($1) OR upper({name}) = upper($1)",
        text,
    )
    return [Candidate(row["rank"], Item(kind, row["sys_id"], row["number"] or "", row["name"] or "")) for row in rows]


def _names(ask: Ask, table: str) -> tuple[str, str]:
    """The columns that hold number and name, where there are any."""
    columns = "SELECT column_name AS name FROM duckdb_columns() WHERE schema_name = 'mart' AND table_name = ?"
    held = {row["name"] for row in ask(columns, table)}
    number, name = (column if column in held else "NULL::VARCHAR" for column in ("number", "name"))
    return number, name


def _unknown(ask: Ask, text: str) -> str:
    """That nobody is called so, and who is called nearly so."""
    near = [name for table in TABLES.values() for name in _near(ask, table, text)]
    named = [name for _, name in sorted(set(near))][:SIMILAR]
    kinds = ", ".join(TABLES).replace(", investment", " or investment")
    aside = _set_aside(ask, text)
    hint = f"Did you mean {', '.join(named)}?" if named else "Look one up in mart.work_item and its neighbours."
    return f"There is no {kinds} with the sys_id, number or name {text}. {aside or hint}"


def _set_aside(ask: Ask, text: str) -> str:
    """That a row which says so was not admitted, and why; nothing where there is none."""
    rows = ask(SET_ASIDE, text, json.dumps(text, ensure_ascii=False))
    return "".join(
        f"But a row of {row['source_table']} that has it was set aside ({row['source_file']}, record "
        f"{row['row_number']}): {row['message']}"
        for row in rows
    )


def _near(ask: Ask, table: str, text: str) -> list[tuple[int, str]]:
    number, name = _names(ask, table)
    distance = "levenshtein(upper(called), upper($1))"
    names = f"SELECT DISTINCT unnest([{number}, {name}]) AS called FROM mart.{table}"
    rows = ask(
        f"SELECT called, {distance} AS far FROM ({names}) WHERE called <> '' AND far <= {FAR} ORDER BY far, called "
        f"LIMIT {SIMILAR}",
        text,
    )
    return [(row["far"], row["called"]) for row in rows if row["far"] < len(text)]


def metrics_of(ask: Ask, item: Item) -> list[str]:
    """The figures of a record; a work item's also by the names that base periods have for them."""
    own = [row["name"] for row in ask(FIGURES, item.table)]
    return [*own, *SAME_FIGURE] if item.kind == "work item" else own


def checked_metric(ask: Ask, item: Item, metric: str) -> str:
    """The figure's name. Raises ExplainError where the record has no such figure."""
    plain, known = metric.strip().lower(), metrics_of(ask, item)
    if plain in known:
        return plain
    raise ExplainError(f"{item.a_kind} has no figure {metric}. {_meant(plain, known)}It has {', '.join(known)}.")


def _meant(text: str, names: Sequence[str]) -> str:
    near = difflib.get_close_matches(text, names, n=SIMILAR, cutoff=0.5)
    return f"Did you mean {' or '.join(near)}? " if near else ""
