from __future__ import annotations

from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.audit import PlannedConservation
from models.catalogue import MEMORIES, SOURCES
from models.cost import CostPlan, CostPlanBreakdown
from models.figures import WorkItem
from models.reconciliation import FilledMetric
from models.table import Table
from models.work_item import Project
from tests.frames import text_frame
from transforms.catalogue import all_transforms, reaches, transforms_that_reach
from transforms.portion import Ties, connected, own_key, put_together, ties

PAIRS = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=14)


def pairs(found: list[tuple[int, int]]) -> pl.DataFrame:
    return pl.DataFrame(found, schema={"one": pl.UInt32, "other": pl.UInt32}, orient="row")


def lowest_one_by_one(nodes: int, found: list[tuple[int, int]]) -> list[int]:
    """The slow way: each pair makes one group of two."""
    group = list(range(nodes))
    for one, other in found:
        low, high = sorted((group[one], group[other]))
        group = [low if mine == high else mine for mine in group]
    return group


@given(PAIRS)
def test_nodes_are_connected_through_others(found: list[tuple[int, int]]) -> None:
    assert connected(12, pairs(found)).tolist() == lowest_one_by_one(12, found)


def test_a_long_chain_is_connected() -> None:
    chain = list(pairwise(range(5_000)))

    assert set(connected(5_000, pairs(chain[::-1])).tolist()) == {0}


def test_what_ties_a_row_is_what_it_names_of_work_items_and_its_own_key_where_others_name_it() -> None:
    assert ties(CostPlanBreakdown) == ["cost_plan", "task", "planning_item"]
    assert ties(CostPlan) == ["sys_id", "task"]
    assert ties(Project) == ["sys_id", "parent", "demand"]


def places(**tables: str) -> dict[str, list[int | None]]:
    known = Ties()
    for name, picture in tables.items():
        table = SOURCES[name]
        known.add(name, text_frame(table, picture).select(ties(table)), own_key(table))
    return {str(name): found.to_list() for name, found in known.portions(rows=1).items()}


def test_rows_that_are_tied_are_in_one_portion() -> None:
    """C1 is P1's and R1 is C1's; P2 is below P1; C3 stands on a project that is not there, with R3; R4 names nothing."""
    found = places(
        pm_project="sys_id | parent \n P1 | - \n P2 | P1 \n P3 | -",
        cost_plan="sys_id | task \n C1 | P1 \n C3 | P9",
        cost_plan_breakdown="sys_id | cost_plan | task \n R1 | C1 | - \n R3 | C3 | - \n R4 | - | -",
    )
    first, second, alone = found["pm_project"]

    assert first == second == found["cost_plan"][0] == found["cost_plan_breakdown"][0]
    assert found["cost_plan"][1] == found["cost_plan_breakdown"][1]
    assert len({first, alone, found["cost_plan"][1], found["cost_plan_breakdown"][2]}) == 4


KEYS = st.sampled_from(["P1", "P2", "P3", "P4", "P5", "P6"])
ROWS = st.lists(st.tuples(KEYS, st.one_of(st.none(), KEYS), st.one_of(st.none(), KEYS)), max_size=12)


@given(ROWS, st.integers(1, 4))
def test_rows_are_in_one_group_when_a_way_of_names_leads_from_one_to_the_other(
    found: list[tuple[str, str | None, str | None]], piece: int
) -> None:
    """Keys of rows are their own; the slow way joins two groups of rows whenever they have a name in common."""
    rows = list({key: (key, *others) for key, *others in found}.values())
    known = Ties()
    known.add("rows", pl.DataFrame(schema=dict.fromkeys(("key", "parent", "other"), pl.String)), "key")
    for start in range(0, len(rows), piece):
        columns = zip(*rows[start : start + piece], strict=True)
        names = ("key", "parent", "other")
        named = pl.DataFrame(dict(zip(names, map(list, columns), strict=True)), schema=dict.fromkeys(names, pl.String))
        known.add("rows", named, "key")
    group = list(range(len(rows)))
    for one, mine in enumerate(rows):
        for other, theirs in enumerate(rows[:one]):
            if set(mine) & set(theirs) - {None}:
                low, high = sorted((group[one], group[other]))
                group = [low if at == high else at for at in group]

    places = known.portions(rows=1)["rows"].to_list()

    same = [[one == other for other in places] for one in places]
    assert same == [[one == other for other in group] for one in group]


def test_portions_hold_about_as_many_rows_as_asked_for() -> None:
    known = Ties()
    known.add("plans", pl.DataFrame({"task": [f"P{number // 3}" for number in range(300)]}))

    assert known.portions(rows=30)["plans"].value_counts()["count"].to_list() == [30] * 10


def test_only_what_is_connected_with_rows_that_are_asked_for_has_a_portion() -> None:
    known = Ties()
    known.add("projects", pl.DataFrame({"sys_id": ["P1", "P2"]}))
    known.add("plans", pl.DataFrame({"task": ["P1", "P2", None]}))
    found = known.portions(rows=10, among={"plans": pl.Series([True, False, False])})

    assert found["projects"].to_list() == [0, None]
    assert found["plans"].to_list() == [0, None, None]


def test_laws_of_portions_add_up() -> None:
    picture = "law | expected | found | difference | holds \n a | {} | {} | 0 | true"
    parts = [text_frame(PlannedConservation, picture.format(amount, amount)) for amount in (3, 4)]
    (law,) = put_together(PlannedConservation, parts).to_dicts()

    assert (law["expected"], law["found"], law["difference"], law["holds"]) == (7, 7, 0, True)


def test_other_rows_of_portions_stand_side_by_side() -> None:
    parts = [text_frame(FilledMetric, f"source_table | metric \n t | {metric}") for metric in ("a", "b")]

    assert put_together(FilledMetric, parts)["metric"].to_list() == ["a", "b"]


def test_a_table_reaches_as_far_as_what_it_is_made_from() -> None:
    assert reaches()[WorkItem] == "portion"
    assert reaches()[FilledMetric] == "shared"


@pytest.mark.parametrize("reach", ["shared", "portion"])
def test_no_table_is_made_from_one_that_is_computed_later(reach: str) -> None:
    order = ["shared", "portion", "whole"]
    for transform in all_transforms():
        if reaches()[transform.table] == reach:
            later = [table for table in transform.inputs.values() if table in reaches()]
            assert all(order.index(reaches()[table]) <= order.index(reach) for table in later), transform.table


def test_shared_tables_are_made_from_sources_and_shared_tables_only() -> None:
    taken_in: set[type[Table]] = {*SOURCES.values(), *MEMORIES.values()}
    for transform in transforms_that_reach("shared"):
        for table in transform.inputs.values():
            assert table in taken_in or reaches().get(table, table.reach) == "shared", (transform.table, table)
