"""Chapter: what is remembered from night to night, and the ids by which it is known."""

from __future__ import annotations

from typing import Any, Final

import pytest
from polars.testing import assert_frame_equal

from models.audit import Finding
from models.catalogue import MARTS, STATES
from models.order import DOMAIN_ORDER_TABLE, LINE_TABLE, ORDER_TABLE, ORDER_TASK_TABLE
from models.oversight_link import DomainOrderProjectTask, OrderLineItemProject, OrderTaskProjectTask
from models.oversight_project import (
    OrderProject,
    OversightProgram,
    OversightProject,
    OversightProjectTask,
    SiteLocationSiteProject,
)
from tests.spec.order_world import TABLES, WANTED, identity, outcome, overseen, value
from tests.spec.world import Night

TEMPLATES: Final = """
    sys_id | name    | kind
    T1     | Install | project
    T2     | Site    | site_project
    T3     | Program | program
    T5     | Repair  | project
    T6     | Camp    | site_project
    T7     | Plan    | program
"""
RULES: Final = """
    sys_id | decision_table  | order | condition        | answer
    R1     | order_line_item | 1     | -                | T1
    R2     | site_location   | 1     | -                | T2
    R3     | program         | 1     | -                | T3
    G1     | domain_order    | 1     | specification=S1 | P1
    G2     | domain_order    | 2     | specification=S2 | P2
    H1     | order_task      | 1     | request_type=fit | P2
"""
WORLD: Final = {
    "cmn_location": "sys_id | name \n W1 | Wharf",
    "customer_account": "sys_id \n A1 \n A2",
    "oversight_rule": RULES,
    "project_template": TEMPLATES,
    "project_template_task": """
        sys_id | template | name   | duration_days | start_offset_days
        P1     | T1       | Survey | 5             | 0
        P2     | T1       | Fit    | 10            | 5
        S1     | T2       | Fence  | 1             | 0
        Q1     | T5       | Mend   | 1             | 0
    """,
    "sn_ind_tmt_orm_order": """
        sys_id | number | order_date | project_template
        O1     | ORD1   | 2026-01-05 | -
        O2     | ORD2   | 2026-01-06 | T1
    """,
    "sn_ind_tmt_orm_order_line_item": """
        sys_id | order | number | location
        L1     | O1    | OL1    | W1
        L2     | O2    | OL2    | -
    """,
    "sn_ind_tmt_orm_domain_order": """
        sys_id | order_line_item | specification | state
        d1     | L1              | S1            | in_progress
        d2     | L2              | S1            | in_progress
    """,
    "sn_ind_tmt_orm_order_task": """
        sys_id | parent | request_type | state
        k1     | d1     | fit          | new
        k2     | d1     | -            | new
    """,
    "csm_table_map": f"sys_id | source_table | target_table \n M1 | {LINE_TABLE} | pm_project",
    "csm_field_map": "map | source_field | target_field \n M1 | number | short_description",
    "sys_journal_field": "sys_id | element_id \n j1 | L1 \n j2 | d1",
}
PROPERTIES: Final = """
    name                                                      | value
    sn_ind_tmt_orm.project.task.auto.closure                  | {closing}
    sn_ind_tmt_orm.reuse_existing_program_and_project_enabled | {reusing}
"""
REUSE_OFF: Final = PROPERTIES.format(closing="true", reusing="false")
CLOSURE_OFF: Final = PROPERTIES.format(closing="false", reusing="true")
CUSTOMER_PROJECTS: Final = """
    id                              | active
    com.snc.financial_planning_pmo  | active
    com.snc.csm_ppm                 | active
"""
LINE_PROJECT: Final = identity("project", "L1")
FIRST_TASK: Final = identity("project_task", LINE_PROJECT, "P1")


def changed(**changes: str) -> dict[str, str]:
    """The world with some tables drawn otherwise; a change that begins with `+` is further rows."""
    changed_world = dict(WORLD)
    for table, picture in changes.items():
        rest = picture.strip()
        changed_world[table] = f"{WORLD[table].rstrip()} \n {rest[1:]}" if rest.startswith("+") else picture
    return changed_world


