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
    order_money,
    order_state,
    oversight,
    oversight_link,
    oversight_project,
    oversight_rule,
    oversight_rule_lint,
    planning_item,
    work_item,
)
from models.table import Audit, Mart, Memory, Source, State, Step, Table, tables_of

ORDER_CONCEPTS = (
    order,
    order_state,
    oversight_rule,
    oversight,
    oversight_project,
    oversight_link,
    oversight_rule_lint,
    order_money,
    access,
)
"""What there is besides finance."""
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
    *ORDER_CONCEPTS,
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
