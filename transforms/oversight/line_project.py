"""Which project oversees each line: its own, or that of the whole order."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.oversight import COVERED, OVERSEEN, LineDecision, OrderLine
from models.oversight_link import BY_LINE, BY_ORDER, OrderLineItemProject, OversightLineState, RememberedLine
from models.oversight_project import LINE_PROJECT, ORDER_PROJECT
from transforms.oversight.identity import identity


def oversight_line(
    order_line: dy.LazyFrame[OrderLine],
    line_decision: dy.LazyFrame[LineDecision],
    remembered_line: dy.LazyFrame[RememberedLine],
) -> dy.LazyFrame[OversightLineState]:
    """Lines remembered with their project, and those that get one now.

    A line that is overseen by rule gets a project of its own; one that its order's project covers, that one. A line
    keeps the project that it has.
    """
    decided = order_line.join(line_decision, left_on="order_line_item", right_on="record")
    unlinked = decided.filter(pl.col("existing_project").is_null())
    own = decided.filter(pl.col("outcome").is_in(OVERSEEN)).with_columns(
        project=identity(LINE_PROJECT, "order_line_item"), level=pl.lit(BY_LINE)
    )
    covered = unlinked.filter(outcome=COVERED).with_columns(
        project=identity(ORDER_PROJECT, "order"), level=pl.lit(BY_ORDER)
    )
    columns = OversightLineState.column_names()
    new = pl.concat([own.select(columns), covered.select(columns)])
    unknown = new.join(remembered_line, on="order_line_item", how="anti")
    return OversightLineState.cast(pl.concat([remembered_line.select(columns), unknown]))


def order_line_item_project(
    order_line: dy.LazyFrame[OrderLine], oversight_line: dy.LazyFrame[OversightLineState]
) -> dy.LazyFrame[OrderLineItemProject]:
    """Every line under oversight with its project; a project that the platform has linked to the line goes first."""
    linked = order_line.filter(pl.col("existing_project").is_not_null())
    columns = OrderLineItemProject.column_names()
    existing = linked.with_columns(project="existing_project", level=pl.lit(BY_LINE)).select(columns)
    others = oversight_line.join(existing, on="order_line_item", how="anti")
    return OrderLineItemProject.cast(pl.concat([existing, others.select(columns)]))
