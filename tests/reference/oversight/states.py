"""States of order records, and what follows from several of them."""

from collections.abc import Sequence

PENDING, OPEN, IN_PROGRESS, COMPLETE, SKIPPED = -5, 1, 2, 3, 7
MEANING = {
    PENDING: "draft scheduled new pending",
    OPEN: "open qualified acknowledged approved",
    IN_PROGRESS: "in_progress work_in_progress on_hold awaiting_information resolved cancellation_in_progress",
    COMPLETE: "closed_complete completed closed closed_incomplete failed",
    SKIPPED: "canceled cancelled rejected closed_skipped",
}


def state_of(text: str | None) -> int:
    """The state as a project task's; what is unknown is open."""
    spelled = (text or "").strip().lower()
    return next((state for state, words in MEANING.items() if spelled in words.split()), OPEN)


def folded(states: Sequence[int]) -> int:
    """The state of what has parts in these states."""
    if not states:
        return PENDING
    counted = [state for state in states if state != SKIPPED]
    if not counted:
        return SKIPPED
    if all(state == COMPLETE for state in counted):
        return COMPLETE
    if IN_PROGRESS in counted or COMPLETE in counted:
        return IN_PROGRESS
    return min(counted)


def folded_project(states: Sequence[int]) -> int:
    """The same for a project: open and pending are one."""
    state = folded(states)
    return PENDING if state == OPEN else state
