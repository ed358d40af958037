"""What the states of orders, lines, domain orders and order tasks mean for projects and project tasks."""

from __future__ import annotations

from typing import Final

PENDING: Final = -5
OPEN: Final = 1
IN_PROGRESS: Final = 2
COMPLETE: Final = 3
SKIPPED: Final = 7
STATE_OF: Final = {
    **dict.fromkeys(("draft", "scheduled", "new", "pending"), PENDING),
    **dict.fromkeys(("open", "qualified", "acknowledged", "approved"), OPEN),
    **dict.fromkeys(
        (
            "in_progress",
            "work_in_progress",
            "on_hold",
            "awaiting_information",
            "resolved",
            "cancellation_in_progress",
        ),
        IN_PROGRESS,
    ),
    **dict.fromkeys(("closed_complete", "completed", "closed", "closed_incomplete", "failed"), COMPLETE),
    **dict.fromkeys(("canceled", "cancelled", "rejected", "closed_skipped"), SKIPPED),
}
"""What an order's, line's, domain order's or order task's state means for a project task."""
APPROVED_STATES: Final = (
    "acknowledged",
    "scheduled",
    "in_progress",
    "on_hold",
    "awaiting_information",
    "completed",
)
"""States that a line reaches only once it is approved."""
STATE_MEANING: Final = "-5 pending, 1 open, 2 in progress, 3 complete, 7 skipped"