@pytest.fixture(scope="module")
def first() -> Night:
    """The first night of a line with a program, site project and project, and of an order that is run as one."""
    return overseen(**WORLD)


def kept(first: Night, later: Night) -> None:
    """Assert that exactly what the first night left is there still, as it was."""
    for table in STATES.values():
        assert_frame_equal(later.rows(table), first.rows(table), check_row_order=False)


def test_the_first_night_has_something_of_every_kind_to_remember(first: Night) -> None:
    for table in STATES.values():
        assert not first.rows(table).is_empty(), table


def test_the_same_export_again_changes_nothing(first: Night) -> None:
    again = overseen(after=first, **WORLD)
    for table in WANTED:
        assert_frame_equal(again.rows(table), first.rows(table), check_row_order=False)


EVERY_ORDER_RECORD: Final = (ORDER_TABLE, LINE_TABLE, DOMAIN_ORDER_TABLE, ORDER_TASK_TABLE)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"oversight_rule": ""}, id="rules gone"),
        pytest.param(
            {
                "oversight_rule": """
                    sys_id | decision_table  | order | condition | answer
                    R1     | order_line_item | 1     | -         | T5
                    R2     | site_location   | 1     | -         | T6
                    R3     | program         | 1     | -         | T7
                    G1     | domain_order    | 1     | -         | P2
                    H1     | order_task      | 1     | -         | P1
                """,
                "sn_ind_tmt_orm_order": "sys_id | number | order_date | project_template \n O1 | ORD1 | 2026-01-05 | - \n O2 | ORD2 | 2026-01-06 | T5",
            },
            id="rules and agents answer otherwise",
        ),
        pytest.param({"sn_ind_tmt_orm_order": "sys_id \n O1 \n O2"}, id="agent's choice withdrawn"),
        pytest.param(
            {
                "project_template": """
                    sys_id | name  | kind         | active
                    T1     | Other | project      | false
                    T2     | Other | project      | true
                    T3     | Other | site_project | true
                """,
                "project_template_task": """
                    sys_id | template | name  | duration_days | parent
                    P1     | T1       | Other | 50            | -
                    P2     | T5       | Other | 100           | -
                    P3     | T1       | New   | 1             | P1
                """,
            },
            id="templates changed",
        ),
        pytest.param({"project_template": "", "project_template_task": ""}, id="templates gone"),
        pytest.param({"sys_properties": REUSE_OFF}, id="reuse switched off"),
        pytest.param({"sys_properties": CLOSURE_OFF}, id="auto closure switched off"),
        pytest.param({"v_plugin": ""}, id="Project Portfolio Management switched off"),
        pytest.param({"v_plugin": CUSTOMER_PROJECTS}, id="Customer Project Management switched on"),
        pytest.param({"csm_table_map": "", "csm_field_map": "", "sys_journal_field": ""}, id="maps and notes gone"),
        pytest.param(dict.fromkeys(EVERY_ORDER_RECORD, ""), id="orders gone"),
        pytest.param(
            {
                "sn_ind_tmt_orm_order": "sys_id | number | account | order_date | project_template \n O1 | X | A2 | 2025-01-01 | - \n O2 | X | A2 | 2025-01-01 | T1",
                "sn_ind_tmt_orm_order_line_item": """
                    sys_id | order | number | location | expected_start_date | approved_on         | product_offering
                    L1     | O1    | X      | W1       | 2027-01-01          | 2027-01-01 00:00:00 | -
                    L2     | O2    | X      | -        | 2027-01-01          | -                   | -
                """,
                "sn_ind_tmt_orm_domain_order": "sys_id | order_line_item | specification \n d1 | L2 | S2 \n d2 | L1 | S2",
                "sn_ind_tmt_orm_order_task": "sys_id | parent \n k1 | d2 \n k2 | k1",
            },
            id="orders changed",
        ),
        pytest.param(
            {
                "cmn_location": "sys_id | name \n W1 | Other \n W2 | Yard",
                "sn_ind_tmt_orm_order_line_item": "sys_id | order | location \n L1 | O1 | W2 \n L2 | O2 | -",
            },
            id="lines moved to another location",
        ),
        pytest.param(
            {
                "pm_program": "sys_id | account \n X1 | A1",
                "pm_project": "sys_id \n X2",
                "site_location_rel_project": "location | project \n W1 | X2",
            },
            id="programs and site projects made elsewhere",
        ),
    ],
)
def test_what_is_remembered_is_never_changed_moved_or_deleted(first: Night, changes: dict[str, str]) -> None:
    kept(first, overseen(after=first, **changed(**changes)))


