"""How large a table a file may become, at the edges of what is allowed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.formats.raw_table import SourceError
from pipelines.formats.size_limit import (
    BYTES_A_BYTE,
    CELLS_A_BYTE,
    FEW_BYTES,
    FEW_CELLS,
    MOST_COLUMNS,
    check_cells,
    check_columns,
    check_unpacked,
)
from pipelines.formats.xlsx_parts import column_number


def of_size(path: Path, size: int) -> Path:
    """A file of so many bytes, that takes no room."""
    with path.open("wb") as file:
        file.truncate(size)
    return path


def refusal(check: Callable[[], None]) -> str:
    with pytest.raises(SourceError) as fault:
        check()
    return str(fault.value)


def test_a_small_file_holds_ten_million_cells(tmp_path: Path) -> None:
    file = of_size(tmp_path / "a", 1)

    check_cells(file, "a", FEW_CELLS)

    assert refusal(lambda: check_cells(file, "a.csv", FEW_CELLS + 1)) == (
        "a.csv holds 10,000,001 cells, most of them empty or the same, although it has only 1 bytes: no export is like "
        "that. It is not read: export the table again, as CSV."
    )


def test_a_large_file_holds_ten_cells_a_byte(tmp_path: Path) -> None:
    file = of_size(tmp_path / "a", FEW_CELLS)

    check_cells(file, "a", CELLS_A_BYTE * FEW_CELLS)

    assert "holds" in refusal(lambda: check_cells(file, "a", CELLS_A_BYTE * FEW_CELLS + 1))


@pytest.mark.parametrize(("size", "most"), [(1, FEW_BYTES), (FEW_BYTES, BYTES_A_BYTE * FEW_BYTES)])
def test_it_unpacks_to_256_mebibytes_or_fifty_times_its_size(tmp_path: Path, size: int, most: int) -> None:
    file = of_size(tmp_path / "a", size)

    check_unpacked(file, "a", most)

    assert f"unpacks to {most + 1:,} bytes" in refusal(lambda: check_unpacked(file, "a", most + 1))


def test_it_has_as_many_columns_as_a_spreadsheet() -> None:
    check_columns("a", MOST_COLUMNS)

    assert column_number("XFD") == MOST_COLUMNS
    assert "has 16,385 columns" in refusal(lambda: check_columns("a", MOST_COLUMNS + 1))
