"""Sentences about rows, for people to read."""

from __future__ import annotations

import polars as pl


def sentence(template: str, *columns: str | pl.Expr) -> pl.Expr:
    """The template with each `{}` filled from a column in turn; an empty value reads as `(empty)`.

    Made of `concat_str`, since Polars 2.1 panics in `pl.format` on columns of several chunks.
    """
    texts = template.split("{}")
    values = [(pl.col(c) if isinstance(c, str) else c).cast(pl.String).fill_null("(empty)") for c in columns]
    pieces = [
        piece for text, value in zip(texts, [*values, pl.lit("")], strict=True) for piece in (pl.lit(text), value)
    ]
    return pl.concat_str(pieces)
