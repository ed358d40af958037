from __future__ import annotations

import bz2
import gzip
import hashlib
import json
import lzma
import os
import zlib
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
import xlsxwriter

from pipelines.export_files import FORMATS, ExportFile, SourceError, discover, read, read_with_fingerprint
from pipelines.formats.csv_file import read_csv
from pipelines.formats.raw_table import RawTable


def folder_of(source: Path, *names: str) -> Path:
    """A folder with a small CSV file under each name."""
    for name in names:
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a\n1\n", encoding="utf-8")
    return source


def found(source: Path) -> list[tuple[str, str, bool]]:
    """Name, table and readability of each file."""
    return [(file.name, file.table, file.readable) for file in discover(source)]


def zstd(content: bytes) -> bytes:
    return bytes(pa.compress(content, codec="zstd", asbytes=True))


def refusal(attempt: Callable[[], object]) -> str:
    with pytest.raises(SourceError) as fault:
        attempt()
    return str(fault.value)


def test_a_file_is_of_the_table_it_is_named_after(tmp_path: Path) -> None:
    assert found(folder_of(tmp_path, "pm_project.csv", "cost_plan.json")) == [
        ("cost_plan.json", "cost_plan", True),
        ("pm_project.csv", "pm_project", True),
    ]


def test_the_files_of_a_folder_are_parts_of_the_table_it_is_named_after(tmp_path: Path) -> None:
    source = folder_of(tmp_path, "cost_plan/2.csv", "cost_plan/1.parquet", "cost_plan/2026/06/1.xml")

    assert found(source) == [
        ("cost_plan/1.parquet", "cost_plan", True),
        ("cost_plan/2.csv", "cost_plan", True),
        ("cost_plan/2026/06/1.xml", "cost_plan", True),
    ]


@pytest.mark.parametrize("ending", [*FORMATS, ".CSV", ".Json", ".XLSX"])
def test_endings_count_in_any_case(tmp_path: Path, ending: str) -> None:
    assert found(folder_of(tmp_path, f"cost_plan{ending}")) == [(f"cost_plan{ending}", "cost_plan", True)]


@pytest.mark.parametrize("name", ["cost_plan", "cost_plan.txt", "cost_plan.csv.gz", "cost_plan.xls", "README.md"])
def test_files_with_other_endings_are_found_but_not_readable(tmp_path: Path, name: str) -> None:
    assert found(folder_of(tmp_path, name)) == [(name, Path(name).stem, False)]


def test_what_systems_and_spreadsheets_leave_behind_is_not_there(tmp_path: Path) -> None:
    source = folder_of(
        tmp_path,
        ".DS_Store",
        "~$cost_plan.xlsx",
        ".git/cost_plan.csv",
        "cost_plan/._1.csv",
        "cost_plan/~$1.xlsx",
        "cost_plan/.ipynb_checkpoints/1.csv",
        "cost_plan/1.csv",
    )

    assert [name for name, _, _ in found(source)] == ["cost_plan/1.csv"]


def test_a_hidden_folder_may_hold_the_export(tmp_path: Path) -> None:
    assert found(folder_of(tmp_path / ".export", "cost_plan.csv")) == [("cost_plan.csv", "cost_plan", True)]


def test_an_empty_folder_has_no_files(tmp_path: Path) -> None:
    (tmp_path / "cost_plan").mkdir()

    assert found(tmp_path) == []


def test_links_to_files_and_folders_are_files_and_folders(tmp_path: Path) -> None:
    folder_of(tmp_path / "elsewhere", "a.csv", "parts/1.csv")
    source = tmp_path / "source"
    (source / "benefit_plan").mkdir(parents=True)
    (source / "cost_plan").symlink_to(tmp_path / "elsewhere" / "parts")
    (source / "pm_project.csv").symlink_to(tmp_path / "elsewhere" / "a.csv")
    (source / "benefit_plan" / "1.csv").symlink_to(tmp_path / "elsewhere" / "a.csv")
    (tmp_path / "link").symlink_to(source)

    for folder in (source, tmp_path / "link"):
        assert found(folder) == [
            ("benefit_plan/1.csv", "benefit_plan", True),
            ("cost_plan/1.csv", "cost_plan", True),
            ("pm_project.csv", "pm_project", True),
        ]


def test_a_linked_folder_among_parts_is_not_entered_but_seen(tmp_path: Path) -> None:
    """It may lead back to where it is."""
    source = folder_of(tmp_path, "cost_plan/1.csv")
    (source / "cost_plan" / "all").symlink_to(source)

    assert found(source) == [("cost_plan/1.csv", "cost_plan", True), ("cost_plan/all", "cost_plan", False)]


@pytest.mark.parametrize("name", ["cost_plan.csv", "cost_plan/1.csv"])
def test_a_link_to_nothing_is_refused_where_it_is_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.symlink_to(tmp_path / "gone.csv")
    (file,) = discover(tmp_path)

    assert refusal(lambda: read(file)) == f"{name} can't be read: No such file or directory."


