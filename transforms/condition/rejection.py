"""Why a condition can't be used: where in its text, and what was expected there."""

from __future__ import annotations


class Rejected(Exception):  # noqa: N818
    """A condition that can't be used. It matches nothing."""

    def __init__(self, position: int, expected: str) -> None:
        """`position` counts characters from 0; `expected` says what would have been right there."""
        super().__init__(f"at character {position}: {expected}")
        self.position = position
        self.expected = expected
