"""What can be wrong with oversight rules themselves."""

from __future__ import annotations

from typing import Final

from models.columns import choice, key, text
from models.table import Mart

REJECTED: Final = "rejected"
SAME_ORDER: Final = "same_order"
INACTIVE_ANSWER: Final = "inactive_answer"
UNREACHABLE: Final = "unreachable"
SHADOWED: Final = "shadowed"
NEVER_MATCHED: Final = "never_matched"
PROBLEMS: Final = (REJECTED, SAME_ORDER, INACTIVE_ANSWER, UNREACHABLE, SHADOWED, NEVER_MATCHED)


class OversightRuleLint(Mart):
    """One thing that is wrong with an active rule."""

    rule = key("The rule.")
    problem = choice(PROBLEMS, "What is wrong.", primary_key=True)
    detail = text("What exactly, and where.", nullable=False)
