"""A table of which only a piece is in memory at a time is taken in as if it were read as a whole."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from pyarrow import parquet

from models.settings import Settings
from pipelines import sources
from pipelines.export_files import ExportFile, FileInPieces, SourceError
from pipelines.formats.parquet_file import ParquetPieces
from pipelines.sources import Ingested, ingest
from tests.benchmarks.portfolio_world.options import SHUFFLED, Options
from tests.benchmarks.portfolio_world.writing import written

NOTE = "Export stopped due to excessive size. Use CSV for a complete export"
GROUP, CHUNK = 100, 250


def in_groups(folder: Path, to: Path) -> Path:
    """The same export, each table in groups of few rows, the largest ones in two files."""
    for file in folder.glob("*.parquet"):
        rows = parquet.read_table(file)
        half = rows.num_rows // 2
        parts = {"a": rows.slice(0, half), "b": rows.slice(half)} if rows.num_rows > CHUNK else {"a": rows}
        (to / file.stem).mkdir(parents=True)
        for name, part in parts.items():
            parquet.write_table(part, to / file.stem / f"{name}.parquet", row_group_size=GROUP)
    return to


def told(found: Ingested) -> dict[str, pl.DataFrame]:
    audits = {name: frame for name, frame in vars(found).items() if isinstance(frame, pl.DataFrame)}
    return {name: frame.sort(pl.all()) for name, frame in {**found.tables, **audits}.items()}


@pytest.mark.parametrize("order", ["natural", SHUFFLED])
def test_what_is_read_in_pieces_is_what_is_read_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    list(written(Options(100, order=order, copies=0.05), tmp_path / "world"))
    export = in_groups(tmp_path / "world", tmp_path / "export")
    whole = told(ingest(export, Settings()))
    lines: list[str] = []

    monkeypatch.setattr(sources, "CHUNK_ROWS", CHUNK)
    found = told(ingest(export, Settings(), lines.append))

    assert any("rows to read" in line for line in lines)
    assert {"duplicate_row", "conflicting_duplicate"} <= set(whole["quarantine"]["rule"])
    assert found.keys() == whole.keys()
    for name, frame in whole.items():
        assert found[name].equals(frame), name


def pieces_of(path: Path, columns: list[str] | None = None) -> list[tuple[list[str], list[int]]]:
    found = FileInPieces.of(ExportFile(path, path.name, "t")).read(columns)
    return [(piece.cells.columns, piece.row_number.to_list()) for piece in found]


def file_of(folder: Path, names: list[str], rows: list[list[str | None]]) -> Path:
    table = pa.Table.from_arrays([pa.array(list(cells)) for cells in zip(*rows, strict=True)], names=names)
    parquet.write_table(table, folder / "t.parquet", row_group_size=2)
    return folder / "t.parquet"


def test_pieces_are_numbered_on_and_have_the_columns_asked_for_the_last_one_all(tmp_path: Path) -> None:
    path = file_of(tmp_path, ["a", "b"], [[f"{row}", "x"] for row in range(5)])

    assert pieces_of(path) == [(["a", "b"], [1, 2]), (["a", "b"], [3, 4]), (["a", "b"], [5])]
    assert pieces_of(path, ["b"]) == [(["b"], [1, 2]), (["b"], [3, 4]), (["a", "b"], [5])]


@pytest.mark.parametrize("names", [["a", "a"], ["a", "a.b"]])
def test_where_names_are_not_clear_all_columns_are_read(tmp_path: Path, names: list[str]) -> None:
    path = file_of(tmp_path, names, [["1", "x"], ["2", "y"], ["3", "z"]])

    assert all(len(columns) == 2 for columns, _ in pieces_of(path, ["a"]))


def test_a_note_is_looked_for_at_the_end_only_whatever_columns_are_read(tmp_path: Path) -> None:
    path = file_of(tmp_path, ["a", "b"], [["1", "x"], [NOTE, None], ["2", "y"], [NOTE, None]])
    file = FileInPieces.of(ExportFile(path, "t.parquet", "t"))

    for columns in (None, ["b"]):
        first, last = file.read(columns)
        assert (first.row_number.to_list(), first.unreadable.height) == ([1, 2], 0)
        assert (last.row_number.to_list(), last.unreadable["row_number"].to_list()) == ([3], [4])


def test_a_file_that_changes_between_two_readings_is_refused(tmp_path: Path) -> None:
    path = file_of(tmp_path, ["a"], [["1"], ["2"], ["3"]])
    file = FileInPieces.of(ExportFile(path, "t.parquet", "t"))
    list(file.read())
    file_of(tmp_path, ["a"], [["1"], ["2"], ["4"]])

    with pytest.raises(SourceError, match=r"t\.parquet was changed while it was read"):
        list(file.read())


def test_currencies_written_in_any_piece_are_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    amounts = ["1", "EUR;2", "3", "4", "USD;5", "EUR;6"]
    lines = [[f"L{row}", "processed", "2026-01-05", amount] for row, amount in enumerate(amounts)]
    (tmp_path / "fm_expense_line").mkdir()
    file_of(tmp_path / "fm_expense_line", ["sys_id", "state", "date", "amount"], lines)
    monkeypatch.setattr(sources, "CHUNK_ROWS", 2)

    found = ingest(tmp_path, Settings(), indispensable=())

    ((file, column, reason),) = found.unused_input.rows()
    assert (file, column) == ("fm_expense_line/t.parquet", "amount")
    assert reason.startswith("the currency written in amounts (EUR, USD): ")


def test_a_table_of_whatever_size_takes_a_group_of_rows_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = file_of(tmp_path, ["a"], [[f"{row}"] for row in range(20)])
    read = parquet.ParquetFile.read_row_group
    taken: list[int] = []

    def counted(file: parquet.ParquetFile, place: int, **options: object) -> pa.Table:
        taken.append(place)
        return read(file, place, **options)

    monkeypatch.setattr(parquet.ParquetFile, "read_row_group", counted)
    pieces = ParquetPieces(path, "t.parquet").read()

    for place in range(10):
        next(pieces)
        assert taken == list(range(place + 1))
