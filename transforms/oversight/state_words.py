"""What the states of orders, lines, domain orders and order tasks mean for projects and project tasks."""

from __future__ import annotations

import polars as pl

from models.order_state import APPROVED_STATES, OPEN, STATE_OF


def word(state: pl.Expr) -> pl.Expr:
    """A state as it is compared: trimmed, in lower case."""
    return state.str.strip_chars().str.to_lowercase()


def project_state(state: pl.Expr) -> pl.Expr:
    """-5 pending, 1 open, 2 in progress, 3 complete, 7 skipped; unknown words count as open."""
    return word(state).replace_strict(STATE_OF, default=OPEN, return_dtype=pl.Int64)


def is_unknown_state(state: pl.Expr) -> pl.Expr:
    """Whether a state is none of the platform's words."""
    return ~word(state).is_in(list(STATE_OF)).fill_null(value=False)


def is_approved_state(state: pl.Expr) -> pl.Expr:
    """Whether only an approved line can be in the state."""
    return word(state).is_in(APPROVED_STATES).fill_null(value=False)
