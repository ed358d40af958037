from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from polars.testing import assert_frame_equal
from pyarrow import parquet

from pipelines.formats.parquet_file import read_parquet
from pipelines.formats.raw_table import RawTable
from tests.pipelines.formats.reading import refusal, row_numbers, rows
from transforms.cell import as_text

NOON = dt.datetime(2026, 6, 30, 12, tzinfo=dt.UTC)


def read(folder: Path, frame: pl.DataFrame) -> RawTable:
    path = folder / "plans.parquet"
    frame.write_parquet(path)
    return read_parquet(path, "plans.parquet")


TYPED = [
    pl.Series(["a", None]),
    pl.Series([Decimal("12345678901234.5678"), None], dtype=pl.Decimal(38, 4)),
    pl.Series([0.1 + 0.2, None], dtype=pl.Float64),
    pl.Series([0.5, None], dtype=pl.Float32),
    pl.Series([7, None], dtype=pl.Int64),
    pl.Series([7, None], dtype=pl.UInt8),
    pl.Series([dt.date(2026, 6, 30), None]),
    pl.Series([NOON.replace(tzinfo=None), None], dtype=pl.Datetime("ms")),
    pl.Series([NOON, None], dtype=pl.Datetime("us", "UTC")),
    pl.Series([NOON, None], dtype=pl.Datetime("ns", "Europe/London")),
    pl.Series([True, None]),
    pl.Series([b"abc", None]),
    pl.Series(["capex", None], dtype=pl.Enum(["capex", "opex"])),
    pl.Series(["capex", None], dtype=pl.Categorical()),
    pl.Series([[1, 2], None]),
    pl.Series([dt.time(12, 30), None]),
    pl.Series([None, None]),
]


@pytest.mark.parametrize("column", TYPED, ids=lambda column: str(column.dtype))
def test_columns_keep_their_types(tmp_path: Path, column: pl.Series) -> None:
    found = read(tmp_path, column.alias("a").to_frame())

    assert_frame_equal(found.cells, column.alias("a").to_frame())
    assert found.row_number.to_list() == [1, 2]
    assert found.unreadable.is_empty()


@pytest.mark.parametrize(
    ("reference", "value"),
    [
        ({"value": "X1", "link": "https://i/X1"}, "X1"),
        ({"display_value": "Plan", "link": "https://i/X1", "value": "X1"}, "X1"),
        ({"value": 7}, 7),
        ({"value": None, "link": None}, None),
    ],
)
def test_a_reference_kept_as_a_structure_is_its_value(tmp_path: Path, reference: dict[str, Any], value: Any) -> None:
    assert rows(read(tmp_path, pl.DataFrame({"task": [reference, None]}))) == [(1, value), (2, None)]


def test_any_other_structure_is_kept(tmp_path: Path) -> None:
    assert rows(read(tmp_path, pl.DataFrame({"task": [{"id": "X1"}]}))) == [(1, {"id": "X1"})]


def test_words_of_a_dictionary_are_text(tmp_path: Path) -> None:
    path = tmp_path / "plans.parquet"
    parquet.write_table(pa.table({"a": pa.array(["x", None, "x"]).dictionary_encode()}), path)

    assert as_text(read_parquet(path, "plans.parquet").cells["a"]).to_list() == ["x", None, "x"]


def test_columns_without_a_name_get_one(tmp_path: Path) -> None:
    found = read(tmp_path, pl.DataFrame({"": [1], "b ": [2], "b": [3]}))

    assert found.cells.columns == ["(column 1)", "b", "b (2)"]
    assert found.repeated == {"b"}


@pytest.mark.parametrize("frame", [pl.DataFrame(), pl.DataFrame(schema={"a": pl.String})])
def test_a_file_without_rows_is_a_table_without_rows(tmp_path: Path, frame: pl.DataFrame) -> None:
    found = read(tmp_path, frame)

    assert found.cells.columns == frame.columns
    assert row_numbers(found) == []


def test_of_two_columns_of_one_name_the_first_is_kept_under_it(tmp_path: Path) -> None:
    path = tmp_path / "plans.parquet"
    parquet.write_table(pa.table([[1], [2]], names=["a", "a"]), path)

    found = read_parquet(path, "plans.parquet")

    assert found.cells.to_dicts() == [{"a": 1, "a (2)": 2}]
    assert found.repeated == {"a"}


def test_references_of_several_columns_keep_apart(tmp_path: Path) -> None:
    found = read(tmp_path, pl.DataFrame({"task": [{"value": "X1"}], "parent": [{"value": "X2"}]}))

    assert found.cells.to_dicts() == [{"task": "X1", "parent": "X2"}]


def test_numbers_of_more_digits_than_any_amount_are_text(tmp_path: Path) -> None:
    path = tmp_path / "plans.parquet"
    parquet.write_table(pa.table({"a": pa.array([Decimal("1.5"), None], pa.decimal256(60, 20))}), path)

    assert rows(read_parquet(path, "plans.parquet")) == [(1, "1.50000000000000000000"), (2, None)]


def test_a_page_that_is_not_as_its_checksum_says_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plans.parquet"
    parquet.write_table(pa.table({"a": ["an amount"]}), path, compression="none", write_page_checksum=True)
    path.write_bytes(path.read_bytes().replace(b"an amount", b"no amount"))

    assert "can't be read as Parquet" in refusal(read_parquet, path)


def test_a_file_with_fewer_rows_than_it_says_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "plans.parquet"
    parquet.write_table(pa.table({"a": [1, 2, 3]}), path)
    whole = parquet.ParquetFile.read_row_group
    monkeypatch.setattr(parquet.ParquetFile, "read_row_group", lambda file, place: whole(file, place).slice(1))

    assert "it should have 3 rows, but has 2" in refusal(read_parquet, path)


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"PAR1", b"PAR1" + random.Random(1).randbytes(200) + b"PAR1"])
def test_what_is_not_parquet_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "plans.parquet"
    path.write_bytes(content)

    text = refusal(read_parquet, path)

    assert text.startswith("the/file can't be read as Parquet: ")
    assert "\n" not in text


def test_a_file_that_is_cut_off_is_refused_wherever_it_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "plans.parquet"
    pl.DataFrame({"sys_id": ["X1", "X2"], "value": [1.5, None]}).write_parquet(path)
    whole = path.read_bytes()

    for length in range(1, len(whole), 17):
        path.write_bytes(whole[:length])
        assert "can't be read as Parquet" in refusal(read_parquet, path)


def test_a_file_on_which_the_reader_gives_up_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Polars panics on some columns, which is no Exception."""
    path = tmp_path / "plans.parquet"
    parquet.write_table(pa.table({"a": [1]}), path)

    def give_up(*_: Any, **__: Any) -> None:
        raise pl.exceptions.PanicException("assertion failed")

    monkeypatch.setattr(pl, "from_arrow", give_up)

    assert refusal(read_parquet, path) == ("the/file can't be read as Parquet: assertion failed. Export it again.")


def test_names_of_folders_and_files_are_no_patterns_and_no_columns(tmp_path: Path) -> None:
    folder = tmp_path / "year=2026 [a]"
    folder.mkdir()
    pl.DataFrame({"a": [1]}).write_parquet(folder / "x*.parquet", mkdir=False)
    pl.DataFrame({"a": [2]}).write_parquet(folder / "xy.parquet")

    assert rows(read_parquet(folder / "x*.parquet", "x*.parquet")) == [(1, 1)]
