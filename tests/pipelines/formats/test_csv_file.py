from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.formats.csv_file import LONGEST_RECORD, WIDEST_PATTERN, read_csv
from pipelines.formats.raw_table import RawTable
from tests.pipelines.formats.reading import refusal, row_numbers, rows

laws = settings(deadline=None, max_examples=100)


def read(content: str | bytes) -> RawTable:
    with TemporaryDirectory() as folder:
        return read_csv(written(Path(folder), content), "lines.csv")


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "lines.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def broken(table: RawTable) -> list[tuple[int, str]]:
    return table.unreadable.rows()


class Style(NamedTuple):
    """How a program writes CSV."""

    quoting: Any
    line_end: str


STYLES = [
    Style(csv.QUOTE_MINIMAL, "\r\n"),
    Style(csv.QUOTE_ALL, "\r\n"),
    Style(csv.QUOTE_ALL, "\n"),
    Style(csv.QUOTE_NONNUMERIC, "\n"),
]
field = st.one_of(
    st.text('",\n\r a', max_size=6), st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)
)
tables = st.integers(2, 4).flatmap(lambda width: st.lists(st.lists(field, min_size=width, max_size=width), max_size=8))


def line_of(fields: list[str], style: Style) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=style.quoting, lineterminator=style.line_end).writerow(fields)
    return text.getvalue()


@laws
@given(
    table=tables,
    style=st.sampled_from(STYLES),
    mark=st.sampled_from(["", "\ufeff"]),
    blank_lines=st.lists(st.sampled_from(["", "\n", "\r\n", " \n\n"]), min_size=8),
    ended=st.booleans(),
)
def test_whatever_a_csv_writer_writes_is_read_cell_by_cell(
    table: list[list[str]], style: Style, mark: str, blank_lines: list[str], *, ended: bool
) -> None:
    names = [f"c{place}" for place in range(len(table[0]) if table else 2)]
    text = mark + line_of(names, style)
    for fields, blank in zip(table, blank_lines, strict=False):
        text += blank + line_of(fields, style)

    found = read(text if ended else text.removesuffix(style.line_end))

    assert found.cells.columns == names
    assert [[cell or "" for cell in row] for row in found.cells.iter_rows()] == [
        [cell.replace("\r\n", "\n") for cell in row] for row in table
    ]
    assert found.row_number.to_list() == list(range(1, len(table) + 1))
    assert broken(found) == []


def test_a_line_break_inside_a_field_is_one_character_and_the_record_one_record() -> None:
    assert rows(read('a,b\r\n1,"x\r\n\r\ny"\r\n2,"x\ry"\r\n')) == [(1, "1", "x\n\ny"), (2, "2", "x\ry")]


def test_blank_lines_between_records_are_no_records() -> None:
    assert rows(read("\n \n\na,b\n\n1,2\n\n\n3,4\n\n")) == [(1, "1", "2"), (2, "3", "4")]


def test_nothing_between_separators_is_null_and_quotes_around_nothing_are_empty_text() -> None:
    assert rows(read('a,b\n,""\n')) == [(1, None, "")]


def test_blanks_are_kept() -> None:
    assert rows(read("a,b\n 1 ,\t\n")) == [(1, " 1 ", "\t")]


BROKEN = {
    "short": "2",
    "long": "2,x,y",
    "quote not closed": '2,"x',
    "text after the closing quote": '2,"x"y',
    "no text": "2,x\0",
    "no text in quotes": '2,"x\0"',
}


