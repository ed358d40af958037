"""The reference of oversight on examples that were worked by hand."""

import datetime as dt

import pytest

from .ids import stable_id
from .instance import DOMAIN_ORDER, LINE, LOCATION, ORDER, ORDER_TASK
from .setup import CUSTOMER_PROJECTS, PPM
from .states import folded, folded_project, state_of
from .tiny import RULE, RULES, TABLES, like, nights, outcome, row, tiny
from .worlds import history, world


def test_a_line_becomes_a_project_with_the_tasks_of_its_template() -> None:
    (found,) = nights(tiny(zone="Pacific/Auckland"))

    project = row(found, "oversight_project", kind="project")
    test = row(found, "oversight_project_task", template_task="test")
    assert project["project"] == stable_id("project", "l")
    assert project["name"] == "Fibre LINE1"
    assert (project["planned_start"], project["planned_end"]) == (dt.date(2026, 1, 11), dt.date(2026, 1, 17))
    assert (test["planned_start"], test["planned_end"]) == (dt.date(2026, 1, 16), dt.date(2026, 1, 17))
    assert row(found, "order_line_item_project")["level"] == "line"
    assert project["parent"] == row(found, "site_location_site_project")["site_project"]
    assert project["program"] == row(found, "oversight_program")["program"]


def test_ids_are_hashes_of_what_they_are_for() -> None:
    (found,) = nights(tiny())
    (shared,) = nights(tiny(reuse=True))

    assert row(found, "oversight_program")["program"] == stable_id("program", "O")
    assert row(shared, "oversight_program")["program"] == stable_id("program", "acme")
    assert row(found, "site_location_site_project")["site_project"] == stable_id("site_project", "O", "floor")
    assert row(shared, "site_location_site_project")["site_project"] == stable_id("site_project", "floor")
    assert stable_id("project", "l") == "a22ad0f43da4c947ee6bb9e6e669ff57"


def test_domain_orders_and_order_tasks_are_linked_to_the_tasks_their_rules_name() -> None:
    (found,) = nights(tiny())

    assert row(found, "domain_order_project_task")["rule"] == "D"
    assert row(found, "order_task_project_task")["project_task"] == stable_id(
        "project_task", stable_id("project", "l"), "test"
    )


def test_a_child_that_nothing_matches_follows_its_nearest_linked_ancestor() -> None:
    tasks = like(
        ORDER_TASK,
        {},
        {"sys_id": "u", "parent": "t", "request_type": None},
        {"sys_id": "v", "parent": "u", "request_type": None},
    )
    (found,) = nights(tiny(**{ORDER_TASK: tasks}))

    assert outcome(found, "order_task", "v") == "via_parent"
    assert (
        row(found, "order_task_project_task", order_task="v")["project_task"]
        == row(found, "order_task_project_task", order_task="t")["project_task"]
    )
    assert row(found, "order_task_project_task", order_task="v")["rule"] is None


def test_order_tasks_in_a_circle_have_no_line() -> None:
    tasks = like(ORDER_TASK, {"parent": "u"}, {"sys_id": "u", "parent": "t"})
    (found,) = nights(tiny(**{ORDER_TASK: tasks}))

    assert [outcome(found, "order_task", one) for one in "tu"] == ["no_project"] * 2


def test_a_rule_for_a_task_of_another_template_takes_no_part() -> None:
    templates = [*TABLES["project_template"], {"sys_id": "other", "kind": "project"}]
    planned = [*TABLES["project_template_task"], {"sys_id": "else", "template": "other"}]
    rules = [*RULES[:3], {**RULES[3], "answer": "else"}]
    (found,) = nights(tiny(project_template=templates, project_template_task=planned, oversight_rule=rules))

    assert outcome(found, "domain_order", "d") == "task_not_in_template"
    assert found.marts["domain_order_project_task"] == []


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"answer": "unknown"}, "answer_unknown"),
        ({"answer": "site"}, "answer_wrong_kind"),
        ({"condition": "colour=red"}, "no_rule_matched"),
        ({"condition": "state=draft"}, "no_rule_matched"),
        ({"condition": "colour=red", "default_answer": True}, "default"),
        ({"active": False}, "no_rule_matched"),
    ],
)
def test_what_becomes_of_a_rule(rule: dict[str, object], expected: str) -> None:
    rules = [{**one, **rule} if one["sys_id"] == "L" else one for one in RULES]
    (found,) = nights(tiny(oversight_rule=rules))

    assert outcome(found, "order_line_item", "l") == expected
    assert outcome(found, "site_location", "l") == ("matched" if expected == "default" else "no_line_project")


def test_the_first_rule_decides_even_if_its_answer_is_of_no_use() -> None:
    rules = [*RULES, {**RULE, "sys_id": "A", "order": 0, "decision_table": " Order_Line_Item", "answer": None}]
    (found,) = nights(tiny(oversight_rule=rules))

    assert outcome(found, "order_line_item", "l") == "answer_unknown"


