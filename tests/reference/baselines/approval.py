"""Which baselines a night takes because a work item has reached an approved state."""

import hashlib

from tests.reference.figures import Books
from tests.reference.schema import WORK_ITEMS

from .kept_rows import snapshot
from .memory import Baseline, Memory

FIGURES = {
    "planned_cost": "estimated_cost",
    "planned_benefit": "estimated_benefit",
    "actual_cost": "actual_cost",
    "budget_cost": "budget_cost",
}
"""Stream: the figure of a work item that is unknown where one of its amounts is."""


def taken(books: Books, memory: Memory) -> list[Baseline]:
    """One of each work item that is approved today and was not when it was last seen; a rerun takes none."""
    name = f"approval {books.as_of}"
    there = {baseline.key for baseline in memory.baselines}
    found = []
    for table in WORK_ITEMS:
        for row in books.admitted.rows(table):
            key = hashlib.sha256(f"baseline|{row.sys_id}|{name}".encode()).hexdigest()[:32]
            reached = _is_approved(books, table, row.text("state")) and not _is_approved(
                books, table, memory.states.get(row.sys_id)
            )
            if reached and key not in there:
                found.append(_baseline(books, key, name, row.sys_id))
    return found


def _is_approved(books: Books, table: str, state: str | None) -> bool:
    """By today's setting; states compare trimmed and without case."""
    approved = {word.strip().lower() for word in books.settings.approved_states.get(table, ())}
    return state is not None and state.strip().lower() in approved


def _baseline(books: Books, key: str, name: str, work_item: str) -> Baseline:
    known, rows = known_streams(books, work_item), tuple(snapshot(books, work_item, books.as_of))
    return Baseline(key, name, work_item, books.as_of, "approval", known, books.exchange.functional, rows)


def known_streams(books: Books, work_item: str) -> frozenset[str]:
    """The streams of a work item that are known tonight: their tables are there, and no amount lacks its rate."""
    money = books.own_money(work_item)
    return frozenset(stream for stream, figure in FIGURES.items() if money[figure] is not None)


def states(books: Books, memory: Memory) -> dict[str, str | None]:
    """The state in which each work item was last seen; one that is missing tonight keeps that of before."""
    today = {row.sys_id: row.text("state") for table in WORK_ITEMS for row in books.admitted.rows(table)}
    return {**memory.states, **today}
