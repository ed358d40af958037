from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.formats.raw_table import RawTable
from pipelines.formats.xml_file import DEEPEST, read_xml
from tests.pipelines.formats.reading import refusal, row_numbers, rows


def written(folder: Path, content: str | bytes, name: str = "cost_plan.xml") -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(folder: Path, content: str | bytes, name: str = "cost_plan.xml") -> RawTable:
    return read_xml(written(folder, content, name), name)


def unload(*records: str) -> str:
    return f"<unload>{''.join(records)}</unload>"


def plan(columns: str) -> str:
    return f"<cost_plan>{columns}</cost_plan>"


def test_each_element_is_a_record_and_each_element_in_it_a_column(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        """<?xml version="1.0" encoding="UTF-8"?>
        <unload unload_date="2026-06-30 12:00:00">
          <cost_plan action="INSERT_OR_UPDATE">
            <sys_id>C1</sys_id>
            <task display_value="Project é">P1</task>
            <name/>
            <total>1,234.50</total>
          </cost_plan>
          <cost_plan action="INSERT_OR_UPDATE"><sys_id>C2</sys_id><name> Plan </name></cost_plan>
        </unload>""",
    )

    assert found.cells.columns == ["sys_id", "task", "name", "total"]
    assert rows(found) == [(1, "C1", "P1", "", "1,234.50"), (2, "C2", None, " Plan ", None)]
    assert found.ignored == {}


def test_text_is_read_through_references_sections_comments_and_instructions(tmp_path: Path) -> None:
    content = plan("<a>&lt;&#233;&amp;</a><b><![CDATA[<x>]]></b><c>x<!-- no -->y</c><?skip this?><!-- no -->")

    assert rows(read(tmp_path, unload(content))) == [(1, "<é&", "<x>", "xy")]


def test_the_text_of_nested_elements_is_joined(tmp_path: Path) -> None:
    assert rows(read(tmp_path, unload(plan("<a>1<b>2<c>3</c></b>4</a>")))) == [(1, "1234")]


@pytest.mark.parametrize(
    "reference",
    ["<link>https://i/P1</link><value>P1</value>", "<display_value>Project</display_value><value>P1</value>"],
)
def test_a_reference_with_a_value_in_it_is_that_value(tmp_path: Path, reference: str) -> None:
    assert rows(read(tmp_path, unload(plan(f"<task>{reference}</task>")))) == [(1, "P1")]


def test_records_of_other_tables_are_ignored_and_said_to_be(tmp_path: Path) -> None:
    content = unload("<sys_audit><a>1</a></sys_audit>", plan("<a>2</a>"), "<task><a>3</a></task>", plan("<a>4</a>"))

    found = read(tmp_path, content)

    assert rows(found) == [(1, "2"), (2, "4")]
    assert found.ignored == {
        "sys_audit": "records of sys_audit, not of cost_plan",
        "task": "records of task, not of cost_plan",
    }


def test_a_part_file_holds_the_table_of_its_folder(tmp_path: Path) -> None:
    content = unload("<task><a>1</a></task>", plan("<a>2</a>"))

    assert rows(read(tmp_path, content, "cost_plan/part-1.xml")) == [(1, "2")]


def test_the_only_table_of_a_file_is_read_whatever_the_name_of_the_file(tmp_path: Path) -> None:
    assert rows(read(tmp_path, unload(plan("<a>1</a>")), "Plans of 2026.xml")) == [(1, "1")]


def test_several_tables_in_a_file_named_after_none_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, unload("<task><a>1</a></task>", plan("<a>2</a>")), "Plans.xml")

    assert refusal(read_xml, path) == "the/file holds records of cost_plan, task; name it after the one it is for."


@pytest.mark.parametrize("action", ["DELETE", "delete"])
def test_a_deletion_is_no_row(tmp_path: Path, action: str) -> None:
    deletion = f'<cost_plan action="{action}"><a>1</a></cost_plan>'

    found = read(tmp_path, unload(deletion, plan("<a>2</a>")))

    assert rows(found) == [(2, "2")]
    assert found.unreadable.rows() == [(1, deletion)]


@pytest.mark.parametrize("record", ["<cost_plan />", "<cost_plan>text</cost_plan>", '<cost_plan a="1" />'])
def test_a_record_without_columns_is_unreadable(tmp_path: Path, record: str) -> None:
    alone, among_others = read(tmp_path, unload(record)), read(tmp_path, unload(plan("<a>1</a>"), record))

    assert alone.unreadable.rows() == [(1, record)]
    assert rows(among_others) == [(1, "1")]
    assert among_others.unreadable.rows() == [(2, record)]