def test_the_nearest_level_with_a_matching_rule_wins() -> None:
    rules = [
        *RULES,
        {**RULE, "sys_id": "H", "order": 0, "decision_table": "site_location", "answer": "site", "location": "hall"},
        {**RULE, "sys_id": "F", "order": 9, "decision_table": "site_location", "answer": "site", "location": "floor"},
    ]
    (found,) = nights(tiny(oversight_rule=rules))
    (above,) = nights(tiny(oversight_rule=rules[:-1]))

    assert row(found, "oversight_decision", decision_table="site_location")["rule"] == "F"
    assert row(above, "oversight_decision", decision_table="site_location")["rule"] == "H"
    assert row(above, "site_location_site_project")["location"] == "floor"


def test_an_agents_choice_runs_the_whole_order_as_one_project() -> None:
    (found,) = nights(tiny(**{ORDER: like(ORDER, {"project_template": "project"})}))

    assert outcome(found, "order", "O") == "agent_choice"
    assert outcome(found, "order_line_item", "l") == "covered_by_order_project"
    assert row(found, "oversight_project")["kind"] == "order_project"
    assert row(found, "order_line_item_project")["level"] == "order"
    assert row(found, "domain_order_project_task")["project"] == stable_id("order_project", "O")


def test_a_line_that_has_a_project_keeps_it_when_an_agent_chooses_later() -> None:
    _, found = nights(tiny(), tiny(**{ORDER: like(ORDER, {"project_template": "project"})}))

    assert outcome(found, "order_line_item", "l") == "covered_by_order_project"
    assert row(found, "order_line_item_project")["project"] == stable_id("project", "l")
    assert row(found, "order_project")["origin"] == "created"


def test_without_project_portfolio_management_nothing_new_comes_and_what_was_follows_its_states() -> None:
    off = {"v_plugin": [{"id": PPM, "active": "false"}]}
    _, found = nights(tiny(), tiny(**off, **{DOMAIN_ORDER: like(DOMAIN_ORDER, {"state": "draft"}, {"sys_id": "e"})}))

    assert outcome(found, "domain_order", "d") == "ppm_not_installed"
    assert [one["domain_order"] for one in found.marts["domain_order_project_task"]] == ["d"]
    assert row(found, "oversight_project_task", template_task="build")["state"] == -5


def test_projects_are_customer_projects_where_that_is_active_too() -> None:
    plugins = [{"id": PPM, "active": " Active"}, {"id": CUSTOMER_PROJECTS, "active": "1"}]
    (found,) = nights(tiny(v_plugin=plugins))

    assert {one["project_type"] for one in found.marts["oversight_project"]} == {"customer_project"}


def test_a_project_that_the_platform_has_linked_is_shown_and_none_is_made() -> None:
    linked = {
        "pm_project": [{"sys_id": "P", "state": "4", "short_description": "Theirs"}],
        "sn_ind_tmt_orm_order_line_rel_task": [{"sys_id": "1", "order_line_item": "l", "task": "P"}],
        "sn_ind_tmt_orm_order_task_rel_task": [{"sys_id": "1", "source": "t", "project_task": "PT"}],
    }
    (found,) = nights(tiny(**linked))

    assert outcome(found, "order_line_item", "l") == outcome(found, "domain_order", "d") == "existing_project"
    assert row(found, "oversight_project")["origin"] == "existing"
    assert row(found, "oversight_project")["state"] == 3
    assert row(found, "order_task_project_task")["project_task"] == "PT"
    assert found.states["oversight_project"] == found.states["oversight_link"] == []


def test_what_vanishes_keeps_its_link_and_no_longer_counts() -> None:
    _, found = nights(tiny(), tiny(**{DOMAIN_ORDER: []}))

    assert row(found, "domain_order_project_task")["source"] == "d"
    assert row(found, "oversight_project_task", template_task="build")["state"] == -5


def test_a_program_of_the_account_is_reused_and_stays() -> None:
    exported = {"pm_program": [{"sys_id": "Z", "account": "acme"}]}
    first, second = nights(tiny(reuse=True), tiny(reuse=True, **exported))
    (reused,) = nights(tiny(reuse=True, **exported))

    assert first.marts["oversight_program"] == second.marts["oversight_program"]
    assert row(reused, "oversight_program")["origin"] == "reused"


def test_mapped_fields_are_copied_once() -> None:
    maps = {
        "csm_table_map": [{"sys_id": "M", "source_table": LINE, "target_table": "pm_project"}],
        "csm_field_map": [
            {"sys_id": "1", "map": "M", "source_field": "state", "target_field": "u_state", "order": 2},
            {"sys_id": "2", "map": "M", "source_field": "approved_on", "target_field": "u_state", "order": 1},
        ],
    }
    first, second = nights(tiny(**maps), tiny(**maps, **{LINE: like(LINE, {"approved_on": None})}))

    assert row(first, "oversight_mapped_field")["value"] == "2026-01-10 23:00:00"
    assert first.marts["oversight_mapped_field"] == second.marts["oversight_mapped_field"]


