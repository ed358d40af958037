from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from models.cost import CostPlan
from models.table import Table
from pipelines.pieces import UNCUT, Pieces


def plans(*keys: str) -> pl.DataFrame:
    columns = {name: [None] * len(keys) for name in CostPlan.columns()}
    return pl.DataFrame({**columns, "sys_id": list(keys)}, schema=CostPlan.dtypes())


@pytest.fixture(params=[0, 3, 100], ids=["in files", "some in files", "in memory"])
def pieces(request: pytest.FixtureRequest, tmp_path: Path) -> Pieces:
    return Pieces(tmp_path, rows_in_memory=request.param)


def keys(frame: pl.LazyFrame) -> list[str]:
    return frame.collect()["sys_id"].to_list()


def test_pieces_are_put_together_by_portion_and_over_all(pieces: Pieces) -> None:
    pieces.add(CostPlan, plans("a", "b"), 0)
    pieces.add(CostPlan, plans("c", "d"), 1)
    pieces.add(CostPlan, plans("e"), 0)

    assert keys(pieces.scan(CostPlan, 0)) == ["a", "b", "e"]
    assert keys(pieces.scan_all(CostPlan)) == ["a", "b", "e", "c", "d"]
    assert pieces.tables() == [CostPlan]


def test_without_pieces_there_are_no_rows(pieces: Pieces) -> None:
    found: type[Table] = CostPlan

    assert keys(pieces.scan(found, 4)) == keys(pieces.scan_all(found)) == []


def test_uncut_pieces_come_in_their_order_and_are_given_up(pieces: Pieces, tmp_path: Path) -> None:
    pieces.add(CostPlan, plans("a", "b"))
    pieces.add(CostPlan, plans("c", "d"))
    seen = [rows["sys_id"].to_list() for rows in pieces.uncut(CostPlan)]

    assert seen == [rows["sys_id"].to_list() for rows in pieces.take_out(CostPlan)] == [["a", "b"], ["c", "d"]]
    assert keys(pieces.scan(CostPlan, UNCUT)) == []
    assert not list(tmp_path.iterdir())


def test_a_portion_is_given_up(pieces: Pieces, tmp_path: Path) -> None:
    pieces.add(CostPlan, plans("a", "b"), 0)
    pieces.add(CostPlan, plans("c", "d"), 1)
    pieces.drop(CostPlan, 0)

    assert keys(pieces.scan_all(CostPlan)) == ["c", "d"]
    pieces.drop(CostPlan, 1)
    assert not list(tmp_path.iterdir())


def test_room_that_is_given_up_is_used_again(tmp_path: Path) -> None:
    pieces = Pieces(tmp_path, rows_in_memory=2)
    pieces.add(CostPlan, plans("a", "b"), 0)
    pieces.drop(CostPlan, 0)
    pieces.add(CostPlan, plans("c", "d"), 0)

    assert not list(tmp_path.iterdir())