def test_a_folder_that_is_missing_or_no_folder_is_refused(tmp_path: Path) -> None:
    file = folder_of(tmp_path, "cost_plan.csv") / "cost_plan.csv"

    assert "does not exist. Name the folder" in refusal(lambda: discover(tmp_path / "gone"))
    assert "is a file, not a folder. Name the folder" in refusal(lambda: discover(file))


@pytest.mark.parametrize("within", ["", "cost_plan"])
def test_a_folder_that_may_not_be_listed_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, within: str
) -> None:
    source, closed, entries = folder_of(tmp_path, "cost_plan/1.csv"), tmp_path / within, Path.iterdir

    def denied(folder: Path) -> object:
        if folder == closed:
            raise PermissionError(13, "Permission denied")
        return entries(folder)

    monkeypatch.setattr(Path, "iterdir", denied)

    assert refusal(lambda: discover(source)) == f"The source {source} can't be listed: Permission denied."


@pytest.mark.parametrize("ending", FORMATS)
def test_a_linked_folder_with_the_ending_of_a_file_is_refused(tmp_path: Path, ending: str) -> None:
    source = folder_of(tmp_path / "source", "cost_plan/0.csv")
    (source / "cost_plan" / f"1{ending}").symlink_to(folder_of(tmp_path / "elsewhere", "2.csv"))
    _, linked = discover(source)

    assert refusal(lambda: read(linked)) == f"cost_plan/1{ending} can't be read: Is a directory."


def test_a_name_that_is_no_text_is_shown_as_far_as_it_is(tmp_path: Path) -> None:
    name = os.fsdecode("Pläne".encode("latin-1"))

    assert found(folder_of(tmp_path, f"{name}.csv", f"cost_plan/{name}.json")) == [
        ("Pl\N{REPLACEMENT CHARACTER}ne.csv", "Pl\N{REPLACEMENT CHARACTER}ne", True),
        ("cost_plan/Pl\N{REPLACEMENT CHARACTER}ne.json", "cost_plan", True),
    ]


@pytest.mark.parametrize("ending", FORMATS)
def test_a_file_whose_name_is_no_text_is_refused_with_what_to_do(tmp_path: Path, ending: str) -> None:
    source = folder_of(tmp_path, os.fsdecode(f"Pläne{ending}".encode("latin-1")))
    (file,) = discover(source)

    assert refusal(lambda: read(file)) == (
        f"Pl\N{REPLACEMENT CHARACTER}ne{ending} can't be read: its name is not UTF-8. Rename it."
    )


@pytest.mark.parametrize("ending", [*FORMATS, ".CSV"])
def test_a_file_without_a_byte_is_a_table_without_rows(tmp_path: Path, ending: str) -> None:
    (tmp_path / f"cost_plan{ending}").touch()
    (file,) = discover(tmp_path)

    table = read(file)

    assert table.cells.columns == []
    assert len(table.row_number) == table.unreadable.height == 0


@pytest.mark.parametrize("ending", [".csv", ".json", ".jsonl", ".xml"])
@pytest.mark.parametrize("blank", ["\n", " \r\n\t\n", "\ufeff\n"])
def test_a_file_of_blank_lines_is_a_table_without_rows(tmp_path: Path, ending: str, blank: str) -> None:
    (tmp_path / f"cost_plan{ending}").write_text(blank, encoding="utf-8")
    (file,) = discover(tmp_path)

    assert read(file).cells.columns == []


def write_csv(path: Path) -> None:
    path.write_text("sys_id,value\nB1,2.5\n", encoding="utf-8")


def write_json(path: Path) -> None:
    path.write_text('[{"sys_id": "B1", "value": 2.5}]', encoding="utf-8")


def write_json_lines(path: Path) -> None:
    path.write_text('{"sys_id": "B1", "value": 2.5}\n', encoding="utf-8")


def write_xml(path: Path) -> None:
    path.write_text("<unload><x><sys_id>B1</sys_id><value>2.5</value></x></unload>", encoding="utf-8")


def write_parquet(path: Path) -> None:
    pl.DataFrame({"sys_id": ["B1"], "value": [2.5]}).write_parquet(path)


def write_xlsx(path: Path) -> None:
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row("A1", ["sys_id", "value"])
        sheet.write_row("A2", ["B1", 2.5])


WRITERS = {
    ".csv": write_csv,
    ".json": write_json,
    ".jsonl": write_json_lines,
    ".parquet": write_parquet,
    ".xlsx": write_xlsx,
    ".xml": write_xml,
}


