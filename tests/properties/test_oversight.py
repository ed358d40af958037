"""Oversight of generated instances: the fast code equals the slow reference, and both keep the contract's promises."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Final

import pytest

from tests.properties.comparison import told
from tests.properties.oversight_nights import (
    COMPARED,
    REMEMBERED,
    Memories,
    by_key,
    differences,
    fast_night,
    nights_of_the_reference,
)
from tests.reference.drawing import Draw
from tests.reference.oversight import Oversight, Row, Rows, oversee
from tests.reference.oversight.world_orders import STATES, add_order_task
from tests.reference.oversight.worlds import World, completed, world

HISTORIES: Final = range(300, 332)
NIGHTS: Final = 3
PLAIN: Final = ("domain_order", "order_task")
"""Decision tables whose answers are template tasks: what they link exists already."""
BEFORE_RULES: Final = {
    "program": ("ppm_not_installed", "no_overseen_line"),
    "order": ("ppm_not_installed", "invalid_line", "not_approved", "agent_choice"),
    "order_line_item": (
        *("ppm_not_installed", "invalid_line", "not_approved", "covered_by_order_project", "existing_project"),
    ),
    "site_location": (
        *("ppm_not_installed", "invalid_line", "not_approved", "covered_by_order_project", "existing_project"),
        *("no_line_project", "no_location"),
    ),
    "domain_order": ("ppm_not_installed", "existing_project", "no_project", "task_not_in_template"),
    "order_task": ("ppm_not_installed", "existing_project", "no_project", "task_not_in_template", "via_parent"),
}
BY_RULES: Final = ("matched", "default", "no_rule_matched")
BY_TEMPLATES: Final = ("answer_unknown", "answer_wrong_kind", "template_inactive")
CANDIDATES: Final = {
    "program": "sn_ind_tmt_orm_order",
    "order": "sn_ind_tmt_orm_order",
    "order_line_item": "sn_ind_tmt_orm_order_line_item",
    "site_location": "sn_ind_tmt_orm_order_line_item",
    "domain_order": "sn_ind_tmt_orm_domain_order",
    "order_task": "sn_ind_tmt_orm_order_task",
}
PROBLEMS: Final = {"rejected", "same_order", "inactive_answer", "unreachable", "shadowed", "never_matched"}
LINKS: Final = {"domain_order_project_task": "domain_order", "order_task_project_task": "order_task"}
LINE, DOMAIN_ORDER, ORDER_TASK = CANDIDATES["order_line_item"], CANDIDATES["domain_order"], CANDIDATES["order_task"]
PARENTS: Final = {
    LINE: ("parent_line_item",),
    DOMAIN_ORDER: ("order_line_item",),
    ORDER_TASK: ("parent", "order_line_item"),
}

Night = Callable[[World, Memories], Oversight]


def slow_night(drawn: World, memory: Memories) -> Oversight:
    return oversee(drawn.instance(memory))


both = pytest.mark.parametrize("night", [slow_night, fast_night], ids=["reference", "fast"])


@cache
def first_night(night: Night, drawn_from: int) -> tuple[World, Oversight]:
    drawn = world(drawn_from, tests_states=False)
    return drawn, night(drawn, {})


@cache
def fast_nights(seed: int) -> list[Oversight]:
    """The fast code's nights of a history; each remembers what the reference does, so that errors don't add up."""
    return [fast_night(drawn, memory) for drawn, memory, _ in nights_of_the_reference(seed, NIGHTS)]


def equal(one: Oversight, other: Oversight) -> bool:
    return not list(differences(one, other))


def reference_rows(mart: str) -> Rows:
    return [row for seed in HISTORIES for *_, told in nights_of_the_reference(seed, NIGHTS) for row in told.marts[mart]]


# The fast code is the reference


@pytest.mark.parametrize("seed", HISTORIES)
def test_every_table_of_three_nights_equals_the_reference(seed: int) -> None:
    nights = zip(nights_of_the_reference(seed, NIGHTS), fast_nights(seed), strict=True)

    found = [f"night {n}: {one}" for n, ((*_, slow), fast) in enumerate(nights) for one in differences(fast, slow)]

    assert not found, told(seed, found)


# The histories hold everything


def test_every_outcome_of_every_decision_table_occurs() -> None:
    by_templates = {name: () if name in PLAIN else BY_TEMPLATES for name in BEFORE_RULES}
    expected = {
        (name, outcome)
        for name, outcomes in BEFORE_RULES.items()
        for outcome in (*outcomes, *BY_RULES, *by_templates[name])
    }

    assert {(row["decision_table"], row["outcome"]) for row in reference_rows("oversight_decision")} == expected


def test_every_state_origin_level_and_problem_occurs() -> None:
    projects, tasks = reference_rows("oversight_project"), reference_rows("oversight_project_task")
    created = [row for row in projects if row["origin"] == "created"]

    assert {(row["kind"], row["state"]) for row in created} == {
        (kind, state) for kind in ("project", "order_project", "site_project") for state in (-5, 2, 3, 7)
    }
    assert {row["state"] for row in tasks} == {-5, 1, 2, 3, 7}
    assert {row["origin"] for row in projects} == {"created", "reused", "existing"}
    assert {row["project_type"] for row in created} == {"project", "customer_project"}
    assert {row["origin"] for row in reference_rows("oversight_program")} == {"created", "reused"}
    assert {row["level"] for row in reference_rows("order_line_item_project")} == {"line", "order"}
    assert {row["problem"] for row in reference_rows("oversight_rule_lint")} == PROBLEMS
    assert {row["target_table"] for row in reference_rows("oversight_note")} == {"pm_project", "pm_project_task"}
    assert (
        len({row["source_table"] for row in reference_rows("oversight_mapped_field")})
        == len(set(CANDIDATES.values())) + 1
    )


# What holds of every night


@pytest.mark.parametrize("seed", HISTORIES)
def test_every_candidate_has_one_decision_in_each_of_its_tables(seed: int) -> None:
    for (drawn, *_), found in zip(nights_of_the_reference(seed, NIGHTS), fast_nights(seed), strict=True):
        decided = by_key(found.marts["oversight_decision"], "decision_table", "record")

        assert decided.keys() == {
            (name, row["sys_id"]) for name, table in CANDIDATES.items() for row in drawn.tables.get(table, [])
        }


@pytest.mark.parametrize("seed", HISTORIES)
def test_every_record_is_linked_at_most_once_and_to_a_task_of_the_project_it_names(seed: int) -> None:
    for found in fast_nights(seed):
        links = by_key([row for mart in LINKS for row in found.marts[mart]], "source")
        tasks = by_key(found.marts["oversight_project_task"], "project_task")
        ours = [row for row in links.values() if row["project_task"] in tasks]

        assert all(tasks[row["project_task"]]["project"] == row["project"] for row in ours)


@pytest.mark.parametrize("seed", HISTORIES)
def test_ids_follow_from_what_things_are_for(seed: int) -> None:
    for found in fast_nights(seed):
        projects, programs = found.marts["oversight_project"], found.marts["oversight_program"]

        assert [row["project"] for row in projects if row["origin"] == "created"] == [
            hashed(*project_key(row)) for row in projects if row["origin"] == "created"
        ]
        assert [row["program"] for row in programs if row["origin"] == "created"] == [
            hashed("program", row["order"] or row["account"]) for row in programs if row["origin"] == "created"
        ]
        assert all(
            row["project_task"] == hashed("project_task", row["project"], row["template_task"])
            for row in found.marts["oversight_project_task"]
        )


def project_key(row: Row) -> list[str]:
    columns = {"project": ("order_line_item",), "order_project": ("order",), "site_project": ("order", "location")}
    return [row["kind"], *(row[column] for column in columns[row["kind"]] if row[column] is not None)]


def hashed(*key: str) -> str:
    return hashlib.sha256("|".join(key).encode()).hexdigest()[:32]


@pytest.mark.parametrize("seed", HISTORIES)
def test_no_remembered_row_disappears_or_changes(seed: int) -> None:
    for (_, memory, _), found in zip(nights_of_the_reference(seed, NIGHTS), fast_nights(seed), strict=True):
        for table, key in REMEMBERED.items():
            before, after = by_key(memory.get(table, []), *key), by_key(found.states[table], *key)

            assert before.keys() <= after.keys()
            assert [one for one in before if not stays(before[one], after[one])] == []


def stays(before: Row, after: Row) -> bool:
    """Whether nothing has changed but that an empty parent or program was filled."""
    return all(
        after[name] == value or (value is None and name in ("parent", "program")) for name, value in before.items()
    )


# What makes no difference


@both
@pytest.mark.parametrize("seed", range(100, 108))
def test_the_order_of_rows_makes_no_difference(night: Night, seed: int) -> None:
    drawn, found = first_night(night, seed)

    assert equal(night(replace(drawn, tables=shuffled(drawn.tables, seed)), {}), found)
    assert equal(night(drawn, shuffled(found.states, seed)), night(drawn, found.states))


def shuffled(tables: Mapping[str, Rows], seed: int) -> dict[str, Rows]:
    random = Draw(seed).random
    return {table: random.sample(rows, len(rows)) for table, rows in tables.items()}


@both
@pytest.mark.parametrize("seed", range(100, 112))
def test_a_second_run_on_the_same_export_changes_nothing(night: Night, seed: int) -> None:
    drawn, found = first_night(night, seed)

    again = night(drawn, found.states)

    assert list(differences(again, found)) == []


@both
@pytest.mark.parametrize("seed", range(100, 108))
def test_an_order_task_that_comes_later_makes_no_second_project_or_task(night: Night, seed: int) -> None:
    drawn, found = first_night(night, seed)
    later = night(with_more_tasks(drawn, seed), found.states)

    for mart, key in (("oversight_project", "project"), ("oversight_project_task", "project_task")):
        assert by_key(later.marts[mart], key).keys() == by_key(found.marts[mart], key).keys()
    for mart, key in LINKS.items():
        before, after = by_key(found.marts[mart], key), by_key(later.marts[mart], key)
        assert {one: after[one] for one in before} == before


def with_more_tasks(drawn: World, seed: int) -> World:
    draw = Draw(seed)
    tables = {table: list(rows) for table, rows in drawn.tables.items()}
    for table in PARENTS:
        tables.setdefault(table, [])
    for _ in range(6):
        add_order_task(draw, tables)
    return replace(drawn, tables=completed(tables))


@both
@pytest.mark.parametrize("seed", range(100, 116))
def test_what_arrives_in_two_parts_ends_as_if_it_had_come_at_once(night: Night, seed: int) -> None:
    drawn, at_once = first_night(night, seed)

    in_parts = night(drawn, night(earlier(drawn, seed), {}).states)

    assert links_and_states(in_parts) == links_and_states(at_once)


def earlier(drawn: World, seed: int) -> World:
    """The same world some time before: records are missing, with all below them, and others are in other states."""
    draw = Draw(seed)
    records = [row["sys_id"] for table in PARENTS for row in drawn.tables.get(table, [])]
    missing = set(draw.some(records, len(records) // 3))
    while more := {row["sys_id"] for table, row in rows_below(drawn) if is_below(table, row, missing)} - missing:
        missing |= more
    tables = {
        table: [row for row in rows if table not in PARENTS or row["sys_id"] not in missing]
        for table, rows in drawn.tables.items()
    }
    for table in LINKS.values():
        rows = tables.get(CANDIDATES[table], [])
        rows[:] = [{**row, "state": draw.pick(STATES)} for row in rows]
    return replace(drawn, tables=tables)


def rows_below(drawn: World) -> list[tuple[str, Row]]:
    return [(table, row) for table in PARENTS for row in drawn.tables.get(table, [])]


def is_below(table: str, row: Row, missing: set[str]) -> bool:
    return any(row[column] in missing for column in PARENTS[table])


def links_and_states(found: Oversight) -> tuple[dict[str, Row], dict[str, int | None]]:
    links = by_key([row for mart in LINKS for row in found.marts[mart]], "source")
    projects = [row for row in found.marts["oversight_project"] if row["kind"] != "site_project"]
    return links, {row["project"]: row["state"] for row in projects}


def test_all_marts_of_oversight_are_compared() -> None:
    drawn, found = first_night(slow_night, 100)

    assert found.marts.keys() == COMPARED.keys()
    assert found.states.keys() == REMEMBERED.keys()
    assert drawn.tables
