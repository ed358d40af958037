"""Findings about files that may not hold all rows: exports that were cut off, and copies in the place of a part."""

from __future__ import annotations

from typing import Final

import dataframely as dy
import polars as pl

from models.audit import CompletenessFinding, Quarantine, SourceFile
from transforms.export_note import TRUNCATED_EXPORT
from transforms.findings.finding import found
from transforms.sentence import sentence

EXPORT_LIMIT: Final = 10_000
"""Rows at which the platform stops by default: list exports of every format, and the Table API."""
IS_FULL: Final = pl.col("rows_read") == EXPORT_LIMIT
SHOWN_FILES: Final = 3
DIGITS: Final = 20


def completeness_finding(
    source_file: dy.LazyFrame[SourceFile], quarantine: dy.LazyFrame[Quarantine]
) -> dy.LazyFrame[CompletenessFinding]:
    """Files that say that they were cut off, that look so by their size or rows, and that are there twice."""
    parts = [
        truncated_export(quarantine),
        suspicious_row_count(source_file),
        empty_file(source_file),
        same_file_twice(source_file),
    ]
    return CompletenessFinding.cast(pl.concat(parts))


def truncated_export(quarantine: pl.LazyFrame) -> pl.LazyFrame:
    """One finding for each file that ends in the platform's note that it cut the export off."""
    notes = quarantine.filter(pl.col("rule") == TRUNCATED_EXPORT)
    message = sentence(
        "{} is cut off: its last row is the platform's note {}. Rows of {} are missing, and their money with them. "
        "Export the table again, in parts below the limit or with a higher one.",
        *("source_file", "raw", "source_table"),
    )
    return found(notes, "truncated_export", message, source_table=pl.col("source_table"))


def suspicious_row_count(source_file: pl.LazyFrame) -> pl.LazyFrame:
    """One finding for each table with files of exactly 10,000 rows that paging does not explain.

    Paging explains them where every file of the table, or of its folder in the export, has exactly 10,000 rows except
    the last: then each is followed by another one, and only the last may have been cut off.
    """
    folder = pl.col("source_file").str.replace(r"[^/]*$", "")
    is_page = _is_followed_page("source_table") | _is_followed_page("source_table", "folder")
    suspicious = source_file.with_columns(place=_place(), folder=folder).filter(IS_FULL & ~is_page)
    names = pl.col("source_file").sort_by("place").head(SHOWN_FILES).str.join(", ")
    more = pl.when(pl.len() > SHOWN_FILES).then(sentence(" and {} more", pl.len() - SHOWN_FILES)).otherwise(pl.lit(""))
    tables = suspicious.group_by("source_table").agg(names=names, more=more)
    message = sentence(
        "{}{}: exactly 10,000 rows, where lists and the Table API stop by default, and no further page follows. "
        "Compare with the number of rows that {} has in the platform.",
        *("names", "more", "source_table"),
    )
    return found(tables, "suspicious_row_count", message, source_table=pl.col("source_table"))


def _is_followed_page(*series: str) -> pl.Expr:
    """Whether a file is not the last one of a series in which all others are full."""
    is_last = pl.col("place") == pl.col("place").max().over(series)
    return ~is_last & (IS_FULL | is_last).all().over(series)


def _place() -> pl.Expr:
    """A text by which files sort as people number them, part-9 before part-10; no two files have the same."""
    padded = pl.col("source_file").str.replace_all(r"(\d+)", "0" * DIGITS + "$1")
    natural = padded.str.replace_all(rf"\d*(\d{{{DIGITS}}})", "$1")
    return pl.concat_str(natural, pl.lit("\n"), "source_file")


def empty_file(source_file: pl.LazyFrame) -> pl.LazyFrame:
    """One finding for each file without a byte: a table without rows would have a header, or brackets."""
    message = sentence(
        "{} has nothing in it, not even a header: {} counts as having no rows there. "
        "Where writing it has failed, rows and their money are missing: export it again.",
        *("source_file", "source_table"),
    )
    return found(source_file.filter(pl.col("bytes") == 0), "empty_file", message, source_table=pl.col("source_table"))


def same_file_twice(source_file: pl.LazyFrame) -> pl.LazyFrame:
    """One finding for each file with rows that is the same, byte for byte, as an earlier one of its table."""
    first = pl.col("source_file").min().over("source_table", "sha256")
    copies = source_file.filter(pl.col("rows_read") > 0).with_columns(first=first)
    repeated = copies.filter(pl.col("source_file") != pl.col("first"))
    message = sentence(
        "{} is byte for byte the same as {}: its {} rows are copies and count once. "
        "The part of {} that should be in its place may be missing.",
        *("source_file", "first", "rows_read", "source_table"),
    )
    return found(repeated, "same_file_twice", message, source_table=pl.col("source_table"))