def test_an_empty_parent_or_program_is_filled_once_there_is_one_and_nothing_else_changes() -> None:
    rules = "\n".join(line for line in RULES.splitlines() if "T2" not in line and "T3" not in line)
    bare = overseen(**changed(oversight_rule=rules))
    bare.shows(OversightProject, "parent | program \n - | -", project=LINE_PROJECT)
    later = overseen(after=bare, **WORLD)
    site, program = identity("site_project", "W1"), identity("program", "A1")
    later.shows(OversightProject, f"parent | program \n {site} | {program}", project=LINE_PROJECT)
    unfilled = [column for column in OversightProject.column_names() if column not in ("parent", "program", "state")]
    before, after = (night.rows(OversightProject, project=LINE_PROJECT).select(unfilled) for night in (bare, later))
    assert_frame_equal(after, before)


# New orders, and what they share


NEW_ORDER: Final = {
    "sn_ind_tmt_orm_order": "+ O3 | ORD3 | 2026-01-07 | -",
    "sn_ind_tmt_orm_order_line_item": "+ L3 | O3 | OL3 | W1",
}


def homes(of: Night) -> dict[str, tuple[object, object]]:
    """The parent and the program of each line project."""
    rows = of.rows(OversightProject, kind="project").to_dicts()
    return {row["order_line_item"]: (row["parent"], row["program"]) for row in rows}


def test_a_new_order_shares_the_program_and_the_site_project_of_earlier_nights(first: Night) -> None:
    """Also where the platform has others by now."""
    later = overseen(
        after=first,
        **changed(
            **NEW_ORDER,
            pm_program="sys_id | account \n X1 | A1",
            pm_project="sys_id \n X2",
            site_location_rel_project="location | project \n W1 | X2",
        ),
    )
    shared = identity("site_project", "W1"), identity("program", "A1")
    assert homes(later) == {"L1": shared, "L3": shared}
    assert later.rows(OversightProgram).height == 1
    assert later.rows(SiteLocationSiteProject).height == 1


def test_with_reuse_switched_off_a_new_order_gets_its_own_and_earlier_orders_keep_what_they_share(
    first: Night,
) -> None:
    """And get no second one."""
    later = overseen(after=first, **changed(**NEW_ORDER, sys_properties=REUSE_OFF))
    shared = identity("site_project", "W1"), identity("program", "A1")
    own = identity("site_project", "O3", "W1"), identity("program", "O3")
    assert homes(later) == {"L1": shared, "L3": own}
    later.shows(SiteLocationSiteProject, f"site_project | order \n {shared[0]} | - \n {own[0]} | O3")
    later.shows(OversightProgram, f"program | order \n {shared[1]} | - \n {own[1]} | O3")


@pytest.fixture(scope="module")
def apart() -> Night:
    """The first night, of an instance on which every order has programs and site projects of its own."""
    return overseen(**changed(sys_properties=REUSE_OFF))


def test_with_reuse_switched_on_earlier_orders_keep_their_own_and_get_nothing_shared(apart: Night) -> None:
    kept(apart, overseen(after=apart, **WORLD))