@pytest.mark.parametrize("line", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("rest", ["3,4\n5,6\n", '3,"4"\n\n"5","6"\n', '"3","a,b"\n"5","a\nb"\n'])
def test_a_broken_line_is_one_unreadable_record_and_no_other_is_lost(line: str, rest: str) -> None:
    whole = rows(read(f"a,b\n1,x\n2,y\n{rest}"))

    found = read(f"a,b\n1,x\n{line}\n{rest}")

    assert rows(found) == [row for row in whole if row[0] != 2]
    assert broken(found) == [(2, line)]


@pytest.mark.parametrize("line", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n"])
def test_a_file_cut_in_the_middle_of_a_record_ends_with_an_unreadable_one(line: str, end: str) -> None:
    found = read(f"a,b\n1,x\n{line}{end}")

    assert rows(found) == [(1, "1", "x")]
    assert broken(found) == [(2, line)]


def test_a_quote_inside_a_field_without_quotes_is_a_character() -> None:
    assert rows(read('a,b\n1,24" screen\n2, "x"\n')) == [(1, "1", '24" screen'), (2, "2", ' "x"')]


def test_between_quotes_everything_is_one_field_even_lines_that_look_like_records() -> None:
    assert rows(read('a,b\n1,"x\n2,y\n3,"\n4,z\n')) == [(1, "1", "x\n2,y\n3,"), (2, "4", "z")]


def test_every_line_of_a_record_over_several_lines_with_too_few_fields_is_looked_at_on_its_own() -> None:
    found = read('a,b,c\n1,"x\ny"\n2,y,z\n')

    assert rows(found) == [(3, "2", "y", "z")]
    assert broken(found) == [(1, '1,"x'), (2, 'y"')]


def test_a_quote_that_is_open_for_longer_than_any_text_was_never_closed() -> None:
    found = read('a,b\n1,"x\n' + "2,y\n" * LONGEST_RECORD + '3,"\n')

    assert len(rows(found)) == LONGEST_RECORD
    assert broken(found) == [(1, '1,"x'), (LONGEST_RECORD + 2, '3,"')]


@pytest.mark.parametrize("line", ['1,"{}"', "1,{}", '1,"\n{}\n"', '1,2"{}'])
def test_a_field_may_be_huge(line: str) -> None:
    assert [row[0] for row in rows(read(f"a,b\n{line.format('x' * 300_000)}\n2,3\n"))] == [1, 2]


damage = st.sampled_from(list(BROKEN.values()))
keyed_tables = st.lists(st.tuples(st.text('x",\né', max_size=4), st.none() | damage), max_size=12)


@laws
@given(keyed_tables)
def test_good_and_unreadable_records_are_those_that_a_careful_person_counts(
    table: list[tuple[str, str | None]],
) -> None:
    """Every field is in quotes, so that an open quote can't be mistaken for the closing one of a later record."""
    text = "a,b\n"
    for text_field, line in table:
        text += f"{line}\n" if line else line_of(["key", f"t{text_field}"], Style(csv.QUOTE_ALL, "\n"))
    good = [(n, "key", f"t{text_field}") for n, (text_field, line) in enumerate(table, start=1) if not line]

    found = read(text)

    assert rows(found) == good
    assert broken(found) == [(n, line) for n, (_, line) in enumerate(table, start=1) if line]


@laws
@given(st.lists(st.text('",\n\r\0 x', max_size=5), max_size=12))
def test_whatever_is_in_a_file_is_in_a_cell_or_in_an_unreadable_record(junk: list[str]) -> None:
    marks = [f"<{place}>" for place in range(len(junk))]
    text = "a,b\n" + "".join(noise + mark for noise, mark in zip(junk, marks, strict=True))

    found = read(text)

    everything = [*found.cells["a"], *found.cells["b"], *found.unreadable["raw"]]
    kept = [mark for cell in everything for mark in re.findall(r"<\d+>", cell or "")]
    assert sorted(kept) == sorted(marks)
    assert row_numbers(found) == list(range(1, len(row_numbers(found)) + 1))


def test_names_may_have_quotes_and_line_breaks() -> None:
    found = read('"a\nx","b ""q"", c"\n1,2\n')

    assert found.cells.columns == ["a\nx", 'b "q", c']
    assert rows(found) == [(1, "1", "2")]


def test_columns_without_a_name_get_one() -> None:
    assert read("a,, \n1,2,3\n").cells.columns == ["a", "(column 2)", "(column 3)"]


def test_columns_of_the_same_name_are_told_apart_and_said_to_be_repeated() -> None:
    found = read("a, a,a (2),b\n1,2,3,4\n")

    assert found.cells.columns == ["a", "a (2)", "a (2) (2)", "b"]
    assert found.repeated == {"a"}
    assert rows(found) == [(1, "1", "2", "3", "4")]


@pytest.mark.parametrize("end", ["", "\n", "\r\n\r\n"])
def test_a_header_alone_is_a_table_without_rows(end: str) -> None:
    found = read(f"a,b{end}")

    assert found.cells.columns == ["a", "b"]
    assert row_numbers(found) == []


@pytest.mark.parametrize("content", ["\n", " \r\n\t\n", "\ufeff", "\ufeff\n\n"])
def test_blank_lines_alone_are_a_table_without_columns(content: str) -> None:
    assert read(content).cells.columns == []


def test_one_column_is_enough() -> None:
    found = read('a\n1\n\n""\n"2"\n3,4\n')

    assert rows(found) == [(1, "1"), (2, ""), (3, "2")]
    assert broken(found) == [(4, "3,4")]


@pytest.mark.parametrize("width", [600, WIDEST_PATTERN, WIDEST_PATTERN + 1, 6000])
def test_a_table_may_be_wide(width: int) -> None:
    header = ",".join(f"c{place}" for place in range(width))
    line = ",".join(['"a,b"', *["x"] * (width - 1)])

    found = read(f"{header}\n{line}\n{line},x\n{line}\n")

    assert rows(found) == [(number, "a,b", *["x"] * (width - 1)) for number in (1, 3)]
    assert broken(found) == [(2, f"{line},x")]


NO_UTF8 = {
    "latin 1": "a,b\n1,é\n".encode("latin-1"),
    "latin 1 at the end": b"a,b\n" + b"1,2\n" * 1000 + b"\xe9",
    "UTF-16": "a,b\n1,2\n".encode("utf-16"),
    "UTF-16 without mark": "a,b\n1,2\n".encode("utf-16-le"),
    "UTF-16, the other end first, without mark": "a,b\n1,2\n".encode("utf-16-be"),
}


@pytest.mark.parametrize("content", NO_UTF8.values(), ids=NO_UTF8)
def test_other_encodings_are_refused_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    assert refusal(read_csv, written(tmp_path, content)) == (
        "the/file is not UTF-8 text. Export or save it again as UTF-8."
    )


@pytest.mark.parametrize("content", ['a,"b\n1,2\n', 'a,"b"c\n1,2\n', "a,b\r1,2\r"])
def test_a_broken_header_is_refused_with_how_it_starts(tmp_path: Path, content: str) -> None:
    assert "it starts: 'a," in refusal(read_csv, written(tmp_path, content))


def test_names_of_folders_and_files_are_no_patterns(tmp_path: Path) -> None:
    folder = tmp_path / "export [2026]"
    folder.mkdir()
    (folder / "line?.csv").write_text("a\n1\n", encoding="utf-8")
    (folder / "lines.csv").write_text("a\n2\n", encoding="utf-8")

    assert rows(read_csv(folder / "line?.csv", "line?.csv")) == [(1, "1")]
