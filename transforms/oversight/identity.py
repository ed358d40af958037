"""The ids of what oversight creates: always the same for the same thing, on every machine and in every run."""

from __future__ import annotations

import hashlib
from typing import Final

import polars as pl

DIGITS: Final = 32


def identity(kind: str, *key: str | pl.Expr) -> pl.Expr:
    """The first 32 hex digits of SHA-256 of `kind|key`, keys of several parts joined by `|`; null where one is null.

    Made of what a thing is for, never of its template, its rule, the run or the clock.
    """
    text = pl.concat_str(pl.lit(kind), *key, separator="|")
    return text.map_batches(_digests, return_dtype=pl.String, is_elementwise=True)


def _digests(texts: pl.Series) -> pl.Series:
    return pl.Series([None if text is None else _digest(text) for text in texts], dtype=pl.String)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]