def test_with_reuse_switched_on_new_orders_share_and_earlier_ones_keep_their_own(apart: Night) -> None:
    later = overseen(after=apart, **changed(**NEW_ORDER))
    own = identity("site_project", "O1", "W1"), identity("program", "O1")
    shared = identity("site_project", "W1"), identity("program", "A1")
    assert homes(later) == {"L1": own, "L3": shared}
    later.shows(
        OversightProgram,
        f"program | order \n {own[1]} | O1 \n {identity('program', 'O2')} | O2 \n {shared[1]} | -",
    )
    assert value(later, OversightProject, "program", project=identity("order_project", "O2")) == identity(
        "program", "O2"
    )


# Plugins


MORE: Final = {
    "sn_ind_tmt_orm_order_line_item": "+ L3 | O1 | OL3 | W1 \n L4 | O2 | OL4 | -",
    "sn_ind_tmt_orm_domain_order": """
        sys_id | order_line_item | specification | state
        d1     | L1              | S1            | completed
        d2     | L2              | S1            | canceled
        d3     | L1              | S2            | new
    """,
    "sn_ind_tmt_orm_order_task": "sys_id | parent | request_type | state \n k1 | d1 | fit | open \n k2 | d1 | - | closed",
    "sys_journal_field": "+ j3 | L1",
}
"""A later export: more lines, a domain order and a note, and other states."""


def test_while_project_portfolio_management_is_off_what_is_there_stays_and_follows_and_nothing_is_added(
    first: Night,
) -> None:
    later = overseen(after=first, **changed(**MORE, v_plugin="id | active \n com.snc.financial_planning_pmo | false"))
    kept(first, later)
    later.shows(OversightProjectTask, "state | status \n 3 | completed", project_task=FIRST_TASK)
    later.shows(OversightProjectTask, "template_task | state \n P1 | 3 \n P2 | 1", project=LINE_PROJECT)
    later.shows(
        OversightProjectTask,
        "template_task | state \n P1 | 7 \n P2 | -5",
        project=identity("order_project", "O2"),
    )
    decisions = later.rows(MARTS["oversight_decision"])
    assert set(decisions["outcome"]) == {"ppm_not_installed"}


def test_without_the_table_of_plugins_nothing_is_new_with_a_finding() -> None:
    night = overseen(without=("v_plugin",), **WORLD)
    assert all(night.rows(table).is_empty() for table in STATES.values())
    assert "v_plugin" in night.rows(Finding, code="missing_source")["source_table"]


def test_when_it_is_on_again_what_came_meanwhile_is_overseen(first: Night) -> None:
    meanwhile = overseen(after=first, **changed(**MORE, v_plugin=""))
    later = overseen(after=meanwhile, **changed(**MORE))
    at_once = overseen(after=first, **changed(**MORE))
    for table in STATES.values():
        assert_frame_equal(later.rows(table), at_once.rows(table), check_row_order=False)
    assert LINE_PROJECT in set(later.rows(OversightProject)["project"])
    assert identity("project", "L3") in set(later.rows(OversightProject)["project"])


def test_with_customer_project_management_only_new_projects_are_customer_projects(first: Night) -> None:
    later = overseen(after=first, **changed(**NEW_ORDER, v_plugin=CUSTOMER_PROJECTS))
    later.shows(
        OversightProject,
        """
            order_line_item | project_type
            L1              | project
            L3              | customer_project
        """,
        kind="project",
    )


# Orders that become one project later


AGENT: Final = (
    "sys_id | number | order_date | project_template \n O1 | ORD1 | 2026-01-05 | T5 \n O2 | ORD2 | 2026-01-06 | T1"
)


@pytest.fixture(scope="module")
def run_as_one(first: Night) -> Night:
    """An agent has chosen, for an order whose first line has a project, to run it as one; a second line has come."""
    return overseen(
        after=first,
        **changed(
            sn_ind_tmt_orm_order=AGENT,
            sn_ind_tmt_orm_order_line_item="+ L3 | O1 | OL3 | W1",
            oversight_rule="+ G3 | domain_order | 3 | specification=S1 | Q1",
            sn_ind_tmt_orm_domain_order="+ d3 | L1 | S2 | new \n d4 | L3 | S1 | new",
            sys_journal_field="+ j3 | L3",
        ),
    )


