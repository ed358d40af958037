"""Whatever happens to a file of expense lines, each of its rows is accepted or quarantined, and can be found again."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from models.settings import Settings
from pipelines.formats.raw_table import SourceError
from pipelines.sources import Ingested, ingest

INDISPENSABLE = {
    "fiscal_period.csv": (
        "sys_id,name,fiscal_type,start_date_time,end_date_time\n"
        "FY26,FY26,year,2026-01-01 00:00:00,2026-01-31 23:59:59\n"
        "M01,FY26: M01,month,2026-01-01 00:00:00,2026-01-31 23:59:59\n"
    ),
    "pm_project.csv": "sys_id\nP1\n",
}
HEADER = "sys_id,state,date,amount,task,short_description"
TEXTS = ["plain", '"quoted, text"', '"two\nlines"', '"a ""quote"""', ""]

laws = settings(deadline=None, max_examples=40)
damage = st.tuples(
    st.integers(0, 400),
    st.sampled_from(["", '"', ",", "\n", "\r", "\0", '",\n', "é", "\ufeff", "NaN"]),
    st.integers(0, 9),
)


def lines(count: int) -> list[str]:
    return [f"X{n},processed,2026-01-{n + 1:02},{n}.25,P1,{TEXTS[n % len(TEXTS)]}" for n in range(count)]


def damaged(text: str, changes: list[tuple[int, str, int]]) -> str:
    """The text after each change: at a place something instead of some characters."""
    for place, inserted, removed in changes:
        text = text[:place] + inserted + text[place + removed :]
    return text


def outcome(name: str, content: bytes) -> Ingested | None:
    """What becomes of a file of expense lines; None if it is refused."""
    with TemporaryDirectory() as folder:
        for file, text in INDISPENSABLE.items():
            (Path(folder) / file).write_text(text, encoding="utf-8")
        (Path(folder) / name).write_bytes(content)
        try:
            return ingest(Path(folder), Settings())
        except SourceError:
            return None


def check(found: Ingested, name: str) -> None:
    ((read, accepted, quarantined),) = (
        found.admission.filter(source_table="fm_expense_line")
        .select("rows_read", "rows_accepted", "rows_quarantined")
        .rows()
    )
    assert read == accepted + quarantined
    assert accepted == found.tables["fm_expense_line"].height
    assert quarantined == found.quarantine.height
    for row in found.quarantine.iter_rows(named=True):
        assert (row["source_table"], row["source_file"]) == ("fm_expense_line", name)
        assert 1 <= row["row_number"] <= read
        assert row["rule"]
        assert row["message"]
        assert json.loads(row["raw"])
    assert found.quarantine["row_number"].is_unique().all()


@laws
@given(st.integers(0, 8), st.lists(damage, max_size=4))
def test_a_damaged_csv_file(count: int, changes: list[tuple[int, str, int]]) -> None:
    text = damaged("\n".join(lines(count)), changes)

    found = outcome("fm_expense_line.csv", f"{HEADER}\n{text}\n".encode())

    assert found is not None, "with a sound header it is read"
    check(found, "fm_expense_line.csv")


@laws
@given(st.lists(damage, min_size=1, max_size=3), st.integers(0, 400))
def test_a_csv_file_that_is_damaged_anywhere_and_cut_off(changes: list[tuple[int, str, int]], length: int) -> None:
    content = damaged("\n".join([HEADER, *lines(6)]), changes).encode()[:length]

    found = outcome("fm_expense_line.csv", content)

    if found is not None:
        check(found, "fm_expense_line.csv")


@laws
@given(st.lists(damage, max_size=3))
def test_damaged_json_lines(changes: list[tuple[int, str, int]]) -> None:
    records = [dict(zip(HEADER.split(","), line.split(","), strict=False)) for line in lines(6)]
    first, *rest = [json.dumps(record) for record in records]

    found = outcome("fm_expense_line.jsonl", f"{first}\n{damaged(chr(10).join(rest), changes)}".encode())

    assert found is not None, "with a sound first record it is read"
    check(found, "fm_expense_line.jsonl")


@laws
@given(st.lists(damage, max_size=2))
def test_a_damaged_xml_file(changes: list[tuple[int, str, int]]) -> None:
    columns = HEADER.split(",")[:5]
    records = [
        "".join(f"<{name}>{cell}</{name}>" for name, cell in zip(columns, line.split(","), strict=False))
        for line in lines(4)
    ]
    text = "\n".join(f"<fm_expense_line>{record}</fm_expense_line>" for record in records)

    found = outcome("fm_expense_line.xml", f"<unload>{damaged(text, changes)}</unload>".encode())

    if found is not None:
        check(found, "fm_expense_line.xml")
