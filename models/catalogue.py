"""Every table, by layer and name. The one place that imports all concepts."""

from __future__ import annotations

from models import (
    access,
    audit,
    baseline,
    baseline_source,
    baseline_variance,
    benefit,
    budget,
    contribution,
    cost,
    counted_row,
    currency,
    expense,
    figures,
    fiscal_calendar,
    history,
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
    project_currency,
    reconciliation,
    variance_bridge,
    work_item,
)
from models.table import Audit, Baseline, History, Mart, Memory, Source, State, Step, Table, View, tables_of

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
    history,
    baseline_source,
    baseline,
    baseline_variance,
    counted_row,
    contribution,
    variance_bridge,
    project_currency,
    reconciliation,
    *ORDER_CONCEPTS,
    audit,
)

SOURCES: dict[str, type[Table]] = tables_of(Source)
MEMORIES: dict[str, type[Table]] = tables_of(Memory)
STEPS: dict[str, type[Table]] = tables_of(Step)
STATES: dict[str, type[Table]] = tables_of(State)
BASELINES: dict[str, type[Table]] = tables_of(Baseline)
HISTORIES: dict[str, type[Table]] = tables_of(History)
MARTS: dict[str, type[Table]] = tables_of(Mart)
AUDITS: dict[str, type[Table]] = tables_of(Audit)
VIEWS: dict[str, type[Table]] = tables_of(View)
LAYERS = (SOURCES, MEMORIES, STEPS, STATES, BASELINES, HISTORIES, MARTS, AUDITS)
"""All tables that hold rows, in the order in which data travels through them."""
KEPT = (*STATES.values(), *BASELINES.values(), *HISTORIES.values())
"""Every table that the next run remembers."""
PUBLISHED_LAYERS = ("source", "state", "baseline", "history", "mart", "audit")
