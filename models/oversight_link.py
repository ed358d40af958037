"""What oversight connects: lines with projects, records with project tasks, and what is copied between them."""

from __future__ import annotations

from typing import Final

import dataframely as dy

from models.columns import choice, date_time, key, key_text, text
from models.order import ORDER_TABLE, loose_reference
from models.table import Mart, Memory, State, Step
from models.vocabulary import PROJECT_TABLE, PROJECT_TASK_TABLE

BY_LINE: Final = "line"
BY_ORDER: Final = "order"
LEVELS: Final = (BY_LINE, BY_ORDER)


class LineProjectColumns(dy.Schema):
    """Which project oversees a line."""

    order_line_item = key("The line.")
    project = key_text("The project.")
    order = loose_reference(ORDER_TABLE, description="The line's order.")
    level = choice(LEVELS, "Whether it is the line's own project, or that of the whole order.", nullable=False)


class OversightLineState(LineProjectColumns, State):
    """One line and the project that was created for it or its order."""

    named = "oversight_line"


class RememberedLine(LineProjectColumns, Memory):
    """One line and its project, of the last published night."""

    reach = "whole"
    state = OversightLineState


class OrderLineItemProject(LineProjectColumns, Mart):
    """One line under oversight and its project."""


class LinkColumns(dy.Schema):
    """Which project task a domain order or order task is linked to."""

    record_table = key_text("The table of the record.")
    record = key_text("The domain order or order task.")
    project_task = text("The project task.", nullable=False)
    project = text("The project.", nullable=False)
    order_line_item = text("The line.")
    rule = text("The rule that linked it; empty where it is linked by what it is work for.")


class OversightLinkState(LinkColumns, State):
    """One domain order or order task that was ever linked."""

    named = "oversight_link"


class RememberedLink(LinkColumns, Memory):
    """One link of the last published night."""

    reach = "whole"
    state = OversightLinkState


class TaskLink(LinkColumns, Step):
    """One domain order or order task that is linked, by a rule or by the platform."""


class SourceTaskColumns(dy.Schema):
    """A record and its project task."""

    source = text("The record again, under the name that both tables of links share.", nullable=False)
    project_task = text("The project task.", nullable=False)
    project = text("The project.", nullable=False)
    order_line_item = text("The line.")
    rule = text("The rule that linked it; empty where the platform did, or what it is work for.")


class DomainOrderKey(dy.Schema):
    """Which domain order a row is about."""

    domain_order = key("The domain order.")


class DomainOrderProjectTask(DomainOrderKey, SourceTaskColumns, Mart):
    """One domain order and the project task it is linked to."""


class OrderTaskKey(dy.Schema):
    """Which order task a row is about."""

    order_task = key("The order task.")


class OrderTaskProjectTask(OrderTaskKey, SourceTaskColumns, Mart):
    """One order task and the project task it is linked to."""


class MappedFieldColumns(dy.Schema):
    """A value that was copied once, when its target was created."""

    target_table = choice((PROJECT_TABLE, PROJECT_TASK_TABLE), "The table of the target.", nullable=False)
    target = key("The project or project task.")
    target_field = key_text("The field that was written.")
    value = text("What was written; empty where the source was.")
    source_table = text("The table of the source.", nullable=False)
    source = text("The record that was read.", nullable=False)
    source_field = text("The field that was read.", nullable=False)
    map = text("The table map.", nullable=False)


class OversightMappedFieldState(MappedFieldColumns, State):
    """One value that was ever copied."""

    named = "oversight_mapped_field"


class RememberedMappedField(MappedFieldColumns, Memory):
    """One copied value of the last published night."""

    reach = "whole"
    state = OversightMappedFieldState


class OversightMappedField(MappedFieldColumns, Mart):
    """One field of a project or project task that was copied from what it was created for."""


class NoteColumns(dy.Schema):
    """A journal entry and where it is shown."""

    journal = key("The entry.")
    target_table = choice((PROJECT_TABLE, PROJECT_TASK_TABLE), "The table of the target.", nullable=False)
    target = text("The project or project task.", nullable=False)
    element = text("`work_notes` or `comments`.", nullable=False)
    value = text("What was written.")
    sys_created_on = date_time("When it was written.")
    sys_created_by = text("Who wrote it.")


class OversightNoteState(NoteColumns, State):
    """One note that was ever shown."""

    named = "oversight_note"


class RememberedNote(NoteColumns, Memory):
    """One note of the last published night."""

    reach = "whole"
    state = OversightNoteState


class OversightNote(NoteColumns, Mart):
    """One note or comment of an order record, on the project or project task that oversees it."""
