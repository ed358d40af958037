"""A large table in chunks is admitted like the table at once."""

from __future__ import annotations

from itertools import chain
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from models.catalogue import SOURCES
from tests.transforms.export import part
from transforms.admission import Admitted, Judge, admitted, together
from transforms.chunk import in_chunks
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


def chunked(lines: list[Part], rows: int) -> Admitted:
    judge = Judge("UTC")
    first = judge.admit({"pm_project": [part(PROJECTS, "pm_project.csv")]})
    chunks = [judge.admit({TABLE: chunk}) for chunk in in_chunks(SOURCES[TABLE], lines, rows=rows)]
    return together(chain([first], chunks))


def told(outcome: Admitted) -> list[pl.DataFrame]:
    frames = [outcome.tables[TABLE], *outcome[1:]]
    return [frame.sort(pl.all()) for frame in frames]


@settings(deadline=None, max_examples=25)
@given(st.lists(ROWS, min_size=1, max_size=3), st.integers(1, 5))
def test_every_row_is_judged_as_if_all_came_at_once(found: list[list[dict[str, Any]]], rows: int) -> None:
    lines = files(found)
    at_once = admitted({"pm_project": [part(PROJECTS, "pm_project.csv")], TABLE: lines}, instance_time_zone="UTC")

    for mine, expected in zip(told(chunked(lines, rows)), told(at_once), strict=True):
        assert mine.equals(expected)


def test_a_table_of_few_rows_is_one_chunk() -> None:
    lines = files([[{"sys_id": "L1"}], [{"sys_id": "L2"}]])

    assert list(in_chunks(SOURCES[TABLE], lines, rows=2)) == [lines]


def test_a_large_table_comes_so_many_rows_at_a_time() -> None:
    lines = files([[{"sys_id": f"L{number}"} for number in range(10)]])
    chunks = list(in_chunks(SOURCES[TABLE], lines, rows=3))

    assert [sum(file.rows for file in chunk) for chunk in chunks] == [3, 3, 3, 1]


def test_only_tables_that_no_other_is_judged_by_are_cut() -> None:
    assert judged_alone(TABLE, SOURCES)
    assert not judged_alone("cost_plan", SOURCES)
