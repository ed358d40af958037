"""Who may see and do what: Table 1 of the specification as data."""

from __future__ import annotations

from typing import Final

from models.columns import choice, text
from models.table import Mart

READ: Final = "read"
WRITE: Final = "write"
CONFIGURE: Final = "configure"
POST_NOTES: Final = "post_notes"
ACCESSES: Final = (READ, WRITE, CONFIGURE, POST_NOTES)


class AccessControl(Mart):
    """One right of a role on a relation, its own or inherited; or, without a relation, a role that it contains.

    A relation without a schema is one of `mart`.
    """

    role = text("The role.", nullable=False)
    contains_role = text("The role directly contained, by itself or as the way by which a right is inherited.")
    relation = text("The table; empty where the row only says that one role contains another.")
    access = choice(ACCESSES, "What the role may do.")
    inherited_from = text("The role whose right it is; empty for a right of its own.")
    condition = text("The plugin that must be active for the containment.")