def test_a_line_keeps_its_project_when_its_order_is_run_as_one_later_and_new_lines_get_none(run_as_one: Night) -> None:
    whole = identity("order_project", "O1")
    run_as_one.shows(
        OrderLineItemProject,
        f"order_line_item | project | level \n L1 | {LINE_PROJECT} | line \n L3 | {whole} | order",
        order="O1",
    )
    run_as_one.shows(OrderProject, f"project | origin \n {whole} | created", order="O1")
    assert {outcome(run_as_one, "order_line_item", line) for line in ("L1", "L3")} == {"covered_by_order_project"}


def test_records_then_follow_the_project_of_their_line(run_as_one: Night) -> None:
    whole = identity("order_project", "O1")
    expected = {
        "d1": identity("project_task", LINE_PROJECT, "P1"),
        "d3": identity("project_task", LINE_PROJECT, "P2"),
        "d4": identity("project_task", whole, "Q1"),
    }
    links = dict(run_as_one.rows(DomainOrderProjectTask).select("domain_order", "project_task").rows())
    assert {record: links[record] for record in expected} == expected
    assert value(run_as_one, MARTS["oversight_note"], "target", journal="j3") == whole


def test_an_order_project_stays_when_the_choice_is_withdrawn_and_covers_later_lines(run_as_one: Night) -> None:
    later = overseen(
        after=run_as_one,
        **changed(
            sn_ind_tmt_orm_order_line_item="+ L3 | O1 | OL3 | W1 \n L4 | O1 | OL4 | W1",
        ),
    )
    whole = identity("order_project", "O1")
    assert outcome(later, "order_line_item", "L4") == "covered_by_order_project"
    later.shows(
        OrderLineItemProject,
        f"order_line_item | project \n L1 | {LINE_PROJECT} \n L3 | {whole} \n L4 | {whole}",
        order="O1",
    )


# Records that vanish


def vanished(of: Night) -> set[tuple[str, str]]:
    """The records that a finding says have vanished."""
    return {(finding["source_table"], finding["sys_id"]) for finding in of.findings("source_vanished")}


@pytest.fixture(scope="module")
def without_records(first: Night) -> Night:
    """The next export has neither domain order d1 nor order task k1."""
    return overseen(
        after=first,
        **changed(
            sn_ind_tmt_orm_domain_order="sys_id | order_line_item | specification | state \n d2 | L2 | S1 | in_progress",
            sn_ind_tmt_orm_order_task="sys_id | parent | request_type | state | order_line_item \n k2 | d1 | - | open | L1",
        ),
    )


def test_a_record_that_is_missing_keeps_its_link_with_a_finding(without_records: Night) -> None:
    without_records.shows(
        DomainOrderProjectTask, f"project_task | order_line_item \n {FIRST_TASK} | L1", domain_order="d1"
    )
    assert sorted(without_records.rows(OrderTaskProjectTask)["order_task"]) == ["k1", "k2"]
    assert vanished(without_records) == {(DOMAIN_ORDER_TABLE, "d1"), (ORDER_TASK_TABLE, "k1")}


def test_a_record_that_is_missing_counts_for_no_state(first: Night, without_records: Night) -> None:
    """A project task that has nothing else is pending."""
    first.shows(OversightProjectTask, "template_task | state \n P1 | 2 \n P2 | -5", project=LINE_PROJECT)
    without_records.shows(
        OversightProjectTask,
        "template_task | state | status \n P1 | 1 | open \n P2 | -5 | -",
        project=LINE_PROJECT,
    )


def test_a_record_that_is_back_counts_again(first: Night, without_records: Night) -> None:
    back = overseen(after=without_records, **WORLD)
    kept(first, back)
    assert value(back, OversightProjectTask, "state", project_task=FIRST_TASK) == 2
    assert vanished(back) == set()


