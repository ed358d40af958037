from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines.formats.raw_table import RawTable, SourceError

Reader = Callable[[Path, str], RawTable]


def rows(table: RawTable) -> list[tuple[Any, ...]]:
    """Row number and cells of each row."""
    assert len(table.row_number) == table.cells.height
    return [(number, *cells) for number, cells in zip(table.row_number, table.cells.iter_rows(), strict=True)]


def refusal(reader: Reader, path: Path) -> str:
    """Why a file is not read; the reason names it."""
    with pytest.raises(SourceError) as fault:
        reader(path, "the/file")
    assert str(fault.value).startswith(("the/file ", "The header of the/file "))
    return str(fault.value)


def row_numbers(table: RawTable) -> list[int]:
    """Of all records, readable or not, in order."""
    return sorted([*table.row_number, *table.unreadable["row_number"]])
