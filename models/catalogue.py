"""Every table, by layer and name. The one place that imports all concepts."""

from __future__ import annotations

from models import (
    access,
    audit,
    benefit,
    budget,
    cost,
    currency,
    expense,
    figures,
    fiscal_calendar,
    investment,
    order,
    oversight,
    oversight_rule,
    planning_item,
    work_item,
)
from models.table import Audit, Mart, Memory, Source, State, Step, Table, tables_of

CONCEPTS = (
    fiscal_calendar,
    work_item,
    cost,
    benefit,
    expense,
    investment,
    planning_item,
    budget,
    currency,
    figures,
    order,
    oversight_rule,
    oversight,
    access,
    audit,
)

SOURCES: dict[str, type[Table]] = tables_of(Source)
MEMORIES: dict[str, type[Table]] = tables_of(Memory)
STEPS: dict[str, type[Table]] = tables_of(Step)
STATES: dict[str, type[Table]] = tables_of(State)
MARTS: dict[str, type[Table]] = tables_of(Mart)
AUDITS: dict[str, type[Table]] = tables_of(Audit)
LAYERS = (SOURCES, MEMORIES, STEPS, STATES, MARTS, AUDITS)
"""All tables, in the order in which data travels through them."""
PUBLISHED_LAYERS = ("source", "state", "mart", "audit")
