from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.formats.json_file import read_json, read_json_lines
from pipelines.formats.raw_table import RawTable
from tests.pipelines.formats.reading import Reader, refusal, row_numbers, rows


def read(content: str | bytes, reader: Reader = read_json) -> RawTable:
    with TemporaryDirectory() as folder:
        return reader(written(Path(folder), content), "plans.json")


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "plans.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def cell(value: str) -> Any:
    """What is read from a value, as written."""
    (row,) = rows(read(f'[{{"a": {value}}}]'))
    return row[1]


records = st.lists(
    st.dictionaries(st.sampled_from(["a", "b", "c"]), st.none() | st.text(st.characters(codec="utf-8")), min_size=1)
)


@settings(deadline=None, max_examples=50)
@given(records, st.booleans())
def test_a_list_a_result_and_lines_are_the_same_records(table: list[dict[str, str | None]], ascii_only: Any) -> None:
    names = list(dict.fromkeys(name for record in table for name in record))
    expected = [(n, *(record.get(name) for name in names)) for n, record in enumerate(table, start=1)]
    lines = "".join(f"{json.dumps(record, ensure_ascii=ascii_only)}\n" for record in table)

    for found in (
        read(json.dumps(table, ensure_ascii=ascii_only, indent=1)),
        read(json.dumps({"result": table}, ensure_ascii=ascii_only)),
        read(lines, read_json_lines),
    ):
        assert found.cells.columns == names
        assert rows(found) == expected
        assert found.unreadable.is_empty()


def test_a_key_that_a_record_does_not_have_is_null() -> None:
    assert rows(read('[{"a": "1"}, {"b": "2"}, {"a": null}]')) == [(1, "1", None), (2, None, "2"), (3, None, None)]


REFERENCES = [
    '"X1"',
    '{"link": "https://i/X1", "value": "X1"}',
    '{"display_value": "Plan 1", "value": "X1"}',
    '{"display_value": "Plan 1", "link": "https://i/X1", "value": "X1"}',
]


@pytest.mark.parametrize("reference", REFERENCES)
def test_a_reference_is_its_value_in_every_form(reference: str) -> None:
    assert cell(reference) == "X1"


@pytest.mark.parametrize(
    ("value", "text"), [("null", None), ('""', ""), ("1.50", "1.50"), ("true", "true"), ("[1]", '{"value": ["1"]}')]
)
def test_the_value_of_a_reference_is_read_as_any_other(value: str, text: str | None) -> None:
    assert cell(f'{{"value": {value}}}') == text


@pytest.mark.parametrize(
    "number",
    [
        "0",
        "-7",
        "12345678901234.5678",
        "0.30000000000000004",
        "1.50",
        "1e3",
        "-1.5E-7",
        "9" * 5000,
        "NaN",
        "Infinity",
        "-Infinity",
    ],
)
def test_a_number_is_kept_as_it_is_written(number: str) -> None:
    """One with an exponent, too: whether a column may have any is not decided here."""
    assert cell(number) == number


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("null", None),
        ("true", "true"),
        ("false", "false"),
        ('""', ""),
        ('" x "', " x "),
        ('"1,234.50"', "1,234.50"),
        ('"\\u00e9\\n\\ud83d\\ude00"', "é\n😀"),
    ],
)
def test_other_values_are_their_text(value: str, text: str | None) -> None:
    assert cell(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [("[]", "[]"), ("{}", "{}"), ('["é", {"b": true}, 1.50]', '["é", {"b": true}, "1.50"]')]
)
def test_a_nested_value_is_its_json_with_numbers_as_text(value: str, text: str) -> None:
    assert cell(value) == text


def test_half_a_character_becomes_a_question_mark() -> None:
    """A text that was cut in the middle of an emoji."""
    found = read('[{"a": "x\\ud83d", "\\ude00": ["\\ud83d"]}, "\\ud83d"]')

    assert found.cells.columns == ["a", "?"]
    assert rows(found) == [(1, "x?", '["?"]')]
    assert found.unreadable.rows() == [(2, "?")]


def test_what_is_no_object_or_has_no_keys_is_an_unreadable_record() -> None:
    found = read('[{"a": "1"}, 2.50, "é", null, [1], {}, {"a": "7"}]')

    assert rows(found) == [(1, "1"), (7, "7")]
    assert found.unreadable.rows() == [(2, "2.50"), (3, "é"), (4, "null"), (5, '["1"]'), (6, "{}")]


def test_a_record_with_a_key_twice_is_unreadable() -> None:
    found = read('{"result": [{"a": "1", "a": "2"}, {"a": "3"}]}')

    assert rows(found) == [(2, "3")]
    assert found.unreadable.rows() == [(1, '[["a", "1"], ["a", "2"]]')]


def test_a_reference_with_its_value_twice_points_to_neither() -> None:
    assert cell('{"value": "1", "value": "2"}') == '[["value", "1"], ["value", "2"]]'


