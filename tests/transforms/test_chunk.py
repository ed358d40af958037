"""A large table in chunks is admitted like the table at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from models.catalogue import SOURCES
from tests.transforms.export import part
from transforms.admission import Admitted, Judge, admitted, together
from transforms.chunk import in_chunks, pieces
from transforms.reference import judged_alone
from transforms.typed_table import Part

TABLE = "fm_expense_line"
KEYS = st.sampled_from(["L1", "L2", "L3", " L3 ", "L4", "L5", None])
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "sys_id": KEYS,
            "task": st.sampled_from(["P1", "P9", None]),
            "amount": st.sampled_from(["1", "2.5", "x", None]),
            "base_expense": st.sampled_from([None, "", "L1", "L7"]),
        }
    ),
    max_size=12,
)
PROJECTS = [{"sys_id": "P1"}]


def files(found: list[list[dict[str, Any]]]) -> list[Part]:
    return [part(rows, f"{TABLE}/{place}.csv") for place, rows in enumerate(found)]


def cut(lines: list[Part], rows: int, *, in_pieces_of: int) -> list[list[Part]]:
    def read(columns: Sequence[str] | None) -> Iterator[Part]:
        for line in lines:
            kept = (
                line.cells.columns
                if columns is None
                else [line.spelled[name] for name in columns if name in line.spelled]
            )
            yield from pieces(replace(line, cells=line.cells.select(kept)), rows=in_pieces_of)

    return list(in_chunks(SOURCES[TABLE], read, rows=rows))


def chunked(lines: list[Part], rows: int, in_pieces_of: int) -> Admitted:
    judge = Judge("UTC")
    first = judge.admit({"pm_project": [part(PROJECTS, "pm_project.csv")]})
    chunks = [judge.admit({TABLE: chunk}) for chunk in cut(lines, rows, in_pieces_of=in_pieces_of)]
    return together(chain([first], chunks))


def told(outcome: Admitted) -> list[pl.DataFrame]:
    frames = [outcome.tables[TABLE], *outcome[1:]]
    return [frame.sort(pl.all()) for frame in frames]


@settings(deadline=None, max_examples=25)
@given(st.lists(ROWS, min_size=1, max_size=3), st.integers(1, 5), st.integers(1, 5))
def test_every_row_is_judged_as_if_all_came_at_once(
    found: list[list[dict[str, Any]]], rows: int, in_pieces_of: int
) -> None:
    lines = files(found)
    at_once = admitted({"pm_project": [part(PROJECTS, "pm_project.csv")], TABLE: lines}, instance_time_zone="UTC")

    for mine, expected in zip(told(chunked(lines, rows, in_pieces_of)), told(at_once), strict=True):
        assert mine.equals(expected)


def test_a_large_table_comes_so_many_rows_at_a_time() -> None:
    lines = files([[{"sys_id": f"L{number}"} for number in range(10)]])

    chunks = cut(lines, 3, in_pieces_of=2)

    assert [sum(file.rows for file in chunk) for chunk in chunks] == [4, 4, 2, 0]


def test_a_file_comes_once_in_a_chunk_in_the_order_of_its_rows() -> None:
    lines = files([[{"sys_id": key} for key in ("L1", "L2", "L1", "L3")], [{"sys_id": "L4"}]])

    chunks = cut(lines, 10, in_pieces_of=1)

    assert [[(file.source_file, file.row_number.to_list()) for file in chunk] for chunk in chunks] == [
        [(f"{TABLE}/0.csv", [2, 4]), (f"{TABLE}/1.csv", [1])],
        [(f"{TABLE}/0.csv", [1, 3]), (f"{TABLE}/1.csv", [])],
    ]


def test_only_tables_that_no_other_is_judged_by_are_cut() -> None:
    assert judged_alone(TABLE, SOURCES)
    assert not judged_alone("cost_plan", SOURCES)
