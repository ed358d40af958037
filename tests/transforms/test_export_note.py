from __future__ import annotations

import datetime as dt

import pytest

from transforms.export_note import LONGEST_NOTE, is_export_note, note_in

NOTES = [
    "Export stopped due to excessive size. Use CSV for a complete export",
    "Export stopped due to excessive size. Use CSV for a complete export.",
    "  export stopped due to excessive size  ",
    '"Export stopped due to excessive size. Use CSV for a complete export",,,',
    "*** Export limited to 10,000 rows ***",
    "Export limited to 10000 records.",
    "Export limited to 10 000 rows",
    "The export was limited to the first 10000 rows",
    "This export has been truncated",
    "Export limit reached",
    "Export limit of 10,000 rows exceeded",
    "Exported records exceed the limit of 10,000",
    "Excel export cancelled: too many cells",
    "Warning: CSV export is incomplete",
    "Results limited to 10000 rows",
    "Rows truncated at 10,000",
    "Row limit of 50000 reached",
    "Maximum number of rows exceeded",
    "Limit of 10,000 rows reached, export the rest with a filter",
    "Only the first 10,000 rows are shown",
    "Showing 10,000 of 25,113 records",
    "Exported 10000 rows of 25113 rows",
    "Truncated after 10000 rows",
    "Transaction cancelled: maximum execution time exceeded",
]
ORDINARY = [
    "",
    "P1",
    "6a9c1f0d1b2a4c5d8e9f0a1b2c3d4e5f",
    "Export",
    "Export terminal",
    "Export of grain to the north",
    "Limit switch",
    "Row house",
    "Rows of seats in hall 3",
    "Results of 2026",
    "Only one",
    "Maximum demand 10,000 kW",
    "10,000 rows",
    "Cancelled",
    "Truncated cone",
    "Support of exports, stopped",
    "Decommission the export limited to 10,000 rows",
    "X1,processed,Export stopped due to excessive size",
    'X1,"Export limited to 10,000 rows',
    "Export stopped;processed;10000",
    "Export limited to 10,000 rows,processed",
]


@pytest.mark.parametrize("text", NOTES)
def test_a_text_that_says_that_the_export_was_cut_off_is_a_note(text: str) -> None:
    assert is_export_note(text)


@pytest.mark.parametrize("text", ORDINARY)
def test_any_other_text_is_none_nor_is_a_line_of_several_fields(text: str) -> None:
    assert not is_export_note(text)


def test_a_long_text_is_no_note() -> None:
    note = "Export limited to 10000 rows "

    assert is_export_note(note + "x" * (LONGEST_NOTE - len(note)))
    assert not is_export_note(note + "x" * (LONGEST_NOTE - len(note) + 1))


def test_a_row_is_a_note_where_nothing_else_is_in_it() -> None:
    note = "Export stopped due to excessive size"

    assert note_in([None, f" {note} ", "", "  "]) == note
    assert note_in([note, "P1"]) is None
    assert note_in([note, 5.0]) is None
    assert note_in([note, dt.date(2026, 1, 15)]) is None
    assert note_in([None, ""]) is None


def test_a_note_may_have_been_split_at_the_comma_between_its_digits() -> None:
    assert note_in(["Export limited to 10", "000 rows", None]) == "Export limited to 10,000 rows"
