"""Notes: what people wrote on orders, lines, domain orders and order tasks, on what oversees these."""

from __future__ import annotations

import dataframely as dy
import polars as pl

from models.order import JournalField
from models.oversight import OversightSetup
from models.oversight_link import OrderLineItemProject, OversightNoteState, RememberedNote, TaskLink
from models.oversight_project import ORDER_PROJECT, OversightProjectState
from models.vocabulary import PROJECT_TABLE, PROJECT_TASK_TABLE

ELEMENTS = ("work_notes", "comments")


def oversight_note(
    sys_journal_field: dy.LazyFrame[JournalField],
    order_line_item_project: dy.LazyFrame[OrderLineItemProject],
    oversight_project: dy.LazyFrame[OversightProjectState],
    task_link: dy.LazyFrame[TaskLink],
    oversight_setup: dy.LazyFrame[OversightSetup],
    remembered_note: dy.LazyFrame[RememberedNote],
) -> dy.LazyFrame[OversightNoteState]:
    """Notes remembered, and each journal entry that is new, once.

    Of a line on its project, of an order on the project by which it is run, of a domain order or order task on the
    project task that it is linked to.
    """
    as_one = oversight_project.filter(kind=ORDER_PROJECT)
    targets = pl.concat(
        [
            order_line_item_project.select(element_id="order_line_item", target="project", **_table(PROJECT_TABLE)),
            as_one.select(element_id="order", target="project", **_table(PROJECT_TABLE)),
            task_link.select(element_id="record", target="project_task", **_table(PROJECT_TASK_TABLE)),
        ]
    ).unique("element_id", keep="first", maintain_order=True)
    entries = sys_journal_field.with_columns(
        journal="sys_id", element=pl.col("element").str.strip_chars().str.to_lowercase()
    ).filter(pl.col("element").is_in(ELEMENTS))
    shown = entries.join(targets, on="element_id").join(remembered_note, on="journal", how="anti")
    columns = OversightNoteState.column_names()
    new = shown.join(oversight_setup, how="cross").filter("is_ppm_installed").select(columns)
    return OversightNoteState.cast(pl.concat([remembered_note.select(columns), new]))


def _table(name: str) -> dict[str, pl.Expr]:
    return {"target_table": pl.lit(name)}