def test_keys_that_are_one_name_are_told_apart_and_said_to_be_repeated() -> None:
    found = read('[{"a": "1", " a": "2", "": "3"}]')

    assert found.cells.columns == ["a", "a (2)", "(column 3)"]
    assert found.repeated == {"a"}


def test_lines_that_are_no_object_are_unreadable_and_blank_ones_nothing() -> None:
    lines = ['\ufeff{"a": 1}', "", '{"a": 2', '"x"', "  ", "[1]", "{}", '{"a": 1, "a": 2}', '{"a": 3}\r', '{"a"']

    found = read("\n".join(lines), read_json_lines)

    assert rows(found) == [(1, "1"), (7, "3")]
    assert found.unreadable.rows() == [
        (2, '{"a": 2'),
        (3, '"x"'),
        (4, "[1]"),
        (5, "{}"),
        (6, '{"a": 1, "a": 2}'),
        (8, '{"a"'),
    ]


@pytest.mark.parametrize("content", ["[]", '{"result": []}', "", " \n\n", "\ufeff", "\ufeff[]\n"])
def test_a_document_with_nothing_in_it_is_a_table_without_rows(content: str) -> None:
    assert row_numbers(read(content)) == []


@pytest.mark.parametrize("content", ["", "\n \r\n", "\ufeff\n"])
def test_lines_with_nothing_in_them_are_a_table_without_rows(content: str) -> None:
    assert row_numbers(read(content, read_json_lines)) == []


DOCUMENT = '\ufeff{"result": [{"a": "1", "b": {"value": "é"}}, {"a": 2.5}]}'


@pytest.mark.parametrize("length", range(2, len(DOCUMENT)))
def test_a_document_that_is_cut_off_is_refused(tmp_path: Path, length: int) -> None:
    assert "it may be cut off. Export it again." in refusal(read_json, written(tmp_path, DOCUMENT[:length]))


@pytest.mark.parametrize("content", ['[{"a": 1},]', "[{'a': 1}]", '[{"a": 1}]x', '{"a": 1}\n{"a": 2}', "a,b\n1,2\n"])
def test_what_is_not_json_is_refused(tmp_path: Path, content: str) -> None:
    assert "is not valid JSON" in refusal(read_json, written(tmp_path, content))


@pytest.mark.parametrize(
    "content",
    [
        "null",
        "3",
        '"x"',
        "{}",
        '{"records": []}',
        '{"result": null}',
        '{"result": {"a": 1}}',
        '{"result": [], "result": []}',
        '{"error": null}',
    ],
)
def test_a_document_of_another_shape_is_refused_with_the_shapes_that_are_read(tmp_path: Path, content: str) -> None:
    assert refusal(read_json, written(tmp_path, content)) == (
        'the/file holds no records: a list, or {"result": [...]} with a list, is expected.'
    )


ERROR = '"error": {"message": "Transaction cancelled: maximum execution time exceeded", "detail": null}'


@pytest.mark.parametrize("content", [f'{{{ERROR}, "status": "failure"}}', f'{{"result": [{{"a": "1"}}], {ERROR}}}'])
def test_an_error_of_the_platform_is_refused_even_beside_records_because_some_are_missing(
    tmp_path: Path, content: str
) -> None:
    text = refusal(read_json, written(tmp_path, content))

    assert text.startswith("the/file holds an error of the platform")
    assert "maximum execution time exceeded" in text


@pytest.mark.parametrize("nothing", ["null", '""', "{}", "[]"])
def test_an_error_that_says_nothing_is_none(nothing: str) -> None:
    assert rows(read(f'{{"result": [{{"a": "1"}}], "error": {nothing}}}')) == [(1, "1")]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
@pytest.mark.parametrize("reader", [read_json, read_json_lines])
def test_other_encodings_are_refused_with_what_to_do(tmp_path: Path, encoding: str, reader: Reader) -> None:
    text = refusal(reader, written(tmp_path, '{"a": "é"}'.encode(encoding)))

    assert text.startswith("the/file is not UTF-8 text")
    assert text.endswith("Export or save it again as UTF-8.")


def test_utf_16_without_mark_is_no_json(tmp_path: Path) -> None:
    assert "is not valid JSON" in refusal(read_json, written(tmp_path, "[]".encode("utf-16-le")))


def nested(depth: int) -> str:
    return '{"a": ' + "[" * depth + "]" * depth + "}"


def test_a_value_may_be_nested() -> None:
    assert rows(read(nested(100), read_json_lines)) == [(1, "[" * 100 + "]" * 100)]


def test_a_line_is_one_record_however_deeply_it_is_nested() -> None:
    for depth in range(850, 1050):
        assert row_numbers(read(nested(depth), read_json_lines)) == [1]


def test_nesting_without_end_is_unreadable(tmp_path: Path) -> None:
    endless = nested(200_000)

    assert "is not valid JSON" in refusal(read_json, written(tmp_path, f"[{endless}]"))
    assert read(endless, read_json_lines).unreadable.rows() == [(1, endless)]