def test_a_record_with_a_column_twice_is_unreadable(tmp_path: Path) -> None:
    record = plan("<a>1</a><b>2</b><a>1</a>")

    found = read(tmp_path, unload(record, plan("<a>3</a>")))

    assert rows(found) == [(2, "3")]
    assert found.unreadable.rows() == [(1, record)]


@pytest.mark.parametrize(
    "content",
    [
        '<unload xmlns="http://x"><cost_plan><a>1</a></cost_plan></unload>',
        '<u:unload xmlns:u="http://x"><u:cost_plan><u:a>1</u:a></u:cost_plan><u:task><u:a>2</u:a></u:task></u:unload>',
    ],
)
def test_a_namespace_is_no_part_of_a_name(tmp_path: Path, content: str) -> None:
    found = read(tmp_path, content)

    assert found.cells.columns == ["a"]
    assert rows(found) == [(1, "1")]


@pytest.mark.parametrize("content", ["<unload/>", "<unload>text</unload>", "\n \n", "\ufeff\r\n"])
def test_a_file_with_nothing_in_it_is_a_table_without_rows(tmp_path: Path, content: str) -> None:
    assert row_numbers(read(tmp_path, content)) == []


EXPANDING = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
REFUSED = {
    "entities that grow": f'<!DOCTYPE u [<!ENTITY e0 "ha">{EXPANDING}]>{unload(plan("<a>&e9;</a>"))}',
    "another file": f'<!DOCTYPE u [<!ENTITY e SYSTEM "file:///etc/passwd">]>{unload(plan("<a>&e;</a>"))}',
    "a parameter": '<!DOCTYPE u [<!ENTITY % e SYSTEM "http://127.0.0.1/x">%e;]><unload/>',
    "a type elsewhere": '<!DOCTYPE u SYSTEM "http://127.0.0.1/x"><unload/>',
    "a type alone": "<!DOCTYPE unload><unload/>",
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_document_types_and_entities_are_refused(tmp_path: Path, content: str) -> None:
    assert refusal(read_xml, written(tmp_path, content)) == (
        "the/file has a document type or entities, which no export needs: it is not read."
    )


WHOLE = f'<?xml version="1.0"?>{unload(plan("<a>1</a>"), plan("<a>2</a>"))}'


@pytest.mark.parametrize("length", range(1, len(WHOLE)))
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, length: int) -> None:
    assert "it may be cut off. Export it again." in refusal(read_xml, written(tmp_path, WHOLE[:length]))


@pytest.mark.parametrize(
    "content",
    ["a,b\n1,2\n", "<unload><a></unload>", "<unload>&nbsp;</unload>", "<unload>\0</unload>", "<unload/><unload/>"],
)
def test_what_is_not_xml_is_refused(tmp_path: Path, content: str) -> None:
    assert "is not valid XML" in refusal(read_xml, written(tmp_path, content))


def test_an_answer_that_holds_an_error_is_refused(tmp_path: Path) -> None:
    answer = "<response><error><message>time exceeded</message></error><status>failure</status></response>"

    assert "holds records of error, status" in refusal(read_xml, written(tmp_path, answer))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "iso-8859-1", "utf-16", "windows-1252"])
def test_an_encoding_that_the_file_declares_is_read(tmp_path: Path, encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    content = f'<?xml version="1.0" encoding="{declared}"?>{unload(plan("<a>é</a>"))}'

    assert rows(read(tmp_path, content.encode(encoding))) == [(1, "é")]


def test_bytes_that_are_not_of_the_declared_encoding_are_refused(tmp_path: Path) -> None:
    assert "is not valid XML" in refusal(read_xml, written(tmp_path, unload(plan("<a>é</a>")).encode("latin-1")))


@pytest.mark.parametrize("encoding", ["klingon", "big5", "utf-7", "hex", "idna"])
def test_an_encoding_that_is_not_read_is_refused_with_what_to_do(tmp_path: Path, encoding: str) -> None:
    text = refusal(read_xml, written(tmp_path, f'<?xml version="1.0" encoding="{encoding}"?><unload/>'))

    assert text.startswith("the/file is in an encoding that is not read")
    assert text.endswith("Export it as UTF-8.")


@pytest.mark.parametrize("action", ["INSERT", "DELETE"])
def test_nesting_without_end_is_refused(tmp_path: Path, action: str) -> None:
    nested = "<a>" * DEEPEST + "1" + "</a>" * DEEPEST
    record = f'<cost_plan action="{action}">{nested}</cost_plan>'

    assert "nested more deeply" in refusal(read_xml, written(tmp_path, unload(record)))
