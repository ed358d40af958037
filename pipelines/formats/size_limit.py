"""How large a table one file may become: a small file that unpacks to more than memory holds is refused.

Formats that compress, and records that each have columns of their own, make many cells of few bytes. No export of a
table does so: every row has at least a key of its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pipelines.formats.raw_table import SourceError

MOST_COLUMNS: Final = 16_384
"""As many as a spreadsheet has."""
FEW_CELLS: Final = 10_000_000
CELLS_A_BYTE: Final = 10
FEW_BYTES: Final = 2**28
BYTES_A_BYTE: Final = 50
"""Unpacked bytes for each one of the file; spreadsheets reach 20."""


def check_columns(name: str, columns: int) -> None:
    """Raise SourceError where a file has more columns than any table."""
    if columns > MOST_COLUMNS:
        raise SourceError(f"{name} has {columns:,} columns, and no table has more than {MOST_COLUMNS:,}. {_ADVICE}")


def check_cells(path: Path, name: str, cells: int) -> None:
    """Raise SourceError where a file holds far more cells, empty ones too, than its size explains."""
    if cells > max(FEW_CELLS, CELLS_A_BYTE * path.stat().st_size):
        raise SourceError(f"{name} holds {cells:,} cells, most of them empty or the same, {_in_so_few_bytes(path)}")


def check_unpacked(path: Path, name: str, size: int) -> None:
    """Raise SourceError where what a file unpacks to is far more than its size explains."""
    if size > max(FEW_BYTES, BYTES_A_BYTE * path.stat().st_size):
        raise SourceError(f"{name} unpacks to {size:,} bytes {_in_so_few_bytes(path)}")


_ADVICE: Final = "It is not read: export the table again, as CSV."


def _in_so_few_bytes(path: Path) -> str:
    return f"although it has only {path.stat().st_size:,} bytes: no export is like that. {_ADVICE}"
