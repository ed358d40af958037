"""Text for files that people open in a spreadsheet: names that would be formulas there stay text.

A spreadsheet computes what begins with one of `= + - @`, also in full width or after blanks; and where it splits lines
at semicolons or tabs, a cell begins in the midst of a text. Before each such beginning goes an apostrophe, as people
type it themselves: also before one that begins so after apostrophes, so that taking one away gives the text again. A
text that is a number stays one.
"""

from __future__ import annotations

from typing import Final

import polars as pl

FORMULA: Final = r"""(?:["' \u00a0\u3000]*[=+\-@\uff1d\uff0b\uff0d\uff20])"""
AT_THE_BEGINNING: Final = r"""^(["'\s]*[=+\-@\uff1d\uff0b\uff0d\uff20]|'*[\t\r\n])"""
INSIDE: Final = rf"([;\t\r\n])({FORMULA})"
NUMBER: Final = r"^-?[0-9]+(?:\.[0-9]+)?$"


def without_formulas(rows: pl.DataFrame) -> pl.DataFrame:
    """The same rows; in columns of text, nothing is a formula."""
    return rows.with_columns(pl.col(name).pipe(_harmless) for name, dtype in rows.schema.items() if dtype == pl.String)


def _harmless(text: pl.Expr) -> pl.Expr:
    told = text.str.replace_all(INSIDE, "${1}'${2}").str.replace(AT_THE_BEGINNING, "'${1}")
    return pl.when(text.str.contains(NUMBER)).then(text).otherwise(told)