def test_every_format_is_tested() -> None:
    assert WRITERS.keys() == FORMATS.keys()


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("folder", ["export", "export [2026]", "année = 2026*", "%20 #1"])
def test_a_file_is_read_by_its_ending_wherever_it_is(tmp_path: Path, ending: str, folder: str) -> None:
    source = tmp_path / folder
    source.mkdir()
    WRITERS[ending](source / f"x{ending}")
    (file,) = discover(source)

    table = read(file)

    assert table.cells.select(pl.all().cast(pl.String)).rows() == [("B1", "2.5")]
    assert table.row_number.to_list() == [1]


NOTE = "Export stopped due to excessive size. Use CSV for a complete export"


def cut_workbook(path: Path) -> None:
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        for row, cells in enumerate([["a", "b"], [1.5, "x"], [2.5, "y"], [NOTE, None]]):
            for place, cell in enumerate(cells):
                sheet.write(row, place, cell)


CUT: dict[str, Callable[[Path], object]] = {
    "whole.csv": lambda path: path.write_text(f"a,b\n1.5,x\n2.5,y\n{NOTE},\n"),
    "short.csv": lambda path: path.write_text(f'a,b\n1.5,x\n2.5,y\n"{NOTE}"\n\n'),
    "list.json": lambda path: path.write_text(json.dumps([{"a": "1.5"}, {"a": "2.5"}, NOTE])),
    "last.json": lambda path: path.write_text(json.dumps({"result": [{"a": "1.5"}, {"a": "2.5"}, {"b": NOTE}]})),
    "lines.jsonl": lambda path: path.write_text(f'{{"a": "1.5"}}\n{{"a": "2.5"}}\n{NOTE}\n'),
    "unload.xml": lambda path: path.write_text(
        f"<unload><t><a>1.5</a></t><t><a>2.5</a></t><t><a/><b>{NOTE}</b></t></unload>"
    ),
    "typed.parquet": lambda path: pl.DataFrame({"a": [1.5, 2.5, None], "b": ["x", "y", NOTE]}).write_parquet(path),
    "book.xlsx": cut_workbook,
}


@pytest.mark.parametrize("name", CUT)
def test_the_note_of_a_cut_export_is_no_row_whatever_the_format(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    CUT[name](path)

    found = read(ExportFile(path, name, "t"))

    assert [float(cell) for cell in found.cells["a"]] == [1.5, 2.5]
    assert found.row_number.to_list() == [1, 2]
    ((number, raw),) = found.unreadable.rows()
    assert (number, raw.strip('"')) == (3, NOTE)


def test_the_note_of_a_workbook_does_not_make_text_of_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    cut_workbook(path)

    assert read(ExportFile(path, "t.xlsx", "t")).cells.dtypes == [pl.Float64, pl.String]


def test_a_fingerprint_is_of_the_bytes_that_were_read(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"a\n" + b"1\n" * 300_000)

    raw, fingerprint = read_with_fingerprint(ExportFile(path, "t.csv", "t"))

    assert raw.cells.height == 300_000
    assert fingerprint == (600_002, hashlib.sha256(path.read_bytes()).hexdigest())


@pytest.mark.parametrize("ending", [".csv", ".json", ".jsonl", ".xml"])
@pytest.mark.parametrize("packed", [gzip.compress, bz2.compress, lzma.compress, zlib.compress, zstd])
def test_text_that_is_compressed_is_refused_and_not_unpacked(
    tmp_path: Path, ending: str, packed: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / f"t{ending}"
    path.write_bytes(packed(b"a,b\n1,2\n"))

    text = refusal(lambda: read(ExportFile(path, path.name, "t")))

    assert text == f"t{ending} is compressed, or no text at all. Unpack it first, or export it again."


def test_a_record_that_begins_like_a_compressed_file_is_one(tmp_path: Path) -> None:
    """Once read as whole lines, records are given to a reader that unpacks what looks compressed."""
    path = tmp_path / "t.csv"
    path.write_bytes(b"a,b\nx\x01,2\n")

    assert read(ExportFile(path, "t.csv", "t")).cells.rows() == [("x\x01", "2")]


def test_a_file_that_is_replaced_while_it_is_read_is_refused_also_where_size_and_time_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a\n1\n")
    before = path.stat()

    def replaced_and_read(path: Path, name: str) -> RawTable:
        path.write_text("a\n2\n")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        return read_csv(path, name)

    monkeypatch.setitem(FORMATS, ".csv", replaced_and_read)

    assert "was changed while it was read" in refusal(lambda: read_with_fingerprint(ExportFile(path, "t.csv", "t")))


def test_a_file_that_is_written_to_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a\n1\n")

    def read_and_written_to(path: Path, name: str) -> RawTable:
        with path.open("a") as other:
            other.write("2\n")
        return read_csv(path, name)

    monkeypatch.setitem(FORMATS, ".csv", read_and_written_to)

    text = refusal(lambda: read_with_fingerprint(ExportFile(path, "t.csv", "t")))

    assert text == "t.csv was changed while it was read. Run again when the export is complete."
