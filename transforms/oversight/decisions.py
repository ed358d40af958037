"""The decisions of all decision tables together."""

from __future__ import annotations

from typing import NamedTuple

import dataframely as dy
import polars as pl

from models.oversight import (
    DOMAIN_ORDER,
    LINE,
    ORDER,
    ORDER_TASK,
    PROGRAM,
    RECORD_TABLES,
    SITE,
    DomainOrderDecision,
    LineDecision,
    OrderDecision,
    OrderTaskDecision,
    OversightDecision,
    ProgramDecision,
    SiteDecision,
)


class Decisions(NamedTuple):
    """What each decision table says of its records."""

    program_decision: dy.LazyFrame[ProgramDecision]
    order_decision: dy.LazyFrame[OrderDecision]
    line_decision: dy.LazyFrame[LineDecision]
    site_decision: dy.LazyFrame[SiteDecision]
    domain_order_decision: dy.LazyFrame[DomainOrderDecision]
    order_task_decision: dy.LazyFrame[OrderTaskDecision]

    def by_table(self) -> dict[str, pl.LazyFrame]:
        """The decisions by the name of their decision table."""
        return dict(zip((PROGRAM, ORDER, LINE, SITE, DOMAIN_ORDER, ORDER_TASK), self, strict=True))


def oversight_decision(decisions: Decisions) -> dy.LazyFrame[OversightDecision]:
    """Every record of every decision table, with what was decided and why."""
    columns = OversightDecision.column_names()
    named = [
        decision.with_columns(decision_table=pl.lit(name), record_table=pl.lit(RECORD_TABLES[name])).select(columns)
        for name, decision in decisions.by_table().items()
    ]
    return OversightDecision.cast(pl.concat(named))
