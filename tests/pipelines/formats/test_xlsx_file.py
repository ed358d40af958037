from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import polars as pl
import pytest
import xlsxwriter

from pipelines.formats.raw_table import RawTable
from pipelines.formats.xlsx_file import read_xlsx
from tests.pipelines.formats.reading import refusal, row_numbers, rows
from transforms.cell import as_text

DAY = {"num_format": "yyyy-mm-dd"}
MOMENT = {"num_format": "yyyy-mm-dd hh:mm:ss"}
JUNE = dt.datetime(2026, 6, 30)  # noqa: DTZ001
NOON = JUNE.replace(hour=12)


def written(folder: Path, fill: Callable[[xlsxwriter.Workbook], object]) -> Path:
    path = folder / "plans.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        fill(workbook)
    return path


def sheet(workbook: xlsxwriter.Workbook, *lines: list[Any], name: str | None = None) -> Any:
    """A sheet with these rows; dates are shown as days, other moments with their time."""
    added = workbook.add_worksheet(name)
    formats = {True: workbook.add_format(DAY), False: workbook.add_format(MOMENT)}
    for number, line in enumerate(lines):
        for place, cell in enumerate(line):
            if isinstance(cell, dt.datetime):
                added.write_datetime(number, place, cell, formats[cell.time() == dt.time()])
            elif cell is not None:
                added.write(number, place, cell)
    return added


def read(folder: Path, *sheets: list[list[Any]]) -> RawTable:
    path = written(folder, lambda workbook: [sheet(workbook, *lines) for lines in sheets])
    return read_xlsx(path, "plans.xlsx")


def column(folder: Path, *cells: Any) -> pl.Series:
    """A column of these cells, beside one that has something in every row."""
    return read(folder, [["n", "a"], *([number, cell] for number, cell in enumerate(cells))]).cells["a"]


def test_numbers_are_numbers(tmp_path: Path) -> None:
    found = column(tmp_path, 5, None, -7.25)

    assert found.dtype == pl.Float64
    assert found.to_list() == [5.0, None, -7.25]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.1 + 0.2, "0.3"),
        (1234.56789, "1234.56789"),
        (99999999999.9999, "99999999999.9999"),
        (1e-7, "0.0000001"),
        (1e20, "100000000000000000000"),
    ],
)
def test_numbers_among_text_have_fifteen_significant_digits_and_no_exponent(
    tmp_path: Path, number: float, text: str
) -> None:
    assert column(tmp_path, number, "x").to_list() == [text, "x"]


@pytest.mark.parametrize(
    ("number", "text"), [(0.1 + 0.2, "0.3"), (1234.56789, "1234.56789"), (1e15 / 3, "333333333333333")]
)
def test_numbers_alone_become_the_same_text(tmp_path: Path, number: float, text: str) -> None:
    assert as_text(column(tmp_path, number)).to_list() == [text]


def test_a_key_of_digits_only_keeps_them(tmp_path: Path) -> None:
    assert as_text(column(tmp_path, 123456789012345, 42)).to_list() == ["123456789012345", "42"]


def test_days_and_moments_are_moments(tmp_path: Path) -> None:
    found = column(tmp_path, JUNE, None, NOON)

    assert found.dtype == pl.Datetime("us")
    assert found.to_list() == [JUNE, None, NOON]


def test_days_and_moments_among_text_are_text(tmp_path: Path) -> None:
    assert column(tmp_path, JUNE, NOON, "2026-07-01").to_list() == ["2026-06-30", "2026-06-30 12:00:00", "2026-07-01"]


def test_truth_is_text(tmp_path: Path) -> None:
    assert column(tmp_path, True, False).to_list() == ["true", "false"]


def test_every_cell_of_a_mixed_column_is_the_text_of_its_own_type(tmp_path: Path) -> None:
    assert column(tmp_path, 1, True, "x", 2.5, None).to_list() == ["1", "true", "x", "2.5", None]


def test_text_loses_the_blanks_around_it_and_blank_text_is_null(tmp_path: Path) -> None:
    assert column(tmp_path, " x\ny ", "  ", "1,234.50").to_list() == ["x\ny", None, "1,234.50"]


def test_a_formula_is_its_result(tmp_path: Path) -> None:
    def fill(workbook: xlsxwriter.Workbook) -> None:
        added = sheet(workbook, ["number", "text", "nothing"])
        added.write_formula("A2", "=1+1.5", value=2.5)
        added.write_formula("B2", '="a"&"b"', value="ab")
        added.write_formula("C2", '=""', value="")

    assert rows(read_xlsx(written(tmp_path, fill), "plans.xlsx")) == [(1, 2.5, "ab", None)]


@pytest.mark.parametrize("error", ["#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"])
def test_an_error_is_text_and_never_an_empty_cell(tmp_path: Path, error: str) -> None:
    def fill(workbook: xlsxwriter.Workbook) -> None:
        added = sheet(workbook, ["key", "value"], [1, 2.5], [2, None], [3, 3.5])
        added.write_formula("B3", '=VLOOKUP("<",A1:B2,2)', value=error)

    assert rows(read_xlsx(written(tmp_path, fill), "plans.xlsx")) == [(1, 1.0, "2.5"), (2, 2.0, error), (3, 3.0, "3.5")]


def test_errors_are_found_on_every_sheet_wherever_its_cells_begin(tmp_path: Path) -> None:
    def fill(workbook: xlsxwriter.Workbook) -> None:
        for name, first_row, first_column in (("Q1", 0, 0), ("Q & 2", 3, 30)):
            added = workbook.add_worksheet(name)
            added.write_row(first_row, first_column, ["key", "value"])
            added.write(first_row + 1, first_column, name)
            added.write_formula(first_row + 1, first_column + 1, "=NA()", value="#N/A")

    found = read_xlsx(written(tmp_path, fill), "plans.xlsx")

    assert rows(found) == [(1, "Q1", "#N/A"), (2, "Q & 2", "#N/A")]


