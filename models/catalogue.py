"""Every table, by layer and name. The one place that imports all concepts."""

from __future__ import annotations

from models import (
    audit,
    benefit,
    budget,
    cost,
    currency,
    expense,
    figures,
    fiscal_calendar,
    investment,
    planning_item,
    work_item,
)
from models.table import Audit, Mart, Source, Step, Table, tables_of

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
    audit,
)

SOURCES: dict[str, type[Table]] = tables_of(Source)
STEPS: dict[str, type[Table]] = tables_of(Step)
MARTS: dict[str, type[Table]] = tables_of(Mart)
AUDITS: dict[str, type[Table]] = tables_of(Audit)
PUBLISHED_LAYERS = ("source", "mart", "audit")
