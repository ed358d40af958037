"""Stable ids: of what something is for, never of templates, rules, runs or clocks."""

import hashlib


def stable_id(*key: str) -> str:
    """The first 32 hex digits of SHA-256 of `kind|key`."""
    return hashlib.sha256("|".join(key).encode()).hexdigest()[:32]