def test_a_line_or_order_that_is_missing_keeps_its_project_with_a_finding(first: Night) -> None:
    """The project follows what is still there of it."""
    later = overseen(after=first, **changed(sn_ind_tmt_orm_order="", sn_ind_tmt_orm_order_line_item=""))
    assert vanished(later) == {(ORDER_TABLE, "O1"), (ORDER_TABLE, "O2"), (LINE_TABLE, "L1"), (LINE_TABLE, "L2")}
    for table in (OrderLineItemProject, OrderProject, SiteLocationSiteProject, OversightProgram, OversightProject):
        assert_frame_equal(later.rows(table), first.rows(table), check_row_order=False)
    assert value(later, OversightProject, "state", project=LINE_PROJECT) == 2


def test_records_that_were_never_linked_vanish_without_a_finding() -> None:
    picture = "sys_id | order_line_item | specification | state \n d1 | L1 | S1 | new"
    with_more = f"{picture} \n d9 | L1 | none | new"
    first = overseen(**changed(sn_ind_tmt_orm_domain_order=with_more, sn_ind_tmt_orm_order_task=""))
    later = overseen(after=first, **changed(sn_ind_tmt_orm_domain_order=picture, sn_ind_tmt_orm_order_task=""))
    assert vanished(later) == set()


# A project of the platform that comes later


def test_a_line_that_the_platform_links_later_is_shown_with_that_project_and_the_remembered_one_stays(
    first: Night,
) -> None:
    later = overseen(
        after=first,
        **changed(
            pm_project="sys_id | state \n X1 | 2",
            sn_ind_tmt_orm_order_line_rel_task="order_line_item | task \n L1 | X1",
            sn_ind_tmt_orm_domain_order="+ d3 | L1 | S2 | new",
        ),
    )
    later.shows(OrderLineItemProject, "project | level \n X1 | line", order_line_item="L1")
    later.shows(
        OversightProject,
        f"project | origin | state \n {LINE_PROJECT} | created | 2 \n X1 | existing | 2",
        order_line_item="L1",
    )
    (finding,) = later.findings("project_exists_twice")
    assert (finding["source_table"], finding["sys_id"]) == (LINE_TABLE, "L1")
    assert sorted(later.rows(DomainOrderProjectTask)["domain_order"]) == ["d1", "d2"]
    assert outcome(later, "domain_order", "d3") == "existing_project"


# Ids


def ids(of: Night) -> dict[str, list[Any]]:
    """Every id that was made."""
    keys = {OversightProgram: "program", OversightProject: "project", OversightProjectTask: "project_task"}
    return {column: sorted(of.rows(table)[column]) for table, column in keys.items()}


def test_an_id_is_the_hash_of_what_it_is_for(first: Night) -> None:
    whole, site = identity("order_project", "O2"), identity("site_project", "W1")
    assert ids(first) == {
        "program": [identity("program", "A1")],
        "project": sorted([LINE_PROJECT, whole, site]),
        "project_task": sorted(
            [
                *(identity("project_task", LINE_PROJECT, planned) for planned in ("P1", "P2")),
                *(identity("project_task", whole, planned) for planned in ("P1", "P2")),
                identity("project_task", site, "S1"),
            ]
        ),
    }


def test_an_id_has_nothing_of_template_rule_or_night(first: Night) -> None:
    other = overseen(
        **changed(
            oversight_rule=RULES.replace("R1 ", "Z1 ").replace("R2 ", "Z2 ").replace("R3 ", "Z3 ").replace("T3", "T7"),
            project_template=TEMPLATES.replace("Install", "Other"),
            project_template_task=WORLD["project_template_task"].replace("Survey", "Other").replace("| 5  ", "| 6  "),
        )
    )
    assert ids(other) == ids(first)


def test_the_ids_of_the_contract_are_the_first_32_hex_digits_of_sha_256() -> None:
    """`printf 'project|L1' | sha256sum`, so that others can compute them."""
    night = overseen(sn_ind_tmt_orm_order_line_item="sys_id \n L1", oversight_rule=TABLES["oversight_rule"])
    assert night.rows(OversightProject)["project"].to_list() == ["077dbb549985bba9dd38188655a78cc6"]