def test_notes_go_to_the_project_and_the_project_task() -> None:
    entries = [
        {"sys_id": "1", "element_id": "l", "element": "Work_notes"},
        {"sys_id": "2", "element_id": "t", "element": "comments"},
        {"sys_id": "3", "element_id": "O", "element": "comments"},
    ]
    (found,) = nights(tiny(sys_journal_field=entries))

    assert row(found, "oversight_note", journal="1")["target"] == stable_id("project", "l")
    assert row(found, "oversight_note", journal="2")["target_table"] == "pm_project_task"
    assert len(found.marts["oversight_note"]) == 2


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Draft", -5),
        (" acknowledged", 1),
        ("RESOLVED", 2),
        ("failed", 3),
        ("cancelled", 7),
        ("in progress", 1),
        (None, 1),
    ],
)
def test_states_are_words(text: str | None, state: int) -> None:
    assert state_of(text) == state


@pytest.mark.parametrize(
    ("parts", "state"),
    [
        ([], -5),
        ([7, 7], 7),
        ([3, 7], 3),
        ([3, 1], 2),
        ([3, -5, 7], 2),
        ([2, -5], 2),
        ([1, -5], -5),
        ([1, 7], 1),
    ],
)
def test_parts_decide_the_whole(parts: list[int], state: int) -> None:
    assert folded(parts) == state
    assert folded_project(parts) == (-5 if state == 1 else state)


def test_tasks_are_closed_only_where_that_is_asked_for() -> None:
    done = {DOMAIN_ORDER: like(DOMAIN_ORDER, {"state": " Completed"})}
    (kept_open,), (closed,) = nights(tiny(**done)), nights(tiny(closes=True, **done))

    assert row(kept_open, "oversight_project_task", template_task="build")["state"] == 2
    assert row(closed, "oversight_project_task", template_task="build")["state"] == 3
    assert row(closed, "oversight_project_task", template_task="build")["status"] == " Completed"
    assert row(closed, "oversight_project", kind="project")["state"] == 2


def test_tasks_without_parts_are_left_out_once_the_line_is_completed() -> None:
    done = {DOMAIN_ORDER: like(DOMAIN_ORDER, {"state": "completed"}), ORDER_TASK: []}
    (under_way,) = nights(tiny(closes=True, **done))
    (completed,) = nights(tiny(closes=True, **done, **{LINE: like(LINE, {"state": "completed"})}))

    assert row(under_way, "oversight_project", kind="project")["state"] == 2
    assert row(completed, "oversight_project", kind="project")["state"] == 3
    assert row(completed, "oversight_project", kind="site_project")["state"] == 3


@pytest.mark.parametrize("canceled", [LINE, ORDER])
def test_a_canceled_line_or_order_skips_what_is_not_complete(canceled: str) -> None:
    done = {DOMAIN_ORDER: like(DOMAIN_ORDER, {"state": "completed"}), canceled: like(canceled, {"state": "Canceled"})}
    (found,) = nights(tiny(closes=True, **done))

    assert row(found, "oversight_project", kind="project")["state"] == 7
    assert row(found, "oversight_project_task", template_task="build")["state"] == 3
    assert row(found, "oversight_project_task", template_task="test")["state"] == 7
    assert row(found, "oversight_project_task", template_task="visit")["state"] == -5


def test_lint_tells_rules_that_never_decide() -> None:
    rules = [
        *RULES,
        {
            **RULE,
            "sys_id": "L2",
            "order": 1,
            "decision_table": "order_line_item",
            "answer": "project",
            "condition": "state=x",
        },
        {
            **RULE,
            "sys_id": "D2",
            "order": 2,
            "decision_table": "domain_order",
            "answer": "test",
            "condition": "state!=x",
        },
        {
            **RULE,
            "sys_id": "T2",
            "order": 2,
            "decision_table": "order_task",
            "answer": "test",
            "condition": "request_type=x",
        },
        {
            **RULE,
            "sys_id": "T3",
            "order": 3,
            "decision_table": "order_task",
            "answer": "test",
            "condition": "request_type",
        },
        {**RULE, "sys_id": "X", "decision_table": "other", "answer": "test"},
    ]
    (found,) = nights(tiny(oversight_rule=rules))

    assert {(one["rule"], one["problem"]) for one in found.marts["oversight_rule_lint"]} == {
        *{("L", "same_order"), ("L2", "same_order"), ("L2", "unreachable"), ("D2", "unreachable")},
        *{("T2", "never_matched"), ("T3", "rejected"), ("X", "rejected")},
    }


def test_a_location_that_is_not_in_the_export_is_none() -> None:
    (found,) = nights(tiny(**{LOCATION: []}))

    assert outcome(found, "site_location", "l") == "no_location"


def test_the_same_seed_gives_the_same_world() -> None:
    assert world(7) == world(7) == history(7)[0]
    assert world(7) != world(8)