def test_errors_are_found_however_the_workbook_refers_to_its_sheets(tmp_path: Path) -> None:
    def fill(workbook: xlsxwriter.Workbook) -> None:
        sheet(workbook, ["key", "value"]).write_formula("B2", "=NA()", value="#N/A")

    with ZipFile(written(tmp_path, fill)) as parts, ZipFile(tmp_path / "other.xlsx", "w") as other:
        for name in parts.namelist():
            other.writestr(name, parts.read(name).replace(b'"worksheets/', b'"/xl/worksheets/'))

    assert rows(read_xlsx(tmp_path / "other.xlsx", "other.xlsx")) == [(1, None, "#N/A")]


def test_blank_rows_are_no_records(tmp_path: Path) -> None:
    lines = [[], ["a", "b"], [], ["1", None], ["  ", ""], [None, "2"], []]

    assert rows(read(tmp_path, lines)) == [(1, "1", None), (2, None, "2")]


def test_sheets_with_the_same_header_are_one_table_and_others_are_said_to_be_ignored(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        [["a", "b"], ["1", 2]],
        [["a", "c"], ["x", "y"]],
        [],
        [["a", "b"]],
        [["a", "b"], ["3", "text"], ["4", 5]],
    )

    assert rows(found) == [(1, "1", "2"), (2, "3", "text"), (3, "4", "5")]
    assert found.ignored == {"Sheet2": "a sheet with other columns than the first one"}


def test_the_first_sheet_with_anything_on_it_counts_even_if_it_is_hidden(tmp_path: Path) -> None:
    def fill(workbook: xlsxwriter.Workbook) -> None:
        workbook.add_worksheet("Empty")
        sheet(workbook, ["a"], ["1"]).hide()
        sheet(workbook, ["b"], ["2"], name="Shown").activate()

    found = read_xlsx(written(tmp_path, fill), "plans.xlsx")

    assert rows(found) == [(1, "1")]
    assert set(found.ignored) == {"Shown"}


def test_a_sheet_of_a_chart_has_no_rows(tmp_path: Path) -> None:
    def fill(workbook: xlsxwriter.Workbook) -> None:
        sheet(workbook, ["a"], [1])
        chart = workbook.add_chart({"type": "bar"})
        chart.add_series({"values": "=Sheet1!$A$2:$A$2"})
        workbook.add_chartsheet("Chart").set_chart(chart)

    assert rows(read_xlsx(written(tmp_path, fill), "plans.xlsx")) == [(1, 1.0)]


def test_the_first_row_with_anything_in_it_is_the_header_even_if_it_is_a_title(tmp_path: Path) -> None:
    found = read(tmp_path, [["Plans 2026"], [], ["a", "b"], ["1", "2"]])

    assert found.cells.columns == ["Plans 2026", "(column 2)"]
    assert rows(found) == [(1, "a", "b"), (2, "1", "2")]


def test_names_may_be_of_any_type_missing_or_repeated(tmp_path: Path) -> None:
    found = read(tmp_path, [["a", " a ", 2026, True, JUNE, None, "b"], ["1", "2", "3", "4", "5", "6", "7"]])

    assert found.cells.columns == ["a", "a (2)", "2026", "true", "2026-06-30", "(column 6)", "b"]
    assert found.repeated == {"a"}


def test_cells_beyond_the_header_are_a_column_without_a_name(tmp_path: Path) -> None:
    assert read(tmp_path, [["a"], ["1"], ["2", "note"]]).cells.columns == ["a", "(column 2)"]


@pytest.mark.parametrize("sheets", [[], [[]], [[[" "]], []]])
def test_a_workbook_with_nothing_in_it_is_a_table_without_columns(
    tmp_path: Path, sheets: list[list[list[Any]]]
) -> None:
    assert read(tmp_path, *sheets).cells.columns == []


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    found = read(tmp_path, [["a", "b"]])

    assert found.cells.columns == ["a", "b"]
    assert row_numbers(found) == []


GARBAGE = {
    "text": b"a,b\n1,2\n",
    "the beginning of an archive": b"PK\x03\x04",
    "an archive of nothing": b"PK\x05\x06" + bytes(18),
    "a workbook of before 2007, or with a password": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000),
}


@pytest.mark.parametrize("content", GARBAGE.values(), ids=GARBAGE)
def test_what_is_no_workbook_is_refused_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "plans.xlsx"
    path.write_bytes(content)

    text = refusal(read_xlsx, path)

    assert text.startswith("the/file can't be read as an Excel workbook: ")
    assert text.endswith(". Save it again as .xlsx.")


def test_a_workbook_that_is_cut_off_is_refused_wherever_it_is_cut(tmp_path: Path) -> None:
    path = written(tmp_path, lambda workbook: sheet(workbook, ["a"], ["1"]))
    whole = path.read_bytes()

    for length in range(1, len(whole), 101):
        path.write_bytes(whole[:length])
        assert "can't be read as an Excel workbook" in refusal(read_xlsx, path)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"])
@pytest.mark.parametrize("content", [b"", b"<worksheet"])
def test_a_workbook_with_a_damaged_part_is_refused(tmp_path: Path, part: str, content: bytes) -> None:
    whole = written(tmp_path, lambda workbook: sheet(workbook, ["a"], ["1"]))
    with ZipFile(whole) as parts, ZipFile(tmp_path / "damaged.xlsx", "w") as damaged:
        for name in parts.namelist():
            damaged.writestr(name, content if name == part else parts.read(name))

    refusal(read_xlsx, tmp_path / "damaged.xlsx")
