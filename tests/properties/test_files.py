"""Laws about files: whatever is in them and in whatever format, what they hold is what their table holds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from models.settings import Settings
from pipelines.sources import Ingested, ingest
from tests.properties.nights import broken_laws, from_files
from tests.reference import world, write_mixed

Line = dict[str, str]
CALENDAR = (
    "sys_id,name,fiscal_type,start_date_time,end_date_time\n"
    "FY26,FY26,year,2026-01-01 00:00:00,2026-12-31 23:59:59\n"
    "M01,FY26: M01,month,2026-01-01 00:00:00,2026-12-31 23:59:59\n"
)
COLUMNS = ("sys_id", "state", "date", "amount", "task")
AMOUNTS = {"10.25": Decimal("10.25"), "-3": Decimal(-3), "1,234.50": Decimal("1234.5"), "0": Decimal(0)}
NOTE = dict.fromkeys(COLUMNS, "") | {"sys_id": "Export stopped due to excessive size"}


def in_csv(path: Path, lines: Sequence[Line]) -> None:
    rows = [",".join(f'"{line[column]}"' for column in COLUMNS) for line in lines]
    path.write_text("\n".join([",".join(COLUMNS), *rows]) + "\n")


def in_xml(path: Path, lines: Sequence[Line]) -> None:
    records = ["".join(f"<{column}>{escape(line[column])}</{column}>" for column in COLUMNS) for line in lines]
    path.write_text(
        "".join(["<unload>", *(f"<fm_expense_line>{record}</fm_expense_line>" for record in records), "</unload>"])
    )


def in_workbook(path: Path, lines: Sequence[Line]) -> None:
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        for row, cells in enumerate([COLUMNS, *(tuple(line[column] for column in COLUMNS) for line in lines)]):
            sheet.write_row(row, 0, [cell or None for cell in cells])


def in_parquet(path: Path, lines: Sequence[Line]) -> None:
    pl.DataFrame(lines, schema=dict.fromkeys(COLUMNS, pl.String)).write_parquet(path)


WRITERS: dict[str, Callable[[Path, Sequence[Line]], object]] = {
    "csv": in_csv,
    "json": lambda path, lines: path.write_text(json.dumps(lines)),
    "jsonl": lambda path, lines: path.write_text("".join(json.dumps(line) + "\n" for line in lines)),
    "parquet": in_parquet,
    "xlsx": in_workbook,
    "xml": in_xml,
}

cells = {
    "sys_id": st.sampled_from(["X1", "X2", "X3", "X4", "X5", "X6", ""]),
    "state": st.just("processed"),
    "date": st.sampled_from(["2026-01-05", "2026-01-05", "never"]),
    "amount": st.sampled_from([*AMOUNTS, "x"]),
    "task": st.sampled_from(["P1", "P2"]),
}
one_file = st.tuples(
    st.sampled_from(sorted(WRITERS)), st.lists(st.fixed_dictionaries(cells), max_size=5), st.booleans()
)


def expense_lines(folder: Path, files: Sequence[tuple[str, list[Line], bool]]) -> dict[str, list[Line]]:
    """Write each file in its format, cut off by a note where that is drawn; the lines of each, without the note."""
    (folder / "fm_expense_line").mkdir()
    (folder / "fiscal_period.csv").write_text(CALENDAR)
    (folder / "pm_project.csv").write_text("sys_id\nP1\n")
    written = {}
    for place, (ending, lines, is_cut) in enumerate(files):
        name = f"fm_expense_line/{place}.{ending}"
        WRITERS[ending](folder / name, [*lines, NOTE] if is_cut else lines)
        written[name] = lines
    return written


def total(frame: pl.DataFrame, column: str) -> object:
    return frame.select(pl.col(column).sum()).item()


@settings(deadline=None, max_examples=40)
@given(st.lists(one_file, min_size=1, max_size=4))
def test_files_of_every_format_hold_what_their_table_holds(files: list[tuple[str, list[Line], bool]]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        written = expense_lines(folder, files)
        outcome = ingest(folder, Settings())
        check_sums(outcome)
        check_files(outcome, folder, written)
        cut = {f"fm_expense_line/{place}.{ending}" for place, (ending, _, is_cut) in enumerate(files) if is_cut}
        assert set(outcome.quarantine.filter(rule="truncated_export")["source_file"]) == cut


def check_sums(outcome: Ingested) -> None:
    """Rows of files = rows of tables, and their money is that of the admitted rows."""
    for table, *counts in outcome.admission.rows():
        mine = outcome.source_file.filter(source_table=table)
        assert [total(mine, column) for column in ("rows_read", "rows_accepted", "rows_quarantined")] == counts
        assert counts[1] == outcome.tables[table].height
    for table, column, accepted, quarantined, _ in outcome.set_aside_amount.rows():
        mine = outcome.source_file_amount.filter(source_table=table, column=column)
        assert total(mine, "amount_accepted") == accepted == total(outcome.tables[table], column)
        assert total(mine, "amount_quarantined") == quarantined


def check_files(outcome: Ingested, folder: Path, written: dict[str, list[Line]]) -> None:
    """Each file, counted by hand."""
    for file in outcome.source_file.filter(source_table="fm_expense_line").iter_rows(named=True):
        lines, content = written[file["source_file"]], (folder / file["source_file"]).read_bytes()
        set_aside = outcome.quarantine.filter(source_file=file["source_file"])
        notes = set_aside.filter(rule="truncated_export").height
        assert file["rows_read"] == len(lines) + notes
        assert file["rows_quarantined"] == set_aside.height
        assert file["rows_accepted"] == file["rows_read"] - set_aside.height
        assert file["distinct_keys"] == len({line["sys_id"] for line in lines} - {""})
        assert (file["bytes"], file["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    for _, name, _, accepted, quarantined, unreadable in outcome.source_file_amount.rows():
        amounts = [line["amount"] for line in written[name]]
        notes = outcome.quarantine.filter(source_file=name, rule="truncated_export").height
        assert accepted + quarantined == sum((AMOUNTS.get(amount, Decimal(0)) for amount in amounts), Decimal(0))
        assert unreadable == amounts.count("x") + notes


@pytest.mark.parametrize("seed", range(2))
def test_every_law_about_files_holds_in_generated_worlds(seed: int, tmp_path: Path) -> None:
    drawn = world(seed, dirty=seed % 2 == 1)
    write_mixed(drawn, tmp_path, seed)

    outcome = ingest(tmp_path, Settings(instance_time_zone=drawn.settings.instance_time_zone))

    check_sums(outcome)
    assert broken_laws(from_files(drawn, tmp_path).computed()) == []
