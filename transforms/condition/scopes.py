"""What the conditions of each decision table can name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from models.order import DOMAIN_ORDER_TABLE, LINE_TABLE
from models.oversight import DOMAIN_ORDER, LINE, ORDER, ORDER_TASK, PROGRAM, RECORD_TABLES, SITE
from transforms.condition.field import Scope

TOP_DOMAIN_ORDER: Final = "@domain_order"
LINE_OF_TASK: Final = "@order_line_item"
RESOLVED: Final = {TOP_DOMAIN_ORDER: DOMAIN_ORDER_TABLE, LINE_OF_TASK: LINE_TABLE}
"""An order task's domain order is at the top of its parents, its line may be that of its domain order."""

OF_ORDER: Final[Mapping[str, tuple[str, ...]]] = {"order": ()}
OF_LINE: Final[Mapping[str, tuple[str, ...]]] = {
    "order_line_item": (),
    "order": ("order",),
    "location": ("location",),
}
INPUTS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    PROGRAM: OF_ORDER,
    ORDER: OF_ORDER,
    LINE: OF_LINE,
    SITE: OF_LINE,
    DOMAIN_ORDER: {
        "domain_order": (),
        "order_line_item": ("order_line_item",),
        "order": ("order_line_item", "order"),
    },
    ORDER_TASK: {
        "order_task": (),
        "domain_order": (TOP_DOMAIN_ORDER,),
        "order_line_item": (LINE_OF_TASK,),
        "order": (LINE_OF_TASK, "order"),
    },
}


def scope(decision_table: str, present: Collection[str]) -> Scope:
    """What conditions of the decision table can name where the export has the tables `present`."""
    return Scope(RECORD_TABLES[decision_table], INPUTS[decision_table], RESOLVED, frozenset(present))
